"""Where the name of a credit phrase ends: at a sign, a sentence, a label, the next phrase."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from creditline.credit.grammar import grammar
from creditline.credit.phrase import Phrase
from creditline.credit.vocabulary import Sense, vocabulary

#: A credit names somebody within so many characters (the longest of 183 labelled text credits has 96).
MAX_NAME_CHARS = 160
#: Brackets in which a keyword or a name may stand.
OPENING = {
    "(": ")", "[": "]", "{": "}", "<": ">", "（": "）", "［": "］", "【": "】", "〔": "〕", "〈": "〉",
    "《": "》",
    "＜": "＞",
}  # fmt: skip
#: What stands in brackets is read whole up to so many characters, stops of abbreviations and all.
_MAX_BRACKET_CHARS = 80
_SENTENCE_END = re.compile(r"[.!?。！？]['\")\]]*\s+(?=[^\W\d_a-z])|[。！？]")
#: A sign and a label of few words, which end the name before them: "Jane Doe | Flowers: Max Roe".
NEXT_LABEL = re.compile(r"\s*[|•·;,/–—]\s*(?:[^\W\d_][\w&'’-]*\s){0,2}([^\W\d_][\w&'’-]*)\s?:\s")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(/])(?:[^\W\d_]|st|dr|mr|mrs|ms|jr|sr|prof|inc|ltd|co|phot|fot|bzw|ca|no|nr|vs|dipl|ing|"
    r"mag|dok|doc|arch|arh|archiv|coll|kol|ill|gen|rev|capt|sgt|lt|col|sra|mme|mgr|bc|inż|ks|red|slg|sig|koll|col|bibl|mus|fam|hr|fr|mw|dhr)\.$|"
    r"(?-i:[^\W\d_a-z]\.[^\W\d_a-z])\.$",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def except_clause() -> re.Pattern[str]:
    """What begins the end of a credit for all pictures: "Jane Doe unless stated otherwise"."""
    words = "|".join(sorted(grammar().except_, key=len, reverse=True))
    return re.compile(rf"[,(–—-]?\s(?:{words})\s")


def is_abbreviated(text: str, place: int) -> bool:
    """Whether the stop at a place in a text ends an abbreviation or initial: "N. Quill", "Dr. Roe"."""
    return _ABBREVIATION.search(text[max(0, place - 8) : place + 1]) is not None


def name_end(text: str, keyword_start: int, name_start: int) -> int:
    """Where the name that begins at ``name_start`` ends."""
    limit = min(len(text), name_start + MAX_NAME_CHARS)
    opener = text[keyword_start - 1] if keyword_start and text[keyword_start - 1] in OPENING else None
    if opener is None and text[name_start - 1 : name_start] in OPENING and name_start:
        opener = text[name_start - 1]
    if opener is not None:
        closing = text.find(OPENING[opener], name_start, limit)
        if closing >= 0:
            limit = closing
            if closing - name_start <= _MAX_BRACKET_CHARS:
                return limit
    excepted = except_clause().search(text, name_start + 1, limit)
    if excepted is not None:
        limit = excepted.start()
    label = NEXT_LABEL.search(text, name_start, limit)
    if label is not None and label.group(1).lower() not in vocabulary().networks:
        limit = label.start()
    for match in _SENTENCE_END.finditer(text, name_start, limit):
        if not is_abbreviated(text, match.start()):
            return match.start()
    return limit


def cut_at_next(text: str, found: list[Phrase]) -> list[Phrase]:
    """End each phrase where the next one begins; a bare "via" or "©" inside a credit goes on with it."""
    cut: list[Phrase] = []
    for phrase in found:
        if cut and phrase.start < cut[-1].end:
            last = cut[-1]
            if _is_subject(text, last, phrase):
                cut[-1] = replace(phrase, start=last.start, sense=last.sense | phrase.sense, strong=True)
                continue
            goes_on = (
                phrase.sense & (Sense.VIA | Sense.COURTESY | Sense.CREDIT) and not phrase.sense & Sense.PHOTO
            )
            if goes_on and last.sense & ~Sense.ROLE and phrase.start > last.name_start:
                strong = last.strong or phrase.strong
                cut[-1] = replace(last, end=max(last.end, phrase.end), strong=strong)
                continue
            if last.sense & Sense.PHOTO and not text[last.name_start : phrase.start].strip(_SIGNS_BETWEEN):
                # "Header – painting by Jane": the first noun says which picture, the second whose.
                kept = last.sense if not phrase.sense & Sense.LEAD else last.sense & ~Sense.PLURAL
                kept = kept & ~Sense.PLURAL if kept & Sense.LEAD else kept
                cut[-1] = replace(phrase, start=last.start, sense=kept | phrase.sense)
                continue
            cut[-1] = replace(last, end=max(_label_start(text, last, phrase), last.name_start))
        cut.append(phrase)
    return cut


#: What may stand between two nouns for one picture.
_SIGNS_BETWEEN = " \t.,:;|/–—-([*"


def _is_subject(text: str, last: Phrase, following: Phrase) -> bool:
    """Whether a noun for pictures is what a verb speaks of: "Photos were shot by Jane"."""
    between = text[last.name_start : following.start].strip()
    noun = last.sense & Sense.PHOTO and following.sense & Sense.MADE and not following.sense & Sense.PHOTO
    return bool(noun) and between == between.lower() and 0 < len(between.split()) <= _MAX_LABEL_WORDS


def _label_start(text: str, last: Phrase, following: Phrase) -> int:
    """Where the label before a phrase begins: in "photo by A; pier photo by B" at the semicolon."""
    between = text[last.name_start : following.start]
    sign = max(between.rfind(sign) for sign in ";|·•–—,")
    label = between[sign + 1 :].split()
    if sign < 0 or not 0 < len(label) <= _MAX_LABEL_WORDS:
        return following.start
    return last.name_start + sign


#: Words that name a picture before its credit ("old pier photo by B"), at most.
_MAX_LABEL_WORDS = 3
