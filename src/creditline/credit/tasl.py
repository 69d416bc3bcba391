"""Title, author, source, licence: which parts of a Creative Commons attribution are there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from creditline.credit.claims import Claim
from creditline.credit.scene import Scene
from creditline.page.pictures import Picture
from creditline.records import Tasl

_LICENSE_URL = re.compile(
    r"creativecommons\.org/(?:licenses/([a-z-]+)/(\d\.\d)|publicdomain/(zero|mark)/(\d\.\d))", re.IGNORECASE
)
LICENSE_TEXT = re.compile(
    r"\bCC[\s-]?((?:BY|0|ZERO)(?:[\s-](?:NC|ND|SA)){0,2})(?:[\s,-]{1,2}(\d\.\d))?", re.IGNORECASE
)
_TITLE = re.compile(r"[\"“„«»'‘](?P<title>[^\"”“«»'’]{3,100})[\"”“»«'’]")


def read_tasl(scene: Scene, picture: Picture, claims: Sequence[Claim]) -> Tasl:
    """Read the four parts from the claims that credit the owner and the lines they stand in."""
    text = " ".join(claim.quote for claim in claims)
    links = [link for claim in claims for link in claim.links]
    name = None
    for link in [*links, *_zone_links(scene, picture)]:
        name = name or license_of_url(link.get("href"))
    name = (
        name
        or license_of_text(text)
        or license_of_text(" ".join(line.text for line in scene.zone(picture).after[:2]))
    )
    return Tasl(
        title=_TITLE.search(text) is not None,
        author=any(claim.names_owner for claim in claims),
        source=any(claim.owner_links for claim in claims),
        license=name is not None,
        license_name=name,
    )


def license_of_url(href: str) -> str | None:
    """The licence that a Creative Commons address names: ``BY-SA 4.0``, ``CC0 1.0``, ``PDM 1.0``."""
    found = _LICENSE_URL.search(href)
    if not found:
        return None
    if found.group(1):
        return f"{found.group(1).upper()} {found.group(2)}"
    return f"{'CC0' if found.group(3).lower() == 'zero' else 'PDM'} {found.group(4)}"


def license_of_text(text: str) -> str | None:
    """The licence that a text names: "CC BY-SA 4.0", "CC-BY 2.0", "CC0"."""
    found = LICENSE_TEXT.search(text)
    if not found:
        return None
    kind = re.sub(r"[\s-]+", "-", found.group(1).upper())
    kind = "CC0" if kind in ("0", "ZERO") else kind
    return f"{kind} {found.group(2)}" if found.group(2) else kind


def _zone_links(scene: Scene, picture: Picture) -> list:  # type: ignore[type-arg]
    return [span.element for line in scene.zone(picture).after[:3] for span in line.links]
