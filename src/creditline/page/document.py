"""A document as a careful reader takes it in: elements, and lines of text, links and images in order.

Every element and every run of text has a *tick*: its place in reading order. An element covers the
ticks from its start to its end, so that "inside", "before" and "after" are comparisons of numbers.
A *line* is text that a reader sees as one piece: it ends at block elements, line breaks and pictures,
however many wrappers stand around it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from turbohtml import Element as Tag

from creditline.page.limits import MAX_ATTRIBUTES

Attributes = dict[str, str]
#: Attributes by which an element other than ``<img>`` shows a picture.
BACKGROUND_ATTRIBUTES = (
    "data-bg", "data-background", "data-background-image", "data-bg-src", "data-lazy-bg",
    "data-lazy-background", "data-image-src", "data-back", "data-bgset", "data-image", "data-img-url",
    "data-full", "data-src",
)  # fmt: skip


class Element:
    """One element of the document; ``end`` is set when it closes."""

    __slots__ = ("_attrs", "_node", "border", "depth", "end", "hidden", "hints", "parent", "start", "tag")
    #: Set when they are first read.
    _attrs: Attributes
    #: What class, id and kind say (`page.hints`), set when it is first asked for.
    hints: frozenset[str]
    #: Not shown to a reader: by attribute or inline style, its own or an ancestor's.
    hidden: bool

    def __init__(
        self, tag: str, node: Tag, parent: Element | None, start: int, depth: int, border: int
    ) -> None:
        self.tag = tag
        self.parent = parent
        self.start = self.end = start
        self.depth = depth
        #: What its borders do to the text around them (`page.text_lines`).
        self.border = border
        self.hidden = False if parent is None else parent.hidden
        #: The parser's own element; it holds the attributes.
        self._node = node

    @property
    def attrs(self) -> Attributes:
        """All attributes, in order; read `get` for a single one, which costs less."""
        try:
            return self._attrs
        except AttributeError:
            read = self._node.attr
            # Beyond the bound the document counts as too complex; each one is looked up among all.
            self._attrs = {name: read(name) or "" for name in islice(self._node.attrs, MAX_ATTRIBUTES)}
            return self._attrs

    @property
    def names(self) -> Iterable[str]:
        """The names of its attributes."""
        return self._node.attrs

    @property
    def attribute_count(self) -> int:
        """How many attributes it has."""
        return len(self._node.attrs)

    def get(self, name: str) -> str:
        """The attribute's value, ``""`` where it is missing."""
        return self._node.attr(name) or ""

    def has(self, name: str) -> bool:
        """Whether the attribute is there, with a value or without."""
        return self._node.attr(name) is not None

    def covers(self, tick: int) -> bool:
        """Whether something at this tick stands inside."""
        return self.start <= tick < self.end

    def parent_covers(self, tick: int) -> bool:
        """Whether something at this tick stands inside the element around this one."""
        return self.parent is not None and self.parent.covers(tick)

    def ancestors(self) -> list[Element]:
        """The elements around this one, innermost first."""
        found = []
        element = self.parent
        while element is not None:
            found.append(element)
            element = element.parent
        return found

    def closest(self, *tags: str) -> Element | None:
        """This element or the nearest one around it with one of the tags."""
        element: Element | None = self
        while element is not None and element.tag not in tags:
            element = element.parent
        return element

    def __repr__(self) -> str:
        return f"<{self.tag} {self.start}..{self.end}>"


@dataclass(slots=True)
class LinkSpan:
    """A link's part of a line: ``line.text[start:end]`` is its text there."""

    element: Element
    start: int
    end: int

    @property
    def href(self) -> str:
        """The address as written."""
        return self.element.get("href")


