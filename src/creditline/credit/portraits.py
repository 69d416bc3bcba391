"""Who is shown: a name that is both a picture's alt text and the heading of its card."""

from __future__ import annotations

from creditline.credit.claims import Claim
from creditline.credit.folding import composed, fold
from creditline.credit.naming import is_name_like, tidy_name
from creditline.credit.scene import Scene
from creditline.page.document import Line
from creditline.page.pictures import Picture

#: Why such a name credits nobody.
SHOWN = "names who is shown"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def unless_shown(scene: Scene, picture: Picture, claim: Claim) -> Claim:
    """A claim, not counted where it is nothing but the name of the one who is shown."""
    if claim.keyword or claim.rejected is not None or not claim.credits_owner:
        return claim
    shown = scene.once_for(picture, _shown)
    return claim.but_rejected(SHOWN) if shown and _bare(claim.quote) == shown else claim


def _shown(scene: Scene, picture: Picture) -> str:
    """The name that a card of a person has in its heading and in its picture's alt text, folded."""
    name = _bare(picture.attribute("alt"))
    if not name or not is_name_like(tidy_name(picture.attribute("alt"))):
        return ""
    zone = scene.zone(picture)
    return (
        name
        if any(_bare(line.text) == name and _is_heading(line) for line in (*zone.before, *zone.after))
        else ""
    )


def _is_heading(line: Line) -> bool:
    return line.block.closest(*_HEADINGS) is not None


def _bare(text: str) -> str:
    return fold(composed(tidy_name(text)))
