"""The lines around each picture that are nobody else's: what may be its caption or its credit."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from creditline.credit.parts import PAGE_TAGS
from creditline.credit.standing import StandingPictures
from creditline.credit.terms import has_trigger
from creditline.page.document import Element, Line
from creditline.page.pictures import Picture

#: A credit stands within so many lines and characters after its picture, unless another picture or a
#: heading comes first (research: measured on the open part of the labelled pages).
FOLLOWING_LINES = 7
FOLLOWING_CHARS = 330
#: A container with no more text than this beside its picture is a figure without the tag. The longest
#: of the labelled captions have some 350 characters.
SMALL_CELL_LINES = 3
SMALL_CELL_CHARS = 400
#: Lines of one caption in a list of captions.
CAPTION_LINES_EACH = 3
#: Text before a picture that may still be its credit.
BEFORE_LINES = 2
#: Rows of one picture and its text from which on a table is a list of them.
_MIN_ROWS = 2
#: Elements that hold one item of a table or list.
_ITEMS = ("td", "th", "li", "figure", "dd")


@dataclass(frozen=True, slots=True)
class Zone:
    """The lines around one picture that are nobody else's."""

    #: The largest element around it with no other picture inside.
    cell: Element
    #: The figure that holds this picture alone, or a container with hardly more than its caption.
    frame: Element | None
    #: The figure that holds several pictures, this one among them.
    shared_figure: Element | None
    before: tuple[Line, ...]
    after: tuple[Line, ...]


