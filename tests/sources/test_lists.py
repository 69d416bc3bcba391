"""Lists of pages and of sites."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from source_samples import CONTEXT

from creditline.errors import InputFileError
from creditline.records import PageUrlKind, SearchOutcome, SearchStatus, Sighting
from creditline.sources import Question, page_list, watch_list


def read(source: page_list.AddressList, path: Path, content: str) -> tuple[list[Sighting], SearchOutcome]:
    path.write_text(content, encoding="utf-8")

    async def all_of() -> tuple[list[Sighting], SearchOutcome]:
        batches = [batch async for batch in source.search(Question(path=path, label="list"), CONTEXT)]
        return [sighting for batch in batches for sighting in batch.sightings], batches[-1].outcome

    return asyncio.run(all_of())


def test_addresses_are_folded_and_named_once(tmp_path: Path) -> None:
    found, outcome = read(
        page_list.SOURCE,
        tmp_path / "l",
        "https://a.example/x#top\n<https://a.example/x?utm_campaign=1>\n  HTTPS://A.example/x  \n",
    )
    assert [s.page_url.href for s in found] == ["https://a.example/x"]
    assert found[0].provenance == "list line 1"
    assert outcome.note == "3 lines, 1 different addresses"


def test_other_lines_are_counted_and_shown(tmp_path: Path) -> None:
    _, outcome = read(page_list.SOURCE, tmp_path / "l", "a.example/x\nwhat?\nftp://a.example/\n")
    assert outcome.note == "3 lines, 1 different addresses; 2 lines are no addresses (line 2, line 3)"
    assert (outcome.seen, outcome.parsed, outcome.kept) == (3, 1, 1)


def test_a_list_of_own_pages_only_is_an_empty_search(tmp_path: Path) -> None:
    found, outcome = read(page_list.SOURCE, tmp_path / "l", "https://www.jane.example/\n")
    assert found == []
    assert outcome.status is SearchStatus.NONE_CONFIRMED
    assert "1 on your own sites left out" in (outcome.note or "")


def test_long_lists_come_in_batches(tmp_path: Path) -> None:
    found, outcome = read(page_list.SOURCE, tmp_path / "l", "".join(f"a.example/{n}\n" for n in range(1200)))
    assert len(found) == outcome.kept == 1200


def test_sites_are_origins(tmp_path: Path) -> None:
    found, _ = read(watch_list.SOURCE, tmp_path / "l", "a.example\nhttps://b.example/blog\n")
    assert [(s.page_url.href, s.page_url_kind) for s in found] == [
        ("https://a.example/", PageUrlKind.ORIGIN),
        ("https://b.example/blog", PageUrlKind.ORIGIN),
    ]


def test_a_table_is_no_list_of_addresses(tmp_path: Path) -> None:
    row = 'https://a.example/x,https://jane.example/,"Fog"\n'
    with pytest.raises(InputFileError, match="a table of links is for --links"):
        read(page_list.SOURCE, tmp_path / "l", row * 3)
    found, _ = read(page_list.SOURCE, tmp_path / "l", "https://a.example/one,two;three?x=a,b\n")
    assert [each.page_url.path for each in found] == ["/one,two;three"]
