"""HTML text to a `Document`, in one walk over the tree of a WHATWG-conforming parser.

The parser builds its tree in C and hands out an object for a node when it is asked for one; attributes stay
where they are until somebody reads them. That is what makes reading a page cheap.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain, islice

from turbohtml import Comment, DocumentFragment, Node, Text, parse
from turbohtml import Element as Tag

from creditline.page.document import BACKGROUND_ATTRIBUTES, Document, Element
from creditline.page.limits import (
    MAX_ATTRIBUTES,
    MAX_COMMENT_CHARS,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_IMAGES,
    MAX_ITEMS,
    MAX_NODES,
    TooComplexError,
    too_complex,
)
from creditline.page.structured import crowded_items
from creditline.page.text_lines import LineBuilder

#: Elements that begin and end a line, by the default style sheet of the HTML standard, and a few
#: (``td``, ``option``, ``button``) whose texts a reader sees apart.
BLOCKS = frozenset(
    ("address", "article", "aside", "audio", "blockquote", "body", "button", "canvas", "caption", "center",
     "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
     "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html",
     "iframe", "legend", "li", "listing", "main", "marquee", "menu", "nav", "noscript", "object", "ol",
     "optgroup", "option", "p", "plaintext", "pre", "search", "section", "select", "summary", "table",
     "tbody", "td", "template", "tfoot", "th", "thead", "tr", "ul", "video", "xmp")
)  # fmt: skip
#: Inline elements that style single letters; between others, words that touch are kept apart.
_LETTER_STYLES = frozenset(
    ("b", "bdi", "bdo", "big", "em", "font", "i", "mark", "rb", "rp", "rt", "ruby", "s", "strong", "sub",
     "sup", "tt", "u", "wbr")
)  # fmt: skip
#: What the borders of an element do to the text around them: `_BREAK` ends a line where it begins only.
_BLOCK, _BREAK, _LETTERS, _INLINE = "block", "break", "letters", "inline"
_KINDS = dict.fromkeys(BLOCKS, _BLOCK) | dict.fromkeys(_LETTER_STYLES, _LETTERS) | {"br": _BREAK}
#: Elements that may show a picture, and attributes by which any element may.
_SHOWERS = frozenset(("video", "image", "picture", "source", "amp-img", "input", "object", "embed"))
_SHOWING = frozenset(BACKGROUND_ATTRIBUTES)
_HIDING_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_JSON_TYPES = ("application/ld+json", "application/json")
#: Pictures narrower and lower than this many CSS pixels stand within text, like letters.
_INLINE_ICON_PX = 32
_SILENT = frozenset(
    ("script", "style", "noscript", "template", "title", "iframe", "noembed", "noframes", "textarea")
)
#: Stands after a document's last node, so that all elements end.
_END = Comment("")


def parse_document(text: str) -> Document:
    """Read a whole document; `Document.incomplete` says why it was not."""
    refused = too_complex(text)
    if refused:
        return Document(incomplete=refused, chars=len(text))
    reader = _Reader()
    reader.document.chars = len(text)
    try:
        reader.read(text)
    except TooComplexError as stop:
        reader.document.incomplete = str(stop)
    reader.finish()
    return reader.document


class _Reader:
    """Walks the parser's tree and builds the document."""

    def __init__(self) -> None:
        self.document = Document()
        self._lines = LineBuilder()
        self.document.lines = self._lines.lines
        self._tick = 0
        self._silent: list[Element] = []
        self._hidden_from: Element | None = None
        self._kept: list[str] = []
        #: The open elements whose end means something, innermost last.
        self._watched: list[Element | None] = [None]

    def read(self, text: str) -> None:
        """Take in the nodes in document order; an element ends where a node of another parent comes.

        One long loop on purpose: it runs once for each of a page's thousands of nodes, and what it would
        call costs more than what it does.
        """
        tree = parse(text, positions=False, allow_declarative_shadow_roots=False)
        marked = tree.select(_MARKED_SELECTOR)  # kept, so that no other node gets one of the ids
        marked_ids = frozenset(map(id, marked))
        lines, elements, silent, watched = self._lines, self.document.elements, self._silent, self._watched
        around: list[Node] = [tree]
        current: Element | None = None
        tick = 0
        for node in chain(islice(tree.descendants, MAX_NODES), (_END,)):
            parent = node.parent
            while parent is not around[-1] and current is not None:
                around.pop()
                tick += 1
                current.end = tick
                kind = _KINDS.get(current.tag, _INLINE)
                if kind is _BLOCK:
                    if lines.length:
                        lines.flush(tick + 1)
                elif kind is _INLINE:
                    lines.boundary = True
                if current is watched[-1]:
                    self._end(current)
                current = current.parent
            if isinstance(node, Tag):
                tag = node.tag
                tick += 1
                current = Element(tag, node, current, tick, len(around) - 1)
                around.append(node)
                elements.append(current)
                kind = _KINDS.get(tag, _INLINE)
                if kind is _BLOCK or kind is _BREAK:
                    if lines.length:
                        lines.flush(tick + 1)
                elif kind is _INLINE:
                    lines.boundary = True
                if self._hidden_from is not None:
                    current.hidden = True
                if id(node) in marked_ids:
                    self._note_marked(current)
                if tag in _NOTED:
                    self._tick = tick
                    _NOTED[tag](self, current)
                if len(around) > MAX_DEPTH or len(node.attrs) > MAX_ATTRIBUTES:
                    self._refuse(current)
            elif isinstance(node, Text):
                data = node.data
                if silent:
                    self._kept.append(data)
                elif data.isspace():
                    lines.blank = True
                elif data:
                    tick += 1
                    lines.add(data, tick, current)
            elif isinstance(node, DocumentFragment):  # stands between a template and its content
                around[-1] = node
            elif isinstance(node, Comment) and len(node.data) > MAX_COMMENT_CHARS:
                self.document.incomplete = f"too complex: a comment of {len(node.data)} characters"
        self._tick = tick
        del marked

    def finish(self) -> None:
        """Close what is open where the walk was stopped."""
        if len(self.document.elements) > MAX_ELEMENTS:
            self.document.incomplete = f"too complex: more than {MAX_ELEMENTS} elements"
        self._lines.flush(self._tick + 1)
        last = self.document.elements[-1] if self.document.elements else None
        while last is not None and last.end == last.start:
            last.end = self._tick + 1
            last = last.parent
        if self.document.items:
            self.document.incomplete = self.document.incomplete or crowded_items(self.document)

    def _end(self, element: Element) -> None:
        """Take note of the end of a watched element."""
        self._watched.pop()
        if element is self._lines.open_link:
            self._lines.close_link()
        if self._silent and element is self._silent[-1]:
            self._end_silence(element)
        if element is self._hidden_from:
            self._hidden_from = None

    # --- what single elements mean --------------------------------------------------------------

    def _note_marked(self, element: Element) -> None:
        """Take note of an attribute that hides, shows a picture or begins an item."""
        style = element.get("style")
        if not element.hidden and (element.has("hidden") or (style and _HIDING_STYLE.search(style))):
            element.hidden = True
            self._hidden_from = element
            self._watch(element)
        if element.tag not in _SHOWERS and ("url(" in style or not _SHOWING.isdisjoint(element.names)):
            self.document.showers.append(element)
        if element.has("itemtype"):
            self.document.items.append(element)
            if len(self.document.items) > MAX_ITEMS:
                raise TooComplexError(f"too complex: more than {MAX_ITEMS} items of microdata")

    def _note_shower(self, element: Element) -> None:
        self.document.showers.append(element)

    def _note_silent(self, element: Element) -> None:
        self._lines.flush(self._tick + 1)
        self._silent.append(element)
        self._watch(element)

    def _watch(self, element: Element) -> None:
        if self._watched[-1] is not element:
            self._watched.append(element)

    def _note_image(self, element: Element) -> None:
        self.document.imgs.append(element)
        if len(self.document.imgs) > MAX_IMAGES:
            raise TooComplexError(f"too complex: more than {MAX_IMAGES} images")
        if not _is_inline_icon(element):
            self._lines.flush(self._tick + 1)

    def _note_link(self, element: Element) -> None:
        if element.has("href"):
            self.document.links.append(element)
            self._lines.begin_link(element)
            self._watch(element)

    def _note_area(self, element: Element) -> None:
        self.document.links.append(element)

    def _note_meta(self, element: Element) -> None:
        self.document.metas.append(element)

    def _note_head_link(self, element: Element) -> None:
        self.document.head_links.append(element)

    def _note_base(self, element: Element) -> None:
        if self.document.base_href is None and element.has("href"):
            self.document.base_href = element.get("href")

    def _note_root(self, element: Element) -> None:
        self.document.language = element.get("lang") or None

    def _end_silence(self, element: Element) -> None:
        self._silent.pop()
        if self._silent:
            return
        text = "".join(self._kept)
        self._kept = []
        document = self.document
        if element.tag == "script":
            document.script_chars += len(text)
            kind = element.get("type").split(";")[0].strip().lower()
            if kind in _JSON_TYPES or element.get("id").startswith("__"):
                document.json_scripts.append((element, text))
        elif element.tag == "style":
            document.styles.append(text)
        elif element.tag == "noscript":
            document.noscript_text += " " + " ".join(text.split())
        elif element.tag == "title" and not document.title:
            document.title = " ".join(text.split())

    def _refuse(self, element: Element) -> None:
        """Say what is too much about an element."""
        document = self.document
        attributes = element.attribute_count
        if attributes > MAX_ATTRIBUTES:
            document.incomplete = f"too complex: {attributes} attributes in one element"
        if element.depth >= MAX_DEPTH:
            document.incomplete = f"too complex: depth {element.depth}"


def _is_inline_icon(element: Element) -> bool:
    names = element.get("class")
    if names and ("emoji" in names or "smiley" in names):
        return True
    width, height = element.get("width"), element.get("height")
    return width.isdigit() and height.isdigit() and int(width) <= _INLINE_ICON_PX >= int(height)


#: What is kept of single elements, by tag.
_NOTED: dict[str, Callable[[_Reader, Element], None]] = {
    **dict.fromkeys(_SHOWERS, _Reader._note_shower),
    **dict.fromkeys(_SILENT, _Reader._note_silent),
    "img": _Reader._note_image,
    "a": _Reader._note_link,
    "area": _Reader._note_area,
    "meta": _Reader._note_meta,
    "link": _Reader._note_head_link,
    "base": _Reader._note_base,
    "html": _Reader._note_root,
}
#: Elements with attributes that are looked at more closely; the parser finds them faster than we do.
_MARKED_SELECTOR = ",".join(f"[{name}]" for name in (*BACKGROUND_ATTRIBUTES, "style", "hidden", "itemtype"))
