"""The caption: ``figcaption``, what the classes of caption elements mark, and other text in the figure."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.captions import caption_lines
from creditline.credit.claims import Claim, claim_of_part
from creditline.credit.passages import claims_of_caption
from creditline.credit.positions import names_places, own_part, part_claims
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.credit.table_columns import column_lines
from creditline.page.document import Line
from creditline.page.pictures import Picture
from creditline.records import Where


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim the credit part of each caption line: after its keyword, or its last segment."""
    own = caption_lines(scene, picture)
    for line in own:
        part = own_part(scene, picture, line)
        if part is None:
            yield from claims_of_caption(scene, "caption", Where.CAPTION, line)
        else:
            yield from part_claims(scene, "caption", Where.CAPTION, line, part)
    for line in column_lines(scene, picture):
        yield claim_of_part(scene, "caption", Where.CAPTION, line, 0, len(line.text))
    for line in _telling_apart(scene, picture):
        if line not in own:
            part = own_part(scene, picture, line)
            if part is not None:
                yield from part_claims(scene, "caption", Where.CAPTION, line, part)


def _telling_apart(scene: Scene, picture: Picture) -> list[Line]:
    """The line below a picture, and the lines of the page that tell several pictures apart by place."""
    below = scene.next_line(picture)
    lines = [*scene.once(_lines_with_places), *([below] if below is not None else [])]
    found = {line.index: line for line in lines if not scene.excluded(line, picture)}
    return [found[index] for index in sorted(found)]


def _lines_with_places(scene: Scene) -> list[Line]:
    """The credit lines of the page with words of place."""
    return [line for line in scene.credit_lines if names_places(line.text)]


RULE = Rule("caption", "the caption names who made the picture", find)
