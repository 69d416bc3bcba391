"""The vocabulary's terms in a text, and a cheap first look whether it can credit anybody at all."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from creditline.credit.folding import fold
from creditline.credit.page_text import PageText
from creditline.credit.vocabulary import FIRST_WORD, SIGNS, UNSPACED, Sense, token_pattern, vocabulary


@dataclass(slots=True)
class Token:
    """One word or sign of a text, folded, with its place."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Term:
    """A vocabulary term found in the tokens ``first`` to ``after``."""

    first: int
    after: int
    sense: Sense


def lines_with_triggers(page: PageText) -> set[int]:
    """Which of a page's lines each `has_trigger`; cheaper than one by one."""
    known = vocabulary()
    found: set[int] = set()
    for word in known.trigger_bytes.intersection(page.words):
        found.update(page.lines_with_word(word.decode()))
    for sign in SIGNS:
        found.update(page.lines_holding(sign))
    for piece in (*known.pieces, *known.compound_stems):
        maybe = (line for line in page.lines_holding(piece) if line not in found)
        found.update([line for line in maybe if has_trigger(page.lines[line])])
    scripts = page.foreign
    if _INDIC.search(scripts) or UNSPACED.search(scripts):
        for pattern in (known.inner, known.unspaced):
            found.update(page.lines_matching(pattern))
    return found


def has_trigger(text: str) -> bool:
    """Whether a text may hold a phrase at all; cheap."""
    known = vocabulary()
    lowered = text.lower()
    words = FIRST_WORD.findall(lowered)
    if not known.triggers.isdisjoint(words):
        return True
    # Compounds ("Pressefoto") begin a line or stand before a colon.
    if words and words[0].endswith(known.compounds):
        return True
    if ":" in lowered and any(part.rstrip().endswith(known.compounds) for part in lowered.split(":")[:-1]):
        return True
    return any(piece in lowered for piece in known.pieces) or (not text.isascii() and _has_inner(lowered))


def _has_inner(text: str) -> bool:
    """Whether a text holds a term of a script without blanks or with vowel signs."""
    known = vocabulary()
    if _INDIC.search(text) is not None and known.inner.search(text) is not None:
        return True
    return UNSPACED.search(text) is not None and known.unspaced.search(text) is not None


#: Scripts with vowel signs behind the letters.
_INDIC = re.compile(r"[\u0900-\u0dff\u0e31-\u0e4e\u0591-\u05c7\u064b-\u065f]")


def tokens_of(text: str) -> list[Token]:
    """The words and signs of a text."""
    folded = fold(text)
    words = token_pattern(folded).finditer(folded)
    return [Token(word.group(), word.start(), word.end()) for word in words]


def terms_of(tokens: list[Token]) -> list[Term]:
    """The terms of scripts with blanks between words, the longest at each place."""
    known = vocabulary()
    found = []
    position = 0
    while position < len(tokens):
        word = tokens[position].text
        term = None
        for words, sense in known.terms.get(word, ()):
            size = len(words)
            if size == 1 or all(
                position + step < len(tokens) and tokens[position + step].text == words[step]
                for step in range(1, size)
            ):
                term = Term(position, position + size, sense)
                break
        if term is None and len(word) > 6 and word.endswith(known.compounds):
            term = Term(position, position + 1, Sense.PHOTO)
        if term is not None:
            found.append(term)
        position = term.after if term is not None else position + 1
    return found


def unspaced_terms(text: str, tokens: list[Token]) -> list[Term]:
    """Terms inside runs of letters of scripts without blanks; the tokens are split where they end."""
    if text.isascii() or not UNSPACED.search(text):
        return []
    known = vocabulary()
    found = []
    for match in known.unspaced.finditer(fold(text)):
        first = _split_at(tokens, match.start())
        after = _split_at(tokens, match.end())
        found.append(Term(first, after, known.unspaced_senses[match.group()]))
    return found


def _split_at(tokens: list[Token], offset: int) -> int:
    """The index of the token that begins at ``offset``, after splitting the one that spans it."""
    index = bisect_left(tokens, offset, key=_start_of)
    if index and tokens[index - 1].end > offset:
        token = tokens[index - 1]
        cut = offset - token.start
        tokens[index - 1 : index] = [
            Token(token.text[:cut], token.start, offset),
            Token(token.text[cut:], offset, token.end),
        ]
    return index


def _start_of(token: Token) -> int:
    return token.start
