"""Who is shown: a name that is both a picture's alt text and the heading of its card."""

from __future__ import annotations

from creditline.credit.claims import Claim
from creditline.credit.folding import composed, fold
from creditline.credit.naming import is_name_like, tidy_name
from creditline.credit.phrases import find_phrases
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
    near = (*zone.before, *zone.after)
    if any(_bare(line.text) == name and _is_heading(line) for line in near):
        return name
    titles = (line for line in scene.document.lines if line.block.closest("h1") is not None)
    return name if any(_tells_of(line.text, name) for line in (*near[:_NEAR], *titles)) else ""


#: Lines beside a picture that may tell of who is shown.
_NEAR = 4


def _tells_of(text: str, name: str) -> bool:
    """Whether a text begins with a name, or is a title that holds it, and goes on with words of its own."""
    folded = fold(composed(text))
    place = folded.find(name)
    rest = folded[place + len(name) :].split()
    if place < 0 or any(phrase.strong for phrase in find_phrases(text)):
        return False
    return len(rest) >= _MIN_REST and (
        not folded[:place].strip() or len(folded[:place].split()) <= _MAX_BEFORE
    )


#: Words after a name that tell something, and before it in a title.
_MIN_REST = 2
_MAX_BEFORE = 3


def _is_heading(line: Line) -> bool:
    return line.block.closest(*_HEADINGS) is not None


def _bare(text: str) -> str:
    return fold(composed(tidy_name(text)))
