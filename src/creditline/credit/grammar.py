"""Small words around a name, from the tables ``grammar`` of `vocabulary.toml`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

from creditline.credit.folding import composed, fold
from creditline.credit.vocabulary import tables

Words = frozenset[str]
#: Tables whose words are compared with texts as written, in small letters; all others with folded words.
_AS_WRITTEN = frozenset(("for_publisher", "in_publisher", "in_name", "staff", "except"))


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words of each table, of all languages; what they do stands in the data file."""

    relative: Words
    inside: Words
    by_verb_last: Words
    made_by: Words
    with_: Words
    and_: Words
    articles: Words
    ours: Words
    rest: Words
    lead: Words
    jobs: Words
    for_: Words
    for_publisher: Words
    in_publisher: Words
    in_name: Words
    before_agency: Words
    staff: Words
    licence: Words
    own_place: Words
    subject: Words
    us: Words
    except_: Words
    top: Words
    one: Words
    has: Words
    ordered: Words
    print_: Words
    by_end: Words
    advert: Words
    friends: Words
    clockwise: Words


@lru_cache(maxsize=1)
def grammar() -> Grammar:
    """The grammar, read once."""
    found = tables()["grammar"]
    return Grammar(**{field.name: _words(field.name.rstrip("_"), found) for field in fields(Grammar)})


def _words(name: str, found: dict[str, dict[str, list[str]]]) -> Words:
    words = {word for language, words in found[name].items() if language != "why" for word in words}
    return frozenset(composed(word) if name in _AS_WRITTEN else fold(composed(word)) for word in words)
