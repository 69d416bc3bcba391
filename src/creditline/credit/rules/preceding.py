"""A credit line directly before the picture: where no other picture can claim it, or announcing it."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.announced import introduces
from creditline.credit.claims import Claim
from creditline.credit.introductions import announcing_claims
from creditline.credit.passages import claims_of_text
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.page.pictures import Picture
from creditline.records import Where


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim a line before the picture: in its own container, before the first one, or announcing it."""
    zone = scene.zone(picture)
    first = scene.neighbours(picture)[0] is None
    for line in zone.before:
        announced = introduces(scene, line) is picture
        if zone.cell.covers(line.start) or first or announced:
            framed = zone.frame is not None and zone.frame.covers(line.start)
            for claim in claims_of_text(scene, "preceding", Where.NEAR, line, picture):
                # A plain name above an article's first picture is its author's.
                if (claim.keyword or framed) and (claim.strong or not scene.is_heading(line)):
                    yield claim
        if announced:
            yield from announcing_claims(scene, picture, line)


RULE = Rule("preceding", "a line directly before the picture names who made it", find)
