"""Lines that name the makers of several pictures one by one, and which picture each of them made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from creditline.credit.claims import Claim, claim_of_part, is_party
from creditline.credit.folding import fold
from creditline.credit.name_ends import NEXT_LABEL
from creditline.credit.page_line import LABEL_WORD, MAX_ENTRY_CHARS, PageLine
from creditline.credit.page_lines import (
    excepted_makers,
    numbered_links,
    numbered_makers,
    page_lines,
    part_lines,
)
from creditline.credit.scene import Scene
from creditline.page.document import Line
from creditline.page.pictures import Picture
from creditline.records import Where

RULE_NAME = "page_line"
#: A list of creditees has at least so many.
MIN_LIST = 3
_LIST_SPLIT = re.compile(r"\s*(?:[;,·•|]|\s(?:and|und|et|y|e|og|och|en|i|&|/)\s)\s*(?![^()]*\))")
#: How many pictures are somebody's: "Photos: Jane Doe (2), Max Roe (1)".
_COUNT = re.compile(r"\(\d{1,2}(?:\s*(?:[,+&/]|and|und|et|y|e)\s*\d{1,2})*\)")
_NUMBERED_SPLIT = re.compile(r"(?<=[^\W\d_])[\s,;]+(?=[\[(]?\d{1,2}[.):\]])")
_LIST_NUMBER = re.compile(r"^\s*[\[(#]?\d{1,2}[.):\]]{1,2}\s*")
#: Letters of a label's word that a picture's file name or alt text must share.
_STEM_LETTERS = 5


def answers_to(scene: Scene, picture: Picture, nickname: tuple[str, ...]) -> bool:
    """Whether a label's words are in a picture's file name, alt text, title or caption."""
    if len(nickname) == 1 and nickname[0] in picture.stems:
        return True
    texts = (*picture.stems, picture.attribute("alt"), picture.attribute("title"))
    captions = [line.text for line in scene.zone(picture).after[:1] if len(line.text) <= MAX_ENTRY_CHARS]
    words = set(LABEL_WORD.findall(fold(" ".join((*texts, *captions)))))
    return all(any(word.startswith(part[:_STEM_LETTERS]) for word in words) for part in nickname)


def of_list(scene: Scene, picture: Picture, entry: PageLine, claim: Claim) -> Iterator[Claim]:
    """A line's claim; of a list in the pictures' order the picture's own entry, of others a doubtful one."""
    covered = _covered(scene, picture, entry.line)
    place = next((place for place, other in enumerate(covered) if other is picture), None)
    count = len(covered)
    labelled = entry.number is not None or bool(entry.nickname) or entry.lead
    if entry.entry is not None and not labelled:
        if entry.entry[1] == count:
            if entry.entry[0] == place:
                yield claim
            return
        yield replace(claim, unmapped=claim.credits_owner)
        return
    names = _listed(scene, entry) if entry.plural else []
    numbers = _numbers(names)
    if numbers and count > 1:
        # "(1)" may be a picture's number or how many pictures are somebody's.
        said = sorted(number for own in numbers for number in own)
        if said != list(range(1, count + 1)) or sum(said) == count:
            yield replace(claim, unmapped=any(name.credits_owner for name in names))
        elif place is not None:
            yield next(name for name, own in zip(names, numbers, strict=True) if place + 1 in own)
    elif len(names) < MIN_LIST:
        yield claim
    elif place is not None and len(names) == count:
        yield names[place]
    else:
        yield replace(claim, unmapped=claim.credits_owner or any(name.credits_owner for name in names))


def _numbers(names: list[Claim]) -> list[list[int]]:
    """The numbers in brackets behind each of several names; none where not all have them."""
    found = [match for name in names if (match := _COUNT.search(name.quote)) is not None]
    if len(names) < 2 or len(found) < len(names):
        return []
    return [[int(number) for number in re.findall(r"\d+", match.group())] for match in found]


def lists_makers(scene: Scene, picture: Picture, line: Line) -> bool:
    """Whether a line lists the makers of several pictures, so that it is not the nearest one's alone."""
    lists = line.index in scene.once(_list_lines)
    return lists and len(_covered(scene, picture, line)) >= 2


def _list_lines(scene: Scene) -> frozenset[int]:
    """The lines that list makers: names in a row, numbered links, headings and entries of credit lists."""
    found: set[int] = set()
    for entry in (*scene.once(page_lines), *scene.once(part_lines)):
        if entry.entry is not None:
            found |= {entry.line.index - 1, entry.line.index}
        elif _is_list(scene, entry):
            found.add(entry.line.index)
    return frozenset(found)


def _tells_apart(scene: Scene, line: Line) -> bool:
    """Whether a line names the makers of several pictures by number."""
    return bool(numbered_links(line) or numbered_makers(scene, line) or excepted_makers(scene, line))


def _is_list(scene: Scene, entry: PageLine) -> bool:
    if entry.number is not None and _tells_apart(scene, entry.line):
        return True
    if not entry.plural:
        return False
    names = _listed(scene, entry)
    return len(names) >= MIN_LIST or bool(_numbers(names))


def _covered(scene: Scene, picture: Picture, line: Line) -> list[Picture]:
    """The pictures that a list may speak of: those of its part of the page, or of the picture's article."""
    return scene.pictures_beside(line) or scene.article_pictures(picture)


def _listed(scene: Scene, entry: PageLine) -> list[Claim]:
    """The people that a line names one by one."""
    offset = entry.phrase.name_start
    text = _before_other_labels(scene, entry.line.text[offset:])
    found: list[Claim] = []
    start = 0
    numbered = list(_NUMBERED_SPLIT.finditer(text)) if _LIST_NUMBER.match(text) else []
    for match in [*(numbered if len(numbered) > 1 else _LIST_SPLIT.finditer(text)), None]:
        end = match.start() if match is not None else len(text)
        name = _LIST_NUMBER.sub("", text[start:end]).strip(" .")
        if is_party(name) and len(name.split()) <= 6:
            found.append(
                claim_of_part(scene, RULE_NAME, Where.PAGE_LEVEL, entry.line, offset + start, offset + end)
            )
        start = match.end() if match is not None else end
    return found


def _before_other_labels(scene: Scene, text: str) -> str:
    """A list up to a label that names no picture of the page: "Jane Doe | Flowers: Max Roe"."""
    for found in NEXT_LABEL.finditer(text):
        words = tuple(LABEL_WORD.findall(fold(found.group())))
        if words and not any(answers_to(scene, picture, words) for picture in scene.standing):
            return text[: found.start()]
    return text
