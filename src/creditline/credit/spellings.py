"""Names in the letters of another script: "Anna Veter" as "Анна Ветер", "Ελένη Δάρα" as "Eleni Dara".

Cyrillic and Greek are written in Latin letters, and Latin names in theirs, by rules with some variants
(ISO 9, ISO 843, BGN/PCGN, passports, French and German newspapers); `transcribed` gives an expression for
all of them. For other scripts only the sound is compared, which can raise a doubt and never credit anybody.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Folded Latin letters by Cyrillic ones, longest first, and the other way round; variants divided by bars.
_CYRILLIC = {
    "др": "der|dr", "кс": "ks|x|cs", "ии": "ii|iy|ij|yi|yy|y|i|j", "ыи": "yi|yj|iy|yy|ii|y|i", "а": "a",
    "б": "b", "в": "v|w|ff|f", "г": "g|h|gh", "ґ": "g", "д": "d", "е": "ye|ie|je|yo|io|jo|e|o",
    "є": "ye|ie|je|e", "ж": "zh|sch|j|z|g|rz", "з": "z|s", "и": "i|y|j|ee", "і": "yi|ji|i|y",
    "к": "ck|k|c|q", "л": "l", "м": "m", "н": "n", "о": "o|a", "п": "p", "р": "r", "с": "ss|s|c",
    "т": "t|th", "у": "ou|oo|u|w", "ф": "ph|f", "х": "kh|ch|h|x", "ц": "ts|tz|tc|cz|c|z",
    "ч": "tsch|tch|ch|cz|c", "ш": "sch|sh|ch|sz|s", "щ": "schtsch|shch|szcz|sch|sht|sh|sc", "ъ": "|a|'",
    "ы": "y|i", "ь": "|'|y|j|i", "э": "ae|e", "ю": "iou|yu|iu|ju|u", "я": "ya|ia|ja|a", "ј": "j|y|i",
    "љ": "lj|ly|l", "њ": "nj|ny|n", "ћ": "ch|c|tj", "ђ": "dj|d", "џ": "dzh|dz|j",
}  # fmt: skip
_GREEK = {
    "ου": "ou|u", "αι": "ai|e|ae", "ει": "ei|i", "οι": "oi|i", "ευ": "eu|ef|ev", "αυ": "au|af|av",
    "μπ": "mp|mb|b", "ντ": "nt|nd|d", "γκ": "gk|ng|g", "γγ": "ng|gg", "τζ": "tz|j|dj", "τσ": "ts|tz",
    "α": "a", "β": "v|b", "γ": "gh|g|y", "δ": "dh|th|d", "ε": "e", "ζ": "z|s", "η": "i|e|y", "θ": "th|t",
    "ι": "i|y", "κ": "k|c", "λ": "l", "μ": "m", "ν": "n", "ξ": "ks|x", "ο": "o", "π": "p", "ρ": "rh|r",
    "σ": "ss|s", "ς": "s", "τ": "t", "υ": "y|i|u", "φ": "ph|f", "χ": "ch|kh|h|x", "ψ": "ps", "ω": "o",
}  # fmt: skip
_TO_CYRILLIC = {
    "shch": "щ|шч", "tsch": "ч", "sch": "щ|ш|сч", "sh": "ш", "zh": "ж", "kh": "х", "ts": "ц|тс",
    "tz": "ц", "ch": "ч|х|ш", "cz": "ч", "sz": "ш", "ya": "я", "ia": "я|иа|ия|ія|іа", "ja": "я|ја",
    "yu": "ю", "iu": "ю|иу", "ju": "ю|ју", "yo": "е|ьо|ио", "io": "е|ио", "ye": "е|є", "ie": "е|ие|є",
    "je": "е|је|є", "iy": "ии|и|іи", "ij": "ии|и", "ii": "ии|ии|іи", "yi": "ии|ыи|і", "x": "кс",
    "ph": "ф", "ou": "у|оу", "oo": "у", "ck": "к", "ee": "и", "lj": "ль|љ", "nj": "нь|њ", "dj": "дж|ђ",
    "th": "т", "a": "а|я", "b": "б", "c": "к|ц|с|ч|ћ", "d": "д|ђ", "e": "е|э|є", "f": "ф|в",
    "g": "г|ґ|ж|дж", "h": "х|г", "i": "и|і|ы|ии", "j": "и|ж|дж|ј", "k": "к", "l": "л", "m": "м", "n": "н",
    "o": "о|е", "p": "п", "q": "к", "r": "р", "s": "с|ш|з", "t": "т", "u": "у|ю", "v": "в", "w": "в|у",
    "y": "ы|и|ии|ыи|і|ь", "z": "з|ц|ж",
}  # fmt: skip
_TO_GREEK = {
    "th": "θ", "ch": "χ|τσ", "kh": "χ", "ph": "φ", "ps": "ψ", "ks": "ξ", "ou": "ου", "ai": "αι",
    "ei": "ει", "oi": "οι", "eu": "ευ", "au": "αυ", "mp": "μπ", "nt": "ντ", "nd": "ντ", "ts": "τσ",
    "tz": "τζ", "gk": "γκ", "sh": "σ", "x": "ξ|χ", "a": "α", "b": "μπ|β", "c": "κ|τσ|σ", "d": "δ|ντ",
    "e": "ε|αι|η", "f": "φ|υ", "g": "γ|γκ", "h": "χ|", "i": "ι|η|υ|ει|οι", "j": "τζ|ι", "k": "κ",
    "l": "λ|λλ", "m": "μ", "n": "ν|νν", "o": "ο|ω", "p": "π", "q": "κ", "r": "ρ", "s": "σ|ς|σσ",
    "t": "τ|ττ", "u": "ου|υ", "v": "β|υ", "w": "ου|β", "y": "υ|γ|ι|η", "z": "ζ|σ",
}  # fmt: skip
#: Letters of the scripts that have tables.
_IN_CYRILLIC, _IN_GREEK = re.compile(r"[\u0400-\u052f]"), re.compile(r"[\u0370-\u03ff]")
_IN_LATIN = re.compile(r"[a-z]+")
#: Letters of a word that is transcribed, at least; shorter ones fit too much.
_MIN_LETTERS = 3
#: Sounds of a name that are compared, at least.
_MIN_SOUNDS = 3
#: Classes of consonants that scripts and ears confuse (Soundex, US patent 1,261,167); vowels count nothing.
_SOUNDS = {
    letter: str(kind)
    for kind, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"))
    for letter in letters
}


#: Letters that are written as two where a keyboard lacks them, and the two that stand for one.
_AS_TWO = {
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "æ": "ae", "ø": "oe", "å": "aa",
    "Æ": "Ae", "Ø": "Oe",
    "Å": "Aa", "ß": "ss", "đ": "dj", "Đ": "Dj", "ő": "oe", "ű": "ue", "þ": "th", "Þ": "Th", "ð": "d",
    "Ð": "D",
}  # fmt: skip
_AS_ONE = re.compile(r"(?<=[oOuU])e|(?<=[aA])e(?!l)|(?<=[aA])a")


def respelled(name: str) -> list[str]:
    """A name with its letters written as two, or two as one: "Jörn", "Joern"; "O'Brien", "OBrien"."""
    two = "".join(_AS_TWO.get(letter, letter) for letter in name)
    one = _AS_ONE.sub("", name) if name.isascii() else name
    bare = re.sub(r"(?<=\w)['’](?=\w)", "", name)
    return [each for each in (two, one, bare) if each != name]


def transcribed(words: list[str]) -> list[tuple[str, str]]:
    """Expressions for a folded name in other scripts, each with a letter that all its spellings hold."""
    if len(words) < 2 or min(len(words[0]), len(words[-1])) < _MIN_LETTERS:
        return []
    found = []
    for table in _tables(words):
        first, last = _expression(words[0], table), _expression(words[-1], table)
        sign = _sign(words[-1], table) or _sign(words[0], table)
        if sign:
            found.append((rf"(?:{first}\s{last}|{last},?\s{first})", sign))
    return found


def _tables(words: list[str]) -> list[dict[str, str]]:
    whole = "".join(words)
    if _IN_LATIN.fullmatch(whole):
        return [_TO_CYRILLIC, _TO_GREEK]
    if all(map(_IN_CYRILLIC.match, whole)):
        return [_CYRILLIC]
    return [_GREEK] if all(map(_IN_GREEK.match, whole)) else []


def _expression(word: str, table: dict[str, str]) -> str:
    """All spellings of a word, letter by letter, doubled letters written once or twice."""
    parts = []
    for piece in _pieces(word, table):
        variants = "|".join(map(re.escape, sorted(table.get(piece, piece).split("|"), key=len, reverse=True)))
        parts.append(f"(?:{variants})")
    soft = "ь?" if table is _TO_CYRILLIC else ""
    joined = soft.join(part for place, part in enumerate(parts) if place == 0 or part != parts[place - 1])
    return re.sub(r"\(\?:([^()|])\)", r"\1+", joined) + soft


def _pieces(word: str, table: dict[str, str]) -> list[str]:
    longest = max(map(len, table))
    found, place = [], 0
    while place < len(word):
        size = next((n for n in range(longest, 1, -1) if word[place : place + n] in table and n > 1), 1)
        found.append(word[place : place + size])
        place += size
    return found


def _sign(word: str, table: dict[str, str]) -> str:
    """A letter that every spelling of a word holds."""
    plain = (table.get(piece, "") for piece in _pieces(word, table))
    return next((letters for letters in plain if len(letters) == 1 and letters not in "aeiouаеоαεο"), "")


def sounds_alike(name: str, own: list[str]) -> bool:
    """Whether a folded name in another script may be one's own, by the order of its consonants."""
    theirs, mine = _script(name), _script(" ".join(own))
    if not theirs or not mine or theirs == mine:
        return False
    sounds = [_sounds(word) for word in own]
    wanted = {"".join(sounds), "".join(reversed(sounds))}
    said = _sounds(name)
    return any(
        min(len(said), len(each)) >= _MIN_SOUNDS and _distance(said, each) <= (len(each) > _MIN_SOUNDS)
        for each in wanted
    )


