"""Reads the tables that people export: any delimiter, quotes where they like, lines above the header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

#: Delimiters that exports use; a tab is tried first, since commas stand in titles.
_DELIMITERS = ("\t", ";", ",", "|")
#: Lines from which the delimiter is guessed.
_SAMPLE = 50
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?$', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; ``header`` is the first full row, which may already hold data."""

    rows: list[list[str]]
    #: Line numbers of ``rows``, from 1, roughly where a cell holds line breaks.
    numbers: list[int]
    malformed: int = 0


def read_table(text: str) -> Table:
    """Read a table; every physical line by itself where quotes are not balanced."""
    lines = text.replace("\0", "").splitlines()
    forced = None
    if lines and (found := _SEPARATOR_LINE.match(lines[0].strip())):
        forced, lines[0] = found.group(1), ""
    delimiter = forced or _guess_delimiter([line for line in lines if line.strip()][:_SAMPLE])
    table = _parse(lines, delimiter)
    filled = sum(1 for line in lines if line.strip())
    # An unbalanced quote swallows many lines into one cell; no export has more breaks than rows.
    if len(table.rows) < 0.5 * filled:
        table = _parse_by_line(lines, delimiter)
    return table


def _parse(lines: Sequence[str], delimiter: str) -> Table:
    rows: list[list[str]] = []
    numbers: list[int] = []
    malformed = 0
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return Table(rows, numbers, malformed)
        except csv.Error:
            malformed += 1
            continue
        if any(cell.strip() for cell in row):
            rows.append([cell.strip() for cell in row])
            numbers.append(reader.line_num)


def _parse_by_line(lines: Sequence[str], delimiter: str) -> Table:
    rows, numbers = [], []
    for number, line in enumerate(lines, 1):
        if line.strip():
            rows.append([cell.strip().strip('"').strip() for cell in line.split(delimiter)])
            numbers.append(number)
    return Table(rows, numbers)


def _guess_delimiter(sample: Sequence[str]) -> str:
    """The delimiter that gives most lines one and the same number of cells, more than one."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter) if row)
        except csv.Error:
            continue
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        score = count / max(widths.total(), 1) if width > 1 else 0.0
        if score > best_score + 0.2:
            best, best_score = delimiter, score
    return best
