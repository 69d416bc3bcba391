"""HTML text to a `Document`, in one pass over the events of a WHATWG-conforming parser."""

from __future__ import annotations

import re
from collections.abc import Callable

from turbohtml.saxparse import SaxHandler, sax_parse

from creditline.page.document import BACKGROUND_ATTRIBUTES, Document, Element, Line, LinkSpan
from creditline.page.limits import (
    MAX_ATTRIBUTES,
    MAX_COMMENT_CHARS,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_IMAGES,
    TooComplexError,
    too_complex,
)

#: Elements that begin and end a line, by the default style sheet of the HTML standard, and a few
#: (``td``, ``option``, ``button``) whose texts a reader sees apart.
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "video",
        "audio",
        "iframe",
        "object",
        "canvas",
        "search",
        "center",
        "marquee",
        "listing",
        "plaintext",
        "xmp",
        "template",
        "noscript",
    ]
)
#: Inline elements that style single letters; between others, words that touch are kept apart.
_LETTER_STYLES = frozenset(
    [
        "b",
        "i",
        "em",
        "strong",
        "font",
        "u",
        "s",
        "wbr",
        "sup",
        "sub",
        "mark",
        "bdi",
        "bdo",
        "ruby",
        "rt",
        "rb",
        "rp",
        "big",
        "tt",
    ]
)
_LINE_ENDS = BLOCKS | {"br"}
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


def parse_document(text: str) -> Document:
    """Read a whole document; `Document.incomplete` says why it was not."""
    refused = too_complex(text)
    if refused:
        return Document(incomplete=refused, chars=len(text))
    reader = _Reader()
    reader.document.chars = len(text)
    try:
        sax_parse(text, reader)
    except TooComplexError as stop:
        reader.document.incomplete = str(stop)
    reader.finish()
    return reader.document


