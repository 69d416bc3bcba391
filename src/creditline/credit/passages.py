"""How a line of text is read for credits, depending on where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from creditline.credit.bylines import is_only_credit
from creditline.credit.cited_works import CITED, cites_book
from creditline.credit.claims import Claim, claim_of_part, claim_of_phrase
from creditline.credit.folding import fold
from creditline.credit.grammar import grammar
from creditline.credit.name_ends import OPENING
from creditline.credit.naming import is_name_like, names_agency, tidy_name
from creditline.credit.phrase import Phrase
from creditline.credit.phrases import find_phrases
from creditline.credit.scene import Scene
from creditline.credit.sharing import is_share_line, is_share_link
from creditline.credit.speaks import speaks_of_picture
from creditline.credit.tasl import LICENSE_TEXT
from creditline.credit.terms import has_trigger
from creditline.credit.vocabulary import Sense, words_of
from creditline.page.document import Line, LinkSpan
from creditline.page.pictures import Picture
from creditline.records import Where

#: A caption's last part, set off by one of these, may be a credit without a keyword.
_SEGMENT = re.compile(
    r"\s*(?:[|•·~]|::|\s[-–—/]\s|(?<=[.!?…\"”»)])(?<![\s(/.&][^\W\d_]\.)\s+|(?<=\w)\s*[(（](?=[^()（）]*[)）]\W*$))\s*"
)
#: Parts of a caption, from its end, that are looked at for the owner.
MAX_PARTS = 3
#: Words of a credit without keyword: "Name Name / Agency", at most.
MAX_BARE_WORDS = 10
#: Characters of a line that is a caption by its end, "… (Agency)".
MAX_CAPTION_LINE = 240
#: Words of a name that stands at a caption's end in an element of its own, at most.
MAX_TAIL_WORDS = 5
#: Characters of a line near a picture that is nothing but a credit.
MAX_BARE_LINE = 120
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
    artist = _artist(scene, line) if where is Where.CAPTION and not photographed else None
    if artist is not None:
        yield claim_of_part(scene, rule, where, line, *artist)


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
    if not named and not excluded and short and not _is_labelled(scene, line):
        directly = scene.next_line(picture) is line
        yield from bare_claims(scene, rule, where, line, whole=True, directly=directly)


def _begins_with_picture(text: str) -> bool:
    """Whether a text begins with a word for pictures: "Photo of the stalls at dusk by …"."""
    return speaks_of_picture(" ".join(text.split()[:2]))


_BY_NAME = re.compile(r"\s(?:by|par|por|door|durch)\s(?P<name>[^,.;:|()]{3,60})[.)]?\s*$", re.IGNORECASE)


def _artist(scene: Scene, line: Line) -> tuple[int, int] | None:
    """The name before a work's title, as art is captioned: "Jane Doe, *Night Market*, 2019"."""
    comma = line.text.find(",")
    name = line.text[: max(comma, 0)]
    if not 2 <= len(name.split()) <= MAX_TAIL_WORDS or not is_name_like(name):
        return None
    rest = line.text[comma + 1 :].lstrip()
    styled = {
        element.tag
        for run, offset in line.runs
        if offset > comma
        for element in scene.document.elements_between(run - _STYLE_TICKS, run)
    }
    titled = rest[:1] in ('"', "“", "„", "«", "‘") or bool(styled & _TITLE_TAGS)
    return (0, comma) if titled and _YEAR.search(rest) else None


_TITLE_TAGS = frozenset(("em", "i", "cite"))
#: An element that styles a run of text begins so many ticks before it.
_STYLE_TICKS = 2
_YEAR = re.compile(r"\b(?:1[4-9]|20)\d\d\b")


def _is_quoted(scene: Scene, line: Line) -> bool:
    """Whether a line is quoted speech, which ends with who said it; a quoted post holds its picture."""
    quote = line.block.closest("blockquote")
    return quote is not None and not scene.holds_picture(quote)


def _is_labelled(scene: Scene, line: Line) -> bool:
    """Whether a line is a cell of a table or list of facts whose label says something else than a credit."""
    cell = line.block.closest("td", "dd")
    row = cell.closest("tr", "dl") if cell is not None else None
    if row is None or line.index == 0:
        return False
    label = scene.document.lines[line.index - 1]
    return row.covers(label.start) and len(label.text) <= MAX_BARE_LINE and not has_trigger(label.text)


