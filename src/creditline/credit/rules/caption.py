"""The caption: ``figcaption``, what the classes of caption elements mark, and other text in the figure."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.captions import caption_lines
from creditline.credit.claims import Claim
from creditline.credit.passages import claims_of_caption
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.page.pictures import Picture
from creditline.records import Where


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim the credit part of each caption line: after its keyword, or its last segment."""
    for line in caption_lines(scene, picture):
        yield from claims_of_caption(scene, "caption", Where.CAPTION, line)


RULE = Rule("caption", "the caption names who made the picture", find)
