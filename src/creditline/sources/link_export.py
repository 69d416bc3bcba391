"""A list of backlinks exported from an SEO tool or a search engine's webmaster pages.

The column of linking pages is found by its header where that is known (Google Search Console, Ahrefs,
Semrush, Majestic, Moz, Bing Webmaster Tools; header names from their exports) and by its content
elsewhere, since headers are translated and renamed: it holds addresses, and they are not the owner's.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from creditline.errors import InputFileError, UrlError
from creditline.records import PageUrlKind, SearchOutcome, SearchStatus, Sighting
from creditline.sources._files import decode_text, file_of, read_whole
from creditline.sources._tables import Table, read_table
from creditline.sources.base import BATCH, Batch, Question, SearchContext
from creditline.urls import Url, canonical, parse_user_address

#: Largest export that is read, in bytes: some million rows.
MAX_BYTES = 512 * 2**20
#: Rows from which a column's content is judged.
_SAMPLE = 500
#: Share of a column's cells that must be addresses.
_MOSTLY = 0.5

_ADDRESS = re.compile(r"^https?://\S+$", re.IGNORECASE)
_BARE = re.compile(
    r"^(?:[a-z0-9_](?:[a-z0-9_-]{0,62}[a-z0-9])?\.)+(?!(?:jpe?g|png|gif|webp|svg|html?|php)$)[a-z]{2,24}"
    r"(?:[/?]\S*)?$",
    re.IGNORECASE,
)
#: Dates as Search Console writes them in its languages: 2026-09-28, 28.09.2026, Sep 28, 2026.
_DATE = re.compile(
    r"^\d{4}\D\d{1,2}\D\d{1,2}|^\d{1,2}\D{1,2}\d{1,2}\D{1,2}\d{4}|^\D{3,12}\d{1,2}\D{1,3}\d{4}$|^\d{1,2}\D{3,16}\d{4}"
)
_SEPARATOR = re.compile(r"[^a-z0-9]+")

_SOURCES = """
linking page, referring page url, referring page, source url, sourceurl, source page, source, from url,
url from, backlink, backlink url, linking url, site, linking site, referring domain, domain, page url,
link from, external url, url, page
"""
_TARGETS = """
target url, targeturl, target page, target, to url, url to, link url, destination url, landing page,
linked page, link to, destination
"""
#: Names of columns that hold linking pages or sites, and the owner's own pages, folded as `_folded` does.
_SOURCE_NAMES = frozenset(name.strip() for name in _SOURCES.split(","))
_TARGET_NAMES = frozenset(name.strip() for name in _TARGETS.split(","))
#: Header names that only one tool's export has together.
_TOOLS = (
    ("Search Console", {"linking page", "last crawled"}),
    ("Search Console", {"site", "linking pages"}),
    ("Search Console", {"target page", "incoming links"}),
    ("Ahrefs", {"referring page url"}),
    ("Majestic", {"source url", "sourcetrustflow"}),
    ("Majestic", {"sourceurl", "targeturl"}),
    ("Semrush", {"page ascore", "source url"}),
    ("Moz", {"url", "spam score"}),
    ("Bing Webmaster Tools", {"source url", "anchor text", "target url"}),
)


@dataclass(frozen=True, slots=True)
class _Column:
    """Which column holds the linking pages, and what is known of the export."""

    index: int
    tool: str | None
    #: Rows before the first one with data.
    skip: int


class LinkExport:
    """The source."""

    name = "link_export"
    description = "Backlinks exported from Search Console, Ahrefs, Semrush, Majestic, Moz, Bing or any CSV."
    reads_file = True

    async def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Read the export (see `base.Source.search`)."""
        path, label = file_of(question, self.name)
        table = read_table(decode_text(read_whole(path, label, limit=MAX_BYTES), label))
        column = _find_column(table, label, context.own_domains)
        reader = _Reader(table, column, label, context)
        for sightings in reader.batches():
            yield Batch(sightings, reader.outcome(question, SearchStatus.PARTIAL))
        status = SearchStatus.RESULTS if reader.found else SearchStatus.NONE_CONFIRMED
        yield Batch((), reader.outcome(question, status), is_last=True)


