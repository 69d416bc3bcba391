"""Lines that say who did what for a whole page: "Text: A, foto: B", "Photographer – B", "B (photos)".

Such a line speaks of all pictures of its story, wherever it stands; where a page has several of them, as a
listing of posts does, each speaks of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from creditline.credit.captions import caption_mark
from creditline.credit.grammar import grammar
from creditline.credit.labels import labels_pictures
from creditline.credit.naming import is_name_like, tidy_name
from creditline.credit.phrase import Phrase
from creditline.credit.phrases import find_phrases
from creditline.credit.scene import Scene
from creditline.credit.terms import Term, Token, terms_of, tokens_of, unspaced_terms
from creditline.credit.vocabulary import Sense, vocabulary
from creditline.page.document import Line

#: Characters of such a line.
MAX_STAFF_CHARS = 240
#: Characters of a line of a list of facts, and how many of its neighbours are such lines as well.
_MAX_FACT_CHARS = 120
_MIN_FACTS = 2
_NEAR_FACTS = 3
_FACT = re.compile(r"\s*(?P<label>[^\W\d_][^:|–—]{1,40}?)\s*(?::|\||\s[–—-]\s|[–—])\s*(?P<value>\S.{1,80})$")
#: A name and what they did: "Jane Doe (text and photos)", "Jane Doe, photo by the author".
_SIGNED = re.compile(
    r"(?:^|[,;|•·])\s*(?P<name>[^(),;:|•·–—]{3,60}?)\s*"
    r"(?:[(\[]\s*(?P<inner>[^()\[\]]{3,60}?)\s*[)\]]|(?:[,;|•·–—/]|\s-)\s*(?P<after>[^()\[\],;|•·]{3,60}?)[\s.]*$)"
)


def speaks_for_page(scene: Scene, line: Line, phrase: Phrase) -> bool:
    """Whether a phrase for pictures stands beside other work of the page, or in a list of facts."""
    if len(line.text) > MAX_STAFF_CHARS:
        return False
    if phrase.sense & Sense.MADE and not phrase.sense & Sense.PHOTO:
        return _lists_makers_of_things(line, phrase)
    if not phrase.sense & Sense.PHOTO or phrase.sense & Sense.LEAD:
        return False
    if line.index not in scene.once(_staff_lines):
        return False
    return is_name_like(phrase.name(line.text)) or phrase.strong


def _lists_makers_of_things(line: Line, phrase: Phrase) -> bool:
    """Whether "captured by Jane" begins a list of who made what for a day: "… Dress by Roe, rings by Max"."""
    if phrase.start > 1 or not is_name_like(phrase.name(line.text)) or caption_mark(line) is not None:
        return False
    rest = line.text[phrase.end :]
    named = any(term.sense & Sense.BY for term in terms_of(tokens_of(rest)))
    return rest[:1] in (".", ",", ";", "|", "·") and named and line.block.closest("figure") is None


def _staff_lines(scene: Scene) -> frozenset[int]:
    """The line of the page that says who did what, none where several do."""
    lines = [*scene.credit_lines, *scene.part_lines]
    found = {line.index for line in lines if _names_staff(line) or _is_fact(scene, line)}
    return frozenset(found) if len(found) == 1 else frozenset()


def _names_staff(line: Line) -> bool:
    """Whether a line outside captions names who made the pictures and who did other work."""
    if len(line.text) > MAX_STAFF_CHARS:
        return False
    phrases = find_phrases(line.text)
    if len(phrases) < 1 or line.text[: phrases[0].start].strip(" ([–—-•*"):
        return False
    made = [phrase for phrase in phrases if phrase.sense & Sense.PHOTO and not phrase.sense & Sense.LEAD]
    other = [each for each in phrases if each.sense & Sense.ROLE and each.strong and not _is_one_by(each)]
    if not made or not other or not all(is_name_like(phrase.name(line.text)) for phrase in (*made, *other)):
        return False
    return caption_mark(line) is None and line.block.closest("figure") is None


def _is_one_by(phrase: Phrase) -> bool:
    """Whether a phrase says by whom one picture is, "Photo by": its "by" is nobody's other work."""
    return phrase.sense & (Sense.PHOTO | Sense.PLURAL | Sense.SUFFIX) == Sense.PHOTO | Sense.SUFFIX


def _is_fact(scene: Scene, line: Line) -> bool:
    """Whether a line names the photographer in a list of facts: "Photographer – A", "Venue – B", …"""
    found = _FACT.match(line.text) if len(line.text) <= _MAX_FACT_CHARS else None
    if found is None or not labels_pictures(found.group("label")) or not is_name_like(found.group("value")):
        return False
    if caption_mark(line) is not None:
        return False
    lines = scene.document.lines
    near = lines[max(0, line.index - _NEAR_FACTS) : line.index + _NEAR_FACTS + 1]
    return sum(_is_other_fact(line, other) for other in near if other is not line) >= _MIN_FACTS


def _is_other_fact(line: Line, other: Line) -> bool:
    """Whether a line beside a fact is one as well, of something else than pictures."""
    found = _FACT.match(other.text) if len(other.text) <= _MAX_FACT_CHARS else None
    if found is None or labels_pictures(found.group("label")):
        return False
    return other.block is line.block or other.block.parent is line.block.parent


def signatures(line: Line) -> Iterator[Phrase]:
    """The phrases of names that say behind them who made the pictures: "Jane Doe (text and photos)"."""
    if len(line.text) > MAX_STAFF_CHARS or caption_mark(line) is not None or line.block.closest("figure"):
        return
    for found in _SIGNED.finditer(line.text):
        name = tidy_name(found.group("name"))
        said = found.group("inner") or found.group("after")
        if (
            len(name) > 2
            and is_name_like(name)
            and _says_pictures(said, own=found.group("after") is not None)
        ):
            start, end = found.span("name")
            yield Phrase(start, start, end, Sense.PHOTO | Sense.PLURAL, strong=True, keyword=said.casefold())


def _says_pictures(text: str, *, own: bool) -> bool:
    """Whether a text says no more than that pictures, and what else, are somebody's.

    Args:
        own: It must speak of other work as well, or of the author, as a mere "photos" does not.
    """
    tokens = [token for token in tokens_of(text) if token.text[0].isalnum()]
    terms = _terms(text, tokens)
    if not terms or not any(term.sense & Sense.PHOTO for term in terms):
        return False
    known = vocabulary()
    covered = {place for term in terms for place in range(term.first, term.after)}
    small = grammar().and_ | grammar().articles | known.every
    rest = [token.text for place, token in enumerate(tokens) if place not in covered]
    if any(word not in small and word not in known.oneself for word in rest):
        return False
    other = any(term.sense & Sense.ROLE for term in terms) or any(
        token.text in known.oneself for token in tokens
    )
    plural = any(term.sense & Sense.PLURAL for term in terms)
    return other or (plural and not own)


def _terms(text: str, tokens: list[Token]) -> list[Term]:
    return [*unspaced_terms(text, tokens), *terms_of(tokens)]
