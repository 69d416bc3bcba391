"""Reads the tables that people export: any delimiter, quotes where they like, lines above the header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Delimiters that exports use; a tab is tried first, since commas stand in titles.
_DELIMITERS = ("\t", ";", ",", "|")
#: Lines from which the delimiter is guessed.
_SAMPLE = 50
#: What stands around a cell and is not of it: blanks, marks of writing direction, a byte order mark.
_AROUND = " \t\r\n\v\f\u00a0\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?$', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; ``header`` is the first full row, which may already hold data."""

    rows: list[list[str]]
    #: Line numbers of ``rows``, from 1, roughly where a cell holds line breaks.
    numbers: list[int]


def read_table(text: str) -> Table:
    """Read a table; a quote that never ends takes no line with it."""
    lines = text.replace("\0", "").splitlines()
    forced = None
    if lines and (found := _SEPARATOR_LINE.match(lines[0].strip())):
        forced, lines[0] = found.group(1), ""
    delimiter = forced or _guess_delimiter([line for line in lines if line.strip()][:_SAMPLE])
    records = list(_records(lines, delimiter))
    widths = Counter(len(row) for row, _ in records if row is not None)
    width = widths.most_common(1)[0][0] if widths else 1
    rows: list[list[str]] = []
    numbers: list[int] = []
    for row, span in records:
        spanned = lines[span.start : span.stop]
        if row is not None and not _swallows(spanned, delimiter, width):
            found_rows = [(row, span.stop)]
        else:
            # Every physical line by itself.
            found_rows = [(line.split(delimiter), span.start + at) for at, line in enumerate(spanned, 1)]
        for cells, number in found_rows:
            plain = [_plain(cell) for cell in cells]
            if any(plain):
                rows.append(plain)
                numbers.append(number)
    return Table(rows, numbers)


def _records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[list[str] | None, range]]:
    """The rows and the lines that each stands on; ``None`` for one whose cell is too long to be one."""
    reader = csv.reader(lines, delimiter=delimiter)
    at = 0
    while True:
        row: list[str] | None = None
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            pass
        yield row, range(at, reader.line_num)
        at = reader.line_num


def _swallows(spanned: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether lines that one row stands on are rows themselves, taken in by a quote that does not end."""
    following = spanned[1:]
    rows = sum(line.count(delimiter) + 1 == width for line in following)
    return bool(following) and rows >= 0.5 * len(following)


def _plain(cell: str) -> str:
    """A cell without blanks, marks of writing direction and quotes around it."""
    cell = cell.strip(_AROUND)
    return cell.strip('"').strip(_AROUND) if '"' in cell else cell


def _guess_delimiter(sample: Sequence[str]) -> str:
    """The delimiter that gives most lines one and the same number of cells; of equals the most cells."""
    best, best_score, best_width = ",", 0.0, 1
    for delimiter in _DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter) if row)
        except csv.Error:
            continue
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        score = count / max(widths.total(), 1) if width > 1 else 0.0
        # Titles may all hold one semicolon; their header, which holds none, then tells.
        is_finer = width > best_width and score >= best_score > 0
        if score > best_score + 0.2 or is_finer:
            best, best_score, best_width = delimiter, score, width
    return best
