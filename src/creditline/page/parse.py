"""HTML text to a `Document`, in one walk over the tree of a WHATWG-conforming parser.

The parser builds its tree in C and hands out an object for a node when it is asked for one; attributes stay
where they are until somebody reads them. That is what makes reading a page cheap.
"""

from __future__ import annotations

from itertools import chain, islice

from turbohtml import Comment, DocumentFragment, Node, Text, parse
from turbohtml import Element as Tag

from creditline.page.document import Document, Element
from creditline.page.limits import (
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_NODES,
    TooComplexError,
    too_complex,
)
from creditline.page.noted import MARKED_SELECTOR, NOTED, Notes
from creditline.page.structured import crowded_items
from creditline.page.text_lines import BLOCK, BORDERS, BREAK, INLINE, Run, lines_of
from creditline.page.wholeness import broken_off, no_document

#: Stands after a document's last node, so that all elements end.
_END = Comment("")
#: What an element's borders do to the text around them, and what is kept of it, by tag.
_KINDS = {tag: (BORDERS.get(tag, INLINE), NOTED.get(tag)) for tag in BORDERS | NOTED}
_PLAIN = (INLINE, None)


def parse_document(text: str) -> Document:
    """Read a whole document; `Document.incomplete` says why it was not."""
    document = Document(incomplete=too_complex(text) or no_document(text), chars=len(text))
    if document.incomplete:
        return document
    runs: list[Run] = []
    broken = 0
    try:
        broken = _walk(parse(text, positions=False, allow_declarative_shadow_roots=False), document, runs)
    except TooComplexError as stop:
        document.incomplete = str(stop)
    if len(document.elements) > MAX_ELEMENTS:
        document.incomplete = f"too complex: more than {MAX_ELEMENTS} elements"
    end = _end_all(document.elements, runs)
    document.lines = lines_of(runs, broken or end)
    if document.items:
        document.incomplete = document.incomplete or crowded_items(document)
    document.incomplete = document.incomplete or broken_off(text)
    return document


def _walk(tree: Node, document: Document, runs: list[Run]) -> int:
    """Take in the nodes in document order; an element ends where a node of another parent comes.

    One loop on purpose: it runs once for each of a page's thousands of nodes, and what it would call
    costs more than what it does. Gives the tick at which the last line ended, 0 where nothing ended it.
    """
    marked = tree.select(MARKED_SELECTOR)  # kept, so that no other node gets one of the ids
    marked_ids = frozenset(map(id, marked))
    notes = Notes(document)
    elements, watched, silent = document.elements, notes.watched, notes.silent
    around: list[Node] = [tree]
    current: Element | None = None
    tick = broken = 0
    apart = blank = False
    for node in chain(islice(tree.descendants, MAX_NODES), (_END,)):
        parent = node.parent
        while parent is not around[-1] and current is not None:
            around.pop()
            tick += 1
            current.end = tick
            border = current.border
            if border == INLINE:
                apart = True
            elif border == BLOCK:
                broken = broken or tick + 1
            if current is watched[-1]:
                notes.end(current)
            current = current.parent
        if isinstance(node, Tag):
            tag = node.tag
            tick += 1
            border, note = _KINDS.get(tag, _PLAIN)
            depth = len(around)
            current = Element(tag, node, current, tick, depth - 1, border)
            around.append(node)
            elements.append(current)
            if id(node) in marked_ids:
                notes.marked(current)
            if border == INLINE:
                apart = True
            elif border >= BREAK:
                broken = broken or tick + 1
            if note is not None and note(notes, current):
                broken = broken or tick + 1
            if depth >= MAX_DEPTH or len(node.attrs) > MAX_ATTRIBUTES:
                notes.too_much(current)
        elif isinstance(node, Text):
            data = node.data
            if silent:
                notes.kept.append(data)
            elif data.isspace():
                blank = True
            elif data and current is not None:
                tick += 1
                runs.append((data, tick, current, broken, apart, blank, notes.link))
                broken, apart, blank = 0, False, False
        elif isinstance(node, DocumentFragment):  # stands between a template and its content
            around[-1] = node
        elif isinstance(node, Comment):
            notes.comment(node.data)
    return broken


def _end_all(elements: list[Element], runs: list[Run]) -> int:
    """End what is open where the walk was stopped; gives the tick after the last one."""
    end = 1 + max(elements[-1].end if elements else 0, runs[-1][1] if runs else 0)
    open_element = elements[-1] if elements else None
    while open_element is not None and open_element.end == open_element.start:
        open_element.end = end
        open_element = open_element.parent
    return end
