"""What single elements of a document mean for it: pictures, links, data, text that nobody sees.

The walk over the tree (`page.parse`) tells of them in document order, and of the end of those whose end
means something.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from creditline.page.document import BACKGROUND_ATTRIBUTES, Document, Element
from creditline.page.limits import (
    MAX_ATTRIBUTES,
    MAX_COMMENT_CHARS,
    MAX_DEPTH,
    MAX_IMAGES,
    MAX_ITEMS,
    TooComplexError,
)

#: Elements that may show a picture, and attributes by which any element may.
_SHOWERS = frozenset(("video", "image", "picture", "source", "amp-img", "input", "object", "embed"))
_SHOWING = frozenset(BACKGROUND_ATTRIBUTES)
#: Elements with attributes that are looked at more closely; the parser finds them faster than we do.
MARKED_SELECTOR = ",".join(f"[{name}]" for name in (*BACKGROUND_ATTRIBUTES, "style", "hidden", "itemtype"))
_HIDING_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
#: Names in the data of galleries; other scripts say nothing of who made a picture.
_GALLERY = ("aption", "redit", "opyright", "hotographer", "subHtml")
_JSON_TYPES = ("application/ld+json", "application/json")
#: Pictures narrower and lower than this many CSS pixels stand within text, like letters.
_INLINE_ICON_PX = 32
#: Elements whose text is not the page's.
_SILENT = frozenset(
    ("script", "style", "noscript", "template", "title", "iframe", "noembed", "noframes", "textarea")
)


class Notes:
    """Takes note of single elements in a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        #: The link that is open; links do not nest.
        self.link: Element | None = None
        #: The open elements whose end means something, innermost last.
        self.watched: list[Element | None] = [None]
        #: The open elements whose text is not the page's, and that text.
        self.silent: list[Element] = []
        self.kept: list[str] = []

    def end(self, element: Element) -> None:
        """Take note of the end of a watched element."""
        self.watched.pop()
        if element is self.link:
            self.link = None
        if self.silent and element is self.silent[-1]:
            self._end_silence(element)

    def marked(self, element: Element) -> None:
        """Take note of an attribute that hides, shows a picture or begins an item."""
        style = element.get("style")
        if not element.hidden and (element.has("hidden") or (style and _HIDING_STYLE.search(style))):
            element.hidden = True
        if element.tag not in _SHOWERS and ("url(" in style or not _SHOWING.isdisjoint(element.names)):
            self.document.showers.append(element)
        if element.has("itemtype"):
            self.document.items.append(element)
            if len(self.document.items) > MAX_ITEMS:
                raise TooComplexError(f"too complex: more than {MAX_ITEMS} items of microdata")

    def comment(self, text: str) -> None:
        """Take note of a comment that has most likely swallowed the page."""
        if len(text) > MAX_COMMENT_CHARS:
            self.document.incomplete = f"too complex: a comment of {len(text)} characters"

    def too_much(self, element: Element) -> None:
        """Say what is too much about an element."""
        attributes = element.attribute_count
        if attributes > MAX_ATTRIBUTES:
            self.document.incomplete = f"too complex: {attributes} attributes in one element"
        if element.depth >= MAX_DEPTH:
            self.document.incomplete = f"too complex: depth {element.depth}"

    # --- by tag: whether a line of text ends there ------------------------------------------------

    def _shower(self, element: Element) -> bool:
        self.document.showers.append(element)
        return False

    def _silence(self, element: Element) -> bool:
        self.silent.append(element)
        self.watched.append(element)
        return True

    def _image(self, element: Element) -> bool:
        self.document.imgs.append(element)
        if len(self.document.imgs) > MAX_IMAGES:
            raise TooComplexError(f"too complex: more than {MAX_IMAGES} images")
        return not _is_inline_icon(element)

    def _link(self, element: Element) -> bool:
        if element.has("href"):
            self.document.links.append(element)
            self.link = element
            self.watched.append(element)
        return False

    def _area(self, element: Element) -> bool:
        self.document.links.append(element)
        return False

    def _meta(self, element: Element) -> bool:
        self.document.metas.append(element)
        return False

    def _head_link(self, element: Element) -> bool:
        self.document.head_links.append(element)
        return False

    def _base(self, element: Element) -> bool:
        if self.document.base_href is None and element.has("href"):
            self.document.base_href = element.get("href")
        return False

    def _root(self, element: Element) -> bool:
        self.document.language = element.get("lang") or None
        return False

    def _end_silence(self, element: Element) -> None:
        self.silent.pop()
        if self.silent:
            return
        text = "".join(self.kept)
        self.kept.clear()
        document = self.document
        if element.tag == "script":
            document.script_chars += len(text)
            kind = element.get("type").split(";")[0].strip().lower()
            if kind in _JSON_TYPES or element.get("id").startswith("__"):
                document.json_scripts.append((element, text))
            if text and "ld+json" not in kind and any(word in text for word in _GALLERY):
                document.scripts.append(text)
        elif element.tag == "style":
            document.styles.append(text)
        elif element.tag == "noscript":
            document.noscript_text += " " + " ".join(text.split())
        elif element.tag == "title" and not document.title:
            document.title = " ".join(text.split())


def _is_inline_icon(element: Element) -> bool:
    names = element.get("class")
    if names and ("emoji" in names or "smiley" in names):
        return True
    width, height = element.get("width"), element.get("height")
    return width.isdigit() and height.isdigit() and int(width) <= _INLINE_ICON_PX >= int(height)


#: What is kept of single elements, by tag.
NOTED: dict[str, Callable[[Notes, Element], bool]] = {
    **dict.fromkeys(_SHOWERS, Notes._shower),
    **dict.fromkeys(_SILENT, Notes._silence),
    "img": Notes._image,
    "a": Notes._link,
    "area": Notes._area,
    "meta": Notes._meta,
    "link": Notes._head_link,
    "base": Notes._base,
    "html": Notes._root,
}
