"""Sentences that say who made a page's pictures, whoever that is: "Las fotos son de Nieves Roe"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from creditline.credit.announced import announces_other
from creditline.credit.captions import caption_lines, caption_mark, stands_in_others
from creditline.credit.claims import Claim, claim_of_part
from creditline.credit.identity import NameHit
from creditline.credit.making import Told, told_of
from creditline.credit.naming import is_name_like
from creditline.credit.phrases import find_phrases
from creditline.credit.proper_names import NAME
from creditline.credit.scene import Scene
from creditline.credit.sentences import SENTENCE, says_plainly, terms_beside
from creditline.credit.speaks import speaks_of_picture
from creditline.credit.terms import tokens_of
from creditline.credit.vocabulary import Sense, vocabulary
from creditline.page.document import Line
from creditline.page.pictures import Picture
from creditline.records import Where

#: Characters of a line that says no more than that.
MAX_LINE = 300
#: Names of one sentence that are tried.
_MAX_NAMES = 3


@dataclass(frozen=True, slots=True)
class ToldName:
    """A name of a line that made the page's pictures, or the one whose caption the line is."""

    line: Line
    start: int
    end: int
    #: The sentence speaks of several pictures.
    plural: bool


def told_names(scene: Scene) -> list[ToldName]:
    """The names that sentences of the page say made pictures; lines with a sure phrase are the phrases'."""
    return [
        found
        for line in scene.credit_lines
        if len(line.text) <= MAX_LINE and NAME.search(line.text) and not _is_phrase(line.text)
        for found in _of_line(line)
    ]


def told_claims(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim the sentences that say that somebody else made the page's pictures, or this one.

    Asked only where no rule credits anybody: it reads every line that speaks of pictures.
    """
    captions = {line.index for line in caption_lines(scene, picture)}
    for found in scene.once(told_names):
        line = found.line
        if scene.excluded(line, picture) or announces_other(scene, line, picture):
            continue
        if not found.plural and line.index not in captions:
            continue
        if found.plural and stands_in_others(scene, picture, line):
            continue
        where = Where.PAGE_LEVEL if found.plural else Where.CAPTION
        claim = claim_of_part(scene, "prose", where, line, found.start, found.end)
        if not claim.credits_owner:
            yield replace(claim, strong=False, shared=found.plural)


def _is_phrase(text: str) -> bool:
    return any(
        phrase.strong and phrase.sense & (Sense.PHOTO | Sense.MADE) and is_name_like(phrase.name(text))
        for phrase in find_phrases(text)
    )


def _of_line(line: Line) -> Iterator[ToldName]:
    for sentence in SENTENCE.finditer(line.text):
        text = sentence.group()
        tried = list(NAME.finditer(text))
        if not tried or not speaks_of_picture(text):
            continue
        names = [name for name in tried if not speaks_of_picture(name.group())]
        for name in names[:_MAX_NAMES]:
            plural = _tells(text, name, caption=caption_mark(line) is not None)
            if plural is not None:
                start = sentence.start() + name.start()
                yield ToldName(line, start, start + len(name.group().rstrip(".")), plural)
                break


def _tells(text: str, name: re.Match[str], *, caption: bool) -> bool | None:
    """Whether a sentence says that the named one made several pictures, or one; ``None`` if it does not."""
    tokens, terms = terms_beside(text, name.start(), name.end())
    if not terms:
        return None
    told = told_of(text, name.start(), name.end())
    hit = NameHit(name.start(), name.end(), "name")
    if says_plainly(text, hit, tokens, terms, told):
        several = any(term.sense & Sense.PLURAL for term in terms)
        return several or any(token.text in vocabulary().every for token in tokens_of(text))
    return False if caption and told is Told.MADE else None
