"""Archives of the web: WAT and WARC records, damage, constant memory, and what is found in them."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import resource
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from source_samples import CONTEXT, OWNER, warc_record, wat_record

from creditline.errors import InputFileError, SourceError
from creditline.records import SearchOutcome, SearchStatus, Sighting
from creditline.sources import Batch, Question, SearchContext
from creditline.sources.common_crawl import SOURCE

NAMED = SearchContext(
    owner=OWNER,
    own_domains=frozenset({"jane.example"}),
    rendition_urls=frozenset(
        f"https://jane.example/img/{name}" for name in ("Harbour-at-dawn.jpg", "IMG_1234.jpg", "fog.jpg")
    ),
)
HTTP = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def read(
    tmp_path: Path, content: bytes, context: SearchContext = CONTEXT
) -> tuple[list[Sighting], SearchOutcome]:
    path = tmp_path / "CC-MAIN-00001.warc.gz"
    path.write_bytes(content)

    async def all_of() -> tuple[list[Sighting], SearchOutcome]:
        batches = [batch async for batch in SOURCE.search(Question(path=path, label=path.name), context)]
        return [sighting for batch in batches for sighting in batch.sightings], batches[-1].outcome

    return asyncio.run(all_of())


def test_pictures_of_the_owners_hosts_are_found_in_wat_records(tmp_path: Path) -> None:
    content = (
        wat_record("https://a.example/1", ("IMG@/src", "//cdn.jane.example/x.jpg"))
        + wat_record("https://b.example/2", ("IMG@/src", "img/fog.jpg"), base="https://jane.example/")
        + wat_record("https://c.example/3", ("BODY@/background", "https://jane.example/y.png"))
        + wat_record("https://d.example/4", og_image="https://www.jane.example/z.webp")
        + wat_record("https://e.example/5", ("A@/href", "https://jane.example/about"))
        + wat_record("https://jane.example/own", ("IMG@/src", "https://jane.example/img/fog.jpg"))
    )
    found, outcome = read(tmp_path, content)
    assert [(each.page_url.host, each.image_url and each.image_url.href) for each in found] == [
        ("a.example", "https://cdn.jane.example/x.jpg"),
        ("b.example", "https://jane.example/img/fog.jpg"),
        ("c.example", "https://jane.example/y.png"),
        ("d.example", "https://www.jane.example/z.webp"),
    ]
    assert found[0].provenance == "CC-MAIN-00001.warc.gz record 1, 2026-05-31"
    assert outcome.note == "6 records, 6 pages, 4 kept; 1 on your own sites left out"
    assert outcome.status is SearchStatus.RESULTS


def test_telling_names_are_found_wherever_they_are(tmp_path: Path) -> None:
    page = '<img data-src="/up/2024/harbour-at-dawn.jpg"><img src="IMG_1234.jpg"><img src="fog.jpg">'
    content = warc_record(
        "response", "https://a.example/1", HTTP + page, "application/http; msgtype=response"
    )
    content += wat_record("https://b.example/2", ("IMG@/src", "https://b.example/i/Harbour-At-Dawn.jpg"))
    content += wat_record("https://c.example/3", ("IMG@/src", "https://c.example/IMG_1234.jpg"))
    found, _ = read(tmp_path, content, NAMED)
    assert [(each.page_url.host, each.image_url) for each in found] == [
        ("a.example", None),
        ("b.example", None),
    ]


def test_pages_are_searched_in_whatever_attribute(tmp_path: Path) -> None:
    page = (
        '<img srcset="https://jane.example/a-800.jpg 800w, https://jane.example/a-1600.jpg 1600w">'
        "<div style=\"background:url('https://jane.example/b.png?x=1&amp;y=2')\"></div>"
        "<script>load('https:\\/\\/jane.example\\/c.jpg')</script><a href='https://jane.example/'>Jane</a>"
    )
    found, _ = read(tmp_path, warc_record("response", "https://a.example/1", HTTP + page, "application/http"))
    assert [each.image_url and each.image_url.href for each in found] == [
        "https://jane.example/a-800.jpg",
        "https://jane.example/a-1600.jpg",
        "https://jane.example/b.png?x=1&y=2",
    ]


def test_members_of_gzip_are_read_one_after_the_other(tmp_path: Path) -> None:
    records = [
        wat_record(f"https://a{n}.example/", ("IMG@/src", "https://jane.example/x.jpg")) for n in range(40)
    ]
    content = b"".join(map(gzip.compress, records))
    found, outcome = read(tmp_path, content)
    assert (len(found), outcome.seen) == (40, 40)
    cut, outcome = read(tmp_path, content[: len(content) // 2])
    assert 0 < len(cut) < 40
    assert outcome.status is SearchStatus.PARTIAL
    assert "is damaged after record" in (outcome.note or "")


def test_what_is_no_record_is_passed_over_and_told(tmp_path: Path) -> None:
    good = wat_record("https://a.example/", ("IMG@/src", "https://jane.example/x.jpg"))
    bad = wat_record("https://b.example/").replace(b"Content-Length: ", b"Content-Length: x")
    unread = warc_record("metadata", "https://c.example/", '{"jane.example": ')
    found, outcome = read(tmp_path, good + bad + unread + good.replace(b"//a.", b"//d."))
    assert [each.page_url.host for each in found] == ["a.example", "d.example"]
    assert outcome.status is SearchStatus.PARTIAL
    assert "stretches that are no records" in (outcome.note or "")
    assert "1 records could not be read" in (outcome.note or "")


@pytest.mark.parametrize(
    "html", ["[]", "null", '{"Links": 7, "Head": []}', '{"Links": [7, {"path": "IMG@/src", "url": 7}]}']
)
def test_odd_records_are_no_leads_and_no_failure(tmp_path: Path, html: str) -> None:
    told = (
        f'{{"Envelope": {{"Payload-Metadata": {{"HTTP-Response-Metadata": {{"HTML-Metadata": {html}}}}}}}}}'
    )
    found, outcome = read(
        tmp_path, warc_record("metadata", "https://a.example/", told[:-1] + ', "x": "jane.example"}')
    )
    assert found == []
    assert outcome.status is SearchStatus.NONE_CONFIRMED


def test_there_must_be_something_to_look_for(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="nothing to look for"):
        read(tmp_path, wat_record("https://a.example/"), SearchContext(owner=OWNER))


def test_a_large_file_is_read_in_constant_memory(tmp_path: Path) -> None:
    page = "x" * 500_000
    record = gzip.compress(warc_record("response", "https://a.example/1", HTTP + page, "application/http"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _, outcome = read(tmp_path, record * 160)
    assert outcome.seen == 160
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64_000


# --- going on where reading was broken off ----------------------------------------------------------


def archive(count: int, pack: str) -> bytes:
    """Pages that show a picture each: plain, a member per record, or all in one member."""
    records = [
        wat_record(f"https://a{n}.example/", ("IMG@/src", f"https://jane.example/{n}.jpg"))
        for n in range(count)
    ]
    if pack == "members":
        return b"".join(map(gzip.compress, records)) + b"\0" * 512
    return gzip.compress(b"".join(records)) if pack == "one member" else b"".join(records)


def batches_of(path: Path, cursor: str | None = None) -> list[Batch]:
    async def all_of() -> list[Batch]:
        question = Question(path=path, label=path.name, cursor=cursor)
        return [batch async for batch in SOURCE.search(question, CONTEXT)]

    return asyncio.run(all_of())


def sightings_of(batches: list[Batch]) -> list[Sighting]:
    return [sighting for batch in batches for sighting in batch.sightings]


@pytest.mark.parametrize("pack", ["plain", "members", "one member"])
def test_reading_goes_on_at_the_record_where_it_was_broken_off(tmp_path: Path, pack: str) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(archive(1_700, pack))
    whole = batches_of(path)
    assert [len(batch.sightings) for batch in whole] == [500, 500, 500, 200, 0]
    assert whole[-1].outcome.cursor is None
    for number in range(4):
        rest = batches_of(path, whole[number].outcome.cursor)
        assert sightings_of(rest) == sightings_of(whole[number + 1 :])
        assert (rest[-1].outcome.seen, rest[-1].outcome.kept) == (1_700, 1_700)
        assert f"taken up after record {min(500 * (number + 1), 1_700):,}" in (rest[-1].outcome.note or "")


def test_a_place_deep_in_a_packed_file_is_no_longer_unpacked(tmp_path: Path) -> None:
    """What stands before the place may be anything: it is not read again."""
    path = tmp_path / "a.warc.gz"
    content = archive(1_200, "members")
    path.write_bytes(content)
    first = batches_of(path)[0].outcome.cursor
    place = json.loads(first or "{}")["place"][0]
    assert 0 < place < len(content)
    changed = path.stat().st_mtime_ns
    path.write_bytes(content[:2] + b"x" * (place - 2) + content[place:])
    os.utime(path, ns=(changed, changed))
    rest = batches_of(path, first)
    assert sum(len(batch.sightings) for batch in rest) == 700
    assert rest[-1].outcome.status is SearchStatus.RESULTS


def test_another_file_of_the_same_name_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(archive(600, "members"))
    cursor = batches_of(path)[0].outcome.cursor
    path.write_bytes(archive(601, "members"))
    assert sum(len(batch.sightings) for batch in batches_of(path, cursor)) == 601


def test_a_place_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(archive(3, "members"))
    with pytest.raises(SourceError, match="search anew"):
        batches_of(path, '{"file": 1, "place"')


def test_a_pipe_is_read_once_and_whole(tmp_path: Path) -> None:
    for pack in ("plain", "members"):
        pipe = tmp_path / pack
        os.mkfifo(pipe)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(pipe.write_bytes, archive(700, pack))
            found = batches_of(pipe)
        assert sum(len(batch.sightings) for batch in found) == 700
        assert [batch.outcome.cursor for batch in found] == [None] * len(found)


@pytest.mark.parametrize("length", ["²³", "9" * 5000, "-5", "1e3", ""])
def test_a_length_that_is_none_is_a_stretch_that_is_no_record(tmp_path: Path, length: str) -> None:
    good = wat_record("https://a.example/1", ("IMG@/src", "https://jane.example/a.jpg"))
    bad = f"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: {length}\r\n\r\n".encode()
    found, outcome = read(tmp_path, good + bad + good.replace(b"//a.", b"//b."))
    assert (len(found), outcome.status) == (2, SearchStatus.PARTIAL)


def test_what_could_not_be_read_is_never_nothing(tmp_path: Path) -> None:
    broken = b"".join(warc_record("metadata", f"https://a{n}.example/", b"{ jane.example") for n in range(3))
    found, outcome = read(tmp_path, broken)
    assert (found, outcome.status) == ([], SearchStatus.PARTIAL)
    assert "3 records could not be read" in (outcome.note or "")


def test_a_page_too_long_to_keep_is_told_and_a_film_is_not_missed(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("creditline.sources._warc.MOST_BLOCK", 500)
    monkeypatch.setattr("creditline.sources._warc.MOST_HEAD", 200)
    page = (HTTP + "<img src=https://jane.example/a.jpg>" + "x" * 600).encode()
    short = (HTTP + "<img src=https://jane.example/b.jpg>").encode()
    film = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n" + bytes(600)
    record = warc_record("response", "https://a.example/", short)
    found, outcome = read(tmp_path, warc_record("response", "https://f.example/", film) + record)
    assert (len(found), outcome.status) == (1, SearchStatus.RESULTS)
    found, outcome = read(tmp_path, warc_record("response", "https://l.example/", page) + record)
    assert (len(found), outcome.status, outcome.parsed) == (1, SearchStatus.PARTIAL, 1)


@pytest.mark.parametrize(
    ("head", "packed", "is_read"),
    [
        ("Content-Encoding: gzip", gzip.compress, True),
        ("Content-Encoding: deflate", zlib.compress, True),
        (
            "Content-Encoding: GZIP\r\nTransfer-Encoding: chunked",
            lambda body: chunked(gzip.compress(body)),
            True,
        ),
        ("Content-Encoding: identity", bytes, True),
        ("X-Crawler-Content-Encoding: gzip", bytes, True),
        ("Content-Encoding: br", lambda body: b"\x0b\x02" + body[:0], False),
        ("Content-Encoding: gzip", lambda body: gzip.compress(body)[:-9], False),
    ],
)
def test_pages_that_other_archives_keep_packed_are_unpacked(
    tmp_path: Path, head: str, packed: Callable[[bytes], bytes], is_read: bool
) -> None:
    body = packed(b"<img src=https://jane.example/a.jpg>")
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n\r\n".encode() + body
    found, outcome = read(tmp_path, warc_record("response", "https://a.example/", block))
    assert len(found) == is_read
    assert outcome.status is (SearchStatus.RESULTS if is_read else SearchStatus.PARTIAL)


def chunked(body: bytes) -> bytes:
    parts = [body[at : at + 10] for at in range(0, len(body), 10)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
