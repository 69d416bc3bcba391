"""Server logs: formats, escapes, what is left out, and how long a long one takes."""

from __future__ import annotations

import asyncio
import gzip
import resource
import time
from pathlib import Path

import pytest
from source_samples import CONTEXT, log_line

from creditline.errors import InputFileError
from creditline.records import Owner, PageUrlKind, SearchOutcome, SearchStatus, Sighting
from creditline.sources import Question, SearchContext
from creditline.sources.server_log import SOURCE


def read(
    tmp_path: Path, content: str | bytes, context: SearchContext = CONTEXT
) -> tuple[list[Sighting], SearchOutcome]:
    path = tmp_path / "access.log"
    path.write_bytes(content.encode() if isinstance(content, str) else content)

    async def all_of() -> tuple[list[Sighting], SearchOutcome]:
        batches = [batch async for batch in SOURCE.search(Question(path=path, label="access.log"), context)]
        return [sighting for batch in batches for sighting in batch.sightings], batches[-1].outcome

    return asyncio.run(all_of())


def test_an_origin_is_told_from_a_page(tmp_path: Path) -> None:
    found, outcome = read(
        tmp_path, log_line("https://blog.example/") + log_line("https://news.example/a?id=3")
    )
    assert [(s.page_url.href, s.page_url_kind) for s in found] == [
        ("https://blog.example/", PageUrlKind.ORIGIN),
        ("https://news.example/a?id=3", PageUrlKind.PAGE),
    ]
    assert outcome.note == "2 lines, 2 referrers, 2 kept; 1 origins to resolve"


def test_hits_are_counted_per_page_and_picture(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path,
        log_line() * 3
        + log_line(request="GET /img/sea.jpg?v=2 HTTP/1.1")
        + log_line(request="GET / HTTP/1.1"),
    )
    assert [(s.image_url.href if s.image_url else None, s.hits) for s in found] == [
        ("https://jane.example/img/fog.jpg", 3),
        ("https://jane.example/img/sea.jpg?v=2", 1),
        (None, 1),
    ]


def test_a_known_file_gives_its_full_address(tmp_path: Path) -> None:
    context = SearchContext(
        owner=Owner(), rendition_urls=frozenset({"https://cdn.example/f/a%20b.jpg", "file:///x/y.jpg"})
    )
    found, _ = read(tmp_path, log_line(request="GET /f/a%20b.jpg HTTP/2.0"), context)
    assert found[0].image_url is not None
    assert found[0].image_url.href == "https://cdn.example/f/a%20b.jpg"


def test_time_and_place_are_kept(tmp_path: Path) -> None:
    line = log_line().replace("+0000", "-0530")
    found, _ = read(tmp_path, log_line("-") + line)
    assert found[0].provenance == "access.log line 2"
    assert found[0].seen_at is not None
    assert found[0].seen_at.isoformat() == "2026-11-20T19:30:28+00:00"


def test_virtual_hosts_are_own_hosts(tmp_path: Path) -> None:
    content = log_line("https://www.studio.example/about", host="www.studio.example:443") + log_line(
        host="www.studio.example:443"
    )
    found, outcome = read(tmp_path, content)
    assert [(s.page_url.href, s.image_url and s.image_url.href) for s in found] == [
        ("https://blog.example/", "https://jane.example/img/fog.jpg")
    ]
    assert "1 your own pages" in (outcome.note or "")


@pytest.mark.parametrize(
    "agent",
    [
        r"Mozilla/5.0 (\"quoted\") \\ back",
        r"Mozilla/5.0 (\x22quoted\x22)",
        "Mozilla/5.0 " + r"\xe2\x80\x93",
    ],
)
def test_both_ways_of_escaping_are_read(tmp_path: Path, agent: str) -> None:
    found, outcome = read(tmp_path, log_line("https://blog.example/" + r"caf\xc3\xa9", agent=agent))
    assert [s.page_url.href for s in found] == ["https://blog.example/caf%C3%A9"]
    assert outcome.parsed == 1


