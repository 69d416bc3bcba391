"""Captions that tell pictures apart by place: "Photos: A (left), B (right)", "Top: … (A). Bottom: … (B)"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from creditline.credit.bare_names import is_name_sized
from creditline.credit.claims import Claim, claim_of_part
from creditline.credit.ordered import ordered_names
from creditline.credit.passages import phrase_claims
from creditline.credit.phrases import find_phrases
from creditline.credit.scene import Scene
from creditline.credit.terms import tokens_of
from creditline.credit.vocabulary import UNSPACED, Place, Sense, vocabulary
from creditline.page.document import Line
from creditline.page.pictures import Picture
from creditline.records import Where

#: Longer lines are articles without markup.
MAX_LINE_CHARS = 600
#: What divides the parts of such a line.
_DIVIDER = re.compile(r"[.;,|/]|\s(?:and|und|et|y|e|og|och|en|i|a|ja|és|și|и|та|και|ve|dan|và)\s|[、；，。]")
_BRACKETS = re.compile(r"[(\[（]([^()\[\]（）]{2,80})[)\]）]")
_EDGES = " \t.,;:|/()[]（）:-–—"


def own_part(scene: Scene, picture: Picture, line: Line) -> tuple[int, int] | None:
    """Which part of a line speaks of one of a group of pictures.

    Returns:
        Start and end in the line's text, equal where no part is its own; ``None`` where the line does not
        tell pictures apart by place.
    """
    if len(line.text) > MAX_LINE_CHARS or not _places(line.text):
        return None
    names = ordered_names(line.text)
    places = _of_credits(line.text, _places(line.text))
    if not names and len({place for _, _, place in places}) < 2:
        return None
    group = _group(scene, picture, line, len(names) or None)
    if len(group) < 2:
        return None
    index = next(number for number, other in enumerate(group) if other is picture)
    if names:
        return names[index] if len(names) == len(group) else None
    wanted = _place_of(index, len(group))
    return next((part for part, place in _parts(line.text, places) if place is wanted), (0, 0))


def _group(scene: Scene, picture: Picture, line: Line, count: int | None) -> list[Picture]:
    """The pictures that a line tells apart: those right before it, or all of an article that it speaks for.

    Args:
        count: How many the line lists, where it does.
    """
    group = scene.group_before(line, picture)
    if len(group) >= 2 and count in (None, len(group)):
        return group
    article = scene.article_pictures(picture)
    several = any(phrase.sense & Sense.PLURAL for phrase in find_phrases(line.text)) or count is not None
    fits = len(article) == count if count is not None else len(article) in (2, 3)
    if not (several and fits and any(other is picture for other in article)):
        return []
    return article if scene.excluded(line, picture) is None and line.start > article[0].start else []


def names_places(text: str) -> bool:
    """Whether a text is short enough to tell pictures apart by place, and names a place."""
    return len(text) <= MAX_LINE_CHARS and bool(_places(text))


def part_claims(scene: Scene, rule: str, where: Where, line: Line, part: tuple[int, int]) -> Iterator[Claim]:
    """Read one part of such a line: by its credit phrase, else the name in it where the line credits."""
    start, end = part
    if part in ordered_names(line.text):
        yield claim_of_part(scene, rule, where, line, start, end)
        return
    found = [claim for claim in phrase_claims(scene, rule, where, line, start, end) if claim.rejected is None]
    if found:
        yield from found
        return
    for begin, finish in _names(line.text, start, end):
        if is_name_sized(line.text[begin:finish]):
            yield claim_of_part(scene, rule, where, line, begin, finish)
            return


def _names(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the maker may stand in a part: in brackets, or all of it in a line that begins with a keyword."""
    for found in reversed(list(_BRACKETS.finditer(text, start, end))):
        if not _places(found.group(1)):
            yield found.start(1), found.end(1)
    if any(phrase.strong for phrase in find_phrases(text)):
        inner = [(begin, finish) for begin, finish, _ in _places(text) if start <= begin < end]
        for begin, finish in inner[:1]:
            before, after = text[start:begin].strip(_EDGES), text[finish:end].strip(_EDGES)
            name = before if len(before) >= len(after) else after
            offset = text.find(name, start, end) if name else -1
            if offset >= 0:
                yield offset, offset + len(name)


def _of_credits(text: str, places: list[tuple[int, int, Place]]) -> list[tuple[int, int, Place]]:
    """Of words of place only those after the credit's keyword, where they tell its names apart.

    "The pool in June (left) and in May. Photos: A (left), B (right)" says twice what stands where.
    """
    for phrase in reversed(find_phrases(text)):
        later = [place for place in places if place[0] >= phrase.start]
        if phrase.strong and len({place for _, _, place in later}) >= 2:
            return later
    return places


@lru_cache(maxsize=1024)
def _places(text: str) -> list[tuple[int, int, Place]]:
    """The words of place in a text: start, end, meaning."""
    known = vocabulary().places
    found = []
    for token in tokens_of(text):
        place = known.get(token.text)
        if place is None and UNSPACED.search(token.text):
            place = known.get(token.text[-1]) or known.get(token.text[0])
        if place is not None:
            found.append((token.start, token.end, place))
    return found


def _parts(text: str, places: list[tuple[int, int, Place]]) -> list[tuple[tuple[int, int], Place]]:
    """The text cut between its words of place; each part with its place."""
    leads = text[places[0][1] :].lstrip()[:1] in (":", "：") or not text[: places[0][0]].strip(_EDGES)
    cuts = [0]
    for (_, before, _), (after, _, _) in pairwise(places):
        if _in_one_bracket(text, before, after):
            cuts.append(cuts[-1])
            continue
        dividers = list(_DIVIDER.finditer(text, before, after))
        cut = (dividers[-1] if leads else dividers[0]).end() if dividers else after
        cuts.append(cut)
    cuts.append(len(text))
    ends = [next(cut for cut in cuts[number + 1 :] if cut > cuts[number]) for number in range(len(places))]
    return [((cuts[number], ends[number]), place) for number, (_, _, place) in enumerate(places)]


def _in_one_bracket(text: str, start: int, end: int) -> bool:
    """Whether two words of place stand in one bracket: "Jane Doe (top, bottom)"."""
    opened = max(text.rfind(sign, 0, start) for sign in "([（")
    closed = max(text.rfind(sign, 0, start) for sign in ")]）")
    return opened > closed and not any(sign in text[start:end] for sign in ")]）")


def _place_of(index: int, count: int) -> Place:
    if index == 0:
        return Place.FIRST
    return Place.LAST if index == count - 1 else Place.MIDDLE
