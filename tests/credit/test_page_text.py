"""Looking words up in all lines of a page at once gives what looking line by line gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditline.credit.folding import composed, fold
from creditline.credit.page_text import PageText
from creditline.credit.terms import has_trigger, lines_with_triggers
from creditline.page.encoding import decode_html
from creditline.page.parse import parse_document

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*/*/page.html"))
#: Letters and signs of several scripts, among them some that fold and some that grow when lowered.
_LETTERS = st.sampled_from("aA bB_.©Ää’ÉßİŒ…жЁ写真 เ\u0301")


@given(st.lists(st.text(_LETTERS, max_size=30), max_size=8))
def test_lines_are_folded_one_by_one(lines: list[str]) -> None:
    assert PageText(lines).lines == [fold(line) for line in composed("\n".join(lines)).split("\n")]


@given(st.lists(st.text(_LETTERS, max_size=30), max_size=8), st.sampled_from(("a", "b", "ab", "s", "写真")))
def test_a_text_is_found_in_every_line_that_holds_it(lines: list[str], text: str) -> None:
    page = PageText(lines)
    assert list(page.lines_holding(text)) == [n for n, line in enumerate(page.lines) if text in line]


def test_a_word_stands_by_itself() -> None:
    page = PageText(["Photo: Jane", "photograph", "no_photo, PHOTO", "photos photo"])
    assert list(page.lines_with_word("photo")) == [0, 2, 3]
    assert page.words.count(b"photo") == 4


@pytest.mark.parametrize("page", CASES[:: len(CASES) // 60 or 1], ids=lambda page: page.parent.name)
def test_every_line_with_a_word_of_credit_is_found(page: Path) -> None:
    lines = [line.text for line in parse_document(decode_html(page.read_bytes())).lines]
    found = lines_with_triggers(PageText(lines))
    assert {number for number, line in enumerate(lines) if has_trigger(line)} <= found