LEFT_OUT = [
    ("https://www.jane.example/portfolio", "your own pages"),
    ("https://www.google.co.uk/", "search engines"),
    ("https://images.search.yahoo.com/", "search engines"),
    ("https://yandex.ru/images/search?rpt=1", "search engines"),
    ("https://duckduckgo.com/", "search engines"),
    ("https://blog-example.translate.goog/", "translators"),
    ("https://feedly.com/", "feed readers"),
    ("https://www.inoreader.com/", "feed readers"),
    ("https://mail.google.com/mail/u/0", "mail programs"),
    ("https://web.archive.org/web/2020/http://x.example/", "archives and caches"),
    ("https://l.facebook.com/", "link redirectors"),
    ("https://t.co/abc", "link redirectors"),
    ("http://localhost:3000/", "private addresses"),
    ("http://192.168.1.4/", "private addresses"),
    ("http://nas.local/", "private addresses"),
    ("android-app://com.google.android.gm/", "not web addresses"),
]


@pytest.mark.parametrize(("referrer", "reason"), LEFT_OUT)
def test_the_webs_plumbing_is_left_out_and_counted(tmp_path: Path, referrer: str, reason: str) -> None:
    found, outcome = read(tmp_path, log_line(referrer) * 2)
    assert found == []
    assert outcome.status is SearchStatus.NONE_CONFIRMED
    assert outcome.note == f"2 lines, 1 referrers, 0 kept; left out: 1 {reason}"


@pytest.mark.parametrize(
    "referrer",
    [
        "https://googlefans.example/",
        "https://sites.google.com/view/x",
        "https://ask-me.example/",
        "https://brave.example/",
        "https://mailchimp.example/",
        "https://archive.example/",
        "https://www.deutschland-liest.de/",
    ],
)
def test_names_that_only_look_like_plumbing_stay(tmp_path: Path, referrer: str) -> None:
    assert len(read(tmp_path, log_line(referrer))[0]) == 1


def test_programs_and_failed_requests_are_no_leads(tmp_path: Path) -> None:
    content = (
        log_line(agent="Mozilla/5.0 (compatible; bingbot/2.0)")
        + log_line(agent="facebookexternalhit/1.1")
        + log_line(agent="curl/8.0")
        + log_line(status=404)
        + log_line(status=304)
    )
    found, outcome = read(tmp_path, content)
    assert [s.hits for s in found] == [1]
    assert "2 bots, 1 link previews" in (outcome.note or "")
    assert "1 failed requests" in (outcome.note or "")


def test_malformed_lines_are_counted_and_shown(tmp_path: Path) -> None:
    content = (
        log_line() + "garbage\n" + log_line("-") + 'half "a line\n' + "x" * 3_000_000 + "\n" + log_line()
    )
    found, outcome = read(tmp_path, content)
    assert [s.hits for s in found] == [2]
    assert (outcome.seen, outcome.parsed) == (6, 3)
    assert "3 malformed lines (line 2, 4, 5)" in (outcome.note or "")


def test_gzip_is_unpacked_and_its_damage_told(tmp_path: Path) -> None:
    whole = gzip.compress(
        (log_line() + "".join(log_line(f"https://b{n}.example/") for n in range(4000))).encode()
    )
    found, outcome = read(tmp_path, whole)
    assert len(found) == 4001
    assert outcome.status is SearchStatus.RESULTS
    found, outcome = read(tmp_path, whole[: len(whole) // 2])
    assert 0 < len(found) < 4001
    assert outcome.status is SearchStatus.PARTIAL
    assert "damaged after line" in (outcome.note or "")


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ('203.0.113.9 - - [20/Nov/2026:14:00:28 +0000] "GET / HTTP/1.1" 200 12\n', "names no referrers"),
        ('{"ClientRequestReferer": "https://blog.example/"}\n', "JSON"),
        ("#Fields: date time cs-uri-stem cs(Referer)\n2026-11-20 14:00 /a.jpg -\n", "W3C"),
    ],
)
def test_other_formats_are_named(tmp_path: Path, content: str, hint: str) -> None:
    with pytest.raises(InputFileError, match=hint) as raised:
        read(tmp_path, content)
    assert "a line should look like" in str(raised.value)


