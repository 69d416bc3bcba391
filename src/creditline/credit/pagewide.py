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
from dataclasses import dataclass, replace

from creditline.credit.claims import Claim, claim_of_part, claim_of_phrase, is_party
from creditline.credit.folding import fold
from creditline.credit.grammar import grammar
from creditline.credit.labels import labels_pictures
from creditline.credit.name_ends import NEXT_LABEL
from creditline.credit.naming import is_name_like, names_agency
from creditline.credit.passages import LEAD_ONLY, PUBLISHER, is_other_work, is_publisher_notice
from creditline.credit.phrase import Phrase
from creditline.credit.phrases import find_phrases
from creditline.credit.positions import own_part
from creditline.credit.scene import Scene
from creditline.credit.speaks import begins_with_role
from creditline.credit.terms import terms_of, tokens_of
from creditline.credit.vocabulary import Sense, vocabulary
from creditline.page.document import Element, Line
from creditline.page.pictures import Picture
from creditline.records import Where

RULE_NAME = "page_line"
#: Why lines are not counted for a picture.
ITEM_OF_OTHER = "belongs to another picture"
NAMES_OTHER = "names another picture"
PLURAL_OF_OTHER = "stands in another picture's caption"
SPEAKS_OF_NUMBER = "speaks of picture"
#: Longer lines are articles without markup.
MAX_LINE_CHARS = 2_400
#: Words that name a picture before its credit ("old pier photo by B"), at most.
MAX_LABEL_WORDS = 3
#: A list of creditees has at least so many.
MIN_LIST = 3
#: Entries below a heading "Image credits", at most, and characters of one.
MAX_SECTION = 60
MAX_ENTRY_CHARS = 240
#: Signs of ownership in general: alone they speak for the page's text as well.
_SIGNS = frozenset(("©", "( c )", "copyright", "all rights reserved", "ⓒ", "copr", "rights", "credits"))
_LIST_SPLIT = re.compile(r"\s*(?:[;,·•|]|\s(?:and|und|et|y|e|og|och|en|i|&|/)\s)\s*(?![^()]*\))")
#: How many pictures are somebody's: "Photos: Jane Doe (2), Max Roe (1)".
_COUNT = re.compile(r"\(\d{1,2}(?:\s*(?:[,+&/]|and|und|et|y|e)\s*\d{1,2})*\)")
_NUMBERED_SPLIT = re.compile(r"(?<=[^\W\d_])[\s,;]+(?=[\[(]?\d{1,2}[.):\]])")
_LIST_NUMBER = re.compile(r"^\s*[\[(#]?\d{1,2}[.):\]]{1,2}\s*")
_NUMBER_LABEL = re.compile(r"(?:^|[\s(\[.,;|#])(?:no\.?|nr\.?|n°)?\s*(\d{1,2})\s*[.):\]]?\s*$", re.IGNORECASE)
_NUMBER_START = re.compile(r"\s*[#\[(]?(\d{1,2})[\])]?\s*[:.)–-]")
_LABEL_END = re.compile(r"\s*(?:[:=]|\s[–—-]\s)\s*")
_WORD = re.compile(r"[^\W_]{3,}")
#: Letters of a label's word that a picture's file name or alt text must share.
_STEM_LETTERS = 5


@dataclass(frozen=True, slots=True)
class PageLine:
    """One credit phrase that stands beside no picture, or speaks of several."""

    line: Line
    phrase: Phrase
    lead: bool
    plural: bool
    #: It says that it speaks of all pictures: "Alle Fotos: Jane".
    every: bool = False
    #: Position in a numbering, from 1, where the label gives one: "Picture 3: Jane".
    number: int | None = None
    #: Words of the label that name a picture otherwise: "Notes image by Jane".
    nickname: tuple[str, ...] = ()
    #: Place and size of the list below a heading that it is an entry of.
    entry: tuple[int, int] | None = None

    @property
    def is_single(self) -> bool:
        """Whether nothing in it says which or how many pictures it speaks of."""
        return not (self.lead or self.plural or self.number or self.nickname or self.entry)


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
        section = _section(scene, line)
        if section:
            found.extend(section)
            done = section[-1].line.index
        else:
            found.extend(_phrases_of(scene, line))
    return found


def _phrases_of(scene: Scene, line: Line) -> Iterator[PageLine]:
    labelled = _labelled_cell(scene, line)
    if labelled is not None:
        yield labelled
        return
    nearby = None
    numbered = numbered_links(line)
    yield from numbered
    for phrase in () if numbered else find_phrases(line.text):
        weak = not phrase.strong and phrase.sense & Sense.PLURAL and _is_owners(scene, line, phrase)
        if weak:
            phrase = replace(phrase, strong=True)
        if not _speaks_of_pictures(phrase):
            if not _signs_pictures(line, phrase):
                continue
            phrase = replace(phrase, sense=phrase.sense | Sense.PHOTO | Sense.PLURAL)
        entry = _page_line(line, phrase)
        if not entry.plural and not entry.lead:
            nearby = scene.claimed_nearby(line) if nearby is None else nearby
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
    if phrase.keyword not in _SIGNS or not phrase.strong:
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