@lru_cache(maxsize=1024)
def _script(text: str) -> str:
    """The script of a text's letters; nothing where it has several or writes no sounds."""
    scripts = {unicodedata.name(char, "").split(" ", 1)[0] for char in text if char.isalpha()}
    scripts -= {"MODIFIER"}
    return next(iter(scripts)) if len(scripts) == 1 and not scripts & {"CJK"} else ""


@lru_cache(maxsize=1024)
def _sounds(word: str) -> str:
    """The classes of a word's consonants, neighbours of one class once."""
    kinds = [_SOUNDS.get(letter, "") for letter in "".join(map(_latin, word))]
    return "".join(kind for place, kind in enumerate(kinds) if place == 0 or kind != kinds[place - 1])


def _latin(char: str) -> str:
    """About how a letter sounds, in Latin letters: by the tables, else by its name in Unicode."""
    if char.isascii():
        return char
    known = _CYRILLIC.get(char) or _GREEK.get(char)
    if known is not None:
        return known.split("|")[0]
    name = unicodedata.name(char, "").split(" ")
    if "VOWEL" in name or "MARK" in name or "POINT" in name:
        return ""
    return (
        name[-1].lower()
        if name[0] in ("HANGUL", "HIRAGANA", "KATAKANA")
        else _FIRST.get(name[-1], name[-1][:1].lower())
    )


#: Letters whose names do not begin with their sound.
_FIRST = {
    "AIN": "",
    "ALEF": "",
    "AYIN": "",
    "WAW": "",
    "VAV": "v",
    "YEH": "",
    "YOD": "",
    "HEH": "",
    "HE": "",
    "HET": "",
    "TSADI": "z",
}


def _distance(one: str, other: str) -> int:
    """Letters by which two short texts differ (Levenshtein)."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        last, row[0] = row[0], place
        for column, against in enumerate(other, 1):
            last, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, last + (letter != against)),
            )
    return row[-1]
