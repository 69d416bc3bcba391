"""Lines after the picture, up to the next picture or heading."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.claims import Claim
from creditline.credit.passages import claims_of_text
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.page.pictures import Picture
from creditline.records import Where


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim credit phrases that begin a line or stand in brackets there."""
    for line in scene.zone(picture).after:
        yield from claims_of_text(scene, "following", Where.NEAR, line, picture)


RULE = Rule("following", "a line after the picture names who made it", find)
