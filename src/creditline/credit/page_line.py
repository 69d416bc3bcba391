"""One credit phrase that stands beside no picture, and what its label says of the pictures it is for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from creditline.credit.folding import fold
from creditline.credit.grammar import grammar
from creditline.credit.passages import is_other_work
from creditline.credit.phrase import Phrase
from creditline.credit.terms import tokens_of
from creditline.credit.vocabulary import Sense, vocabulary
from creditline.page.document import Line

#: Words that name a picture before its credit ("old pier photo by B"), at most.
MAX_LABEL_WORDS = 3
#: Characters of one entry of a list, at most.
MAX_ENTRY_CHARS = 240
#: Signs of ownership in general: alone they speak for the page's text as well.
SIGNS = frozenset(("©", "( c )", "copyright", "all rights reserved", "ⓒ", "copr", "rights", "credits"))
NUMBER_LABEL = re.compile(r"(?:^|[\s(\[.,;|#])(?:no\.?|nr\.?|n°)?\s*(\d{1,2})\s*[.):\]]?\s*$", re.IGNORECASE)
NUMBER_START = re.compile(r"\s*[#\[(]?(\d{1,2})[\])]?\s*[:.)–-]")
_QUOTED = re.compile(r"[\"“”„«»‘’‚「『]([^\"“”„«»‘’‚「」『』]{2,60})[\"“”«»‘’」』]")
#: Characters before a keyword in which "all other" may stand.
_REST_CHARS = 40
LABEL_WORD = re.compile(r"[^\W_]{3,}")


@dataclass(frozen=True, slots=True)
class PageLine:
    """One credit phrase that stands beside no picture, or speaks of several."""

    line: Line
    phrase: Phrase
    lead: bool
    plural: bool
    #: It says that it speaks of all pictures: "Alle Fotos: Jane".
    every: bool = False
    #: Position in a numbering, from 1, where the label gives one: "Picture 3: Jane".
    number: int | None = None
    #: Words of the label that name a picture otherwise: "Notes image by Jane".
    nickname: tuple[str, ...] = ()
    #: Place and size of the list below a heading that it is an entry of.
    entry: tuple[int, int] | None = None
    #: The label as written, and whether it means the pictures that nothing else does: "Other photos: Jane".
    label: str = ""
    rest: bool = False

    @property
    def section(self) -> int | None:
        """The list that it is an entry of, by the line of its first one."""
        return self.line.index - self.entry[0] if self.entry is not None else None

    @property
    def nicknames(self) -> list[tuple[str, ...]]:
        """The names that the label gives pictures: of "Header and „The Team“" each by itself."""
        quoted = [tuple(LABEL_WORD.findall(fold(name))) for name in _QUOTED.findall(self.label)]
        return [name for name in (*quoted, () if quoted else self.nickname) if name]

    @property
    def is_single(self) -> bool:
        """Whether nothing in it says which or how many pictures it speaks of."""
        return not (self.lead or self.plural or self.number or self.nickname or self.entry)


def speaks_of_pictures(phrase: Phrase) -> bool:
    """Whether a phrase surely speaks of pictures."""
    if is_other_work(phrase) or not phrase.strong:
        return False
    if not phrase.sense & (Sense.PHOTO | Sense.MADE | Sense.CREDIT):
        return False
    return bool(phrase.sense & (Sense.PHOTO | Sense.MADE)) or phrase.keyword not in SIGNS


def page_line(line: Line, phrase: Phrase) -> PageLine:
    """A phrase with what its label says."""
    before = line.text[: phrase.start]
    label = before[max(map(before.rfind, ".;|•·)!?")) + 1 :] if before else ""
    after = line.text[phrase.start + len(phrase.keyword) :]
    number = NUMBER_LABEL.search(label) or NUMBER_START.match(after)
    plural, lead = bool(phrase.sense & Sense.PLURAL), bool(phrase.sense & Sense.LEAD)
    words = tuple(LABEL_WORD.findall(fold(label))) if len(label) <= 40 and not lead else ()
    every = plural and bool(
        vocabulary().every & {token.text for token in tokens_of(line.text[: phrase.name_start])}
    )
    place = int(number.group(1)) if number else None
    said = line.text[max(0, phrase.start - _REST_CHARS) : phrase.name_start]
    return PageLine(line, phrase, lead, plural, every, place, words, label=said, rest=means_rest(said))


def means_rest(label: str) -> bool:
    """Whether a label means all other pictures: "Übrige Bilder", "Other photos by"."""
    return any(token.text in grammar().rest for token in tokens_of(label))
