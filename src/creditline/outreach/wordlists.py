"""Words that an honest letter does without, by rule and language (docs/explanation.md, promise 6).

Collected from the marks of scam and threat letters that photographers' clients complain about, and
from the principles Creative Commons gives for asking: compliance first, no money, a chance to mend.
Each entry is a regular expression for whole words in folded text: lower case, without accents, ``ss``
for sharp s, blanks folded. Letters are held against all languages, whatever they are written in.
"""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """What the letter linter looks for; the value is what a person reads."""

    THREAT = "threat"
    ACCUSATION = "accusation"
    MONEY = "money"
    DEADLINE = "deadline"
    FOLLOW = "demand for a followed link"
    PROOF = "proof link"
    PAGE = "page address"
    FOREIGN_LINK = "foreign link"
    MARKUP = "markup"
    CONTROL = "control character"
    PLACEHOLDER = "placeholder"
    LENGTH = "length"


WORDS: dict[Rule, dict[str, tuple[str, ...]]] = {
    Rule.THREAT: {
        "en": (
            "lawyers?", "attorneys?", "solicitors?", "law firm", "lawsuits?", "sue", "suing", "litigat\\w*",
            "(?:in|to|go to|before a|before the) court", "court (?:action|case|order|proceedings)",
            "legal", "cease and desist", "dmca", "take-?downs?", "consequences?", "or else",
            "otherwise (?:i|we)(?: will| shall|'ll)", "forced to", "reserves? (?:all|my|our|the) rights?",
            "report (?:you|this|it|your \\w+) to", "prosecut\\w*", "escalat\\w*", "enforce\\w*",
            "demand(?:s|ed|ing)?",
        ),
        "de": (
            "\\w*anwalt\\w*", "gericht(?:e|s|lich\\w*)?", "\\w*klagen?", "verklag\\w*", "abmahn\\w*",
            "unterlass\\w*", "rechtlich\\w*", "juristisch\\w*", "strafanzeige\\w*", "strafbar\\w*",
            "konsequenzen", "andernfalls", "rechtsabteilung", "forder(?:e|n|ung|ungen)", "aufforder\\w*",
        ),
        "fr": (
            "avocate?s?", "tribuna(?:l|ux)", "poursui\\w*", "justice", "plaintes?", "mise en demeure",
            "juridiques?", "judiciaires?", "faute de quoi", "a defaut", "consequences?", "exige\\w*",
        ),
        "es": (
            "abogad\\w*", "tribunal(?:es)?", "juzgados?", "demand(?:a|as|ar|are|aremos)", "juicios?",
            "denunci\\w*", "legal(?:es|mente)?", "burofax", "de lo contrario", "consecuencias?", "exij\\w*",
            "exig\\w*",
        ),
    },
    Rule.ACCUSATION: {
        "en": (
            "stole", "stolen", "steal\\w*", "theft", "thie(?:f|ves)", "pira\\w+", "illegal\\w*",
            "unlawful\\w*",
            "infring\\w*", "violat\\w*", "unauthori[sz]ed", "breach\\w*", "plagiar\\w*",
            "without (?:my|our|any|the|prior|asking)? ?(?:permission|consent|authori[sz]ation|me|us)",
        ),
        "de": (
            "gestohlen\\w*", "geklaut\\w*", "diebstahl\\w*", "illegal\\w*", "rechtswidrig\\w*",
            "widerrechtlich\\w*", "unerlaubt\\w*", "unbefugt\\w*", "\\w*verletz(?:t|ung|ungen)",
            "ohne (?:meine |unsere |jede )?(?:erlaubnis|genehmigung|zustimmung)", "verstoss\\w*",
        ),
        "fr": (
            "vole(?:e|es|s|r)?", "vol d\\W?images?", "contrefa\\w*", "illegal\\w*", "illicite\\w*",
            "violation\\w*",
            "infraction\\w*", "non autorise\\w*", "pirat\\w*",
            "sans (?:mon |ma |notre |aucune )?(?:autorisation|permission|accord|consentement)",
        ),
        "es": (
            "robad\\w*", "robos?", "robar\\w*", "hurto\\w*", "ilegal\\w*", "ilicit\\w*", "infraccion\\w*",
            "infring\\w*", "violacion\\w*", "no autorizad\\w*", "pirat\\w*",
            "sin (?:mi |nuestro |ningun )?(?:permiso|autorizacion|consentimiento)",
        ),
    },
    Rule.MONEY: {
        "en": (
            "pay", "pays", "paid", "paying", "payments?", "payable", "fees?", "invoic\\w*", "compensat\\w*",
            "reimburs\\w*", "settlements?", "damages", "penalt\\w*", "fined", "royalt(?:y|ies)",
            "refund\\w*",
            "dollars?", "pounds?", "bitcoins?", "costs?", "charg(?:e|es|ed|ing)", "prices?", "money",
        ),
        "de": (
            "\\w*gebuhr\\w*", "\\w*honorar\\w*", "rechnung(?:en)?", "\\w*zahl(?:e|en|t|ung|ungen|bar)",
            "vergut\\w*", "entschadig\\w*", "schadens?ersatz\\w*", "kosten", "geld", "euros?", "preise?",
            "nachlizenz\\w*", "strafe",
        ),
        "fr": (
            "factur\\w*", "frais", "honoraires", "paiements?", "pay(?:er|ez|e|ee)", "indemni\\w*",
            "dommages",
            "redevances?", "tarifs?", "amendes?", "argent", "euros?", "reglement",
        ),
        "es": (
            "factur\\w*", "tarifas?", "honorarios", "pagos?", "pagar\\w*", "paguen?", "cobr\\w*",
            "indemniz\\w*",
            "danos", "perjuicios", "multas?", "dinero", "euros?", "precios?",
        ),
    },
    Rule.DEADLINE: {
        "en": (
            "deadlines?", "within (?:the |the next )?(?:\\w+ ){1,2}(?:hours?|days?|weeks?|months?)",
            "by (?:\\d+|monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|the end of)",
            "(?:no|not) later than", "at the latest", "until (?:\\d+|\\w+day)", "immediate(?:ly)?",
            "urgent(?:ly)?",
            "asap", "as soon as possible", "promptly", "final (?:notice|reminder|warning)",
            "last (?:notice|reminder|warning|chance)", "\\d+ (?:hours?|days?|weeks?)", "overdue",
            "right away",
        ),
        "de": (
            "\\w*frist(?:en)?", "innerhalb (?:\\w+ ){1,3}(?:stunden?|tag\\w*|wochen?|monat\\w*)", "binnen",
            "bis (?:zum|spatestens|\\d+)",
            "spatestens", "umgehend\\w*", "unverzuglich\\w*", "sofort\\w*", "dringend\\w*",
            "letzte[rsn]? (?:mahnung|warnung|aufforderung|erinnerung)", "\\w*mahnung\\w*",
            "\\d+ (?:stunden?|tagen?|wochen?)",
        ),
        "fr": (
            "delais?", "sous \\d+", "avant (?:le|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|\\d+)",
            "au plus tard", "immediat\\w*", "urgen\\w*", "dans les \\d+", "sans attendre",
            "des que possible",
            "dernier (?:avertissement|rappel)", "\\d+ (?:heures?|jours?|semaines?)",
        ),
        "es": (
            "plazos?", "antes del? (?:\\d+|lunes|martes|miercoles|jueves|viernes|sabado|domingo)",
            "a mas tardar", "inmediat\\w*", "urgen\\w*", "cuanto antes", "lo antes posible",
            "ultimo (?:aviso|recordatorio)", "\\d+ (?:horas?|dias?|semanas?)",
        ),
    },
    Rule.FOLLOW: {
        "en": (
            "do-? ?follow\\w*", "follow(?:ed)? (?:back)?links?",
            "(?:no|without|remove \\w*|drop \\w*|not) nofollow",
            "back-?links?", "link (?:juice|equity)", "seo", "page ?rank", "domain (?:authority|rating)",
            "rank(?:ing|ings)?", "search engines?",
        ),
        "de": ("follow-? ?links?", "(?:ohne|kein|keine|nicht) nofollow", "suchmaschinen\\w*"),
        "fr": ("(?:sans|pas de) (?:attribut )?(?:nofollow|dofollow)", "referencement", "liens? dofollow"),
        "es": ("(?:sin|no) (?:atributo )?nofollow", "posicionamiento", "enlaces? dofollow"),
    },
}  # fmt: skip

#: Sums of money in any spelling.
_CODES = "(?:eur|usd|gbp|chf|cad|aud|btc)"
AMOUNT = rf"[$€£¥₹]\s?\d|\d\s?(?:[$€£¥₹]|{_CODES}\b)|\b{_CODES}\s?\d"