def bare_claims(
    scene: Scene, rule: str, where: Where, line: Line, *, whole: bool = False, directly: bool = False
) -> Iterator[Claim]:
    """The credit that a text names without a keyword, if any.

    Args:
        whole: It must be the whole text, as for lines that are not captions.
        directly: The line stands right below its picture, so that the owner may end it as a caption.
    """
    text = line.text
    if (is_share_line(line) and not scene.links_owner(line)) or _is_quoted(scene, line):
        return
    if not whole:
        tail = _named_tail(scene, line)
        if tail is None and where is Where.CAPTION:
            tail = _by_tail(text)
        if tail is not None:
            yield claim_of_part(scene, rule, where, line, *tail)
            return
    own = _owner_part(scene, text) if not whole or directly else None
    if own is not None:
        yield claim_of_part(scene, rule, where, line, own, len(text.rstrip()))
        return
    for begin, finish in _last_parts(text):
        in_brackets = text[:begin].rstrip().endswith("(") and text.rstrip(" .").endswith(")")
        is_part = finish - begin < len(text.strip()) - 2 and not in_brackets
        if whole and is_part and not (directly and _is_owner_tail(scene, text, begin, finish)):
            continue
        if _is_bare_credit(scene, line, begin, finish, whole=whole):
            claim = claim_of_part(scene, rule, where, line, begin, finish)
            yield _with_owner_beside(scene, claim, line, begin)
            return


def _named_tail(scene: Scene, line: Line) -> tuple[int, int] | None:
    """A caption's end that is marked off as a name: by an element of its own, or a link after a comma."""
    spans = line.links
    if _ends_in_link(scene, spans, line.text):
        return spans[-1].start, spans[-1].end
    tail = styled_tail(scene, line) if line.runs else None
    if tail is None or not tail[0]:
        return None
    bare = tidy_name(line.text[tail[0] : tail[1]])
    inner = [span for span in scene.spans(line, *tail) if not scene.is_external(span.element)]
    fits = 2 <= len(bare.split()) <= MAX_TAIL_WORDS and is_name_like(bare) and not inner
    return tail if fits else None


def _by_tail(text: str) -> tuple[int, int] | None:
    """The name after a "by" that ends a caption: "Boats at dawn, by Jane Doe"."""
    if len(text) > MAX_CAPTION_LINE:
        return None
    found = _BY_TAIL.search(text) or (_BY_NAME.search(text) if _begins_with_picture(text) else None)
    if found is None:
        return None
    name = tidy_name(found.group("name"))
    return (found.start("name"), found.end("name")) if len(name.split()) >= 2 and is_name_like(name) else None


#: "by" in languages where it cannot mean what a picture shows, at a caption's start or after a sign.
_BY_TAIL = re.compile(
    r"(?:^|[,.;:|(–—-])\s*(?:by|par|por|door|durch|autorstwa|deur)\s(?P<name>[^,.;:|()]{3,60})[.)]?\s*$",
    re.IGNORECASE,
)


def _is_bare_credit(scene: Scene, line: Line, begin: int, finish: int, *, whole: bool) -> bool:
    """Whether a part of a line is a credit by what it names."""
    bare = tidy_name(line.text[begin:finish])
    if not is_name_sized(bare):
        return False
    spans = scene.spans(line, begin, finish)
    return (
        names_agency(bare)
        or _is_owner_alone(scene, bare)
        or _is_owner_link(scene, line, spans, bare, whole=whole)
        or _is_foreign_link(scene, line, spans, bare, whole=whole)
        or (not whole and (_is_name_pair(bare) or _has_license(bare) or _has_job(bare)))
    )


def _with_owner_beside(scene: Scene, claim: Claim, line: Line, begin: int) -> Claim:
    """The claim of a part, with the owner's name before it: "Doe, Jane / Agency" credits both.

    Of "Jane Doe (Agency)" nobody can tell whether she is shown or made it.
    """
    before = line.text[:begin].rstrip(" (|/–-")
    if claim.credits_owner or not _is_owner_alone(scene, before):
        return claim
    joined = line.text[:begin].rstrip()[-1:] in ("/", "|")
    return replace(claim, names_owner=True) if joined else replace(claim, unmapped=True)


def _owner_part(scene: Scene, text: str) -> int | None:
    """Where the last parts of a caption begin that are the owner and words of credit alone."""
    if len(text) > MAX_CAPTION_LINE or any(sign in text for sign in '"“”„«»'):
        return None
    parts = [match.end() for match in _SEGMENT.finditer(text) if match.end() < len(text.rstrip())]
    for begin in reversed(parts[-MAX_PARTS:]):
        hit = scene.identity.find(text[begin:])
        if hit is not None:
            alone = hit.how != "domain" and is_only_credit(
                text[begin : begin + hit.start], text[begin + hit.end :], scene.site_name
            )
            return begin if alone else None
    return None


def _is_owner_tail(scene: Scene, text: str, begin: int, finish: int) -> bool:
    """Whether a short line ends as captions do, "The quay. Jane Doe", and is nothing that somebody says."""
    if len(text) > MAX_BARE_LINE or any(sign in text for sign in '"“”„«»'):
        return False
    hit = scene.identity.find(text[begin:finish])
    return hit is not None and hit.how != "domain" and _is_owner_alone(scene, text[begin:finish])


