"""A link around the picture that leads to its owner."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.claims import Claim, is_paid
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.credit.sharing import is_share_link
from creditline.page.document import Element
from creditline.page.pictures import Picture
from creditline.records import Where


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim the link around the picture; where it leads to others it credits nobody."""
    yield from _bare_links(scene, picture)
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


def _bare_links(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim links without a text in the picture's figure, as a sign has, and on areas of the picture."""
    figure = picture.element.closest("figure")
    shown = picture.attribute("usemap").lstrip("#")
    for link in scene.owner_links:
        if link is picture.link or is_paid(link) or is_share_link(link):
            continue
        around = link.closest("map") if shown else None
        on_picture = around is not None and around.get("name") == shown
        if not on_picture and not _is_sign_beside(scene, picture, figure, link):
            continue
        quote = link.get("aria-label") or link.get("title") or link.get("href")
        yield Claim("wraps_image", Where.NEAR, quote, owner_links=(link,), links=(link,))


def _is_sign_beside(scene: Scene, picture: Picture, figure: Element | None, link: Element) -> bool:
    """Whether a link without a text stands in the picture's own figure, or right beside the picture."""
    if scene.document.lines_overlapping(link):
        return False
    if figure is not None and figure.covers(link.start):
        return len(scene.pictures_in(figure)) == 1
    return link.parent is picture.element.parent and scene.distance(picture, link) == 0


RULE = Rule("wraps_image", "a link around the picture leads to the owner", find)
