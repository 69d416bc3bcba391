"""The small words of the vocabulary: every table is used, has its reason, and names its languages."""

from __future__ import annotations

from dataclasses import fields

import pytest

from creditline.credit.bylines import is_only_credit
from creditline.credit.grammar import Grammar, grammar
from creditline.credit.making import Told, told_of
from creditline.credit.vocabulary import tables, vocabulary

TABLES = tables()["grammar"]


def test_every_table_is_read() -> None:
    assert {field.name.rstrip("_") for field in fields(Grammar)} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_why_and_in_which_language(name: str) -> None:
    table = dict(TABLES[name])
    assert len(table.pop("why")) > 20
    assert set(table) <= {"any", *vocabulary().languages, "hr"}
    for words in table.values():
        assert len(set(words)) == len(words)


def test_words_are_compared_folded_or_as_written() -> None:
    assert "pa" in grammar().inside
    assert "für" in grammar().for_publisher


@pytest.mark.parametrize("after", [" für Die Strandpost", " pour La Gazette de la Plage", " / staff"])
def test_who_published_stands_behind_a_name(after: str) -> None:
    assert is_only_credit("", after)


@pytest.mark.parametrize(
    "sentence",
    ["Die Bilder wurden von Jane Doe gemacht.", "Jane Doe, who came up on Wednesday and took the photos."],
)
def test_grammar_says_who_made_a_picture(sentence: str) -> None:
    start = sentence.index("Jane")
    assert told_of(sentence, start, start + len("Jane Doe")) is Told.MADE
