"""Which lines are a picture's caption, and which elements near it are marked as credits."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.marks import is_credit_mark
from creditline.credit.phrases import find_phrases
from creditline.credit.scene import Scene
from creditline.credit.vocabulary import Sense
from creditline.credit.zones import Zone
from creditline.page.document import Element, Line
from creditline.page.hints import hints_of
from creditline.page.pictures import Picture

#: A caption begins within so many lines of its picture.
CAPTION_LINES = 4
#: Ticks by which a mark may begin before its text: some wrappers.
_MARK_TICKS = 12
#: A caption's mark stands on its block or so many wrappers around it.
_MARK_LEVELS = 3


def caption_lines(scene: Scene, picture: Picture) -> list[Line]:
    """The lines of a picture's caption, in reading order."""
    return scene.once_for(picture, _caption_lines)


def _caption_lines(scene: Scene, picture: Picture) -> list[Line]:
    zone = scene.zone(picture)
    found = {line.index: line for line in (scene.document.lines_in(zone.frame) if zone.frame else ())}
    if zone.shared_figure is not None:
        inside = scene.document.lines_in(zone.shared_figure)
        found |= {line.index: line for line in inside if _is_own_or_common(zone, line)}
    nearby = [*zone.after[:CAPTION_LINES], *(line for line in zone.before if zone.cell.covers(line.start))]
    held = bool(found)
    found |= {
        line.index: line
        for line in nearby
        if caption_mark(line) is not None
        and not (held and line.index not in found and speaks_in_plural(line.text))
    }
    return [found[index] for index in sorted(found) if not scene.excluded(found[index], picture)]


def speaks_in_plural(text: str) -> bool:
    """Whether a text credits several pictures: "Photos: Jane"."""
    return any(phrase.sense & Sense.PLURAL and phrase.strong for phrase in find_phrases(text))


def has_own_caption(scene: Scene, picture: Picture, line: Line) -> bool:
    """Whether a picture's figure has a caption, and a line stands outside of it."""
    frame = scene.zone(picture).frame
    if frame is None or frame.tag != "figure" or frame.covers(line.start):
        return False
    return bool(scene.document.lines_in(frame))


def stands_in_others(scene: Scene, picture: Picture, line: Line) -> bool:
    """Whether a line stands in the frame of another picture."""
    for other in scene.standing_around(line):
        frame = scene.zone(other).frame if other is not None and other is not picture else None
        if frame is not None and frame.covers(line.start) and not frame.covers(picture.start):
            return True
    return False


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


def _is_own_or_common(zone: Zone, line: Line) -> bool:
    """Whether a line of a figure with several pictures belongs to this one, or to all of them."""
    caption = line.block.closest("figcaption")
    return zone.cell.covers(line.start) or (caption is not None and caption.parent is zone.shared_figure)


def credit_elements(scene: Scene, picture: Picture) -> Iterator[Element]:
    """Elements marked as credits in the picture's own zone, the outermost of nested ones."""
    zone = scene.zone(picture)
    low, high = _reach(zone, picture)
    marked = [
        element
        for element in scene.document.elements_between(low, high)
        if is_credit_mark(element) and _in_zone(scene, picture, element)
    ]
    if zone.frame is not None:
        marked.extend(
            each
            for each in scene.marked_authors(zone.frame)
            if zone.frame.tag == "figure" or each.start > picture.start
        )
    covered = -1
    for element in sorted(marked, key=lambda element: element.start):
        lines = scene.document.lines_overlapping(element)
        if element.start >= covered and lines and not scene.excluded(lines[0], picture):
            covered = element.end
            yield element


def _reach(zone: Zone, picture: Picture) -> tuple[int, int]:
    """The ticks between which an element may belong to a picture."""
    holders = [holder for holder in (zone.frame, zone.shared_figure) if holder is not None]
    before = [line.start for line in zone.before if zone.cell.covers(line.start)]
    after = [line.end for line in zone.after[: CAPTION_LINES + 1]]
    low = min(
        [picture.start, *(holder.start for holder in holders), *(start - _MARK_TICKS for start in before)]
    )
    return low, max([picture.end, *(holder.end for holder in holders), *after])


def _in_zone(scene: Scene, picture: Picture, element: Element) -> bool:
    zone = scene.zone(picture)
    if zone.cell.covers(element.start):
        return scene.distance(picture, element) <= CAPTION_LINES
    if zone.shared_figure is not None and zone.shared_figure.covers(element.start):
        caption = element.closest("figcaption")
        return caption is not None and caption.parent is zone.shared_figure
    return any(line.start < element.end and line.end > element.start for line in zone.after[:CAPTION_LINES])