class _Reader(SaxHandler):
    """Receives the parser's events and builds the document."""

    def __init__(self) -> None:
        self.document = Document()
        self._elements = self.document.elements
        self._tick = 0
        self._current: Element | None = None
        self._silent: list[Element] = []
        self._hidden_from: Element | None = None
        self._parts: list[str] = []
        self._length = 0
        self._space = False
        #: An element boundary that keeps words apart lies between the last run and the next.
        self._boundary = False
        self._runs: list[tuple[int, int]] = []
        self._links: list[LinkSpan] = []
        self._open_link: Element | None = None
        self._link_start = 0
        self._block: Element | None = None
        self._kept: list[str] = []

    # --- events ---------------------------------------------------------------------------------

    def start_element(self, tag: str, attrs: tuple[tuple[str, str | None], ...]) -> None:
        self._tick = tick = self._tick + 1
        parent = self._current
        found = dict(attrs) if attrs else {}
        if attrs and None in found.values():
            found = {name: value or "" for name, value in attrs}
        self._current = element = Element(tag, found, parent, tick)  # type: ignore[arg-type]
        elements = self._elements
        elements.append(element)
        if element.depth >= MAX_DEPTH or len(attrs) > MAX_ATTRIBUTES or len(elements) > MAX_ELEMENTS:
            self._refuse(element, len(attrs))
        if tag in _LINE_ENDS:
            if self._length:
                self._flush()
        elif tag not in _LETTER_STYLES:
            self._boundary = True
        if tag in _NOTED_TAGS or (attrs and not _NOTED_ATTRIBUTES.isdisjoint(found)):
            self._note(element)
        elif self._hidden_from is not None:
            element.hidden = True

    def end_element(self, tag: str) -> None:
        element = self._current
        if element is None:
            return
        self._tick += 1
        element.end = self._tick
        if tag in BLOCKS:
            if self._length:
                self._flush()
        elif tag not in _LETTER_STYLES:
            self._boundary = True
        self._current = element.parent
        if element is self._open_link:
            self._close_link()
        elif self._silent and element is self._silent[-1]:
            self._end_silence(element)
        if element is self._hidden_from:
            self._hidden_from = None

    def characters(self, data: str) -> None:
        if self._silent:
            self._kept.append(data)
            return
        words = data.split()
        if not words:
            self._space = True
            return
        if self._block is None:
            self._block = self._current
        self._tick += 1
        text = " ".join(words)
        if self._length:
            last = self._parts[-1][-1]
            glued = self._boundary and last.isalnum() and text[0].isalnum()
            if self._space or data[0].isspace() or glued:
                text = " " + text
        self._runs.append((self._tick, self._length))
        self._parts.append(text)
        self._length += len(text)
        self._space = data[-1].isspace()
        self._boundary = False

    def comment(self, data: str) -> None:
        if len(data) > MAX_COMMENT_CHARS:
            self.document.incomplete = f"too complex: a comment of {len(data)} characters"

    def finish(self) -> None:
        """Close what the parser left open when it was stopped."""
        self._flush()
        self._tick += 1
        element = self._current
        while element is not None:
            element.end = self._tick
            element = element.parent

    # --- what single elements mean --------------------------------------------------------------

    def _note(self, element: Element) -> None:
        tag, attrs, document = element.tag, element.attrs, self.document
        if self._hidden_from is not None:
            element.hidden = True
        elif "hidden" in attrs or ("style" in attrs and _HIDING_STYLE.search(attrs["style"])):
            element.hidden = True
            self._hidden_from = element
        noted = _NOTED.get(tag)
        if noted is not None:
            noted(self, element)
        if (
            tag in _SHOWERS
            or not _SHOWING.isdisjoint(attrs)
            or ("style" in attrs and "url(" in attrs["style"])
        ):
            document.showers.append(element)
        if "itemtype" in attrs:
            document.items.append(element)
        if tag in _SILENT:
            self._flush()
            self._silent.append(element)

    def _note_image(self, element: Element) -> None:
        self.document.imgs.append(element)
        if len(self.document.imgs) > MAX_IMAGES:
            raise TooComplexError(f"too complex: more than {MAX_IMAGES} images")
        if not _is_inline_icon(element.attrs):
            self._flush()

    def _note_link(self, element: Element) -> None:
        if "href" in element.attrs:
            self.document.links.append(element)
            self._begin_link(element)

    def _note_area(self, element: Element) -> None:
        self.document.links.append(element)

    def _note_meta(self, element: Element) -> None:
        self.document.metas.append(element)

    def _note_head_link(self, element: Element) -> None:
        self.document.head_links.append(element)

    def _note_base(self, element: Element) -> None:
        if self.document.base_href is None and "href" in element.attrs:
            self.document.base_href = element.attrs["href"]

    def _note_root(self, element: Element) -> None:
        self.document.language = element.attrs.get("lang") or None

    def _end_silence(self, element: Element) -> None:
        self._silent.pop()
        if self._silent:
            return
        text = "".join(self._kept)
        self._kept = []
        document = self.document
        if element.tag == "script":
            document.script_chars += len(text)
            if element.get("type").split(";")[0].strip().lower() in _JSON_TYPES or element.get(
                "id"
            ).startswith("__"):
                document.json_scripts.append((element, text))
        elif element.tag == "style":
            document.styles.append(text)
        elif element.tag == "noscript":
            document.noscript_text += " " + " ".join(text.split())
        elif element.tag == "title" and not document.title:
            document.title = " ".join(text.split())

    def _refuse(self, element: Element, attributes: int) -> None:
        """Say what is too much about an element; stop where going on would only cost time."""
        document = self.document
        if attributes > MAX_ATTRIBUTES:
            document.incomplete = f"too complex: {attributes} attributes in one element"
        if element.depth >= MAX_DEPTH:
            document.incomplete = f"too complex: depth {element.depth}"
        if len(document.elements) > MAX_ELEMENTS:
            raise TooComplexError(f"too complex: more than {MAX_ELEMENTS} elements")

    # --- lines ----------------------------------------------------------------------------------

    def _begin_link(self, element: Element) -> None:
        if self._open_link is not None:
            self._close_link()
        self._open_link = element
        self._link_start = self._length

    def _close_link(self) -> None:
        if self._open_link is not None and self._length > self._link_start:
            start = self._link_start
            if start and start < self._length:
                start += len(self._tail_blank(start))
            self._links.append(LinkSpan(self._open_link, start, self._length))
        self._open_link = None

    def _tail_blank(self, offset: int) -> str:
        """The blank that a run beginning at ``offset`` starts with."""
        for part, (_, start) in zip(self._parts, self._runs, strict=True):
            if start == offset:
                return " " if part.startswith(" ") else ""
        return ""

    def _flush(self) -> None:
        if self._length and self._block is not None:
            open_link = self._open_link
            self._close_link()
            self._open_link = open_link
            document = self.document
            document.lines.append(
                Line(
                    index=len(document.lines),
                    text="".join(self._parts),
                    start=self._runs[0][0],
                    end=self._tick + 1,
                    block=self._block,
                    links=self._links,
                    runs=self._runs,
                )
            )
            self._parts, self._runs, self._links = [], [], []
            self._length = 0
        self._link_start = 0
        self._space = self._boundary = False
        self._block = None


def _is_inline_icon(attrs: dict[str, str]) -> bool:
    width, height = attrs.get("width", ""), attrs.get("height", "")
    if "emoji" in attrs.get("class", "") or "smiley" in attrs.get("class", ""):
        return True
    return width.isdigit() and height.isdigit() and int(width) <= _INLINE_ICON_PX >= int(height)


#: What is kept of single elements, by tag.
_NOTED: dict[str, Callable[[_Reader, Element], None]] = {
    "img": _Reader._note_image,
    "a": _Reader._note_link,
    "area": _Reader._note_area,
    "meta": _Reader._note_meta,
    "link": _Reader._note_head_link,
    "base": _Reader._note_base,
    "html": _Reader._note_root,
}
#: Elements and attributes that are looked at more closely; most elements have neither.
_NOTED_TAGS = frozenset(_NOTED) | _SHOWERS | _SILENT
_NOTED_ATTRIBUTES = _SHOWING | {"style", "hidden", "itemtype"}
