"""How a line of text is read for credits, depending on where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from creditline.credit.bare_names import MAX_BARE_LINE, bare_claims, is_labelled
from creditline.credit.caption_ends import MAX_CAPTION_LINE, artist
from creditline.credit.cited_works import CITED, cites_book
from creditline.credit.claims import Claim, claim_of_part, claim_of_phrase
from creditline.credit.folding import fold
from creditline.credit.name_ends import OPENING
from creditline.credit.phrase import Phrase
from creditline.credit.phrases import find_phrases
from creditline.credit.scene import Scene
from creditline.credit.sharing import is_share_line, is_share_link
from creditline.credit.vocabulary import Sense
from creditline.page.document import Line
from creditline.page.pictures import Picture
from creditline.records import Where

#: Why claims are not counted.
LEAD_ONLY = "speaks of the lead picture only"
OTHER_WORK = "credits other work than the picture"
TEXT_SOURCE = "source of the text"
PUBLISHER = "the publisher's own notice"
_RESERVED = re.compile(
    r"all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos|todos os direitos|"
    r"tutti i diritti|alle rechten voorbehouden|wszelkie prawa|все права защищены|"
    r"版权所有|無断転載|all rights",
    re.IGNORECASE,
)
_PICTURE = Sense.PHOTO | Sense.MADE | Sense.CREDIT | Sense.COURTESY | Sense.SOURCE | Sense.VIA


def claims_of_caption(scene: Scene, rule: str, where: Where, line: Line) -> Iterator[Claim]:
    """Read a caption: its credit phrases, else what its last part names without a keyword."""
    found = list(phrase_claims(scene, rule, where, line))
    if any(claim.strong and claim.party for claim in found) and _speaks_of_photo(line.text):
        # "House designed by A. Photo: B": the first made the thing that is shown.
        things = {phrase.keyword for phrase in find_phrases(line.text) if _makes_things(phrase)}
        found = [claim for claim in found if claim.keyword not in things]
    yield from found
    if not any(claim.rejected is None for claim in found):
        yield from bare_claims(scene, rule, where, line)
    photographed = any(phrase.strong and phrase.sense & Sense.PHOTO for phrase in find_phrases(line.text))
    maker = artist(scene, line) if where is Where.CAPTION and not photographed else None
    if maker is not None:
        yield claim_of_part(scene, rule, where, line, *maker)


def _speaks_of_photo(text: str) -> bool:
    return any(phrase.strong and phrase.sense & Sense.PHOTO for phrase in find_phrases(text))


def _makes_things(phrase: Phrase) -> bool:
    """Whether a phrase says who made something, and not that it is a picture."""
    return bool(phrase.sense & Sense.MADE) and not phrase.sense & (
        Sense.PHOTO | Sense.CREDIT | Sense.COURTESY
    )


def phrase_claims(
    scene: Scene, rule: str, where: Where, line: Line, start: int = 0, end: int | None = None
) -> Iterator[Claim]:
    """The credit phrases of a text or a part of it; those for other work than pictures rejected."""
    for phrase in find_phrases(line.text[:end] if end is not None else line.text):
        if phrase.start < start:
            continue
        claim = claim_of_phrase(scene, rule, where, line, phrase)
        if is_other_work(phrase) and not (where is Where.CAPTION and phrase.sense & Sense.AUTHOR):
            if claim.credits_owner:
                yield claim.but_rejected(OTHER_WORK)
        elif claim.name or claim.owner_links:
            yield claim


def claims_of_text(scene: Scene, rule: str, where: Where, line: Line, picture: Picture) -> Iterator[Claim]:
    """Read a line beside a picture: only sure phrases at its start, in brackets, or all of a short line."""
    if is_share_line(line) and any(is_share_link(span.element) for span in line.links):
        return
    excluded = scene.excluded(line, picture)
    text = line.text
    short = len(text) <= (MAX_CAPTION_LINE if text.rstrip(" .").endswith(")") else MAX_BARE_LINE)
    phrases = [phrase for phrase in find_phrases(text) if not is_other_work(phrase)]
    named = False
    for phrase in phrases:
        claim = claim_of_phrase(scene, rule, where, line, phrase)
        if not claim.name and not claim.owner_links:
            continue
        named = True
        opens = opens_text(text, phrase) or text.lstrip(" ([").startswith(claim.quote)
        if excluded:
            yield claim.but_rejected(f"stands in: {excluded}")
        elif phrase.sense & Sense.LEAD and not scene.is_lead(picture):
            yield claim.but_rejected(LEAD_ONLY)
        elif is_publisher_notice(scene, text, phrase, claim.name):
            yield claim.but_rejected(PUBLISHER)
        elif cites_book(text, phrase):
            yield claim.but_rejected(CITED)
        elif (opens and short) or (phrase.strong and (opens or _begins_part(text, phrase))):
            yield claim
    if not named and not excluded and short and not is_labelled(scene, line):
        directly = scene.next_line(picture) is line
        yield from bare_claims(scene, rule, where, line, whole=True, directly=directly)


def is_publisher_notice(scene: Scene, text: str, phrase: Phrase, name: str) -> bool:
    """Whether a copyright line speaks for the site: rights reserved, or the site's own name."""
    if not phrase.sense & Sense.CREDIT or phrase.sense & (Sense.PHOTO | Sense.MADE):
        return False
    if _RESERVED.search(text):
        return True
    site = re.sub(r"[^a-z0-9]", "", scene.site_name)
    return len(site) >= 3 and site in re.sub(r"[^a-z0-9]", "", fold(name))


def is_other_work(phrase: Phrase) -> bool:
    """Whether a phrase credits work on the page that is not its pictures."""
    return bool(phrase.sense & Sense.ROLE) and not phrase.sense & _PICTURE


def is_only_keyword(text: str) -> bool:
    """Whether a text is a label without a name: "Credit", "Foto:"."""
    phrases = find_phrases(text)
    return len(phrases) == 1 and not phrases[0].name(text) and phrases[0].start <= 2


def opens_text(text: str, phrase: Phrase) -> bool:
    """Whether a phrase begins the text."""
    return not text[: phrase.start].strip(_BEFORE_OPENING)


#: Signs that may stand before a credit and say nothing.
_BEFORE_OPENING = " \u3000*\"'“„»–—-•·|:▲△▼▽■□●○◆◇※★▶►→▸" + "".join(OPENING)


def _begins_part(text: str, phrase: Phrase) -> bool:
    """Whether a phrase begins a bracket, or the last sentence of a short text."""
    if is_in_brackets(text, phrase):
        return True
    before = text[: phrase.start].rstrip()
    return len(text) <= MAX_CAPTION_LINE and before[-1:] in tuple(".!?。…|•·–—/")


def is_in_brackets(text: str, phrase: Phrase) -> bool:
    """Whether a phrase begins what stands in brackets."""
    return text[: phrase.start].rstrip()[-1:] in OPENING
