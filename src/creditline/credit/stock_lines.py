"""Lines that name a picture, its maker and where it was had from, whatever the order.

Plug-ins of stock sites write them in every language; languages that put the noun last join the names by
endings and small words that no list of ours holds.
"""

from __future__ import annotations

import re

from creditline.credit.naming import is_name_like
from creditline.credit.phrase import Phrase
from creditline.credit.terms import Term, Token
from creditline.credit.vocabulary import UNSPACED, Sense, vocabulary, words_of

#: Characters and words of such a line.
MAX_STOCK_CHARS = 120
_MAX_WORDS = 12
_LETTER = r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
#: Words; in scripts without blanks they end where those begin.
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|\d|[.’'-](?=\w))*\.?")


def of_stock(text: str, tokens: list[Token], terms: list[Term]) -> Phrase | None:
    """The phrase of a short text that holds a noun for pictures, a name and a stock site or agency."""
    if len(text) > MAX_STOCK_CHARS or len(text.split()) > _MAX_WORDS:
        return None
    noun = next((term for term in terms if term.sense & Sense.PHOTO and not term.sense & Sense.AGENCY), None)
    if noun is None:
        return None
    names = _names(text)
    agencies = [name for name in names if _is_agency(text[slice(*name)])]
    taken = [(tokens[term.first].start, tokens[term.after - 1].end) for term in terms]
    makers = [
        (start, end)
        for start, end in names
        if " " in text[start:end]
        and is_name_like(text[start:end])
        and not any(first < end and last > start for first, last in (*taken, *agencies))
    ]
    if not agencies or len(makers) != 1 or not _is_joined(text, makers[0], agencies[-1]):
        return None
    start, end = makers[0]
    return Phrase(start, start, end, noun.sense | Sense.PHOTO, strong=True, keyword=tokens[noun.first].text)


def _names(text: str) -> list[tuple[int, int]]:
    """Where words with capitals stand in a row."""
    found: list[tuple[int, int]] = []
    for word in _WORD.finditer(text):
        if not word.group()[0].isupper():
            continue
        if found and text[found[-1][1] : word.start()] == " ":
            found[-1] = (found[-1][0], word.end())
        else:
            found.append(word.span())
    return found


def _is_agency(name: str) -> bool:
    """Whether a name is an agency's, perhaps with a case ending behind an apostrophe: "Unsplash'ta"."""
    bare = re.split(r"['’]", name, maxsplit=1)[0].strip(" .")
    return " ".join(words_of(bare)) in vocabulary().agencies


def _is_joined(text: str, maker: tuple[int, int], agency: tuple[int, int]) -> bool:
    """Whether nothing but small words stand between and around the two: no sentence of something else."""
    spans = sorted((maker, agency))
    rest = text[: spans[0][0]] + text[spans[0][1] : spans[1][0]] + text[spans[1][1] :]
    if UNSPACED.search(rest):
        return len(rest.strip()) <= _MAX_WORDS
    return not re.search(r"[.!?;]\s", rest.strip(" ."))
