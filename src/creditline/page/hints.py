"""What class names, ids and element kinds say about the part of a page they mark.

The words are in `hints.toml`. They match whole parts of a name (``author-box`` has the parts ``author``
and ``box``), never the middle of a word.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

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
        parts = " " + " ".join(part.lower() for part in _PART.findall(name)) + " "
        found.update(hint for hint, expression in _expressions().items() if expression.search(parts))
    return frozenset(found)


@lru_cache(maxsize=1)
def _expressions() -> dict[str, re.Pattern[str]]:
    """An expression for each hint, over parts with a blank before and after each."""
    table: dict[str, dict[str, list[str]]] = tomllib.loads(
        files("creditline.page").joinpath("hints.toml").read_text("utf-8")
    )
    return {hint: re.compile("|".join(_alternatives(words))) for hint, words in table.items()}


def _alternatives(words: dict[str, list[str]]) -> list[str]:
    found = [f" (?:{'|'.join(words['words'])}) "]
    if "first" in words:
        found.append(f" (?:{'|'.join(words['first'])}) (?:{'|'.join(words['second'])}) ")
    if "alone" in words:
        found.append(f"^ (?:{'|'.join(words['alone'])}) $")
    return found


def hints_of(element: Element) -> frozenset[str]:
    """The hints that an element's class, id and kind give."""
    names, name = element.get("class"), element.get("id")
    if name:
        names += " " + name
    found = hints_of_names(names) if names else NONE
    if element.tag in _NAV_TAGS:
        return found | {_NAV_TAGS[element.tag]}
    return found


def marked(element: Element, hint: str, *, levels: int | None = None) -> Element | None:
    """The element or the nearest one around it (at most ``levels`` up) that gives a hint."""
    current: Element | None = element
    while current is not None and (levels is None or element.depth - current.depth <= levels):
        if current.tag not in ("html", "body") and hint in hints_of(current):
            return current
        current = current.parent
    return None
