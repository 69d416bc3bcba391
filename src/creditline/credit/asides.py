"""Sentences that speak of pictures and of the owner, and of something else than the page's own pictures.

A show, a course, a prize, a talk, or no more than what somebody is by trade: "The photographer Jane Doe grew
up in this street". Whoever writes of "us" may mean that the photographer was there for these pictures.
"""

from __future__ import annotations

from functools import lru_cache

from creditline.credit.grammar import grammar
from creditline.credit.terms import Term, Token
from creditline.credit.vocabulary import UNSPACED, Sense, vocabulary

#: Words of a sentence beside the name and the trade from which on it tells something of its own.
MIN_TOLD_WORDS = 4
#: The same in scripts without blanks, in letters.
_MIN_TOLD_CHARS = 8
#: Letters of a beginning or end of a word that says what a sentence is about; shorter ones are whole words.
_MIN_STEM = 5


def tells_other(tokens: list[Token], terms: list[Term]) -> bool:
    """Whether a sentence, without its name, speaks of somebody's trade or of what they do elsewhere.

    Args:
        tokens, terms: The words beside the name and those for pictures (`sentences.terms_beside`).
    """
    words = [token.text for token in tokens if token.text[0].isalnum()]
    known = grammar()
    if any(map(names_subject, words)):
        return True
    if not terms or not known.us.isdisjoint(words) or not known.ours.isdisjoint(words[:1]):
        return False
    if not vocabulary().making.verbs.isdisjoint(words):
        return False
    trades = [term for term in terms if _is_trade(tokens, term)]
    if len(trades) < len(terms):
        return False
    rest = "".join(words) if UNSPACED.search("".join(words)) else ""
    return len(words) - len(trades) >= MIN_TOLD_WORDS or len(rest) >= _MIN_TOLD_CHARS


def _is_trade(tokens: list[Token], term: Term) -> bool:
    """Whether a term names who takes pictures for a living, or the trade."""
    word = "".join(token.text for token in tokens[term.first : term.after])
    return bool(term.sense & Sense.PHOTO) and word in grammar().jobs


@lru_cache(maxsize=4096)
def names_subject(word: str) -> bool:
    """Whether a folded word is one for a show, a course, a prize and the like."""
    subjects, stems = _subjects()
    if word in subjects:
        return True
    if UNSPACED.search(word):
        return any(subject in word for subject in subjects)
    return word.startswith(stems) or word.endswith(stems)


@lru_cache(maxsize=1)
def _subjects() -> tuple[frozenset[str], tuple[str, ...]]:
    """The words for what else a page tells of somebody, and those that may have endings or stand joined."""
    words = grammar().subject
    return words, tuple(word for word in words if len(word) >= _MIN_STEM)
