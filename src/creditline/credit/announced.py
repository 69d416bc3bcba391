"""Lines that speak of the picture after them: they end in a colon, or the page's credits all stand above.

A line between two pictures is most often the first one's. Two things say otherwise: a colon at its end, and a
page on which every credit line is followed by a picture at once while none stands below the last picture.
"""

from __future__ import annotations

from creditline.credit.captions import caption_mark
from creditline.credit.phrases import find_phrases
from creditline.credit.scene import Scene
from creditline.credit.vocabulary import Sense
from creditline.page.document import Line
from creditline.page.pictures import Picture

#: What a line ends with that announces the picture after it.
_ANNOUNCING = (":", "：", "👇", "↓", "⬇", "⬇\ufe0f")
#: Wrappers between such a line and what holds the picture as well, at most.
_NEAR_LEVELS = 4
#: Characters of a line that is nothing but a credit.
_MAX_CREDIT = 120
#: Credit lines from which on their place says anything.
_MIN_CREDITS = 2


def introduces(scene: Scene, line: Line) -> Picture | None:
    """The picture that a line before it announces: "Taken by Jane last May:", a credit above it."""
    if line.text.rstrip().endswith(_ANNOUNCING):
        following = _right_after(scene, line)
        if following is not None and _stands_near(line, following):
            return following
    return scene.once(_leading).get(line.index)


def announces_other(scene: Scene, line: Line, picture: Picture) -> bool:
    """Whether a line announces another picture."""
    announced = introduces(scene, line)
    return announced is not None and announced is not picture


def _right_after(scene: Scene, line: Line) -> Picture | None:
    """The picture after a line with no other line between."""
    _, following = scene.standing_around(line)
    if following is None or scene.document.has_line_between(line.end, following.start):
        return None
    return following


def _stands_near(line: Line, picture: Picture) -> bool:
    """Whether a picture stands in the same small part as a line."""
    around = line.block
    for _ in range(_NEAR_LEVELS):
        if around.covers(picture.start) or around.parent is None:
            break
        around = around.parent
    return around.covers(picture.start)


def _leading(scene: Scene) -> dict[int, Picture]:
    """The credit lines of a page that all stand above their pictures, by line index."""
    found: dict[int, Picture] = {}
    for line in scene.credit_lines:
        if not _is_credit(line):
            continue
        following = _right_after(scene, line)
        before, _ = scene.standing_around(line)
        apart = before is None or scene.document.has_line_between(before.end, line.start)
        if following is None or not apart:
            return {}
        found[line.index] = following
    return found if len(found) >= _MIN_CREDITS else {}


def _is_credit(line: Line) -> bool:
    """Whether a line outside captions is nothing but the credit of one picture: "Photo by Jane Doe"."""
    if len(line.text) > _MAX_CREDIT or line.block.closest("figure") or caption_mark(line) is not None:
        return False
    phrases = find_phrases(line.text)
    if len(phrases) != 1 or phrases[0].start > 1 or not phrases[0].strong:
        return False
    sense = phrases[0].sense
    return bool(sense & (Sense.PHOTO | Sense.MADE)) and not sense & (Sense.PLURAL | Sense.LEAD)
