"""What stands right above a picture, names the owner and may be meant for it: items that begin with a name.

"The name comes first, the picture after it" is how contests, readers' pages and blogs of several people
show pictures. A person who is shown may stand there as well; nobody could tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.naming import is_name_like, tidy_name
from creditline.credit.scene import Scene
from creditline.credit.speaks import begins_with_role
from creditline.page.document import Line
from creditline.page.pictures import Picture

#: Characters of a line that begins with a name.
MAX_LINE = 240
#: Pictures with a name above from which on it is the page's manner.
_MIN_ITEMS = 2
#: Words of a name.
_NAME_WORDS = range(2, 5)


def doubts_above(scene: Scene, picture: Picture) -> Iterator[str]:
    """Why the line right above a picture may credit the owner."""
    line = _line_above(scene, picture)
    if line is None or scene.excluded(line, picture) or begins_with_role(line.text):
        return
    hit = scene.identity.find(line.text)
    if hit is None or line.text[: hit.start].strip() or scene.identity.find(picture.attribute("alt")):
        return
    linked = any(
        span.start <= hit.start < span.end and scene.is_owner_link(span.element) for span in line.links
    )
    alone = not tidy_name(line.text[hit.end :])
    marked = scene.document.elements_between(line.block.start, line.start + 1)[-1:]
    bold = bool(marked) and marked[0].tag in ("strong", "b") and line.span_of(marked[0])[1] <= hit.end + 1
    if linked or ((alone or bold) and len(scene.once(_named_items)) >= _MIN_ITEMS):
        yield f"right above the picture stands the owner's name: {line.text[:120]}"


def _line_above(scene: Scene, picture: Picture) -> Line | None:
    """The line right above a picture with no other picture between."""
    before, _ = scene.neighbours(picture)
    lines = scene.document.lines_between(before.end if before is not None else 0, picture.start)
    return lines[-1] if lines and len(lines[-1].text) <= MAX_LINE else None


def _named_items(scene: Scene) -> list[Picture]:
    """The pictures with a line above that is a name, or begins with one."""
    found = []
    for picture in scene.standing:
        line = _line_above(scene, picture)
        if line is None or scene.excluded(line, picture) is not None:
            continue
        words = line.text.replace(":", ",").split(",", 1)[0].split()
        if len(words) in _NAME_WORDS and is_name_like(" ".join(words)):
            found.append(picture)
    return found
