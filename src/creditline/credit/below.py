"""What stands right below a picture, names the owner and may be meant for it: a byline, where to see more.

None of it is a credit by its words: a byline may be the text's, a site may be named for any reason. But a
careful person would not say either that the owner is not credited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from creditline.credit.folding import composed, fold
from creditline.credit.grammar import grammar
from creditline.credit.naming import tidy_name
from creditline.credit.positions import own_part
from creditline.credit.scene import Scene
from creditline.credit.sharing import is_share_line
from creditline.credit.speaks import begins_with_role
from creditline.credit.terms import terms_of, tokens_of
from creditline.credit.vocabulary import UNSPACED, Sense, words_of
from creditline.page.document import Line
from creditline.page.pictures import Picture

#: Characters of a line that says where to see more.
MAX_PLACE_LINE = 240
#: Characters of the page's own words in a reason.
QUOTE = 120
#: Characters of a byline; a longer line is text.
MAX_BYLINE = 80
#: Words of what may be the owner's name in another form, at most.
_MAX_NAME_WORDS = 3
#: Letters of a word that may have an ending; shorter ones are compared whole.
_MIN_STEM = 5
_SENTENCE = re.compile(r"[^!?。！？]+?(?:[.!?。！？](?=\s|$)|[。！？]|$)")


def doubts_below(scene: Scene, picture: Picture) -> Iterator[str]:
    """Why the line right below a picture may credit the owner."""
    line = scene.next_line(picture)
    if line is not None and _goes_around(scene, picture, line):
        yield f"in a list that goes around several pictures: {line.text[:QUOTE]}"
    if line is not None and (part := own_part(scene, picture, line)) is not None:
        if scene.identity.find(line.text[slice(*part)]) is not None:
            yield f"below several pictures the owner stands at this one's place: {line.text[:QUOTE]}"
        return
    if line is None or len(line.text) > MAX_PLACE_LINE or scene.excluded(line, picture):
        return
    if scene.is_heading(line) or is_share_line(line):
        return
    if _is_byline(scene, line.text) and not _heads_text(scene, picture):
        yield f"right below the picture stands the owner's name after a by: {line.text}"
    elif any(_says_where(scene, sentence) for sentence in _SENTENCE.findall(line.text)):
        yield f"right below the picture stands where the owner shows more: {line.text}"


def _goes_around(scene: Scene, picture: Picture, line: Line) -> bool:
    """Whether a line below several pictures names makers clockwise, the owner among them."""
    if grammar().clockwise.isdisjoint(words_of(line.text)) or scene.identity.find(line.text) is None:
        return False
    return len(scene.group_before(line, picture)) > 1


def _is_byline(scene: Scene, text: str) -> bool:
    """Whether a text is a "by" and the owner's name, and nothing else: "by J. Doe"."""
    if len(text) > MAX_BYLINE:
        return False
    tokens = [token for token in tokens_of(text) if token.text[0].isalnum()]
    first = next(iter(terms_of(tokens)), None)
    if first is None or first.first or not first.sense & Sense.BY or first.after >= len(tokens):
        return False
    name = tidy_name(text[tokens[first.after].start :])
    hit = scene.identity.find(name)
    if hit is not None:
        return not tidy_name(name[: hit.start] + name[hit.end :])
    return len(name.split()) <= _MAX_NAME_WORDS and scene.identity.may_be_named(name)


def _heads_text(scene: Scene, picture: Picture) -> bool:
    """Whether a picture stands in the head of its text, so that a byline below it is the text's.

    Nothing but short lines stands between the title and it, and no byline yet.
    """
    before = scene.document.lines_between(0, picture.start)
    title = max((line.index for line in before if line.block.closest("h1") is not None), default=-1)
    head = [line for line in before if line.index > title and scene.excluded(line) is None]
    return not any(len(line.text) > MAX_BYLINE or begins_with_role(line.text) for line in head)


def _says_where(scene: Scene, sentence: str) -> bool:
    """Whether a sentence names the owner and a place where somebody shows their work."""
    folded = fold(composed(sentence))
    if scene.identity.find_folded(folded) is None:
        return False
    own_host = any(host in folded for host in scene.identity.hosts)
    return own_host or any(is_own_place(token.text) for token in tokens_of(sentence))


def is_own_place(word: str) -> bool:
    """Whether a folded word is one for a site or a page of one's own."""
    places = grammar().own_place
    if word in places:
        return True
    if UNSPACED.search(word):
        return any(place in word for place in places)
    return any(len(place) >= _MIN_STEM and word.startswith(place) for place in places)
