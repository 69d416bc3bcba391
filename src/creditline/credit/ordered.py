"""Lists of makers in the order of the pictures, announced by a word of place: "Photos, from top: A; B; C"."""

from __future__ import annotations

import re
from functools import lru_cache

from creditline.credit.grammar import grammar
from creditline.credit.naming import is_name_like, names_agency
from creditline.credit.terms import terms_of, tokens_of, unspaced_terms
from creditline.credit.vocabulary import UNSPACED, Place, Sense, vocabulary

#: Characters of such a line, and of its head up to the colon.
MAX_CHARS = 400
_MAX_HEAD = 60
_COLON = re.compile(r"\s?[:：]\s*")
#: What divides the names; the first of these that the list holds.
_DIVIDERS = (
    re.compile(r"\s*[;；]\s*"),
    re.compile(r"\s*[|•·]\s*"),
    re.compile(r"\s*/\s*"),
    re.compile(r"\s*[,，、]\s*"),
)


@lru_cache(maxsize=1024)
def ordered_names(text: str) -> tuple[tuple[int, int], ...]:
    """Where the names of such a line stand, in order; nothing for other lines."""
    if len(text) > MAX_CHARS:
        return ()
    colon = next(
        (found for found in _COLON.finditer(text, 0, _MAX_HEAD) if _announces(text[: found.start()])), None
    )
    if colon is None:
        return ()
    for divider in _DIVIDERS:
        names = _parts(text, colon.end(), divider)
        if len(names) > 1:
            fits = all(is_name_like(text[start:end]) or names_agency(text[start:end]) for start, end in names)
            return tuple(names) if fits else ()
    return ()


def _announces(head: str) -> bool:
    """Whether a head says that pictures follow from the top or from the left: "Photos, from top"."""
    tokens = tokens_of(head)
    terms = [*unspaced_terms(head, tokens), *terms_of(tokens)]
    if not any(term.sense & (Sense.PHOTO | Sense.CREDIT) for term in terms):
        return False
    known = vocabulary().places
    return any(_is_first(token.text, known) for token in tokens) and not any(
        known.get(token.text) in (Place.MIDDLE, Place.LAST) and token.text not in grammar().ordered
        for token in tokens
    )


def _is_first(word: str, known: dict[str, Place]) -> bool:
    if UNSPACED.search(word):
        return any(known.get(sign) is Place.FIRST for sign in (word[0], word[-1]))
    return known.get(word) is Place.FIRST


def _parts(text: str, start: int, divider: re.Pattern[str]) -> list[tuple[int, int]]:
    """The parts of a text from a place on, without the signs around them."""
    found = []
    end = len(text.rstrip(" .)"))
    while start < end:
        cut = divider.search(text, start, end)
        found.append((start, cut.start() if cut is not None else end))
        start = cut.end() if cut is not None else end
    return found
