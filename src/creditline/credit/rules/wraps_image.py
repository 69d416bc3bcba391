"""A link around the picture that leads to its owner."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.claims import Claim, is_paid
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.page.pictures import Picture
from creditline.records import Where


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim the link around the picture; where it leads to others it credits nobody."""
    link = picture.link
    if link is None:
        return
    quote = picture.attribute("alt") or link.get("href")
    if scene.is_owner_link(link) and is_paid(link):
        yield Claim(
            "wraps_image",
            Where.WRAPS_IMAGE,
            quote,
            owner_links=(link,),
            links=(link,),
            rejected="a paid link",
        )
    elif scene.is_owner_link(link):
        yield Claim("wraps_image", Where.WRAPS_IMAGE, quote, owner_links=(link,), links=(link,))
    elif scene.is_external(link):
        yield Claim(
            "wraps_image",
            Where.WRAPS_IMAGE,
            quote,
            links=(link,),
            rejected="leads elsewhere: may be a shop or the file",
        )


RULE = Rule("wraps_image", "a link around the picture leads to the owner", find)
