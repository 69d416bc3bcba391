"""Credits for the pictures of a book that the page speaks of, which are not the page's own pictures."""

from __future__ import annotations

import re

from creditline.credit.phrase import Phrase
from creditline.credit.terms import tokens_of
from creditline.credit.vocabulary import UNSPACED, vocabulary

#: Why such a credit does not count.
CITED = "credits the pictures of a book"
#: A bibliographic entry: a year and pages, or a number by which books are known.
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_PAGES = re.compile(
    r"\b(?:\d{1,4}\s?(?:s|p|pp|pag|págs?|pages|seiten|sid(?:or)?|sivua|str|стр|с|oldal|lk|psl|lpp|σελ)\b|(?:S|pp?|s|стр|с|str)\.\s?\d)|ISBN"
)


def cites_book(text: str, phrase: Phrase) -> bool:
    """Whether a phrase inside a line credits what a book holds that the line names before it."""
    before = text[: phrase.start]
    if len(before.split()) < 2 and not UNSPACED.search(before):
        return False
    if _PAGES.search(text) and _YEAR.search(text):
        return True
    known = vocabulary().books
    words = [token.text for token in tokens_of(before)]
    return any(word in known or word.removeprefix("ב") in known for word in words)
