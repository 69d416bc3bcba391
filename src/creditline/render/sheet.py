"""The one CSV writer: RFC 4180 with formulas neutralised as OWASP ASVS 1.2.10 asks.

Spreadsheets run a cell that begins with ``=``, ``+``, ``-``, ``@``, tab or carriage return, full-width
forms included. Such texts get an apostrophe in front. Spreadsheets also guess separators, so the same
is done behind ``;`` and ``|`` within a cell. `restore` takes the apostrophes away again: every printable
text survives the round trip; control characters (line ends too) come back as their visible pictures.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from creditline.render.text import cut, visible

#: Longest text of one cell; spreadsheets take 32,767 characters.
CELL_CHARS = 32_000

_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20\u2212"
#: What may stand between a separator and the formula: blanks of any kind, invisible characters, quotes.
_LEAD = "[\\s\"'\u00ad\u200b-\u200f\u2060\ufeff]*"
_RISK = re.compile(f"(^|[;|])(?=')|(^|[;|])(?={_LEAD}[{_FORMULA}])")
_MARKED = re.compile("(^|[;|])'")

Cell = str | int | float | bool | None


def neutralise(text: str) -> str:
    """Put an apostrophe before everything that a spreadsheet would run; see `restore`."""
    shown = visible(text).replace("\n", "\u240a").replace("\t", "\u2409")
    return _RISK.sub(lambda found: f"{found.group()}'", shown)


def restore(cell: str) -> str:
    """Take the apostrophes of `neutralise` away again."""
    return _MARKED.sub(r"\1", cell)


def csv_text(fields: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Write rows as a CSV table with a header.

    Args:
        fields: Column names, in order.
        rows: Values by column: texts, numbers, booleans, ``None`` (an empty cell).

    Returns:
        The table with CRLF line ends and every text in quotes. Written to a file, encode it as
        ``utf-8-sig``: Excel takes a file without that mark for the local 8-bit code.
    """
    sink = io.StringIO()
    writer = csv.writer(sink, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(fields)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in fields])
    return sink.getvalue()


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)) and not isinstance(value, Enum):
        return value
    return neutralise(cut(str(value), CELL_CHARS))
