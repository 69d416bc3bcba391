"""Lists of credits below a heading that announces them and names nobody: "Image credits"."""

from __future__ import annotations

import re
from dataclasses import replace

from creditline.credit.folding import fold
from creditline.credit.page_line import (
    LABEL_WORD,
    MAX_ENTRY_CHARS,
    NUMBER_LABEL,
    NUMBER_START,
    PageLine,
    means_rest,
    page_line,
    speaks_of_pictures,
)
from creditline.credit.phrase import Phrase
from creditline.credit.phrases import find_phrases
from creditline.credit.scene import Scene
from creditline.credit.vocabulary import Sense
from creditline.page.addresses import file_stem, is_picture_file
from creditline.page.document import Element, Line

#: Entries below a heading, at most.
MAX_SECTION = 60
_LABEL_END = re.compile(r"\s*(?:[:=]|\s[–—-]\s)\s*")
_HOLDERS = ("li", "p", "div", "td", "dd", "dt", "figcaption", "section", "article")


def section_below(scene: Scene, line: Line) -> list[PageLine]:
    """The entries below a line that announces credits and names nobody: "Image credits"."""
    phrases = find_phrases(line.text)
    if len(phrases) != 1 or phrases[0].name(line.text) or phrases[0].start > 2:
        return []
    phrase = phrases[0]
    announces = phrase.sense & (Sense.PHOTO | Sense.CREDIT) and (
        phrase.sense & Sense.PLURAL or phrase.sense & (Sense.CREDIT | Sense.SOURCE)
    )
    if not announces or phrase.keyword in ("©", "( c )", "copyright"):
        return []
    entries = _entries_below(scene, line)
    if len(entries) < 2:
        return []
    return [_section_entry(entry, (place, len(entries))) for place, entry in enumerate(entries)]


def _entries_below(scene: Scene, line: Line) -> list[Line]:
    """The short lines below a heading up to the next one, of one list where they begin one."""
    entries: list[Line] = []
    for following in scene.document.lines[line.index + 1 : line.index + 1 + MAX_SECTION]:
        if scene.is_heading(following) or len(following.text) > MAX_ENTRY_CHARS:
            break
        if not scene.in_one_part(line, following):
            break
        items = entries[-1].block.closest("ol", "ul", "dl", "table") if entries else None
        if items is not None and not items.covers(following.start):
            break
        if entries and _holder(following).tag != _holder(entries[-1]).tag and not following.links:
            break
        entries.append(following)
    return entries


def _holder(line: Line) -> Element:
    """The block that a line is the text of; an entry may begin with a link."""
    return line.block.closest(*_HOLDERS) or line.block


def _section_entry(line: Line, place: tuple[int, int]) -> PageLine:
    """One entry of a list of credits: an optional label, then the name."""
    inner = next((phrase for phrase in find_phrases(line.text) if speaks_of_pictures(phrase)), None)
    if inner is not None:
        return replace(page_line(line, inner), entry=place)
    cut = _LABEL_END.search(line.text)
    begin = cut.end() if cut is not None and cut.end() < len(line.text) else 0
    label = line.text[: cut.start()] if cut is not None and begin else ""
    number = NUMBER_START.match(line.text) or NUMBER_LABEL.search(label)
    phrase = Phrase(0, begin, len(line.text), Sense.PHOTO, strong=True, keyword="")
    words = tuple(LABEL_WORD.findall(fold(label))) if not is_picture_file(label) else (file_stem(label),)
    lead = bool(_find_lead(label))
    return PageLine(
        line,
        phrase,
        lead,
        plural=False,
        number=int(number.group(1)) if number else None,
        nickname=words,
        entry=place,
        label=label,
        rest=means_rest(label),
    )


def _find_lead(label: str) -> bool:
    """Whether a label means the picture at the top: "Titelbild", "Header image"."""
    return any(phrase.sense & Sense.LEAD for phrase in find_phrases(f"{label}: X"))
