"""The lines of a page that credit pictures and stand beside none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from creditline.credit.announced import introduces
from creditline.credit.captions import caption_mark
from creditline.credit.credit_sections import section_below
from creditline.credit.exceptions_named import excepted_parts
from creditline.credit.fact_lists import fact_in_row, value_below
from creditline.credit.folding import fold
from creditline.credit.grammar import grammar
from creditline.credit.labels import labels_pictures
from creditline.credit.name_ends import name_end
from creditline.credit.numbered import LAST, numbered_parts
from creditline.credit.page_line import (
    MAX_ENTRY_CHARS,
    MAX_LABEL_WORDS,
    SIGNS,
    PageLine,
    page_line,
    speaks_of_pictures,
)
from creditline.credit.phrase import Phrase
from creditline.credit.phrases import find_phrases
from creditline.credit.scene import Scene
from creditline.credit.speaks import begins_with_role
from creditline.credit.staff_lines import signatures, speaks_for_page
from creditline.credit.terms import terms_of, tokens_of
from creditline.credit.vocabulary import Sense, vocabulary
from creditline.page.document import Line

#: Longer lines are articles without markup.
MAX_LINE_CHARS = 2_400


def page_lines(scene: Scene) -> list[PageLine]:
    """The page's credit phrases outside the zones of single pictures, in order."""
    return _read(scene, scene.credit_lines)


def part_lines(scene: Scene) -> list[PageLine]:
    """The same in comments, boxes and footers, which speak of the pictures in them only."""
    return _read(scene, scene.part_lines)


def _read(scene: Scene, lines: list[Line]) -> list[PageLine]:
    found: list[PageLine] = []
    done = -1
    for line in lines:
        if line.index <= done or len(line.text) > MAX_LINE_CHARS:
            continue
        section = section_below(scene, line)
        if section:
            found.extend(section)
            done = section[-1].line.index
        else:
            found.extend(_phrases_of(scene, line))
    return found


def _phrases_of(scene: Scene, line: Line) -> Iterator[PageLine]:
    labelled = _labelled_cell(scene, line) or _labelled_below(scene, line)
    if labelled is not None:
        yield labelled
        return
    fact = fact_in_row(line.text) if caption_mark(line) is None else None
    if fact is not None:
        yield PageLine(line, fact, lead=False, plural=True)
        return
    for signed in signatures(line):
        yield PageLine(line, signed, lead=False, plural=True)
    nearby = None
    numbered = numbered_links(line) or numbered_makers(scene, line)
    yield from numbered
    yield from excepted_makers(scene, line)
    yield from () if numbered else _rest_lines(line, find_phrases(line.text))
    for phrase in () if numbered else find_phrases(line.text):
        if speaks_for_page(scene, line, phrase):
            phrase = replace(phrase, strong=True, sense=phrase.sense | Sense.PLURAL)
        weak = not phrase.strong and phrase.sense & Sense.PLURAL and _is_owners(scene, line, phrase)
        if weak:
            phrase = replace(phrase, strong=True)
        if not speaks_of_pictures(phrase):
            if not _signs_pictures(line, phrase):
                continue
            phrase = replace(phrase, sense=phrase.sense | Sense.PHOTO | Sense.PLURAL)
        entry = page_line(line, phrase)
        if not entry.plural and not entry.lead:
            if nearby is None:
                nearby = scene.claimed_nearby(line) or introduces(scene, line) is not None
            if nearby or not _opens_part(line.text, phrase):
                continue
        yield entry


def _is_owners(scene: Scene, line: Line, phrase: Phrase) -> bool:
    """Whether a noun for pictures and the owner's name are all of a line: "Fotos Jane Doe"."""
    hit = scene.identity.find(line.text[phrase.name_start :])
    if hit is None or line.text[: phrase.start].strip():
        return False
    return not hit.start and not line.text[phrase.name_start + hit.end :].strip(" .")


def _signs_pictures(line: Line, phrase: Phrase) -> bool:
    """Whether a sign of copyright follows all the pictures it is for: "All images © Jane"."""
    if phrase.keyword not in SIGNS or not phrase.strong:
        return False
    before = tokens_of(line.text[: phrase.start])
    plural = any(term.sense & Sense.PLURAL for term in terms_of(before))
    return plural and bool(vocabulary().every & {token.text for token in before})


