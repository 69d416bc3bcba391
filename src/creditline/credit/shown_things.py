"""Who made what a picture shows: an architect, a tailor, a cook. None of them is credited for the picture.

"The bridge was designed by Jane Doe" and a recipe "adapted from" a magazine use words that credit pictures as
well; the thing they speak of stands before the verb.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from creditline.credit.claims import Claim
from creditline.credit.folding import composed, fold
from creditline.credit.passages import OTHER_WORK
from creditline.credit.scene import Scene
from creditline.credit.speaks import speaks_of_picture
from creditline.credit.terms import terms_of, tokens_of
from creditline.credit.vocabulary import Sense

_TABLES = ("verbs", "nouns", "endings", "designs")
#: Letters of a word for a thing from which on it may have an ending.
_MIN_STEM = 5
#: Words between a verb and the name that it joins: "by", "by the firm of".
_MAX_BY_WORDS = 2


@dataclass(frozen=True, slots=True)
class Things:
    """The words of `things.toml`, folded."""

    verbs: frozenset[str]
    whole: frozenset[str]
    stems: tuple[str, ...]
    endings: tuple[str, ...]
    designs: frozenset[str]


@lru_cache(maxsize=1)
def things() -> Things:
    """The words, read once."""
    table = tomllib.loads(files("creditline.credit").joinpath("things.toml").read_text("utf-8"))
    found = {name: [fold(composed(word)) for word in table[name]] for name in _TABLES}
    return Things(
        verbs=frozenset(found["verbs"]),
        whole=frozenset(found["nouns"]),
        stems=tuple(word for word in found["nouns"] if len(word) >= _MIN_STEM),
        endings=tuple(found["endings"]),
        designs=frozenset(found["designs"]),
    )


def unless_of_thing(scene: Scene, claim: Claim) -> Claim:
    """A claim, not counted where it says who made the thing that is shown, or where a recipe is from."""
    words = claim.keyword.split()
    if claim.rejected is not None or len(words) < 2 or speaks_of_picture(claim.keyword):
        return claim
    if not speaks_of_picture(claim.quote) and _begins_with_work(claim):
        return claim.but_rejected(OTHER_WORK)
    if words[0] not in things().verbs:
        return claim
    line = next((line for line in scene.document.lines if claim.quote in line.text), None)
    before = line.text[: line.text.find(claim.quote)] if line is not None else ""
    return claim.but_rejected(OTHER_WORK) if _names_thing(before) else claim


def _begins_with_work(claim: Claim) -> bool:
    """Whether other work stands between keyword and name: "Adapted from a recipe in …"."""
    head = claim.quote[: max(claim.quote.find(claim.name), 0)]
    return any(
        term.sense & Sense.ROLE and not term.sense & (Sense.BY | Sense.AUTHOR | Sense.PHOTO)
        for term in terms_of(tokens_of(head))
    )


def made_thing(text: str, position: int) -> bool:
    """Whether the text before a place says that somebody named there made a thing: "Dress sewn by"."""
    tokens = [token for token in tokens_of(text[:position]) if token.text[0].isalnum()]
    verb = next((t for t in reversed(tokens[-_MAX_BY_WORDS - 1 :]) if t.text in things().verbs), None)
    return verb is not None and _names_thing(text[: verb.start])


def _names_thing(text: str) -> bool:
    """Whether a text names a thing that somebody makes, and neither a picture nor a design."""
    words = [token.text for token in tokens_of(text)]
    known = things()
    if any(term.sense & Sense.PHOTO for term in terms_of(tokens_of(text))):
        return False
    if not known.designs.isdisjoint(words):
        return False
    return any(
        word in known.whole or word.startswith(known.stems) or word.endswith(known.endings) for word in words
    )
