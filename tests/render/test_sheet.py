"""No cell of our tables runs in a spreadsheet, and the text in it survives."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditline.render import csv_text, neutralise, restore, visible
from hostile import PAYLOADS

SEPARATORS = ",;|\t"
any_text = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(PAYLOADS)
near_formulas = st.text(st.sampled_from("=+-@;|'\", \u3000\uff1dab\n\t"), max_size=12)


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula, in the widest reading of ASVS 1.2.10."""
    bare = cell.lstrip(' \t\r\n"\u00a0\u3000\ufeff\u200b\u00ad')
    return bare[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20\u2212")


def cells_as_read(table: str, separator: str) -> list[str]:
    """Cells as a spreadsheet reads them that guessed this separator (a small parser of our own).

    Quotes open a cell only at its beginning; what follows the closing quote is appended.
    """
    cells, at = [], 0
    while at < len(table):
        cell, at = _one_cell(table, at, separator)
        cells.append(cell)
    return cells


def _one_cell(table: str, at: int, separator: str) -> tuple[str, int]:
    cell = ""
    if table[at : at + 1] == '"':
        at += 1
        while at < len(table):
            if table[at : at + 2] == '""':
                cell, at = cell + '"', at + 2
            elif table[at] == '"':
                at += 1
                break
            else:
                cell, at = cell + table[at], at + 1
    while at < len(table) and table[at] not in (separator, "\r", "\n"):
        cell, at = cell + table[at], at + 1
    return cell, at + (2 if table[at : at + 2] == "\r\n" else 1)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_no_payload_runs_whatever_separator_is_guessed(separator: str) -> None:
    for payload in PAYLOADS:
        table = csv_text(["a", "b", "c"], [{"a": "x", "b": payload, "c": payload}])
        assert [cell for cell in cells_as_read(table, separator) if runs(cell)] == []


@given(near_formulas, st.sampled_from(SEPARATORS))
def test_nothing_near_a_formula_runs(text: str, separator: str) -> None:
    table = csv_text(["a", "b"], [{"a": text, "b": "x"}, {"a": "y", "b": text}])
    assert [cell for cell in cells_as_read(table, separator) if runs(cell)] == []


@given(any_text | near_formulas)
def test_printable_text_survives_the_round_trip(text: str) -> None:
    table = csv_text(["a", "b"], [{"a": text, "b": text}])
    rows = list(csv.reader(io.StringIO(table, newline="")))
    shown = visible(text).replace("\n", "␊").replace("\t", "␉")
    assert [restore(cell) for cell in rows[1]] == [shown, shown]


def test_texts_without_risk_are_left_alone() -> None:
    for text in ("Photo: Jane; thanks", "a - b", "1 | 2", "jane@jane.example", "it's", "x=1"):
        assert neutralise(text) == text


def test_numbers_stay_numbers_and_words_are_plain() -> None:
    table = csv_text(
        ["n", "f", "b", "none", "text"], [{"n": -5, "f": 0.5, "b": True, "none": None, "text": "x"}]
    )
    assert table == '"n","f","b","none","text"\r\n-5,0.5,"yes","","x"\r\n'


def test_a_cell_fits_a_spreadsheet() -> None:
    table = csv_text(["a"], [{"a": "x" * 1_000_000}])
    assert len(table) < 32_767