def _labelled_cell(scene: Scene, line: Line) -> PageLine | None:
    """The name in the cell beside one that says "Photography": a list of facts speaks for the page."""
    cell = line.block.closest("dt", "th", "td")
    row = cell.closest("tr", "dl") if cell is not None else None
    if cell is None or row is None or line.index + 1 >= len(scene.document.lines) or scene.holds_picture(row):
        return None
    following = scene.document.lines[line.index + 1]
    if not row.covers(following.start) or following.block.closest("dt", "th") is not None:
        return None
    if (
        cell.covers(following.start)
        or not labels_pictures(line.text)
        or len(following.text) > MAX_ENTRY_CHARS
    ):
        return None
    end = len(following.text)
    phrase = Phrase(0, 0, end, Sense.PHOTO | Sense.PLURAL, strong=True, keyword=fold(line.text.strip(" :")))
    return PageLine(following, phrase, lead=False, plural=True)


def _labelled_below(scene: Scene, line: Line) -> PageLine | None:
    """The name below a small heading "Photography" among others of its kind."""
    value = value_below(scene, line)
    if value is None:
        return None
    sense = Sense.PHOTO | Sense.PLURAL
    phrase = Phrase(0, 0, len(value.text), sense, strong=True, keyword=fold(line.text.strip(" :")))
    return PageLine(value, phrase, lead=False, plural=True)


def numbered_links(line: Line) -> list[PageLine]:
    """The links of a line that name pictures by number alone: "Sources: 1 / 2 / 3"."""
    if len(line.links) < 2:
        return []
    spans = [(span, line.text[span.start : span.end].strip(" .[]()#")) for span in line.links]
    numbers = [(span, int(text)) for span, text in spans if text.isdigit()]
    if len(numbers) < 2 or [number for _, number in numbers] != list(range(1, len(numbers) + 1)):
        return []
    if not any(phrase.start <= 2 for phrase in find_phrases(line.text)):
        return []
    return [
        PageLine(
            line,
            Phrase(span.start, span.start, span.end, Sense.PHOTO, True, ""),
            lead=False,
            plural=False,
            number=number,
        )
        for span, number in numbers
    ]


def numbered_makers(scene: Scene, line: Line) -> list[PageLine]:
    """The names of a line that stand behind the numbers of their pictures: "Photos 1–2: A. Photo 3: B"."""
    parts = numbered_parts(line.text)
    near = next((picture for picture in scene.standing_around(line) if picture), None) if parts else None
    count = len(scene.article_pictures(near)) if near is not None else 0
    numbers = {count if number == LAST else number for own, _, _ in parts for number in own}
    if not parts or max(numbers) > count:
        return []
    return [
        PageLine(
            line,
            Phrase(start, start, end, Sense.PHOTO, strong=True, keyword=""),
            lead=False,
            plural=False,
            number=count if number == LAST else number,
        )
        for own, start, end in parts
        for number in own
    ]


def excepted_makers(scene: Scene, line: Line) -> list[PageLine]:
    """The pictures that a line for all others leaves out: "… by Jane Doe except the third, by Max Roe"."""
    parts = excepted_parts(line.text)
    near = next((picture for picture in scene.standing_around(line) if picture), None) if parts else None
    if near is None:
        return []
    count = len(scene.article_pictures(near))
    return [
        PageLine(
            line,
            Phrase(start, start, end, Sense.PHOTO, strong=True, keyword=""),
            lead=False,
            plural=False,
            number=count if number == LAST else number,
        )
        for number, start, end in parts
    ]


def _rest_lines(line: Line, phrases: Iterable[Phrase]) -> Iterator[PageLine]:
    """What follows a credit for some pictures and speaks of all others: "Titelbild: A, alle anderen: B"."""
    strong = [phrase for phrase in phrases if phrase.strong and phrase.sense & Sense.PHOTO]
    tokens = tokens_of(line.text) if strong else []
    for place, token in enumerate(tokens):
        if token.text not in grammar().rest or token.start < strong[0].name_start:
            continue
        colon = next((each for each in tokens[place + 1 : place + 4] if each.text == ":"), None)
        if colon is None or any(phrase.start <= token.start < phrase.name_start for phrase in strong):
            continue
        end = name_end(line.text, token.start, colon.end)
        phrase = Phrase(
            token.start, colon.end, end, Sense.PHOTO | Sense.PLURAL, strong=True, keyword=token.text
        )
        yield PageLine(line, phrase, lead=False, plural=True, rest=True)


def _opens_part(text: str, phrase: Phrase) -> bool:
    """Whether a phrase begins its line, a sentence of it or a bracket, or follows a label."""
    before = text[: phrase.start].rstrip()
    if not before or before[-1] in '.!?|([•·;–—-:"”»)':
        return True
    if phrase.sense & Sense.PLURAL and fold(before.rpartition(" ")[2]) in grammar().with_:
        return True
    if phrase.strong and before[-1] in ",/&+" and begins_with_role(text):
        return True  # "Text: Max Roe, foto: Jane Doe"
    label = before[max(map(before.rfind, ".;|!?")) + 1 :]
    return len(label.split()) <= MAX_LABEL_WORDS
