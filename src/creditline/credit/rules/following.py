"""Lines after the picture, up to the next picture or heading."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.announced import announces_other
from creditline.credit.captions import has_own_caption, speaks_in_plural
from creditline.credit.claims import Claim
from creditline.credit.maker_lists import lists_makers
from creditline.credit.passages import TEXT_SOURCE, claims_of_text
from creditline.credit.positions import own_part
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.page.pictures import Picture
from creditline.records import Where

#: Characters between a picture and a "Source:" that still speaks of it: a short caption.
SOURCE_CHARS = 160


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim credit phrases that begin a line or stand in brackets there.

    "Source: …" alone speaks of the picture only directly below it, farther down of the text or recipe.
    """
    chars = 0
    for line in scene.zone(picture).after:
        if own_part(scene, picture, line) is not None:
            continue  # `rules.caption` reads the picture's part of it
        if announces_other(scene, line, picture):
            continue
        if has_own_caption(scene, picture, line) and speaks_in_plural(line.text):
            continue  # `pagewide` reads what speaks of several pictures
        for claim in claims_of_text(scene, "following", Where.NEAR, line, picture):
            far = claim.source_only and chars > SOURCE_CHARS and claim.rejected is None
            if claim.rejected is None and lists_makers(scene, picture, line):
                continue  # `pagewide` tells whose picture is whose
            yield claim.but_rejected(TEXT_SOURCE) if far else claim
        chars += len(line.text)


RULE = Rule("following", "a line after the picture names who made it", find)
