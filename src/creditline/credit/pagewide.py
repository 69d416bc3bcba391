"""Credit lines that stand beside no picture, and which pictures each of them is meant for.

Three layouts are told apart. A single line, or several that speak in the plural, covers the page. Items of
a listing each end with their line, far below their picture: it belongs to the picture before it (or, where
the first line stands above the first picture, to the one after it). A list names people one by one, in one
line or below a heading ("Image credits"): its labels ("Top image:", "3.") or its order say which picture
each made.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from creditline.credit.cited_works import CITED, cites_book
from creditline.credit.claims import Claim, claim_of_part, claim_of_phrase
from creditline.credit.maker_lists import RULE_NAME, answers_to, of_list
from creditline.credit.naming import is_name_like, names_agency
from creditline.credit.page_line import MAX_LABEL_WORDS, PageLine
from creditline.credit.page_lines import page_lines, part_lines
from creditline.credit.passages import LEAD_ONLY, PUBLISHER, is_publisher_notice
from creditline.credit.positions import own_part
from creditline.credit.scene import Scene
from creditline.page.pictures import Picture
from creditline.records import Where

#: Why lines are not counted for a picture.
ITEM_OF_OTHER = "belongs to another picture"
NAMES_OTHER = "names another picture"
PLURAL_OF_OTHER = "stands in another picture's caption"
SPEAKS_OF_NUMBER = "speaks of picture"


def page_claims(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """The claims of the page's lines that are meant for a picture."""
    for entry, claim in scene.once(entry_claims):
        if own_part(scene, picture, entry.line) is not None:
            continue  # `rules.caption` reads the picture's part of it
        why_not = _not_meant(scene, picture, entry)
        if why_not is None:
            yield from of_list(scene, picture, entry, replace(claim, shared=True))
        elif claim.credits_owner:
            yield claim.but_rejected(why_not)


def entry_claims(scene: Scene) -> list[tuple[PageLine, Claim]]:
    """The page's lines that credit somebody, with what they say; the same for every picture."""
    found = []
    for entry in (*scene.once(page_lines), *scene.once(part_lines)):
        claim = _claim_of(scene, entry)
        named = claim.name and _names_somebody(scene, claim)
        if claim.credits_owner or named or (entry.entry is not None and claim.party is not None):
            found.append((entry, claim))
    return found


def _claim_of(scene: Scene, entry: PageLine) -> Claim:
    phrase = entry.phrase
    if phrase.keyword or not entry.number or not entry.line.text[phrase.start : phrase.end].strip().isdigit():
        return claim_of_phrase(scene, RULE_NAME, Where.PAGE_LEVEL, entry.line, phrase)
    # A numbered link: who is credited stands in its address.
    claim = claim_of_part(scene, RULE_NAME, Where.PAGE_LEVEL, entry.line, phrase.start, phrase.end)
    target = scene.target(claim.links[0]) if claim.links else None
    return replace(claim, name=target.host if target is not None else "")


def _names_somebody(scene: Scene, claim: Claim) -> bool:
    """Whether what follows the keyword reads as a name: "Photos: the harbour through the years" does not."""
    parts = re.split(r"[,;/|(]|\s(?:and|und|et|y|e|via)\s", claim.name, maxsplit=2)
    # "courtesy of the artist, Jane Doe": what somebody is stands before who it is.
    described = len(parts) > 1 and parts[0].islower() and len(parts[0].split()) <= MAX_LABEL_WORDS
    first = parts[1] if described else parts[0]
    return is_name_like(first) or names_agency(claim.name) or any(map(scene.is_external, claim.links))


def item_lines(scene: Scene) -> dict[int, Picture | None]:
    """Far lines of single pictures, by line index, with the picture each belongs to.

    Only where the page has several of them; one alone speaks for the page.
    """
    single = [entry.line for entry in scene.once(page_lines) if entry.is_single]
    if len(single) < 2 or len(scene.standing) < 2:
        return {}
    starts = [picture.start for picture in scene.standing]
    above = single[0].start < starts[0] and single[-1].start < starts[-1]
    found: dict[int, Picture | None] = {}
    for line in single:
        index = bisect_left(starts, line.start)
        owner = index if above else index - 1
        found[line.index] = scene.standing[owner] if 0 <= owner < len(starts) else None
    return found


def _not_meant(scene: Scene, picture: Picture, entry: PageLine) -> str | None:
    """Why a page's line does not speak of a picture, ``None`` when it does."""
    excluded = scene.excluded(entry.line, picture)
    if excluded is not None:
        return f"stands in: {excluded}"
    if is_publisher_notice(scene, entry.line.text, entry.phrase, entry.phrase.name(entry.line.text)):
        return PUBLISHER
    if cites_book(entry.line.text, entry.phrase):
        return CITED
    if _is_overruled(scene, picture, entry):
        return NAMES_OTHER
    if entry.plural:
        figure = entry.line.block.closest("figure")
        if entry.every or figure is None or figure.covers(picture.start):
            return None
        return PLURAL_OF_OTHER
    if entry.lead:
        return None if scene.is_lead(picture) else LEAD_ONLY
    items = scene.once(item_lines)
    if entry.line.index in items and items[entry.line.index] is not picture:
        return ITEM_OF_OTHER
    if entry.number is not None:
        place = scene.place_in_article(picture)
        return None if place is None or place + 1 == entry.number else f"{SPEAKS_OF_NUMBER} {entry.number}"
    if not entry.nickname or answers_to(scene, picture, entry.nickname):
        return None
    others = any(answers_to(scene, other, entry.nickname) for other in scene.standing)
    return NAMES_OTHER if others else None


def _is_overruled(scene: Scene, picture: Picture, entry: PageLine) -> bool:
    """Whether another entry of the list, or before a line for "all other pictures", means the picture."""
    if entry.entry is None and not entry.rest:
        beside = (
            other for other in scene.once(page_lines) if other.line is entry.line and other is not entry
        )
        return entry.plural and any(_means(scene, picture, other) for other in beside)
    if _means(scene, picture, entry):
        return False
    others = [other for other in scene.once(page_lines) if entry.rest or other.section == entry.section]
    if any(_means(scene, picture, other) for other in others):
        return True
    return not entry.rest and any(other.rest for other in others)


def _means(scene: Scene, picture: Picture, entry: PageLine) -> bool:
    """Whether a line says in so many words that it speaks of a picture: by place, number or name."""
    if entry.rest:
        return False
    if entry.lead and scene.is_lead(picture):
        return True
    if entry.number is not None:
        place = scene.place_in_article(picture)
        return place is not None and place + 1 == entry.number
    return any(answers_to(scene, picture, name) for name in entry.nicknames)
