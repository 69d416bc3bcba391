"""Credits by which authors mean themselves: "Photo by the author"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from creditline.credit.claims import Claim
from creditline.credit.parts import AUTHOR_BOX
from creditline.credit.scene import Scene
from creditline.credit.vocabulary import vocabulary, words_of
from creditline.page.document import Line
from creditline.page.hints import hints_of
from creditline.page.structured import json_objects

#: Characters of words by which authors mean themselves.
MAX_ONESELF = 24
#: Lines below a page's heading in which its author may stand, and characters of such a line.
BYLINE_LINES = 5
MAX_BYLINE = 80


def settled(scene: Scene, claim: Claim) -> Claim:
    """A claim that credits the author, as one for the owner where they are the page's author.

    Where the page names no author, and the owner somewhere, nobody can tell.
    """
    if claim.credits_owner or not 0 < len(claim.name) <= MAX_ONESELF:
        return claim
    words = " ".join(word for word in words_of(claim.name) if word[0].isalnum())
    if words not in vocabulary().oneself:
        return claim
    named = scene.once(_authors)
    if any(scene.identity.find(text) is not None for text in named):
        return replace(claim, names_owner=True)
    return replace(claim, unmapped=True) if not named and scene.names_owner else claim


def _authors(scene: Scene) -> list[str]:
    """What the page says of its author: data, bylines, short lines below the heading."""
    metas = [meta.get("content") for meta in scene.document.metas if meta.get("name") in _AUTHOR_METAS]
    data = [name for item in json_objects(scene.document) for name in _names(item.get("author"))]
    return [text for text in (*metas, *data, *(line.text for line in _bylines(scene))) if text.strip()]


def _bylines(scene: Scene) -> Iterator[Line]:
    left = 0
    for line in scene.document.lines:
        if line.block.closest("h1") is not None:
            left = BYLINE_LINES
        elif scene.excluded(line) == AUTHOR_BOX or "author" in hints_of(line.block):
            yield line
        elif left:
            left = left - 1 if len(line.text) <= MAX_BYLINE else 0
            if left:
                yield line


_AUTHOR_METAS = ("author", "article:author", "parsely-author", "dc.creator")


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _names(value.get("name"))
    elif isinstance(value, list):
        for entry in value[:20]:
            yield from _names(entry)