class Zones(StandingPictures):
    """The part of a scene that tells which lines belong to which picture."""

    def zone(self, picture: Picture) -> Zone:
        """The lines around a picture."""
        return self.once_for(picture, Zones._make_zone)

    def _make_zone(self, picture: Picture) -> Zone:
        cell = picture.element
        parent = cell.parent
        while parent is not None and parent.tag not in PAGE_TAGS and not self._others_in(parent, picture):
            cell, parent = parent, parent.parent
        figure = picture.element.closest("figure")
        shared = figure is not None and figure.start < cell.start
        before, after = self.neighbours(picture)
        below = self._cell_below(picture) or self._caption_of_list(picture) or self._own_row(picture)
        return Zone(
            cell=cell,
            frame=figure if figure is not None and not shared else self._small_cell(picture, cell),
            shared_figure=figure if shared else None,
            before=() if below is not None else self._lines_before(picture, before),
            after=tuple(self.document.lines_in(below)) if below else self._lines_after(picture, after),
        )

    def _small_cell(self, picture: Picture, cell: Element) -> Element | None:
        """The largest container of a picture that looks like a figure: hardly any other text in it."""
        found: Element | None = None
        element = picture.element
        while element is not cell and element.parent is not None:
            element = element.parent
            lines = self.document.lines_in(element)
            if len(lines) > SMALL_CELL_LINES or sum(len(line.text) for line in lines) > SMALL_CELL_CHARS:
                break
            if any(self.is_heading(line) for line in lines):
                break
            found = element if lines else found
        return found

    def _cell_below(self, picture: Picture) -> Element | None:
        """Of pictures side by side in a table's row, the cell below one in a row of captions."""
        cell = picture.element.closest("td", "th")
        row = cell.parent if cell is not None else None
        if cell is None or row is None or row.parent is None or len(self.pictures_in(row)) < 2:
            return None
        rows = self.document.elements_between(row.end, row.parent.end)
        below = next(
            (element for element in rows if element.tag == "tr" and element.parent is row.parent), None
        )
        if below is None or self.holds_picture(below):
            return None
        cells, captions = self._cells(row), self._cells(below)
        return captions[cells.index(cell)] if len(cells) == len(captions) and cell in cells else None

    def _own_row(self, picture: Picture) -> Element | None:
        """The row that holds a picture and its text, where each row of a table does with text in it."""
        cell = picture.element.closest("td", "th")
        row = cell.parent if cell is not None else None
        if cell is None or row is None or row.tag != "tr" or row.parent is None:
            return None
        if len(self.pictures_in(row)) != 1 or len(self._told_rows(row.parent)) < _MIN_ROWS:
            return None
        return row if row in self._told_rows(row.parent) else None

    def _told_rows(self, table: Element) -> list[Element]:
        """The rows of a table with one picture and its text; none where some row has only one of both."""
        if id(table) not in self._tables:
            rows = [each for each in self._cells(table) if each.tag == "tr"]
            told = [row for row in rows if self._is_told(row)]
            empty = [row for row in rows if not self.document.lines_in(row) and not self.holds_picture(row)]
            self._tables[id(table)] = told if len(told) + len(empty) == len(rows) else []
        return self._tables[id(table)]

    def _is_told(self, row: Element) -> bool:
        """Whether a row holds one picture, and a short text in another cell."""
        pictures = self.pictures_in(row)
        lines = self.document.lines_in(row)
        if len(pictures) != 1 or len(lines) > FOLLOWING_LINES:
            return False
        if sum(len(line.text) for line in lines) > FOLLOWING_CHARS:
            return False
        beside = [cell for cell in self._cells(row) if not cell.covers(pictures[0].start)]
        return any(self.document.lines_in(cell) for cell in beside)

    @cached_property
    def _tables(self) -> dict[int, list[Element]]:
        """What is known of tables, by the element's id."""
        return {}

    def _caption_of_list(self, picture: Picture) -> Element | None:
        """Of pictures in a container without text, the caption at the same place in the list below it."""
        holder = picture.element
        while holder.parent is not None and holder.parent.tag not in PAGE_TAGS:
            if self.document.lines_in(holder.parent):
                break
            holder = holder.parent
        inside = self.pictures_in(holder)
        if len(inside) < 2 or holder.parent is None:
            return None
        beside = self.document.elements_between(holder.end, holder.parent.end)
        below = next((element for element in beside if element.parent is holder.parent), None)
        if below is None or self.holds_picture(below):
            return None
        captions = [each for each in self._cells(below) if self.document.lines_in(each)]
        if len(captions) != len(inside) or len(self.document.lines_in(below)) > CAPTION_LINES_EACH * len(
            inside
        ):
            return None
        return captions[next(place for place, other in enumerate(inside) if other is picture)]

    def _cells(self, row: Element) -> list[Element]:
        return [element for element in self.document.elements_in(row) if element.parent is row]

    def _others_in(self, element: Element, picture: Picture) -> bool:
        inside = self.pictures_in(element)
        return len(inside) > 1 or (len(inside) == 1 and inside[0] is not picture)

    def _lines_after(self, picture: Picture, following: Picture | None) -> tuple[Line, ...]:
        limit = following.start if following is not None else self._end
        found: list[Line] = []
        chars = 0
        for line in self.document.lines_between(picture.end, limit):
            if found and self.is_heading(line) and not has_trigger(line.text):
                break
            found.append(line)
            chars += len(line.text)
            if len(found) >= FOLLOWING_LINES or chars > FOLLOWING_CHARS:
                break
        return tuple(found)

    def _lines_before(self, picture: Picture, preceding: Picture | None) -> tuple[Line, ...]:
        low = preceding.end if preceding is not None else 0
        lines = self.document.lines_between(low, picture.start)
        return tuple(line for line in lines[-BEFORE_LINES:] if not _is_cell_of(line, preceding, picture))

    @property
    def _end(self) -> int:
        return self.document.lines[-1].end + 1 if self.document.lines else 0

    def claimed_nearby(self, line: Line) -> bool:
        """Whether a line stands in the zone of some picture, so that it speaks of that one."""
        before, after = self.standing_around(line)
        if before is not None and any(line.index == near.index for near in self.zone(before).after):
            return True
        frames = [self.zone(other).frame for other in (before, after) if other is not None]
        return any(frame is not None and frame.covers(line.start) for frame in frames)

    def group_before(self, line: Line, picture: Picture) -> list[Picture]:
        """The pictures that share a line as caption: those of its figure, or those right before it."""
        figure = line.block.closest("figure")
        if figure is not None and figure.covers(picture.start):
            return self.pictures_in(figure)
        last = bisect_left(self._standing_starts, line.start)
        first = last
        while first > 0:
            following = self.standing[first].start if first < last else line.start
            if self.document.lines_between(self.standing[first - 1].end, following):
                break
            first -= 1
        group = self.standing[first:last]
        return group if any(other is picture for other in group) else []

    def next_line(self, picture: Picture) -> Line | None:
        """The first line after a picture, whatever stands between."""
        lines = self.document.lines
        index = bisect_left(lines, picture.end, key=lambda line: line.start)
        return lines[index] if index < len(lines) else None


def _is_cell_of(line: Line, other: Picture | None, picture: Picture) -> bool:
    """Whether a line stands in the cell or item of the picture before, which this one is not in."""
    item = line.block.closest(*_ITEMS) if other is not None else None
    return (
        item is not None and other is not None and item.covers(other.start) and not item.covers(picture.start)
    )
