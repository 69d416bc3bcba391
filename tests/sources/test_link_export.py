"""Link exports: encodings, delimiters, headers in any language, and columns that are no sources."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from source_samples import CONTEXT

from creditline.errors import InputFileError
from creditline.records import PageUrlKind, SearchOutcome, Sighting
from creditline.sources import Question
from creditline.sources.link_export import SOURCE

PAGES = ["https://blog.example/a", "https://news.example/b?id=2"]


def read(tmp_path: Path, content: str, encoding: str = "utf-8") -> tuple[list[Sighting], SearchOutcome]:
    path = tmp_path / "links.csv"
    path.write_bytes(content.encode(encoding))

    async def all_of() -> tuple[list[Sighting], SearchOutcome]:
        batches = [batch async for batch in SOURCE.search(Question(path=path, label="links.csv"), CONTEXT)]
        return [sighting for batch in batches for sighting in batch.sightings], batches[-1].outcome

    return asyncio.run(all_of())


def table(header: str, row: str, delimiter: str = ",") -> str:
    """A table of two rows; P stands for the linking page, T for the owner's."""
    lines = [header] + [row.replace("P", page).replace("T", "https://jane.example/fog") for page in PAGES]
    return "\n".join(line.replace(",", delimiter) for line in lines) + "\n"


EXPORTS = {
    "Search Console": table("Linking page,Last crawled", "P,2026-09-28"),
    "Ahrefs": table(
        "Referring page title,Referring page URL,Domain rating,Target URL,Anchor,Nofollow",
        '"A title",P,31,T,fog,false',
    ),
    "Semrush": table("Page ascore,Source title,Source url,Target url,Anchor,Image", "12,Title,P,T,fog,true"),
    "Majestic": table(
        "Target URL,Source URL,Anchor Text,SourceCitationFlow,SourceTrustFlow", "T,P,fog,10,20"
    ),
    "Moz": table("URL,Title,Anchor text,Spam Score,PA,DA", "P,Title,fog,1,20,30"),
    "Bing Webmaster Tools": table("Source Url,Anchor Text,Target Url", "P,fog,T"),
}


@pytest.mark.parametrize("tool", EXPORTS)
def test_known_exports_are_recognised(tmp_path: Path, tool: str) -> None:
    found, outcome = read(tmp_path, EXPORTS[tool])
    assert [s.page_url.href for s in found] == PAGES
    assert outcome.note == f"{tool} export, 2 rows, 2 different addresses"
    assert found[0].provenance == f"{tool} links.csv line 2"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_every_encoding_and_delimiter_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    content = table("Titel der Seite,Quelle,Ziel", "Über Café,P,T", delimiter)
    assert [s.page_url.href for s in read(tmp_path, content, encoding)[0]] == PAGES


@pytest.mark.parametrize(
    "header",
    ["הדף המקשר,נסרק לאחרונה", "リンク元ページ,前回のクロール", "Verlinkende Seite,Zuletzt gecrawlt", "P0,D"],
)
@pytest.mark.parametrize(
    "date", ["2026-09-28", '"Sep 28, 2026"', "28/09/2026", "28.09.2026", "28 sept. 2026"]
)
def test_localised_headers_do_not_matter(tmp_path: Path, header: str, date: str) -> None:
    found, outcome = read(tmp_path, table(header, f"P,{date}"))
    assert [s.page_url.href for s in found] == PAGES
    assert (outcome.note or "").startswith("Search Console export")


def test_own_pages_are_not_taken_for_sources(tmp_path: Path) -> None:
    found, _ = read(tmp_path, table("Spalte 1,Spalte 2", "T,P"))
    assert [s.page_url.href for s in found] == PAGES
    found, outcome = read(
        tmp_path, table("a,b", "P,T") + "https://www.jane.example/x,https://jane.example/\n"
    )
    assert [s.page_url.href for s in found] == PAGES
    assert "1 rows on your own sites left out" in (outcome.note or "")


def test_a_list_of_own_pages_is_refused_with_the_way_to_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"only pages of your own.*Latest links"):
        read(tmp_path, "Target page,Incoming links,Linking sites\nhttps://jane.example/fog,12,3\n")


