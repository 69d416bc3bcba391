"""Words in and around names of persons and firms, from the table ``names`` of `vocabulary.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from creditline.credit.folding import composed, fold
from creditline.credit.vocabulary import tables


@dataclass(frozen=True, slots=True)
class NameWords:
    """What the table says; all folded."""

    #: Words for the trade, which names of firms have or leave out, and titles of persons.
    trade: frozenset[str]
    #: Small words between names.
    particles: frozenset[str]
    #: Pet names that begin with other letters than the name they stand for.
    short: dict[str, str]


@lru_cache(maxsize=1)
def name_words() -> NameWords:
    """The words, read once."""
    table = tables()["names"]
    return NameWords(
        trade=frozenset(fold(composed(word)) for word in table["trade"]),
        particles=frozenset(fold(composed(word)) for word in table["particles"]),
        short={fold(composed(pet)): fold(composed(name)) for pet, name in table["short"].items()},
    )
