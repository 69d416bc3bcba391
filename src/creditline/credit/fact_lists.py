"""Lists of facts about a page that are no tables: a small heading above each value, or values in a row.

"Architect / Roe Partners / Photography / Jane Doe" in boxes of their own, and "Photography Jane Doe //
Flowers Roe // Hair Max". Such a list speaks for all pictures of the page.
"""

from __future__ import annotations

import re

from creditline.credit.folding import fold
from creditline.credit.labels import labels_pictures
from creditline.credit.naming import is_name_like, names_agency
from creditline.credit.phrase import Phrase
from creditline.credit.phrases import find_phrases
from creditline.credit.scene import Scene
from creditline.credit.terms import has_trigger
from creditline.credit.vocabulary import Sense
from creditline.page.document import Line

#: Characters of a label and of a value.
MAX_LABEL = 40
MAX_VALUE = 80
#: Lines around a label in which another label of the same look must stand.
_NEAR_LINES = 8
#: Facts of a row from which on it is one, and words of each.
_MIN_ROW = 3
_MAX_FACT_WORDS = 8
_ROW_SIGNS = ("//", "|", "•", "·")
_ROW = re.compile(r"\s*(?://|[|•·])\s*")


def value_below(scene: Scene, line: Line) -> Line | None:
    """The line with the name below a label for pictures, where other labels of the same look have values."""
    lines = scene.document.lines
    if (
        len(line.text) > MAX_LABEL
        or line.index + 1 >= len(lines)
        or not _is_value(line, lines[line.index + 1])
    ):
        return None
    if not labels_pictures(line.text) or scene.is_heading(line):
        return None
    value = lines[line.index + 1]
    if not (is_name_like(value.text) or names_agency(value.text)):
        return None
    near = lines[max(0, line.index - _NEAR_LINES) : line.index + _NEAR_LINES]
    others = [other for other in near if other is not line and _look(other) == _look(line)]
    return value if any(_labels_other(scene, other) for other in others) else None


def labelled_otherwise(scene: Scene, line: Line) -> bool:
    """Whether a line is the value below a small heading of something else: "Architect"."""
    lines = scene.document.lines
    label = lines[line.index - 1] if line.index > 0 else None
    if label is None or len(label.text.split()) > _MAX_LABEL_WORDS or not _is_value(label, line):
        return False
    if has_trigger(label.text) or scene.is_heading(label):
        return False
    near = lines[max(0, label.index - _NEAR_LINES) : label.index + _NEAR_LINES]
    return any(
        _look(other) == _look(label) and _labels_other(scene, other) for other in near if other is not label
    )


#: Words of a small heading.
_MAX_LABEL_WORDS = 3


def _look(line: Line) -> tuple[str, str]:
    return line.block.tag, line.block.get("class")


def _is_value(label: Line, following: Line) -> bool:
    """Whether a line is what a label stands above: short, of another look, in the same small part."""
    if len(following.text) > MAX_VALUE or _look(label) == _look(following):
        return False
    around = label.block.parent
    if around is not None and not around.covers(following.start):
        around = around.parent
    return around is not None and around.covers(following.start)


def _labels_other(scene: Scene, label: Line) -> bool:
    """Whether a line is the label of another fact."""
    lines = scene.document.lines
    if len(label.text) > MAX_LABEL or labels_pictures(label.text) or label.index + 1 >= len(lines):
        return False
    return _is_value(label, lines[label.index + 1])


def fact_in_row(text: str) -> Phrase | None:
    """The fact of a row that says who made the pictures: "Photography Jane Doe // Flowers Roe // …"."""
    if sum(text.count(sign) for sign in _ROW_SIGNS) < _MIN_ROW - 1:
        return None
    cuts = [0, *(cut for found in _ROW.finditer(text) for cut in found.span()), len(text)]
    facts = [(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=True) if start < end]
    if len(facts) < _MIN_ROW or any(
        not 1 < len(text[start:end].split()) <= _MAX_FACT_WORDS for start, end in facts
    ):
        return None
    for start, end in facts:
        phrase = next(iter(find_phrases(text[start:end])), None)
        if phrase is None or phrase.start or not phrase.sense & Sense.PHOTO or phrase.sense & Sense.LEAD:
            continue
        name = phrase.name(text[start:end])
        if is_name_like(name) and len(facts) > sum(_names_pictures(text[a:b]) for a, b in facts):
            sense = Sense.PHOTO | Sense.PLURAL
            return Phrase(
                start, start + phrase.name_start, end, sense, strong=True, keyword=fold(phrase.keyword)
            )
    return None


def _names_pictures(fact: str) -> bool:
    return any(phrase.sense & Sense.PHOTO for phrase in find_phrases(fact))
