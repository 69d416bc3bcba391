"""Credits for all pictures but some: "All photos by Jane Doe except the third, by Max Roe"."""

from __future__ import annotations

from creditline.credit.grammar import grammar
from creditline.credit.name_ends import except_clause, name_end
from creditline.credit.numbered import number_of
from creditline.credit.proper_names import NAME
from creditline.credit.terms import tokens_of

#: Words behind "except" within which the pictures are named.
_MAX_LABEL = 6


def excepted_parts(text: str) -> list[tuple[int, int, int]]:
    """The pictures that a credit leaves out, and where their makers stand.

    Returns:
        Number (1 the first, `numbered.LAST` the last), start and end of the name, equal where none is named.
    """
    if grammar().except_.isdisjoint(text.lower().split()):
        return []
    clause = except_clause().search(text)
    if clause is None:
        return []
    tail = text[clause.end() :]
    numbers = [
        number for token in tokens_of(tail)[:_MAX_LABEL] if (number := number_of(token.text)) is not None
    ]
    name = NAME.search(text, clause.end())
    start = name.start() if name is not None else len(text)
    end = min(name.end(), name_end(text, start, start)) if name is not None else start
    return [(number, start, end) for number in dict.fromkeys(numbers)]
