"""Sentences that announce the picture after them and say who took it: "This one was taken by Jane:".

Forums, diaries and letters to the editor write so. The picture need not be named, since it follows; the
verb is then one of taking pictures, or the sentence says "here is one by".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from creditline.credit.claims import Claim, claim_of_part
from creditline.credit.grammar import grammar
from creditline.credit.making import Told, told_of
from creditline.credit.proper_names import NAME
from creditline.credit.scene import Scene
from creditline.credit.speaks import ends_in_by, speaks_of_picture
from creditline.credit.terms import terms_of, tokens_of
from creditline.credit.vocabulary import Sense
from creditline.page.document import Line
from creditline.page.pictures import Picture
from creditline.records import Where

#: Characters of such a sentence.
MAX_SENTENCE = 300
#: Names of one sentence that are tried.
_MAX_NAMES = 3
_LAST_SENTENCE = re.compile(r"[.!?。！？]['\")\]]*\s+(?=[^\W\d_a-z])|[。！？]")


def announcing_claims(scene: Scene, picture: Picture, line: Line) -> Iterator[Claim]:
    """Claim the last sentence of a line before the picture where it says who took it."""
    if scene.excluded(line, picture):
        return
    breaks = [
        match.end() for match in _LAST_SENTENCE.finditer(line.text) if match.end() < len(line.text.rstrip())
    ]
    start = breaks[-1] if breaks else 0
    sentence = line.text[start:]
    if len(sentence) > MAX_SENTENCE:
        return
    hit = scene.identity.find(sentence)
    named = [(hit.start, hit.end)] if hit is not None else []
    names = [match.span() for match in NAME.finditer(sentence) if not speaks_of_picture(match.group())]
    for first, last in [*named, *names[:_MAX_NAMES]]:
        if _says_taken(sentence, first, last):
            yield claim_of_part(scene, "preceding", Where.NEAR, line, start + first, start + last)
            return


def _says_taken(sentence: str, start: int, end: int) -> bool:
    """Whether a sentence that announces a picture says that the one named in it took the picture."""
    before = sentence[:start]
    told = told_of(sentence, start, end, beside=True)
    return told is Told.MADE or _is_one_by(before) or _is_noun_of(before)


def _is_one_by(before: str) -> bool:
    """Whether what stands before a name means a picture of theirs: "here is one by"."""
    if not ends_in_by(before):
        return False
    tokens = tokens_of(before)
    by = terms_of(tokens)[-1]
    pronoun = by.first > 0 and tokens[by.first - 1].text in grammar().one
    noun = any(term.sense & Sense.PHOTO and by.first - term.after <= 1 for term in terms_of(tokens)[:-1])
    return pronoun or noun


def _is_noun_of(before: str) -> bool:
    """Whether a word for a picture stands right before a name, as with a genitive: "А это снимок Норы"."""
    tokens = [token for token in tokens_of(before) if token.text[0].isalnum()]
    terms = terms_of(tokens)
    if not terms or terms[-1].after != len(tokens) or not terms[-1].sense & Sense.PHOTO:
        return False
    return len(terms) == 1 and tokens[-1].text not in grammar().jobs
