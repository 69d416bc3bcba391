"""What class names, ids and element kinds say about the part of a page they mark.

The words are in `hints.toml`. They match whole parts of a name (``author-box`` has the parts ``author``
and ``box``), never the middle of a word.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise, product

from creditline.page.document import Element

_PART = re.compile(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])|\d+")

#: A class attribute's characters that are read.
_MAX_NAMES = 1_000
_NAV_TAGS = {"nav": "navigation", "aside": "related"}
NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=16_384)
def hints_of_names(names: str) -> frozenset[str]:
    """The hints that a class attribute or id gives, by its parts."""
    found: set[str] = set()
    if "type-post" in names or "hentry" in names:  # WordPress puts every tag's name into these classes
        return frozenset(("content",))
    for name in names[:_MAX_NAMES].split():
        found |= hints_of_name(name)
    return frozenset(found)


@lru_cache(maxsize=16_384)
def hints_of_name(name: str) -> frozenset[str]:
    """The hints that one name gives; the names of a page stand beside each other in ever new rows."""
    words, pairs, alone = _tables()
    parts = [part.lower() for part in _PART.findall(name)]
    found = alone.get(" ".join(parts), NONE)
    for part in parts:
        found |= words.get(part, NONE)
    for pair in pairwise(parts):
        found |= pairs.get(pair, NONE)
    return found


_Hints = frozenset[str]


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, _Hints], dict[tuple[str, str], _Hints], dict[str, _Hints]]:
    """The hints of single parts, of two parts in a row, and of whole names."""
    table: dict[str, dict[str, list[str]]] = tomllib.loads(
        files("creditline.page").joinpath("hints.toml").read_text("utf-8")
    )
    words: dict[str, _Hints] = {}
    pairs: dict[tuple[str, str], _Hints] = {}
    alone: dict[str, _Hints] = {}
    for hint, entry in table.items():
        for word in entry["words"]:
            words[word] = words.get(word, NONE) | {hint}
        for pair in product(entry.get("first", ()), entry.get("second", ())):
            pairs[pair] = pairs.get(pair, NONE) | {hint}
        for name in entry.get("alone", ()):
            alone[name] = alone.get(name, NONE) | {hint}
    return words, pairs, alone


def hints_of(element: Element) -> frozenset[str]:
    """The hints that an element's class, id and kind give."""
    try:
        return element.hints
    except AttributeError:
        element.hints = _hints(element)
        return element.hints


def _hints(element: Element) -> frozenset[str]:
    names, name = element.get("class"), element.get("id")
    if name:
        names += " " + name
    if "-" in element.tag:  # an element of the site's own making, named for what it is
        names += " " + element.tag
    found = hints_of_names(names) if names else NONE
    return found | {_NAV_TAGS[element.tag]} if element.tag in _NAV_TAGS else found


def marked(element: Element, hint: str, *, levels: int | None = None) -> Element | None:
    """The element or the nearest one around it (at most ``levels`` up) that gives a hint."""
    current: Element | None = element
    while current is not None and (levels is None or element.depth - current.depth <= levels):
        if current.tag not in ("html", "body") and hint in hints_of(current):
            return current
        current = current.parent
    return None
