"""Which lines are a picture's caption, and which elements near it are marked as credits."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.scene import Scene
from creditline.page.document import Element, Line
from creditline.page.hints import hints_of
from creditline.page.pictures import Picture

#: A caption begins within so many lines of its picture.
CAPTION_LINES = 4
#: A container with no more text than this beside its picture is a figure without the tag. The longest
#: of the labelled captions have some 350 characters.
SMALL_CELL_LINES = 3
SMALL_CELL_CHARS = 400
#: A caption's mark stands on its block or so many wrappers around it.
_MARK_LEVELS = 3


def caption_lines(scene: Scene, picture: Picture) -> list[Line]:
    """The lines of a picture's caption, in reading order."""
    zone = scene.zone(picture)
    figure = zone.figure
    found: list[Line] = []
    if figure is not None:
        inside = scene.document.lines_in(figure)
        if not zone.shared_figure:
            found.extend(inside)
        else:
            found.extend(line for line in inside if _is_own_or_common(scene, picture, line, figure))
    known = {line.index for line in found}
    nearby = [line for line in zone.after[:CAPTION_LINES] if line.index not in known]
    nearby += [line for line in zone.before if line.index not in known and zone.cell.covers(line.start)]
    for line in nearby:
        if caption_mark(line) is not None:
            found.append(line)
    if not figure:
        known.update(line.index for line in found)
        found.extend(line for line in small_cell_lines(scene, picture) if line.index not in known)
    return sorted((line for line in found if not scene.excluded(line, picture)), key=lambda line: line.start)


def small_cell_lines(scene: Scene, picture: Picture) -> list[Line]:
    """The lines beside a picture in a container that holds hardly anything else: a caption by its look."""
    element = picture.element
    found: list[Line] = []
    while element.parent is not None and scene.zone(picture).cell.start <= element.parent.start:
        element = element.parent
        lines = scene.document.lines_in(element)
        if len(lines) > SMALL_CELL_LINES or sum(len(line.text) for line in lines) > SMALL_CELL_CHARS:
            break
        found = lines
    return [line for line in found if not scene.is_heading(line)]


def caption_mark(line: Line) -> Element | None:
    """The element that marks a line as a caption or credit."""
    element: Element | None = line.block
    for _ in range(_MARK_LEVELS):
        if element is None or element.tag in ("body", "main", "article"):
            return None
        if element.tag == "figcaption" or not hints_of(element).isdisjoint(("caption", "credit")):
            return element
        element = element.parent
    return None


def _is_own_or_common(scene: Scene, picture: Picture, line: Line, figure: Element) -> bool:
    """Whether a line of a figure with several pictures belongs to this one, or to all of them."""
    zone = scene.zone(picture)
    if zone.cell.covers(line.start):
        return True
    caption = line.block.closest("figcaption")
    return caption is not None and caption.parent is figure


def credit_elements(scene: Scene, picture: Picture) -> Iterator[Element]:
    """Elements marked as credits in the picture's own zone, outermost of nested ones first."""
    covered = -1
    for element in scene.marked_credits:
        if element.start < covered or not _in_zone(scene, picture, element):
            continue
        if any(scene.excluded(line, picture) for line in scene.document.lines_overlapping(element)[:1]):
            continue
        covered = element.end
        yield element


def _in_zone(scene: Scene, picture: Picture, element: Element) -> bool:
    zone = scene.zone(picture)
    if zone.cell.covers(element.start):
        return scene.distance(picture, element) <= CAPTION_LINES
    if zone.figure is not None and zone.shared_figure and zone.figure.covers(element.start):
        caption = element.closest("figcaption")
        return caption is not None and caption.parent is zone.figure
    return any(line.start < element.end and line.end > element.start for line in zone.after[:CAPTION_LINES])