@dataclass(slots=True)
class Line:
    """One piece of text as a reader sees it, blanks folded."""

    index: int
    text: str
    #: Ticks of its first and after its last run of text.
    start: int
    end: int
    #: The innermost element around its first run of text.
    block: Element
    links: list[LinkSpan] = field(default_factory=list)
    #: ``(tick, offset)`` of each run of text, to find which part an inline element covers.
    runs: list[tuple[int, int]] = field(default_factory=list)

    def span_of(self, element: Element) -> tuple[int, int]:
        """Which part of the text stands inside an element: ``(start, end)``, empty when none."""
        inside = [k for k, (tick, _) in enumerate(self.runs) if element.start <= tick < element.end]
        if not inside:
            return (0, 0)
        after = inside[-1] + 1
        end = self.runs[after][1] if after < len(self.runs) else len(self.text)
        return (self.runs[inside[0]][1], end)


@dataclass(slots=True)
class Document:
    """A parsed document, as `page.parse.parse_document` makes it."""

    elements: list[Element] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    #: All ``<img>`` in document order, ``noscript`` and ``template`` included.
    imgs: list[Element] = field(default_factory=list)
    #: Other elements that may show a picture (poster, svg image, style attribute), in order.
    showers: list[Element] = field(default_factory=list)
    links: list[Element] = field(default_factory=list)
    #: Elements that begin an item of microdata.
    items: list[Element] = field(default_factory=list)
    metas: list[Element] = field(default_factory=list)
    head_links: list[Element] = field(default_factory=list)
    #: ``(element, text)`` of scripts that hold data, of style sheets and of noscript content.
    json_scripts: list[tuple[Element, str]] = field(default_factory=list)
    #: Scripts that may hold the data of a gallery.
    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    noscript_text: str = ""
    script_chars: int = 0
    title: str = ""
    base_href: str | None = None
    language: str | None = None
    chars: int = 0
    #: Why the document was not read to its end.
    incomplete: str | None = None
    #: Where the lines begin, once somebody asked.
    _line_starts: list[int] = field(default_factory=list, repr=False)

    def lines_between(self, start: int, end: int) -> list[Line]:
        """The lines that begin at ticks ``start`` to ``end``."""
        starts = self._starts_of_lines()
        low = bisect_left(starts, start)
        return self.lines[low : bisect_left(starts, end, lo=low)]

    def has_line_between(self, start: int, end: int) -> bool:
        """Whether a line begins at ticks ``start`` to ``end``."""
        starts = self._starts_of_lines()
        low = bisect_left(starts, start)
        return low < len(starts) and starts[low] < end

    def _starts_of_lines(self) -> list[int]:
        if len(self._line_starts) != len(self.lines):
            self._line_starts = [line.start for line in self.lines]
        return self._line_starts

    def lines_in(self, element: Element) -> list[Line]:
        """The lines inside an element."""
        return self.lines_between(element.start, element.end)

    def elements_in(self, element: Element) -> list[Element]:
        """The elements inside an element, in document order."""
        return self.elements_between(element.start + 1, element.end)

    def count_in(self, element: Element) -> int:
        """How many elements stand inside an element."""
        low = bisect_left(self.elements, element.start + 1, key=_element_start)
        return bisect_left(self.elements, element.end, lo=low, key=_element_start) - low

    def elements_between(self, start: int, end: int) -> list[Element]:
        """The elements that begin at ticks ``start`` to ``end``."""
        low = bisect_left(self.elements, start, key=_element_start)
        high = bisect_left(self.elements, end, lo=low, key=_element_start)
        return self.elements[low:high]

    def lines_overlapping(self, element: Element) -> list[Line]:
        """The lines that have text inside an element, inline elements too."""
        low = bisect_left(self.lines, element.start, key=_line_end)
        return self.lines[low : bisect_left(self._starts_of_lines(), element.end, lo=low)]

    def text_of(self, element: Element) -> str:
        """All text inside an element, lines joined by a blank; parts of lines for inline elements."""
        parts = []
        for line in self.lines_overlapping(element):
            start, end = line.span_of(element)
            parts.append(line.text[start:end].strip())
        return " ".join(part for part in parts if part)


def _element_start(element: Element) -> int:
    return element.start


def _line_end(line: Line) -> int:
    return line.end
