"""Credits on other pages of the site: imprint, "Bildnachweis", credits page (given by the caller).

A credits page satisfies a Creative Commons licence (4.0, section 3(a)(2)), so the owner's name there counts
for them. It never counts against them: such lists are seldom complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from creditline.credit.claims import Claim, claim_of_part
from creditline.credit.folding import fold
from creditline.credit.phrases import find_phrases
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.credit.vocabulary import Sense
from creditline.page.addresses import file_stem
from creditline.page.document import Line
from creditline.page.encoding import decode_html
from creditline.page.parse import parse_document
from creditline.page.pictures import Picture
from creditline.records import Where

#: Letters of a file name that tell pictures apart in a list.
_MIN_STEM = 4


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim the lines of the site's credit pages that name the owner.

    Certain where the line names the file or the page, or the list names nobody else.
    """
    for page in scene.once(_credit_pages):
        lines = [line for line in page.document.lines if page.may_name_owner(line)]
        alone = _names_one_party(page)
        for line in lines:
            claim = claim_of_part(page, "site_page", Where.SITE_LEVEL, line, 0, len(line.text))
            sure = alone or _speaks_of(scene, picture, line)
            yield replace(claim, shared=True, unmapped=not sure)


def _credit_pages(scene: Scene) -> list[Scene]:
    pages = []
    for url, html in scene.context.credit_pages:
        text = html if isinstance(html, str) else decode_html(html)
        pages.append(Scene(parse_document(text), url, scene.identity, scene.context))
    return pages


def _speaks_of(scene: Scene, picture: Picture, line: Line) -> bool:
    """Whether a line of a credits page names the picture's file or links to the page it is on."""
    folded = fold(line.text)
    if any(len(stem) >= _MIN_STEM and stem in folded for stem in picture.stems):
        return True
    return any(file_stem(span.href) in picture.stems for span in line.links if file_stem(span.href)) or any(
        scene.page is not None and scene.target(span.element) == scene.page for span in line.links
    )


def _names_one_party(page: Scene) -> bool:
    """Whether the page credits pictures to one party only: "All photos: Jane Doe"."""
    names = {
        phrase.name(line.text)
        for line in page.credit_lines
        for phrase in find_phrases(line.text)
        if phrase.strong and phrase.sense & Sense.PHOTO and phrase.name(line.text)
    }
    return len(names) == 1


RULE = Rule("site_page", "a credits page of the site names who made the picture", find)
