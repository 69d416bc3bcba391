"""Credit lines that speak for the page, and which pictures each of them is meant for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from creditline.credit.claims import Claim, claim_of_phrase
from creditline.credit.passages import is_other_work
from creditline.credit.scene import Scene
from creditline.credit.vocabulary import Sense
from creditline.credit.wording import Phrase, find_phrases
from creditline.page.document import Line
from creditline.page.pictures import Picture
from creditline.records import Where

#: Characters before a phrase inside a paragraph that may still speak for the page.
_MAX_LINE = 600


@dataclass(frozen=True, slots=True)
class PageLine:
    """One credit phrase that stands beside no picture, or speaks of several."""

    line: Line
    phrase: Phrase
    lead: bool
    plural: bool


def page_lines(scene: Scene) -> list[PageLine]:
    """The page's credit lines, in order."""
    found = []
    for line in scene.credit_lines:
        if len(line.text) > _MAX_LINE * 4 or scene.excluded(line):
            continue
        for phrase in find_phrases(line.text):
            if (
                is_other_work(phrase)
                or not phrase.strong
                or not phrase.sense & (Sense.PHOTO | Sense.MADE | Sense.CREDIT)
            ):
                continue
            if (
                phrase.sense & Sense.CREDIT
                and not phrase.sense & (Sense.PHOTO | Sense.MADE)
                and phrase.keyword in _SIGNS
            ):
                continue
            plural, lead = bool(phrase.sense & Sense.PLURAL), bool(phrase.sense & Sense.LEAD)
            if not plural and not lead and scene.claimed_nearby(line):
                continue
            if not plural and not lead and not _opens_part(line.text, phrase):
                continue
            found.append(PageLine(line, phrase, lead, plural))
    return found


#: Signs of ownership in general: alone they speak for the page's text as well.
_SIGNS = frozenset(
    ("©", "( c )", "copyright", "all rights reserved", "ⓒ", "copr", "rights", "tous droits reserves")
)


def page_claims(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """The claims of the page's lines that cover a picture."""
    lines = scene.once(page_lines)
    lead = scene.lead_picture
    for entry in lines:
        claim = claim_of_phrase(scene, "page_line", Where.PAGE_LEVEL, entry.line, entry.phrase)
        if not claim.name and not claim.owner_links:
            continue
        claim = replace(claim, shared=True)
        if entry.lead and picture is not lead:
            if claim.credits_owner:
                yield claim.but_rejected("speaks of the lead picture only")
            continue
        yield claim


def _opens_part(text: str, phrase: Phrase) -> bool:
    """Whether a phrase begins its line, a sentence of it or a bracket."""
    before = text[: phrase.start].rstrip()
    return not before or before[-1] in '.!?|([•·;–—-:"”»)'