def test_visitors_are_dropped_while_reading(tmp_path: Path) -> None:
    found, outcome = read(tmp_path, log_line(address="198.51.100.77") + log_line(address="2001:db8::7"))
    assert len(found) == 1
    assert "198.51.100.77" not in repr((found, outcome))
    assert "2001:db8" not in repr((found, outcome))


def test_a_long_log_is_read_in_constant_memory(tmp_path: Path) -> None:
    """100,000 lines in at most a tenth of the 15 s that a million may take, with room for a busy machine."""
    lines = "".join(
        log_line(
            f"https://b{n % 700}.example/p/{n % 9000}",
            f"GET /img/{n % 50}.jpg HTTP/1.1",
            agent=f"Firefox/{n % 300}",
        )
        if n % 4
        else log_line("-")
        for n in range(20_000)
    )
    path = tmp_path / "access.log"
    with path.open("w") as file:
        for _ in range(5):
            file.write(lines)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()

    async def count() -> int:
        return sum([len(b.sightings) async for b in SOURCE.search(Question(path=path), CONTEXT)])

    assert asyncio.run(count()) > 9000
    assert time.process_time() - began < 3
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64_000


def test_a_log_of_two_formats_is_read_in_part(tmp_path: Path) -> None:
    """Nothing found in the lines that could be read says nothing of the others."""
    other = '{"request": {"uri": "/img/fog.jpg"}, "status": 200}\n'
    _, outcome = read(tmp_path, log_line("-") + other * 9)
    assert (outcome.status, outcome.parsed) == (SearchStatus.PARTIAL, 1)
    assert "9 malformed lines (line 2, 3, 4, ...); too many for one format" in (outcome.note or "")
    _, outcome = read(tmp_path, log_line("https://blog.example/") * 40 + other * 4)
    assert outcome.status is SearchStatus.RESULTS
    _, outcome = read(tmp_path, log_line("https://blog.example/") + "half a li")
    assert outcome.status is SearchStatus.RESULTS, "the last line is still being written"


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (log_line("https://blog.example/").encode("utf-16"), "text in UTF-16; save it as UTF-8"),
        (log_line("https://blog.example/").encode("utf-16-le"), "text in UTF-16"),
        (log_line("https://blog.example/").replace("\n", "\r").encode() * 3, "CR only"),
        (bytes(5_000), "is empty"),
    ],
)
def test_other_ways_of_writing_text_are_named(tmp_path: Path, content: bytes, hint: str) -> None:
    with pytest.raises(InputFileError, match=hint):
        read(tmp_path, content)


def test_zeros_of_a_machine_without_power_cost_one_line_at_most(tmp_path: Path) -> None:
    lines = [log_line(f"https://blog.example/{n}").encode() for n in range(20)]
    found, outcome = read(tmp_path, b"".join([*lines[:10], bytes(4096), *lines[10:]]))
    assert (len(found), outcome.status) == (20, SearchStatus.RESULTS)


@pytest.mark.parametrize(
    ("field", "status"),
    [
        ('"referer": ""', SearchStatus.NONE_CONFIRMED),
        ('"came_from": "https://a.example/"', SearchStatus.PARTIAL),
    ],
)
def test_json_without_referrers_is_read_and_one_whose_field_is_unknown_told(
    tmp_path: Path, field: str, status: SearchStatus
) -> None:
    line = f'{{"request_uri": "/img/fog.jpg", "status": "200", {field}}}\n'
    _, outcome = read(tmp_path, line * 1_200)
    assert (outcome.seen, outcome.status) == (1_200, status)
    assert ("no line has a field for the referrer" in (outcome.note or "")) is (
        status is SearchStatus.PARTIAL
    )
