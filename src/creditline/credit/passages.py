"""How a line of text is read for credits, depending on where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from creditline.credit.claims import Claim, claim_of_part, claim_of_phrase
from creditline.credit.scene import Scene
from creditline.credit.vocabulary import Sense, vocabulary, words_of
from creditline.credit.wording import Phrase, find_phrases, tidy_name
from creditline.page.document import Line, LinkSpan
from creditline.page.pictures import Picture
from creditline.records import Where

#: A caption's last part, set off by one of these, may be a credit without a keyword.
_SEGMENT = re.compile(r"\s*(?:[|•·]|\s[-–—/]\s|(?<=[.!?…\"”»)])\s+|(?<=\w)\s*\((?=[^()]*\)\W*$))\s*")
#: Words of a credit without keyword: "Name Name / Agency", at most.
MAX_BARE_WORDS = 10
#: Characters of a line near a picture that is nothing but a credit.
MAX_BARE_LINE = 120
_PICTURE = Sense.PHOTO | Sense.MADE | Sense.CREDIT | Sense.COURTESY | Sense.SOURCE | Sense.VIA


def claims_of_caption(
    scene: Scene, rule: str, where: Where, line: Line, start: int = 0, end: int | None = None
) -> Iterator[Claim]:
    """Read a caption or a part of it: its credit phrases, else what its last part names without keyword."""
    text = line.text[:end] if end is not None else line.text
    any_phrase = False
    for phrase in find_phrases(text):
        if phrase.start < start:
            continue
        claim = claim_of_phrase(scene, rule, where, line, phrase)
        if is_other_work(phrase):
            if claim.credits_owner:
                yield claim.but_rejected("credits other work than the picture")
            continue
        if claim.name or claim.owner_links:
            any_phrase = True
            yield claim
    if not any_phrase:
        yield from bare_claims(scene, rule, where, line, start, len(text))


def claims_of_text(scene: Scene, rule: str, where: Where, line: Line, picture: Picture) -> Iterator[Claim]:
    """Read a line beside a picture: only sure phrases at its start, in brackets, or all of a short line."""
    excluded = scene.excluded(line, picture)
    text = line.text
    for phrase in find_phrases(text):
        if is_other_work(phrase):
            continue
        claim = claim_of_phrase(scene, rule, where, line, phrase)
        if not claim.name and not claim.owner_links:
            continue
        if excluded:
            yield claim.but_rejected(f"stands in: {excluded}")
        elif (phrase.strong and (_opens(text, phrase) or _in_brackets(text, phrase))) or (
            _opens(text, phrase) and len(text) <= MAX_BARE_LINE
        ):
            yield claim
    if not excluded and len(text) <= MAX_BARE_LINE:
        yield from bare_claims(scene, rule, where, line, 0, len(text), whole=True)


def bare_claims(
    scene: Scene, rule: str, where: Where, line: Line, start: int, end: int, *, whole: bool = False
) -> Iterator[Claim]:
    """Credits without a keyword: the last part names an agency, or is nothing but the owner's name.

    Args:
        whole: The part must be the whole text, as for lines that are not captions.
    """
    text = line.text[start:end]
    for begin, finish in _last_parts(text):
        if whole and finish - begin < len(text.strip()) - 2:
            continue
        part = text[begin:finish]
        claim = claim_of_part(scene, rule, where, line, start + begin, start + finish)
        bare = tidy_name(part)
        spans = scene.spans(line, start + begin, start + finish)
        if not whole and _ends_in_link(scene, spans, line.text, start + finish):
            yield claim_of_part(scene, rule, where, line, spans[-1].start, spans[-1].end)
            return
        if not bare or len(words_of(bare)) > MAX_BARE_WORDS + 4:
            continue
        if (
            names_agency(bare)
            or _is_owner_alone(scene, bare)
            or _is_owner_link(scene, spans, bare, whole=whole)
            or _is_foreign_link(scene, spans, bare)
        ):
            yield claim
            return


def _is_owner_alone(scene: Scene, bare: str) -> bool:
    """Whether a text is the owner's name and nothing else."""
    hit = scene.identity.find(bare)
    return hit is not None and not tidy_name(bare[: hit.start] + bare[hit.end :])


def _is_owner_link(scene: Scene, spans: list[LinkSpan], bare: str, *, whole: bool) -> bool:
    """Whether a short text leads to the owner; outside captions the link must be nearly all of it."""
    linked = sum(span.end - span.start for span in spans if scene.is_owner_link(span.element))
    if not linked or len(words_of(bare)) > MAX_BARE_WORDS:
        return False
    return linked >= len(bare) - 4 if whole else True


def _is_foreign_link(scene: Scene, spans: list[LinkSpan], bare: str) -> bool:
    """Whether a text of few words is a link to another site and nothing else."""
    linked = sum(span.end - span.start for span in spans if scene.is_external(span.element))
    return bool(linked) and linked >= len(bare) - 4 and len(words_of(bare)) <= MAX_BARE_WORDS // 2


def _ends_in_link(scene: Scene, spans: list[LinkSpan], text: str, end: int) -> bool:
    """Whether a caption's end is a link to another site, set off by a sign: "…, jane.example"."""
    if not spans or not scene.is_external(spans[-1].element):
        return False
    last = spans[-1]
    before = text[: last.start].rstrip()
    return not text[last.end : end].strip(" .)]") and before[-1:] in _SETS_OFF and last.end - last.start <= 60


_SETS_OFF = tuple(",;:|/([–—-•·")


def _last_parts(text: str) -> Iterator[tuple[int, int]]:
    """The last part of a text set off by a separator, and the whole text where nothing is."""
    stripped = len(text.rstrip())
    cuts = [match.end() for match in _SEGMENT.finditer(text) if match.end() < stripped]
    if cuts:
        yield cuts[-1], stripped
    yield 0, stripped


def names_agency(text: str) -> bool:
    """Whether a short text ends with, or begins with, a picture agency, as "Name/Agency" does."""
    known = vocabulary()
    words = [word for word in words_of(text) if word not in "()[]"]
    if not words or len(words) > MAX_BARE_WORDS + 4:
        return False
    for size in range(min(4, len(words)), 0, -1):
        if " ".join(words[-size:]) in known.agencies:
            return (
                size == len(words) or not words[-size - 1][0].isalnum() or words[-size - 1] in _AGENCY_BEFORE
            )
        if " ".join(words[:size]) in known.agencies and size < len(words):
            return not words[size][0].isalnum()
    return False


_AGENCY_BEFORE = frozenset(("via", "for", "für", "pour", "/", "on", "auf", "from", "de", "at"))


def is_other_work(phrase: Phrase) -> bool:
    """Whether a phrase credits work on the page that is not its pictures."""
    return bool(phrase.sense & Sense.ROLE) and not phrase.sense & _PICTURE


def is_only_keyword(text: str) -> bool:
    """Whether a text is a label without a name: "Credit", "Foto:"."""
    phrases = find_phrases(text)
    return len(phrases) == 1 and not phrases[0].name(text) and phrases[0].start <= 2


def _opens(text: str, phrase: Phrase) -> bool:
    return not text[: phrase.start].strip(" ([{*\"'–—-•|:")


def _in_brackets(text: str, phrase: Phrase) -> bool:
    return text[: phrase.start].rstrip()[-1:] in ("(", "[", "{")
