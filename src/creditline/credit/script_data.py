"""What the data of a page's scripts says of a picture: the captions and credits that galleries show."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from creditline.page.pictures import Picture

#: Letters of a file name that is looked for in scripts; shorter ones stand there by chance.
_MIN_STEM = 4
#: Characters of one object of a gallery's data, and of one of its texts.
_MAX_OBJECT = 3_000
_MAX_TEXT = 500
#: Names under which galleries keep who made a picture, and texts that may say so.
_CREDITED = re.compile(
    r"(?:credit|copyright|photographer|attribution|courtesy|fotograf|byline|rights)\w*|\w+(?:Credit|Copyright|Photographer|Rights)",
)
_TEXTS = re.compile(
    r"(?:sub)?(?:caption|title|description|desc|legend|alt|text|subHtml)|(?:image|img|photo)?Caption"
)
_PAIR = re.compile(
    r"""["']?(\w{2,30})["']?\s*:\s*(?:"((?:[^"\\\n]|\\.){2,500})"|'((?:[^'\\\n]|\\.){2,500})')"""
)
_TAG = re.compile(r"<[^<>]{0,300}>")


def script_texts(scripts: list[str], picture: Picture) -> Iterator[tuple[str, bool]]:
    """Texts that script data says of a picture's file, and whether each is nothing but a credit."""
    stems = [stem for stem in picture.stems if len(stem) >= _MIN_STEM]
    for script in scripts if stems else ():
        lowered = script.lower()
        for stem in stems:
            place = lowered.find(stem)
            if place >= 0:
                yield from _of_object(script, place)
                break


def _of_object(script: str, place: int) -> Iterator[tuple[str, bool]]:
    """The texts of the object around a place in a script; of an inner one also those beside it."""
    start, end = _object_around(script, place)
    if script[max(0, start - 40) : start].rstrip().endswith(":"):
        outer, _ = _object_around(script, max(0, start - 1))
        start, end = (outer, _object_around(script, max(0, start - 1))[1]) if outer >= 0 else (start, end)
    for found in _PAIR.finditer(script, max(start, 0), end):
        text = _plain(found.group(2) or found.group(3))
        if _CREDITED.fullmatch(found.group(1)):
            yield text, True
        elif _TEXTS.fullmatch(found.group(1)):
            yield text, False


def _object_around(script: str, place: int) -> tuple[int, int]:
    """Where the innermost braces around a place begin and end; both at the place where they are too far."""
    depth, start = 0, place
    for start in range(place - 1, max(-1, place - _MAX_OBJECT), -1):
        depth += {"}": 1, "{": -1}.get(script[start], 0)
        if depth < 0:
            break
    else:
        return place, place
    depth = 0
    for end in range(place, min(len(script), place + _MAX_OBJECT)):
        depth += {"{": 1, "}": -1}.get(script[end], 0)
        if depth < 0:
            return start, end
    return place, place


def _plain(text: str) -> str:
    try:
        text = json.loads(f'"{text}"')
    except ValueError:
        text = text.replace("\\", "")
    return " ".join(html.unescape(_TAG.sub(" ", text[:_MAX_TEXT])).split())
