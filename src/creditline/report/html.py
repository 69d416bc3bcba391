"""The report as self-contained HTML: no script, no request, readable from a disk for ever.

Thumbnails stand in the file once each (SVG symbols) however often they are shown. A report beyond
`MAX_CARDS` uses or `MAX_PICTURE_BYTES` of thumbnails goes on in further files that link to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup
from PIL import Image, UnidentifiedImageError

from creditline.outreach import letters_by_worth
from creditline.records import CheckStatus, Work
from creditline.render import data_uri, html_environment
from creditline.report import words
from creditline.report.cards import Card, Picture, make_cards
from creditline.report.groups import Group
from creditline.report.model import ReportModel
from creditline.report.summary import (
    coverage,
    excluded_works,
    headline,
    next_steps,
    page_lines,
    search_lines,
)

#: Uses in one file. Headless Chromium drew a file of 500 within 1.1 to 1.6 s on two cores with a load of 10.
MAX_CARDS = 500
#: Thumbnail bytes in one file, before base64 adds a third: files stay below about 30 MB.
MAX_PICTURE_BYTES = 20_000_000
#: Works in one file's list of works.
MAX_WORKS = 1000

_TEMPLATES = Path(__file__).parent / "templates"
_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}

HEADINGS = {
    Group.MISSING: ("No credit", "These pages show your picture and credit nobody."),
    Group.OTHER: ("Credited to others", "These pages show your picture and credit somebody else."),
    Group.NAMED: ("Named, not linked", "These pages name you as the author, without a link."),
    Group.YOUR_CALL: ("Your call", "The program found something that only you can settle."),
    Group.LINKED: ("Credited and linked", "These pages credit you with a link. A thank-you list."),
    Group.UNCLEAR: ("Could not tell", "Whether these pages credit you is not known, for the reason given."),
    Group.GONE: ("No longer there", "These pages showed your picture once."),
    Group.PASSING: (
        "In passing",
        "Shown as a thumbnail, an advert or the like; no letter is about these.",
    ),
    Group.ASIDE: ("Set aside", "You have settled these, or their work takes no part."),
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """One thumbnail as it stands in a file."""

    id: str
    width: int
    height: int
    data_uri: Markup
    bytes_len: int


@dataclass(slots=True)
class Part:
    """What goes into one file."""

    name: str
    cards: list[tuple[Group, list[Card]]] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    pictures: dict[str, Symbol] = field(default_factory=dict)
    card_count: int = 0


def render_report(model: ReportModel) -> str:
    """Write the whole report as one HTML document, however large it becomes."""
    return _render(model, _Splitter(model, "report.html", limited=False))["report.html"]


def report_files(model: ReportModel, stem: str = "report") -> dict[str, str]:
    """Write the report as one or several HTML documents by file name, the first one to be opened.

    Args:
        model: What to show.
        stem: Name of the first file without its ending; the others are ``<stem>-2.html`` and so on.
    """
    return _render(model, _Splitter(model, f"{stem}.html", limited=True))


class _Splitter:
    """Deals cards and works out to files, so that no file passes the limits."""

    def __init__(self, model: ReportModel, first: str, *, limited: bool) -> None:
        self._model = model
        self._first = first
        self._limited = limited
        self._symbols: dict[str, Symbol | None] = {}
        self.parts = [Part(first)]

    def deal(self, cards: dict[Group, list[Card]], works: Iterable[Work]) -> list[Part]:
        """Fill the files in reading order: cards by section, then works."""
        for group in Group:
            for card in cards[group]:
                self._add_card(group, card)
        for work in works:
            self._add_work(work)
        return self.parts

    def _add_card(self, group: Group, card: Card) -> None:
        shots = [card.ours.sha256, card.theirs.sha256, card.seen.sha256]
        if self.parts[-1].card_count >= MAX_CARDS or not self._fits(shots):
            self._next_part()
        part = self.parts[-1]
        if not part.cards or part.cards[-1][0] is not group:
            part.cards.append((group, []))
        part.cards[-1][1].append(card)
        part.card_count += 1
        self._take(shots)

    def _add_work(self, work: Work) -> None:
        shots = [self._model.work_thumbnails.get(work.id)]
        if len(self.parts[-1].works) >= MAX_WORKS or not self._fits(shots):
            self._next_part()
        self.parts[-1].works.append(work)
        self._take(shots)

    def _next_part(self) -> None:
        if self._limited:
            stem = self._first.removesuffix(".html")
            self.parts.append(Part(f"{stem}-{len(self.parts) + 1}.html"))

    def _fits(self, shots: Sequence[str | None]) -> bool:
        held = self.parts[-1].pictures
        more = [symbol for symbol in self._known(shots) if symbol.id not in held]
        total = sum(symbol.bytes_len for symbol in [*held.values(), *more])
        return not held or total <= MAX_PICTURE_BYTES

    def _take(self, shots: Sequence[str | None]) -> None:
        for symbol in self._known(shots):
            self.parts[-1].pictures[symbol.id] = symbol

    def _known(self, shots: Sequence[str | None]) -> list[Symbol]:
        symbols = {digest: self._symbol(digest) for digest in shots if digest}
        return [symbol for symbol in symbols.values() if symbol]

    def _symbol(self, digest: str) -> Symbol | None:
        if digest not in self._symbols:
            body = self._model.thumbnails.get(digest)
            self._symbols[digest] = read_symbol(body, f"t{len(self._symbols)}") if body else None
        return self._symbols[digest]

    def symbol_of(self, picture: Picture) -> Symbol | None:
        """The thumbnail of a picture, ``None`` when none was kept."""
        return self._symbols.get(picture.sha256) if picture.sha256 else None

    def symbol_of_work(self, work: Work) -> Symbol | None:
        """The thumbnail of a work, ``None`` when none was kept."""
        return self._symbols.get(self._model.work_thumbnails.get(work.id, ""))


def read_symbol(body: bytes, symbol_id: str) -> Symbol | None:
    """Read a thumbnail's size; ``None`` when it is no picture of the kinds that we encode."""
    try:
        with Image.open(BytesIO(body), formats=list(_MEDIA_TYPES)) as picture:
            media_type = _MEDIA_TYPES[str(picture.format)]
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError):
        return None
    return Symbol(symbol_id, width, height, data_uri(media_type, body), len(body))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return html_environment(_TEMPLATES)


