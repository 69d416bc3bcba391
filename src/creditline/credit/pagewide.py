"""Credit lines that stand beside no picture, and which pictures each of them is meant for.

Three layouts are told apart. A single line, or several that speak in the plural, covers the page. Items of
a listing each end with their line, far below their picture: it belongs to the picture before it (or, where
the first line stands above the first picture, to the one after it). A list names people one by one: its
labels ("Top image:", "Picture 3:") or its order say which picture each made.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from creditline.credit.claims import Claim, claim_of_part, claim_of_phrase, is_party
from creditline.credit.folding import fold
from creditline.credit.passages import is_other_work
from creditline.credit.scene import Scene
from creditline.credit.vocabulary import Sense
from creditline.credit.wording import Phrase, find_phrases
from creditline.page.document import Line
from creditline.page.pictures import Picture
from creditline.records import Where

RULE_NAME = "page_line"
#: Longer lines are read for plural and lead phrases only.
MAX_LINE_CHARS = 2_400
#: A list of creditees has at least so many.
MIN_LIST = 3
#: Signs of ownership in general: alone they speak for the page's text as well.
_SIGNS = frozenset(
    ("©", "( c )", "copyright", "all rights reserved", "ⓒ", "copr", "rights", "credits")
)  # fmt: skip
_LIST_SPLIT = re.compile(r"\s*(?:[;,·•|]|\s(?:and|und|et|y|e|og|och|en|i|&|/)\s)\s*(?![^()]*\))")
_ORDINAL_LABEL = re.compile(r"(?:^|[\s(\[.,;|])(?:no\.?|nr\.?|n°|#)?\s*(\d{1,2})\s*[.):\]]?\s*$")
_NICKNAME = re.compile(r"[^\W_]{3,}")


@dataclass(frozen=True, slots=True)
class PageLine:
    """One credit phrase that stands beside no picture, or speaks of several."""

    line: Line
    phrase: Phrase
    lead: bool
    plural: bool
    #: Position in a numbering, from 1, where the label gives one: "Picture 3: Jane".
    number: int | None
    #: Words of the label that name a picture otherwise: "Notes image by Jane".
    nickname: tuple[str, ...]


def page_lines(scene: Scene) -> list[PageLine]:
    """The page's credit phrases outside the zones of single pictures, in order."""
    found = []
    for line in scene.credit_lines:
        if len(line.text) > MAX_LINE_CHARS or scene.excluded(line):
            continue
        nearby = None
        for phrase in find_phrases(line.text):
            if not _speaks_of_pictures(phrase):
                continue
            plural, lead = bool(phrase.sense & Sense.PLURAL), bool(phrase.sense & Sense.LEAD)
            if not plural and not lead:
                nearby = scene.claimed_nearby(line) if nearby is None else nearby
                if nearby or not _opens_part(line.text, phrase):
                    continue
            found.append(_page_line(line, phrase, lead, plural))
    return found


def page_claims(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """The claims of the page's lines that are meant for a picture."""
    lines = scene.once(page_lines)
    items = scene.once(item_lines)
    for entry in lines:
        claim = claim_of_phrase(scene, RULE_NAME, Where.PAGE_LEVEL, entry.line, entry.phrase)
        if not claim.name and not claim.owner_links:
            continue
        why_not = _not_meant(scene, picture, entry, items)
        if why_not is not None:
            if claim.credits_owner:
                yield claim.but_rejected(why_not)
            continue
        yield from _of_list(scene, picture, entry, claim)


def item_lines(scene: Scene) -> dict[int, Picture | None]:
    """Far lines of single pictures, by line index, with the picture each belongs to.

    Only where the page has several of them; one alone speaks for the page.
    """
    single = [
        entry.line
        for entry in scene.once(page_lines)
        if not (entry.lead or entry.plural or entry.number or entry.nickname)
    ]
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


def _speaks_of_pictures(phrase: Phrase) -> bool:
    if is_other_work(phrase) or not phrase.strong:
        return False
    if not phrase.sense & (Sense.PHOTO | Sense.MADE | Sense.CREDIT):
        return False
    return bool(phrase.sense & (Sense.PHOTO | Sense.MADE)) or phrase.keyword not in _SIGNS


def _page_line(line: Line, phrase: Phrase, lead: bool, plural: bool) -> PageLine:
    before = line.text[: phrase.start]
    label = before[max(map(before.rfind, ".;|•·)!?")) + 1 :] if before else ""
    number = _ORDINAL_LABEL.search(label) or re.match(
        r"\s*#?(\d{1,2})\b\s*[:.)]", line.text[phrase.start + len(phrase.keyword) :]
    )
    words = tuple(_NICKNAME.findall(fold(label))) if len(label) <= 40 and not lead else ()
    return PageLine(line, phrase, lead, plural, int(number.group(1)) if number else None, words)


def _not_meant(
    scene: Scene, picture: Picture, entry: PageLine, items: dict[int, Picture | None]
) -> str | None:
    """Why a page's line does not speak of a picture, ``None`` when it does."""
    if entry.lead and not entry.plural:
        return None if scene.is_lead(picture) else "speaks of the lead picture only"
    if entry.line.index in items and items[entry.line.index] is not picture:
        return "belongs to another picture"
    if entry.nickname and not entry.plural:
        if _answers_to(scene, picture, entry.nickname):
            return None
        if any(_answers_to(scene, other, entry.nickname) for other in scene.standing):
            return "names another picture"
    if entry.number is not None and not entry.plural:
        place = scene.place_of(picture)
        return None if place is None or place + 1 == entry.number else f"speaks of picture {entry.number}"
    return None


def _answers_to(scene: Scene, picture: Picture, nickname: tuple[str, ...]) -> bool:
    """Whether a label's words are in a picture's file name, alt text or title."""
    texts = fold(" ".join((*picture.stems, picture.attribute("alt"), picture.attribute("title"))))
    words = set(_NICKNAME.findall(texts))
    return all(any(word.startswith(part[:5]) for word in words) for part in nickname)


def _of_list(scene: Scene, picture: Picture, entry: PageLine, claim: Claim) -> Iterator[Claim]:
    """A plural line's claim; where it lists people in the pictures' order, the picture's own entry."""
    claim = replace(claim, shared=True)
    text = entry.line.text[entry.phrase.name_start :] if entry.plural else ""
    parts = _list_parts(text)
    if len(parts) < MIN_LIST:
        yield claim
        return
    offset = entry.phrase.name_start
    names = [
        claim_of_part(scene, RULE_NAME, Where.PAGE_LEVEL, entry.line, offset + start, offset + end)
        for start, end in parts
    ]
    place = scene.uncredited_place(picture)
    if place is not None and len(names) == place[1]:
        yield replace(names[place[0]], notes=("by order",))
        return
    if any(name.credits_owner for name in names):
        yield replace(claim, unmapped=True, names_owner=True)
    else:
        yield claim


def _list_parts(text: str) -> list[tuple[int, int]]:
    """The entries of a list of names, as places in the text."""
    parts: list[tuple[int, int]] = []
    start = 0
    for match in [*_LIST_SPLIT.finditer(text), None]:
        end = match.start() if match is not None else len(text)
        entry = text[start:end].strip(" .")
        if is_party(entry) and len(entry.split()) <= 6:
            parts.append((start, end))
        start = match.end() if match is not None else end
    return parts


def _opens_part(text: str, phrase: Phrase) -> bool:
    """Whether a phrase begins its line, a sentence of it or a bracket."""
    before = text[: phrase.start].rstrip()
    return not before or before[-1] in '.!?|([•·;–—-:"”»)' or len(before.split()) <= 3
