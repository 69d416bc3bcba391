"""A line that speaks for the page: "Photos: Jane Doe", "Titelbild: Jane Doe", far from any picture."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.claims import Claim
from creditline.credit.pagewide import page_claims
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.page.pictures import Picture


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim the page's credit lines that are meant for this picture too."""
    yield from page_claims(scene, picture)


RULE = Rule("page_line", "a line of the page names who made its pictures", find)
