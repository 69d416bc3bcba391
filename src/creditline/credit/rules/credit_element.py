"""Elements that are marked as a credit: by class (``photo-credit``), by ``itemprop``, by ``<cite>``."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.bare_names import is_name_sized, names_advert
from creditline.credit.captions import credit_elements, speaks_in_plural
from creditline.credit.claims import Claim, claim_of_part
from creditline.credit.passages import is_only_keyword, phrase_claims
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.page.document import Line
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
            if found and _speaks_for_page(scene, picture, line, start, end):
                continue  # `rules.page_line` reads it
            if found:
                yield from found
            elif is_name_sized(line.text[start:end]) and not names_advert(line.text[start:end]):
                yield claim_of_part(scene, "credit_element", Where.CAPTION, line, start, end)


def _speaks_for_page(scene: Scene, picture: Picture, line: Line, start: int, end: int) -> bool:
    """Whether a line outside the picture's own figure speaks of several pictures."""
    zone = scene.zone(picture)
    if any(holder is not None and holder.covers(line.start) for holder in (zone.frame, zone.shared_figure)):
        return False
    return speaks_in_plural(line.text[start:end])


RULE = Rule("credit_element", "an element marked as credit names who made the picture", find)
