"""The caption: ``figcaption``, what the classes of caption elements mark, and other text in the figure."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.captions import caption_lines
from creditline.credit.claims import Claim
from creditline.credit.passages import claims_of_caption
from creditline.credit.positions import own_part, part_claims
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
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
    below = scene.next_line(picture)
    if below is not None and below not in own and not scene.excluded(below, picture):
        part = own_part(scene, picture, below)
        if part is not None:
            yield from part_claims(scene, "caption", Where.CAPTION, below, part)


RULE = Rule("caption", "the caption names who made the picture", find)
