"""Prose near the picture that says where it is from: "the photos are from Jane's blog"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from creditline.credit.announced import announces_other
from creditline.credit.captions import caption_lines, stands_in_others
from creditline.credit.cited_works import cites_book, is_reference, leads_elsewhere
from creditline.credit.claims import Claim, claim_of_part, claim_of_phrase
from creditline.credit.maker_lists import lists_makers
from creditline.credit.making import Told, told_of
from creditline.credit.naming import is_name_like
from creditline.credit.passages import is_in_brackets, is_other_work, opens_text
from creditline.credit.phrases import find_phrases
from creditline.credit.positions import own_part
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.credit.sentences import picture_sentences
from creditline.credit.speaks import attributes_to, states_origin, thanks_for_picture
from creditline.credit.vocabulary import Sense
from creditline.page.document import Element, Line
from creditline.page.pictures import Picture
from creditline.records import Where

_NUMBERED = re.compile(r"\s*\d{1,2}\s*:")
_SENTENCE = re.compile(r"[^.!?。！？]+[.!?。！？]*")


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim phrases inside sentences, and sentences about pictures that name or link the owner."""
    captions = {line.index for line in caption_lines(scene, picture)}
    for line in scene.zone(picture).after:
        if own_part(scene, picture, line) is not None or announces_other(scene, line, picture):
            continue
        if scene.excluded(line, picture) or scene.is_heading(line) or lists_makers(scene, picture, line):
            continue
        if line.index not in captions:
            yield from _phrases(scene, line)
        yield from _sentences(scene, line, caption=line.index in captions)
    yield from _of_page(scene, picture)


def _of_page(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim the sentences far from the picture that say who made the page's pictures."""
    alone = len(scene.article_pictures(picture)) == 1
    for found in scene.once(picture_sentences):
        others = stands_in_others(scene, picture, found.line) or announces_other(scene, found.line, picture)
        if others and not found.plural:
            continue
        if (found.plain or (alone and found.told is Told.MADE)) and scene.excluded(
            found.line, picture
        ) is None:
            claim = claim_of_part(scene, "prose", Where.PAGE_LEVEL, found.line, found.start, found.end)
            yield replace(claim, strong=False, shared=True)


def _phrases(scene: Scene, line: Line) -> Iterator[Claim]:
    for phrase in find_phrases(line.text):
        if opens_text(line.text, phrase) or is_in_brackets(line.text, phrase):
            continue  # what begins a line or a bracket is the rules' for lines
        if is_other_work(phrase) or not phrase.sense & (Sense.PHOTO | Sense.MADE):
            continue
        if cites_book(line.text, phrase):
            continue
        if _NUMBERED.match(line.text[phrase.start + len(phrase.keyword) :]):
            continue  # speaks of one of several pictures, which `pagewide` counts
        claim = claim_of_phrase(scene, "prose", Where.NEAR, line, phrase)
        links = [span.element for span in line.links]
        if claim.names_owner:
            # A sentence names the owner and another one links them: one attribution all the same.
            yield replace(claim, owner_links=tuple(link for link in links if scene.is_owner_link(link)))
        elif claim.owner_links or _names_somebody(scene, claim, links):
            yield claim


def _names_somebody(scene: Scene, claim: Claim, links: list[Element]) -> bool:
    """Whether a phrase inside prose reads as an attribution: sure words or a link, and a name."""
    sure = claim.strong or any(scene.is_external(link) for link in links)
    return sure and (is_name_like(claim.name) or any(scene.is_external(link) for link in claim.links))


def _sentences(scene: Scene, line: Line, *, caption: bool) -> Iterator[Claim]:
    if not scene.may_name_owner(line) or is_reference(line.text):
        return
    for match in _SENTENCE.finditer(line.text):
        claim = claim_of_part(scene, "prose", Where.NEAR, line, match.start(), match.end())
        if not claim.credits_owner:
            continue
        if _speaks_of_lead(line, match.start(), match.end()):
            continue  # the rules for lines know which picture is meant
        place = _owner_place(scene, line, match.start(), match.end())
        from_owner = states_origin if caption else attributes_to
        attributed = from_owner(match.group(), place) and not leads_elsewhere(match.group()[:place])
        if attributed or thanks_for_picture(match.group(), place):
            yield claim.doubtful()
        elif _is_told(scene, match.group()):
            yield claim


def _speaks_of_lead(line: Line, start: int, end: int) -> bool:
    """Whether a sentence begins with a word for the picture at the top."""
    return any(
        phrase.sense & Sense.LEAD and phrase.strong and start <= phrase.start < end
        for phrase in find_phrases(line.text)
    )


def _is_told(scene: Scene, sentence: str) -> bool:
    """Whether a sentence tells that the owner made a picture."""
    hit = scene.identity.find(sentence)
    return hit is not None and told_of(sentence, hit.start, hit.end) is Told.MADE


def _owner_place(scene: Scene, line: Line, start: int, end: int) -> int:
    """Where a sentence names or links the owner, from its beginning."""
    hit = scene.identity.find(line.text[start:end])
    linked = [
        span.start - start for span in scene.spans(line, start, end) if scene.is_owner_link(span.element)
    ]
    return max([*linked, hit.start if hit is not None else 0])


RULE = Rule("prose", "a sentence beside the picture says where it is from", find)
