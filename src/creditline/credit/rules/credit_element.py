"""Elements that are marked as a credit: by class (``photo-credit``), by ``itemprop``, by ``<cite>``."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.captions import credit_elements
from creditline.credit.claims import Claim, claim_of_part
from creditline.credit.passages import is_name_sized, is_only_keyword, phrase_claims
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.page.pictures import Picture
from creditline.records import Where


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim all of the element's text: it needs no keyword, since its mark is one."""
    for element in credit_elements(scene, picture):
        for line in scene.document.lines_overlapping(element):
            start, end = line.span_of(element)
            if end <= start or is_only_keyword(line.text[start:end]):
                continue
            found = list(phrase_claims(scene, "credit_element", Where.CAPTION, line, start, end))
            if found:
                yield from found
            elif is_name_sized(line.text[start:end]):
                yield claim_of_part(scene, "credit_element", Where.CAPTION, line, start, end)


RULE = Rule("credit_element", "an element marked as credit names who made the picture", find)