def is_name_sized(text: str) -> bool:
    """Whether a text is short enough to be nothing but names: `MAX_BARE_WORDS` words beside its signs."""
    words = words_of(tidy_name(text))
    return bool(words) and len([word for word in words if word[0].isalnum()]) <= MAX_BARE_WORDS


def _is_name_pair(bare: str) -> bool:
    """Whether a text reads "First Last/Somewhere": a name, a slash, another name."""
    sides = [side.strip() for side in bare.split("/")]
    if not 2 <= len(sides) <= 3 or not all(is_name_like(side) for side in sides):
        return False
    return any(len(side.split()) >= 2 for side in sides)


def _has_job(bare: str) -> bool:
    """Whether a text names somebody who makes pictures for a living: "Jane Doe, staff photographer"."""
    name, comma, job = bare.partition(",")
    return (
        bool(comma)
        and len(job.split()) <= MAX_TAIL_WORDS - 2
        and len(name.split()) >= 2
        and is_name_like(name)
        and any(word in grammar().jobs for word in words_of(job))
    )


def _has_license(bare: str) -> bool:
    """Whether a short text names somebody with a Creative Commons licence: "Jane Doe, CC BY 2.0"."""
    found = LICENSE_TEXT.search(bare)
    return found is not None and bool(tidy_name(bare[: found.start()]))


def _is_owner_alone(scene: Scene, bare: str) -> bool:
    """Whether a text is the owner's name and nothing else but words of credit."""
    hit = scene.identity.find(bare)
    return hit is not None and is_only_credit(bare[: hit.start], bare[hit.end :], scene.site_name)


def _is_owner_link(scene: Scene, line: Line, spans: list[LinkSpan], bare: str, *, whole: bool) -> bool:
    """Whether a short text leads to the owner; outside captions the link must be all of it."""
    ours = [span for span in spans if scene.is_owner_link(span.element)]
    if not ours:
        return False
    if not whole:
        return True
    inside = line.text[ours[0].start : ours[-1].end]
    return not tidy_name(bare.replace(tidy_name(inside), "")) and is_name_like(bare)


def _is_foreign_link(scene: Scene, line: Line, spans: list[LinkSpan], bare: str, *, whole: bool) -> bool:
    """Whether a text of few words is a link to another site and nothing else."""
    linked = [span for span in spans if scene.is_external(span.element)]
    if not linked or len(words_of(bare)) > MAX_BARE_WORDS // 2:
        return False
    if len(scene.document.lines_in(linked[0].element)) > 1:
        return False  # a card that shows another page
    inside = tidy_name(line.text[linked[0].start : linked[-1].end])
    if tidy_name(bare.replace(inside, "")) or any(is_share_link(span.element) for span in linked):
        return False
    if " " in bare:
        return is_name_like(bare)
    # A single word: in a caption a name, beside a picture only a host or a handle ("Pin" is a button).
    return not whole or "." in bare or bare.startswith("@")


def _ends_in_link(scene: Scene, spans: list[LinkSpan], text: str) -> bool:
    """Whether a caption's end is a link to another site, set off by a sign: "…, jane.example"."""
    if not spans or not scene.is_external(spans[-1].element):
        return False
    last = spans[-1]
    before = text[: last.start].rstrip()
    return not text[last.end :].strip(" .)]") and before[-1:] in _SETS_OFF and last.end - last.start <= 60


_SETS_OFF = tuple(",;:|/([–—-•·")


def styled_tail(scene: Scene, line: Line) -> tuple[int, int] | None:
    """The end of a line that has an element of its own: ``Boats at dawn <em>Jane Doe</em>``."""
    first, last = line.runs[0][0], line.runs[-1][0]
    around = line.block
    while around.parent is not None and not around.covers(last):
        around = around.parent
    for element in scene.document.elements_in(around):
        if first < element.start < last < element.end and element.tag in _TAIL_TAGS:
            return line.span_of(element)
        if first < element.start <= last < element.end and element.tag in _TAIL_TAGS:
            return line.span_of(element)
    return None


_TAIL_TAGS = frozenset(("span", "em", "i", "small", "cite", "strong", "b", "a", "font"))


def _last_parts(text: str) -> Iterator[tuple[int, int]]:
    """The last part of a text set off by a separator, and the whole text where nothing is."""
    stripped = len(text.rstrip())
    found = [match for match in _SEGMENT.finditer(text) if match.end() < stripped]
    if found:
        last = found[-1]
        before = found[-2].end() if len(found) > 1 else 0
        part = text[before : last.start()]
        joined = ("/" in last.group() and is_name_like(part)) or ("|" in last.group() and names_agency(part))
        yield (before if joined else last.end()), stripped
    yield 0, stripped


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
