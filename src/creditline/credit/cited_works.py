"""Credits for the pictures of a book that the page speaks of, which are not the page's own pictures."""

from __future__ import annotations

import re

from creditline.credit.asides import names_subject
from creditline.credit.phrase import Phrase
from creditline.credit.terms import tokens_of
from creditline.credit.vocabulary import UNSPACED, vocabulary

#: Why such a credit does not count.
CITED = "credits the pictures of a book"
#: A bibliographic entry: a year and pages, or a number by which books are known.
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_PAGES = re.compile(
    r"\b(?:\d{1,4}\s?(?:[Ss]|p|pp|pag|págs?|pages|seiten|sid(?:or)?|sivua|str|стр|с|oldal|lk|psl|lpp|σελ)\b|(?:S|pp?|s|стр|с|str)\.\s?\d)|ISBN"
)

#: What a sentence or a part of a line ends with.
_SETS_OFF = tuple(",;([|/·•")
_SENTENCE_START = re.compile(r"[.!?。！？|:]\s*|\s[–—]\s")


def cites_book(text: str, phrase: Phrase) -> bool:
    """Whether a phrase inside a line credits what a book holds that the line names before it."""
    before = text[: phrase.start]
    if len(before.split()) < 2 and not UNSPACED.search(before):
        return False
    if is_reference(text):
        return True
    if _names_book(before):
        return True
    # "At the exhibition (photo Jane Doe)", "At the exhibition, photo: Jane Doe" credit the picture shown.
    apart = before.rstrip()[-1:] in _SETS_OFF or ":" in text[phrase.start : phrase.name_start]
    return not apart and leads_elsewhere(_SENTENCE_START.split(before)[-1])


def is_reference(text: str) -> bool:
    """Whether a text is an entry of a bibliography: a year, and pages or a number of books."""
    return _PAGES.search(text) is not None and _YEAR.search(text) is not None


def _names_book(text: str) -> bool:
    known = vocabulary().books
    words = [token.text for token in tokens_of(text)]
    return any(word in known or word.removeprefix("ב") in known for word in words)


def leads_elsewhere(before: str) -> bool:
    """Whether the words before a name speak of a show, a course, a book: "a book of photos by"."""
    return _names_book(before) or any(names_subject(token.text) for token in tokens_of(before))
