"""Tables with a column for who made the picture of each row."""

from __future__ import annotations

from creditline.credit.grammar import grammar
from creditline.credit.scene import Scene
from creditline.credit.terms import terms_of, tokens_of, unspaced_terms
from creditline.credit.vocabulary import Sense
from creditline.page.document import Element, Line
from creditline.page.pictures import Picture

#: Words of a heading of a column, and characters of a cell with a name.
_MAX_HEAD_WORDS = 4
_MAX_CELL = 160


def column_lines(scene: Scene, picture: Picture) -> list[Line]:
    """The lines in a picture's row below a heading for who made it; none outside of such tables."""
    cell = picture.element.closest("td", "th")
    row = cell.parent if cell is not None else None
    table = row.closest("table") if row is not None else None
    if cell is None or row is None or table is None:
        return []
    cells = _cells(scene, row)
    head = next((each for each in scene.document.elements_in(table) if each.tag == "tr"), None)
    if head is None or head is row or scene.holds_picture(head):
        return []
    heads = _cells(scene, head)
    if len(heads) != len(cells):
        return []
    for place, each in enumerate(heads):
        lines = scene.document.lines_in(cells[place])
        if (
            cells[place] is not cell
            and lines
            and len(lines[0].text) <= _MAX_CELL
            and _heads_makers(scene, each)
        ):
            return lines
    return []


def _cells(scene: Scene, row: Element) -> list[Element]:
    return [
        each for each in scene.document.elements_in(row) if each.parent is row and each.tag in ("td", "th")
    ]


def _heads_makers(scene: Scene, cell: Element) -> bool:
    """Whether a cell is the heading for who made the pictures: "Photographer", "Autore", "Photo by"."""
    text = scene.document.text_of(cell)
    tokens = tokens_of(text)
    if not 0 < len(text.split()) <= _MAX_HEAD_WORDS:
        return False
    terms = [*unspaced_terms(text, tokens), *terms_of(tokens)]
    makers = any(token.text in grammar().jobs for token in tokens)
    return makers or any(term.sense & (Sense.AUTHOR | Sense.CREDIT | Sense.BY | Sense.MADE) for term in terms)
