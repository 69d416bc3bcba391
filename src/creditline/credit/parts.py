"""Parts of a page whose text does not speak of pictures outside: comments, boxes, navigation, footers.

For a picture inside the same part the part's own text counts. Of a thread of comments each comment is a
part of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from creditline.page.document import Element
from creditline.page.hints import hints_of

#: Why lines about the page's author are left out; inside a picture's own frame they name its author.
AUTHOR_BOX = "author box"
HIDDEN = "hidden"
COMMENT = "comment"
BOX = "another part of the page"
SITE_PART = "site navigation or footer"
#: Elements that are never left out as a whole.
PAGE_TAGS = frozenset(("html", "body", "main"))
#: Elements that repeat in a list of comments, one for each.
_ITEM_TAGS = frozenset(("li", "tr", "article", "dd"))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page and why its text is left out elsewhere."""

    element: Element
    reason: str

    def holds(self, line_block: Element, shown: Element) -> bool:
        """Whether a picture's element stands in the part as well, and in the same comment of a thread."""
        if not self.element.covers(shown.start):
            return False
        return self.reason != COMMENT or not _in_different_items(line_block, shown)


class PartReader:
    """Tells in which part of its page an element stands."""

    def __init__(self) -> None:
        self._known: dict[int, Part | None] = {}

    def of(self, element: Element) -> Part | None:
        """The outermost part that an element stands in, ``None`` in the page's own text."""
        key = id(element)
        if key not in self._known:
            outer = self.of(element.parent) if element.parent is not None else None
            if outer is None:
                reason = _reason(element)
                outer = Part(element, reason) if reason else None
            self._known[key] = outer
        return self._known[key]


def _reason(element: Element) -> str | None:
    if element.tag in PAGE_TAGS:
        return None
    hints = hints_of(element)
    if "comment" in hints:
        return COMMENT
    if element.hidden:
        return HIDDEN
    if "caption" in hints or "credit" in hints:
        return None
    if "author" in hints and element.tag not in ("article", "main") and "content" not in hints:
        return AUTHOR_BOX
    if element.tag == "aside" and "content" not in hints:
        return BOX
    if element.tag == "nav" or (
        "navigation" in hints and element.tag not in ("article", "figure", "section")
    ):
        return SITE_PART if element.closest("article", "figure") is None else None
    if element.tag == "footer" and element.closest("article", "main", "figure", "section") is None:
        return SITE_PART
    return None


def _in_different_items(one: Element, other: Element) -> bool:
    """Whether two elements stand in different entries of one list: siblings that are marked alike."""
    first = _child_towards(one, other)
    second = _child_towards(other, one)
    if first is None or second is None or first.tag != second.tag:
        return False
    if first.tag in _ITEM_TAGS:
        return True
    names = [element.get("class").split()[:1] for element in (first, second)]
    return names[0] == names[1] and all(COMMENT in hints_of(element) for element in (first, second))


def _child_towards(inner: Element, other: Element) -> Element | None:
    """The outermost element around ``inner`` that does not hold ``other``."""
    found: Element | None = None
    element: Element | None = inner
    while element is not None and not element.covers(other.start):
        found, element = element, element.parent
    return found
