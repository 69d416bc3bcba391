"""What the rules look at: one document with its pictures, lines and the owner they are asked about.

A scene is put together from its parts: what all of them know (`scene_base`), the pictures that stand
(`standing`), the lines around each (`zones`), and where the owner is linked or named (`owner_traces`).
"""

from __future__ import annotations

from functools import cached_property

from creditline.credit.bylines import is_photo_byline
from creditline.credit.owner_traces import OwnerTraces
from creditline.credit.parts import AUTHOR_BOX
from creditline.credit.recommended import RECOMMENDED, recommended_lines
from creditline.credit.terms import lines_with_triggers
from creditline.credit.zones import Zones
from creditline.page.document import Element, Line, LinkSpan
from creditline.page.hints import hints_of
from creditline.page.pictures import Picture
from creditline.page.reading import robots_directives
from creditline.page.structured import image_rights
from creditline.records import RightsMetadata

#: A longer line speaks for the page's pictures only with a colon or a sign of copyright in it.
LONG_LINE_CHARS = 300
#: A shorter line holds no word with a name ("图/张三" has four).
SHORT_LINE_CHARS = 4


class Scene(Zones, OwnerTraces):
    """One document, seen with one owner in mind. Everything derived is worked out once."""

    def excluded(self, line: Line, picture: Picture | None = None) -> str | None:
        """Why a line cannot credit a picture, by the part of the page it stands in.

        A part that holds the picture as well excludes nothing.
        """
        if line.index in self.once(recommended_lines):
            return RECOMMENDED
        part = self._parts.of(line.block)
        if part is None:
            return None
        if picture is not None:
            frame = self.zone(picture).frame
            in_frame = frame is not None and frame.covers(part.element.start)
            if part.holds(line.block, picture.element) or (in_frame and part.reason == AUTHOR_BOX):
                return None
            if part.reason == AUTHOR_BOX and is_photo_byline(line.text):
                return None
        return part.reason

    def in_one_part(self, one: Line, other: Line) -> bool:
        """Whether two lines stand in the same part of the page, or both in its own text."""
        return self._parts.of(one.block) is self._parts.of(other.block)

    def pictures_beside(self, line: Line) -> list[Picture]:
        """The standing pictures in the part of the page that a line stands in; none in its own text."""
        part = self._parts.of(line.block)
        if part is None:
            return []
        inside = self.pictures_in(part.element)
        return [picture for picture in inside if part.holds(line.block, picture.element)]

    @cached_property
    def _speaking(self) -> list[Line]:
        """The lines that may hold a credit phrase, wherever they stand."""
        lines = self.document.lines
        return [
            lines[index] for index in sorted(lines_with_triggers(self.text)) if _may_speak(lines[index].text)
        ]

    @cached_property
    def credit_lines(self) -> list[Line]:
        """The lines of the page that may hold a credit phrase, outside of excluded parts."""
        return [line for line in self._speaking if self._parts.of(line.block) is None]

    @cached_property
    def part_lines(self) -> list[Line]:
        """The lines that may hold a credit phrase in parts of the page that speak for themselves only."""
        return [line for line in self._speaking if self._parts.of(line.block) is not None]

    def marked_authors(self, frame: Element) -> list[Element]:
        """Elements marked as about an author inside a picture's frame: the picture's author.

        The author of a comment only shows the picture.
        """
        elements = self.document.elements_in(frame)
        return [each for each in elements if "author" in hints_of(each) and "comment" not in hints_of(each)]

    @cached_property
    def image_rights(self) -> list[tuple[str, RightsMetadata]]:
        """What structured data says of pictures."""
        return image_rights(self.document)

    @cached_property
    def robots(self) -> tuple[str, ...]:
        """Directives for robots, of the document and its headers."""
        return robots_directives(self.document, self.context.headers)

    def spans(self, line: Line, start: int, end: int) -> list[LinkSpan]:
        """The links of a line that stand in a part of it."""
        return [span for span in line.links if span.start < end and span.end > start]


def _may_speak(text: str) -> bool:
    size = len(text)
    return size >= SHORT_LINE_CHARS and (size <= LONG_LINE_CHARS or ":" in text or "©" in text)