def _render(model: ReportModel, splitter: _Splitter) -> dict[str, str]:
    cards = make_cards(model)
    parts = splitter.deal(cards, [work for work in model.works if not work.excluded])
    lines = page_lines(model)
    blind = lines[CheckStatus.COULD_NOT_CHECK]
    shared = {
        "model": model,
        "name": next(iter(model.owner.names), "your pictures"),
        "made_at": words.moment(model.made_at),
        "parts": parts,
        "counts": [(group, HEADINGS[group][0], len(cards[group])) for group in Group],
        "headings": HEADINGS,
        "letters": letters_by_worth(model.requests, {use.id: use for use in model.uses}),
        "headline": headline(model, cards),
        "coverage": coverage(model),
        "steps": next_steps(model, cards, len(blind)),
        "blind_pages": blind,
        "clean_pages": lines[CheckStatus.NOT_SHOWN],
        "gone_pages": lines[CheckStatus.GONE],
        "searches": search_lines(model.searches),
        "excluded": excluded_works(model.works),
        "uses_of": _uses_of(parts),
        "symbol_of": splitter.symbol_of,
        "symbol_of_work": splitter.symbol_of_work,
    }
    template = _environment().get_template("report.html.j2")
    return {part.name: template.render(part=part, number=at, **shared) for at, part in enumerate(parts, 1)}


def _uses_of(parts: Iterable[Part]) -> dict[str, dict[str, tuple[str, Card]]]:
    """Where the works are used: by work id, then by site, the file name and the first card there."""
    places: dict[str, dict[str, tuple[str, Card]]] = {}
    for part in parts:
        for _, cards in part.cards:
            for card in cards:
                places.setdefault(card.work_id, {}).setdefault(card.site, (part.name, card))
    return places