def test_sites_without_pages_are_to_be_looked_through(tmp_path: Path) -> None:
    found, outcome = read(
        tmp_path, "Site,Linking pages,Target pages\nblog.example,14,2\nwww.news.example,3,1\n"
    )
    assert [(s.page_url.href, s.page_url_kind) for s in found] == [
        ("https://blog.example/", PageUrlKind.ORIGIN),
        ("https://www.news.example/", PageUrlKind.ORIGIN),
    ]
    assert "2 sites to look through" in (outcome.note or "")


def test_addresses_without_a_scheme_are_pages(tmp_path: Path) -> None:
    found, _ = read(tmp_path, "URL,Title\nblog.example/a,T\nnews.example/b,T\n")
    assert [(s.page_url.href, s.page_url_kind) for s in found] == [
        ("https://blog.example/a", PageUrlKind.PAGE),
        ("https://news.example/b", PageUrlKind.PAGE),
    ]


def test_lines_above_the_header_and_the_separator_line_are_passed_over(tmp_path: Path) -> None:
    for above in ("sep=;\n", "Backlinks of jane.example - 2026\n\n", "﻿sep=;\n"):
        found, _ = read(tmp_path, above + table("Anchor,Source url", "fog,P", ";"))
        assert [s.page_url.href for s in found] == PAGES


def test_malformed_rows_are_counted(tmp_path: Path) -> None:
    content = table("Title,Linking page", "x,P") + "half a row\nx,not an address\n"
    found, outcome = read(tmp_path, content)
    assert len(found) == 2
    assert (outcome.seen, outcome.parsed) == (4, 2)
    assert "2 rows without an address" in (outcome.note or "")


def test_an_open_quote_does_not_swallow_the_rest(tmp_path: Path) -> None:
    rows = "".join(f"Title {n}\thttps://b{n}.example/\n" for n in range(50))
    found, _ = read(tmp_path, 'Title\tSource url\n"Title with an open quote\thttps://b.example/\n' + rows)
    assert len(found) == 51


def test_a_table_without_addresses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="no column of page addresses"):
        read(tmp_path, "Name,Count\nfog.jpg,3\nsea.jpg,4\n")


def test_an_excel_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "links.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\0" * 100)

    async def ask() -> None:
        async for _ in SOURCE.search(Question(path=path), CONTEXT):
            pass

    with pytest.raises(InputFileError, match=r"Excel.*export it as CSV"):
        asyncio.run(ask())


@pytest.mark.parametrize("at", [[0], [150], [20, 40], [198, 199]])
def test_quotes_that_do_not_end_take_no_row_with_them(tmp_path: Path, at: list[int]) -> None:
    rows = [
        f"https://site{n}.example/p,https://jane.example/,{chr(34) if n in at else ''}fog\n"
        for n in range(200)
    ]
    found, outcome = read(tmp_path, "Linking page,Target page,Anchor\n" + "".join(rows))
    assert (len(found), outcome.seen) == (200, 200)


def test_cells_of_several_lines_are_one_row(tmp_path: Path) -> None:
    rows = [f'https://site{n}.example/p,"one\nmore ""line""\nhere",2026-11-01\n' for n in range(50)]
    found, outcome = read(tmp_path, "Linking page,Anchor,Date\n" + "".join(rows))
    assert (len(found), outcome.seen) == (50, 50)


def test_a_cell_beyond_all_bounds_costs_its_own_row_only(tmp_path: Path) -> None:
    rows = [f"https://site{n}.example/p,{'x' * (300_000 if n == 3 else 3)},y\n" for n in range(9)]
    found, _ = read(tmp_path, "Linking page,Anchor,Date\n" + "".join(rows))
    assert len(found) == 9


def test_a_delimiter_that_every_title_holds_is_not_the_tables(tmp_path: Path) -> None:
    rows = [f'https://site{n}.example/p,"Fog; sea",2026-11-01\n' for n in range(50)]
    found, _ = read(tmp_path, "Linking page,Title,Date\n" + "".join(rows))
    assert len(found) == 50


def test_a_named_column_may_have_gaps_and_marks_of_direction(tmp_path: Path) -> None:
    rows = "".join(f"\u200ehttps://site{n}.example/p\u200e,https://jane.example/\n" for n in range(3))
    found, outcome = read(tmp_path, "Linking page,Target page\n" + rows + "n/a,https://jane.example/\n" * 60)
    assert len(found) == 3
    assert "60 rows without an address" in (outcome.note or "")
