"""Lines that name makers by the numbers of their pictures: "Photos 1–2: A. Photo 3: B", "First photo: A"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from creditline.credit.grammar import grammar
from creditline.credit.naming import is_name_like, names_agency
from creditline.credit.terms import Token, terms_of, tokens_of
from creditline.credit.vocabulary import UNSPACED, Sense, vocabulary

#: Characters of such a line, and the highest number in it.
MAX_CHARS = 600
MAX_NUMBER = 40
#: Characters within which such a line names its first number.
_HEAD_CHARS = 40
_DIGIT = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
#: Stands for the last picture, whatever its number.
LAST = -1
_RANGE = frozenset(("-", "–", "—", "bis", "to", "a", "al", "au", "до", "по", "through"))
_SIGNS = frozenset(":=.)(];,|/&+#-–—[•·")


@dataclass(slots=True)
class _Label:
    """Numbers before a name."""

    numbers: list[int] = field(default_factory=list)
    ranged: bool = False

    def add(self, number: int) -> None:
        """Take in a number, and all numbers since the last one where a range was begun."""
        if self.ranged and self.numbers and 0 < self.numbers[-1] < number <= MAX_NUMBER:
            self.numbers.extend(range(self.numbers[-1] + 1, number + 1))
        else:
            self.numbers.append(number)
        self.ranged = False


def numbered_parts(text: str) -> list[tuple[list[int], int, int]]:
    """The numbers and where the names stand that follow them; nothing for other lines.

    Returns:
        Numbers from 1 in order (`LAST` for the last picture), start and end of the name.
    """
    if len(text) > MAX_CHARS or not _may_number(text) or UNSPACED.search(text):
        return []
    tokens = tokens_of(text)
    nouns = {
        place
        for term in terms_of(tokens)
        if term.sense & (Sense.PHOTO | Sense.BY | Sense.CREDIT | Sense.MADE)
        for place in range(term.first, term.after)
    }
    if not nouns:
        return []
    found = []
    for part in _parts(text, tokens, nouns):
        if not part[0]:
            return []
        found.append(part)
    numbers = [number for own, _, _ in found for number in own]
    fits = len(found) > 1 and len(set(numbers)) == len(numbers)
    names = [text[start:end].strip(" .,;") for _, start, end in found]
    return found if fits and all(is_name_like(name) or names_agency(name) for name in names) else []


def _may_number(text: str) -> bool:
    """Whether a text holds a number or an ordinal among its first words; cheap."""
    head = text[:_HEAD_CHARS]
    if _DIGIT.search(head) is not None:
        return True
    ordinals = vocabulary().ordinals
    return any(word in ordinals for word in head.lower().split(None, 2)[:2])


def _parts(text: str, tokens: list[Token], nouns: set[int]) -> Iterator[tuple[list[int], int, int]]:
    """Names with the labels before them, in order."""
    label, first = _Label(), -1
    for place, token in enumerate(tokens):
        joins = _joins(text, tokens, place, nouns, label)
        if joins and first >= 0 and token.text in ".&-," and not _begins_label(tokens, place, nouns):
            continue  # inside a name: "J. Doe", "Roe & Doe"
        if joins and first >= 0:
            yield label.numbers, tokens[first].start, tokens[place].start
            label, first = _Label(), -1
            _joins(text, tokens, place, nouns, label)
        elif not joins and first < 0:
            first = place
    if first >= 0:
        yield label.numbers, tokens[first].start, len(text)


def _joins(text: str, tokens: list[Token], place: int, nouns: set[int], label: _Label) -> bool:
    """Whether a token belongs to a label; what it says is taken into the label."""
    word = tokens[place].text
    number = number_of(word)
    if number is not None:
        label.add(number)
        return True
    if word in _RANGE and label.numbers and place + 1 < len(tokens) and number_of(tokens[place + 1].text):
        label.ranged = True
        return True
    small = word in grammar().and_ or word in grammar().articles
    return word in _SIGNS or place in nouns or (small and not text[tokens[place].start].isupper())


def _begins_label(tokens: list[Token], place: int, nouns: set[int]) -> bool:
    """Whether a label follows a sign: a noun or a number."""
    for following in range(place + 1, min(place + 4, len(tokens))):
        if following in nouns or number_of(tokens[following].text) is not None:
            return True
        if tokens[following].text not in _SIGNS and tokens[following].text not in grammar().articles:
            return False
    return False


def number_of(word: str) -> int | None:
    if word.isdigit():
        return int(word) if 0 < len(word) <= 2 and 0 < int(word) <= MAX_NUMBER else None
    return vocabulary().ordinals.get(word)
