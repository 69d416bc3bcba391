"""Ends and beginnings of captions that name a maker: "…, by Jane Doe", "Jane Doe, *Title*, 1987"."""

from __future__ import annotations

import re
from functools import lru_cache

from creditline.credit.grammar import grammar
from creditline.credit.naming import is_name_like, names_holding, tidy_name
from creditline.credit.scene import Scene
from creditline.credit.speaks import speaks_of_picture
from creditline.credit.terms import terms_of, tokens_of
from creditline.credit.vocabulary import Sense, vocabulary, words_of
from creditline.page.document import Line, LinkSpan

#: Characters of a line that is a caption by its end, "… (Agency)".
MAX_CAPTION_LINE = 240
#: Words of a name that stands at a caption's end in an element of its own, at most.
MAX_TAIL_WORDS = 5


def _begins_with_picture(text: str) -> bool:
    """Whether a text begins with a word for pictures: "Photo of the stalls at dusk by …"."""
    return speaks_of_picture(" ".join(text.split()[:2]))


def artist(scene: Scene, line: Line) -> tuple[int, int] | None:
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
    if _YEAR.search(rest) and any(word.startswith(_techniques()) for word in words_of(rest)):
        return 0, comma
    titled = rest[:1] in ('"', "“", "„", "«", "‘") or bool(styled & _TITLE_TAGS)
    return (0, comma) if titled and _YEAR.search(rest) else None


@lru_cache(maxsize=1)
def _techniques() -> tuple[str, ...]:
    """How the words for photographs as works begin."""
    return tuple(grammar().print_)


_TITLE_TAGS = frozenset(("em", "i", "cite"))
#: An element that styles a run of text begins so many ticks before it.
_STYLE_TICKS = 2
_YEAR = re.compile(r"\b(?:1[4-9]|20)\d\d\b")


def named_tail(scene: Scene, line: Line) -> tuple[int, int] | None:
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


def by_tail(text: str) -> tuple[int, int] | None:
    """The name after a "by" that ends a caption: "Boats at dawn, by Jane Doe"."""
    if len(text) > MAX_CAPTION_LINE:
        return None
    found = _by_end().search(text) or (_by_name().search(text) if _begins_with_picture(text) else None)
    if found is None:
        return None
    name = tidy_name(found.group("name"))
    return (found.start("name"), found.end("name")) if len(name.split()) >= 2 and is_name_like(name) else None


@lru_cache(maxsize=1)
def _by_end() -> re.Pattern[str]:
    """A "by" that cannot mean what a picture shows, at a caption's start or after a sign, and a name."""
    words = "|".join(sorted(grammar().by_end))
    return re.compile(rf"(?:^|[,.;:|(–—-])\s*(?:{words}){_NAME_END}", re.IGNORECASE)


@lru_cache(maxsize=1)
def _by_name() -> re.Pattern[str]:
    """The same anywhere in a caption that begins with a word for pictures."""
    return re.compile(rf"\s(?:{'|'.join(sorted(grammar().by_end))}){_NAME_END}", re.IGNORECASE)


_NAME_END = r"\s(?P<name>[^,.;:|()]{3,60})[.)]?\s*$"


def holding_tail(text: str) -> tuple[int, int] | None:
    """The archive or collection that ends a caption: "…, from the collection of the Doe family"."""
    found = _LAST_PART.search(text) if len(text) <= MAX_CAPTION_LINE else None
    if found is None or not found.start():
        return None
    part = found.group("part")
    words = [word for word in words_of(part) if word[0].isalnum()]
    held = bool(words) and words[0].startswith(vocabulary().holdings)
    after_by = bool(terms := terms_of(tokens_of(part))) and terms[0].first == 0 and terms[0].sense & _FROM
    return found.span("part") if held or (after_by and names_holding(part)) else None


_FROM = Sense.BY | Sense.SOURCE | Sense.COURTESY
#: The last part of a caption, set off by a sign.
_LAST_PART = re.compile(r"[.,;(–—|-]\s*(?P<part>[^.,;()|–—]{4,80})[)\s.]*$")


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