def _section(scene: Scene, line: Line) -> list[PageLine]:
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
    if len(entries) < 2:
        return []
    return [_section_entry(entry, (place, len(entries))) for place, entry in enumerate(entries)]


def _holder(line: Line) -> Element:
    """The block that a line is the text of; an entry may begin with a link."""
    return line.block.closest(*_HOLDERS) or line.block


_HOLDERS = ("li", "p", "div", "td", "dd", "dt", "figcaption", "section", "article")


def _section_entry(line: Line, place: tuple[int, int]) -> PageLine:
    """One entry of a list of credits: an optional label, then the name."""
    inner = next((phrase for phrase in find_phrases(line.text) if _speaks_of_pictures(phrase)), None)
    if inner is not None:
        return replace(_page_line(line, inner), entry=place)
    cut = _LABEL_END.search(line.text)
    begin = cut.end() if cut is not None and cut.end() < len(line.text) else 0
    label = line.text[: cut.start()] if cut is not None and begin else ""
    number = _NUMBER_START.match(line.text) or _NUMBER_LABEL.search(label)
    phrase = Phrase(0, begin, len(line.text), Sense.PHOTO, strong=True, keyword="")
    words = tuple(_WORD.findall(fold(label)))
    lead = bool(find_lead(label))
    return PageLine(
        line,
        phrase,
        lead,
        plural=False,
        number=int(number.group(1)) if number else None,
        nickname=words,
        entry=place,
    )


def find_lead(label: str) -> bool:
    """Whether a label means the picture at the top: "Titelbild", "Header image"."""
    return any(phrase.sense & Sense.LEAD for phrase in find_phrases(f"{label}: X"))


def page_claims(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """The claims of the page's lines that are meant for a picture."""
    for entry, claim in scene.once(entry_claims):
        if own_part(scene, picture, entry.line) is not None:
            continue  # `rules.caption` reads the picture's part of it
        why_not = _not_meant(scene, picture, entry)
        if why_not is None:
            yield from _of_list(scene, picture, entry, replace(claim, shared=True))
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


def _speaks_of_pictures(phrase: Phrase) -> bool:
    if is_other_work(phrase) or not phrase.strong:
        return False
    if not phrase.sense & (Sense.PHOTO | Sense.MADE | Sense.CREDIT):
        return False
    return bool(phrase.sense & (Sense.PHOTO | Sense.MADE)) or phrase.keyword not in _SIGNS


def _page_line(line: Line, phrase: Phrase) -> PageLine:
    before = line.text[: phrase.start]
    label = before[max(map(before.rfind, ".;|•·)!?")) + 1 :] if before else ""
    after = line.text[phrase.start + len(phrase.keyword) :]
    number = _NUMBER_LABEL.search(label) or _NUMBER_START.match(after)
    plural, lead = bool(phrase.sense & Sense.PLURAL), bool(phrase.sense & Sense.LEAD)
    words = tuple(_WORD.findall(fold(label))) if len(label) <= 40 and not lead else ()
    every = plural and bool(
        vocabulary().every & {token.text for token in tokens_of(line.text[: phrase.name_start])}
    )
    place = int(number.group(1)) if number else None
    return PageLine(line, phrase, lead, plural, every, place, words)


def _not_meant(scene: Scene, picture: Picture, entry: PageLine) -> str | None:
    """Why a page's line does not speak of a picture, ``None`` when it does."""
    excluded = scene.excluded(entry.line, picture)
    if excluded is not None:
        return f"stands in: {excluded}"
    if is_publisher_notice(scene, entry.line.text, entry.phrase, entry.phrase.name(entry.line.text)):
        return PUBLISHER
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


def answers_to(scene: Scene, picture: Picture, nickname: tuple[str, ...]) -> bool:
    """Whether a label's words are in a picture's file name, alt text, title or caption."""
    texts = (*picture.stems, picture.attribute("alt"), picture.attribute("title"))
    captions = [line.text for line in scene.zone(picture).after[:1] if len(line.text) <= MAX_ENTRY_CHARS]
    words = set(_WORD.findall(fold(" ".join((*texts, *captions)))))
    return all(any(word.startswith(part[:_STEM_LETTERS]) for word in words) for part in nickname)


def _of_list(scene: Scene, picture: Picture, entry: PageLine, claim: Claim) -> Iterator[Claim]:
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


def _is_list(scene: Scene, entry: PageLine) -> bool:
    if entry.number is not None and numbered_links(entry.line):
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
        words = tuple(_WORD.findall(fold(found.group())))
        if words and not any(answers_to(scene, picture, words) for picture in scene.standing):
            return text[: found.start()]
    return text


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
