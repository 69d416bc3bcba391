"""Runs of text to the lines that a reader sees, with the links in them."""

from __future__ import annotations

from creditline.page.document import Element, Line, LinkSpan


class LineBuilder:
    """Receives a document's text, block borders and links in order, and makes its lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        #: Characters of the line begun; 0 between lines.
        self.length = 0
        #: An element border that keeps words apart lies between the last run and the next.
        self.boundary = False
        #: The last run ended with a blank, or one stood alone after it.
        self.blank = False
        self.open_link: Element | None = None
        self._parts: list[str] = []
        self._runs: list[tuple[int, int]] = []
        self._links: list[LinkSpan] = []
        self._block: Element | None = None
        self._link_start = 0
        #: Blanks between the link's border and its text.
        self._link_blank = 0

    def add(self, data: str, tick: int, block: Element | None) -> None:
        """Add a run of text that is more than blanks."""
        text = " ".join(data.split())
        if self.length:
            glued = self.boundary and self._parts[-1][-1].isalnum() and text[0].isalnum()
            if self.blank or glued or data[0].isspace():
                text = " " + text
        else:
            self._block = block
        if self.length == self._link_start:
            self._link_blank = int(text[0] == " ")
        self._runs.append((tick, self.length))
        self._parts.append(text)
        self.length += len(text)
        self.blank = data[-1].isspace()
        self.boundary = False

    def begin_link(self, element: Element) -> None:
        """Begin a link's part of the line; links do not nest."""
        if self.open_link is not None:
            self.close_link()
        self.open_link = element
        self._link_start = self.length

    def close_link(self) -> None:
        """End the open link's part of the line."""
        if self.open_link is not None and self.length > self._link_start:
            self._links.append(LinkSpan(self.open_link, self._link_start + self._link_blank, self.length))
        self.open_link = None

    def flush(self, tick: int) -> None:
        """End the line; ``tick`` is where the next thing begins."""
        if self.length and self._block is not None:
            link = self.open_link
            if link is not None:
                self.close_link()
                self.open_link = link
            text = self._parts[0] if len(self._parts) == 1 else "".join(self._parts)
            self.lines.append(
                Line(len(self.lines), text, self._runs[0][0], tick, self._block, self._links, self._runs)
            )
            self._parts, self._runs, self._links = [], [], []
            self.length = 0
        self._link_start = 0
        self.blank = self.boundary = False
        self._block = None
