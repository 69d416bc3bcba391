"""The vocabulary's terms in a text, and a cheap first look whether it can credit anybody at all."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate

from creditline.credit.folding import fold
from creditline.credit.vocabulary import FIRST_WORD, SIGNS, TOKEN, UNSPACED, Sense, vocabulary


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


def lines_with_triggers(lines: list[str]) -> set[int]:
    """Which of a page's folded lines each `has_trigger`; cheaper than one by one."""
    known = vocabulary()
    whole = "\n".join(lines)
    pieces = set(whole.split())  # most words of a page repeat
    words = {piece for piece in pieces if piece.isalnum()}
    words |= set(_WORD.findall(" ".join(pieces - words)))
    words |= {part for word in words if "_" in word for part in word.split("_")}
    words |= {sign for sign in SIGNS if sign in whole}
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    found: set[int] = set()
    for word in words & known.triggers:
        found |= _lines_holding(word, whole, starts)
    maybe = [piece for piece in known.pieces if piece in whole]
    if any(compound in whole for compound in known.compounds):
        maybe.extend(word for word in words if word.endswith(known.compounds))
    inner = not whole.isascii() and _has_inner(whole)
    if maybe or inner:
        left = (index for index in range(len(lines)) if index not in found)
        for index in left:
            text = lines[index]
            if (any(piece in text for piece in maybe) and has_trigger(text)) or (inner and _has_inner(text)):
                found.add(index)
    return found


def _lines_holding(word: str, whole: str, starts: list[int]) -> set[int]:
    """The lines of a text in which a word stands by itself."""
    found: set[int] = set()
    place, size = whole.find(word), len(word)
    while place >= 0:
        sign = not word[0].isalnum()
        apart = not (whole[place - 1 : place].isalnum() or whole[place + size : place + size + 1].isalnum())
        if sign or apart:
            line = bisect_right(starts, place) - 1
            found.add(line)
            place = whole.find(word, starts[line + 1]) if line + 1 < len(starts) else -1
        else:
            place = whole.find(word, place + 1)
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


#: Words with underscores in them; quicker to find than `FIRST_WORD`.
_WORD = re.compile(r"\w+")
#: Scripts with vowel signs behind the letters.
_INDIC = re.compile(r"[\u0900-\u0dff\u0e31-\u0e4e\u0591-\u05c7\u064b-\u065f]")


def tokens_of(text: str) -> list[Token]:
    """The words and signs of a text."""
    folded = fold(text)
    return [Token(match.group(), match.start(), match.end()) for match in TOKEN.finditer(folded)]


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