class _Reader:
    """Reads one column of a table."""

    def __init__(self, table: Table, column: _Column, label: str, context: SearchContext) -> None:
        self._table = table
        self._column = column
        self._label = label
        self._context = context
        self._malformed = 0
        self._own = 0
        self.found: dict[tuple[Url, PageUrlKind], Sighting] = {}

    def batches(self) -> Iterator[tuple[Sighting, ...]]:
        """The sightings, each page once."""
        waiting: list[Sighting] = []
        start = self._column.skip
        for row, number in zip(self._table.rows[start:], self._table.numbers[start:], strict=True):
            sighting = self._sighting(row, number)
            key = (sighting.page_url, sighting.page_url_kind) if sighting else None
            if sighting is None or key is None or key in self.found:
                continue
            self.found[key] = sighting
            waiting.append(sighting)
            if len(waiting) == BATCH:
                yield tuple(waiting)
                waiting = []
        if waiting:
            yield tuple(waiting)

    def _sighting(self, row: Sequence[str], number: int) -> Sighting | None:
        cell = row[self._column.index] if self._column.index < len(row) else ""
        try:
            url = canonical(parse_user_address(cell))
        except UrlError:
            self._malformed += 1
            return None
        if url.registrable_domain in self._context.own_domains:
            self._own += 1
            return None
        is_bare = "://" not in cell and not re.search(r"[/?]", cell)
        return Sighting(
            source=LinkExport.name,
            page_url=url,
            page_url_kind=PageUrlKind.ORIGIN if is_bare else PageUrlKind.PAGE,
            provenance=f"{self._column.tool or 'export'} {self._label} line {number}",
            seen_at=self._context.now,
        )

    def outcome(self, question: Question, status: SearchStatus) -> SearchOutcome:
        """How reading it stands."""
        rows = len(self._table.rows) - self._column.skip
        origins = sum(1 for _, kind in self.found if kind is PageUrlKind.ORIGIN)
        tool = f"{self._column.tool} export" if self._column.tool else "a table"
        parts = [f"{tool}, {rows:,} rows, {len(self.found):,} different addresses"]
        if origins:
            parts.append(f"{origins:,} sites to look through")
        if self._own:
            parts.append(f"{self._own:,} rows on your own sites left out")
        if self._malformed:
            parts.append(f"{self._malformed:,} rows without an address")
        return SearchOutcome(
            source=LinkExport.name,
            status=status,
            query=question.query,
            seen=rows,
            parsed=rows - self._malformed,
            kept=len(self.found),
            note="; ".join(parts),
        )


def _find_column(table: Table, label: str, own_domains: frozenset[str]) -> _Column:
    """Find the column of linking pages.

    Raises:
        InputFileError: There is none, with what next.
    """
    header_at = _header_row(table)
    header = [_folded(cell) for cell in table.rows[header_at]] if header_at is not None else []
    skip = 0 if header_at is None else header_at + 1
    sample = table.rows[skip : skip + _SAMPLE]
    tool = next((tool for tool, names in _TOOLS if names <= set(header)), None) or _tool_by_content(sample)
    width = max((len(row) for row in sample), default=0)
    scores = [_score(sample, index, header, own_domains) for index in range(width)]
    best = max(range(width), key=lambda index: (scores[index], -index), default=None)
    if best is None or scores[best][0] == 0:
        raise _no_column(label, sample, header, own_domains)
    return _Column(best, tool, skip)


def _tool_by_content(sample: Sequence[Sequence[str]]) -> str | None:
    """Search Console translates its headers; its latest links are pages with a date and nothing else."""
    dated = [row for row in sample if len(row) == 2 and _ADDRESS.match(row[0]) and _DATE.search(row[1])]
    return "Search Console" if sample and len(dated) >= 0.9 * len(sample) else None


def _header_row(table: Table) -> int | None:
    """The row above the first one that holds an address; ``None`` when that is the first."""
    for number, row in enumerate(table.rows[:20]):
        if any(_is_address(cell) for cell in row):
            return number - 1 if number else None
    return None


def _score(
    sample: Sequence[Sequence[str]], index: int, header: Sequence[str], own_domains: frozenset[str]
) -> tuple[int, int, int]:
    """How likely a column holds linking pages; begins with 0 when it does not.

    Whole addresses before bare host names, known names before unknown ones, variety last.
    """
    cells = [row[index] for row in sample if index < len(row) and row[index]]
    addresses = [cell for cell in cells if _is_address(cell)]
    name = header[index] if index < len(header) else ""
    # A column that says what it holds may have gaps.
    least = 1 if name in _SOURCE_NAMES else _MOSTLY * len(cells)
    if not addresses or len(addresses) < least or name in _TARGET_NAMES:
        return (0, 0, 0)
    foreign = [cell for cell in addresses if not _is_own(cell, own_domains)]
    if len(foreign) <= (1 - _MOSTLY) * len(addresses):
        return (0, 0, 0)
    whole = sum(1 for cell in addresses if _ADDRESS.match(cell)) >= _MOSTLY * len(addresses)
    return (2 if whole else 1, int(name in _SOURCE_NAMES), len(set(addresses)))


def _no_column(
    label: str, sample: Sequence[Sequence[str]], header: Sequence[str], own_domains: frozenset[str]
) -> InputFileError:
    cells = [cell for row in sample for cell in row if _is_address(cell)]
    if cells and (all(_is_own(cell, own_domains) for cell in cells) or set(header) & _TARGET_NAMES):
        return InputFileError(
            f"{label} lists only pages of your own; export the pages that link to you instead "
            "(Search Console: Links, Export external links, Latest links)"
        )
    return InputFileError(
        f"{label} has no column of page addresses; export the list of linking pages as CSV or TSV"
    )


def _is_address(cell: str) -> bool:
    return _ADDRESS.match(cell) is not None or _BARE.match(cell) is not None


def _is_own(cell: str, own_domains: frozenset[str]) -> bool:
    try:
        return parse_user_address(cell).registrable_domain in own_domains
    except UrlError:
        return False


def _folded(name: str) -> str:
    return _SEPARATOR.sub(" ", name.casefold().replace("﻿", "")).strip()


SOURCE = LinkExport()
