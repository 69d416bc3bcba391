"""Every dialect of logs says the same: who shows which picture, when, and how often."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import pytest
from log_lines import ADDRESS, AGENT, DIALECTS, IIS, combined, iis
from source_samples import CONTEXT

from creditline.errors import InputFileError
from creditline.records import SearchOutcome, SearchStatus, Sighting
from creditline.sources import Question
from creditline.sources.server_log import SOURCE


def read(path: Path) -> tuple[list[Sighting], SearchOutcome]:
    async def all_of() -> tuple[list[Sighting], SearchOutcome]:
        batches = [batch async for batch in SOURCE.search(Question(path=path, label="access.log"), CONTEXT)]
        return [sighting for batch in batches for sighting in batch.sightings], batches[-1].outcome

    return asyncio.run(all_of())


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_says_the_same(tmp_path: Path, name: str, packed: bool) -> None:
    head, line = DIALECTS[name]
    content = (
        head
        + line("https://blog.example/a%20b?x=1", "/img/fog.jpg", AGENT, 200) * 2
        + line("https://blog.example/", "/img/sea.jpg", AGENT, 304)
        + line("-", "/img/fog.jpg", AGENT, 200)
        + line("https://jane.example/about", "/img/fog.jpg", AGENT, 200)
        + line("https://www.google.com/", "/img/fog.jpg", AGENT, 200)
        + line("https://bot.example/", "/img/fog.jpg", "Mozilla/5.0 (compatible; bingbot/2.0)", 200)
        + line("https://gone.example/", "/img/gone.jpg", AGENT, 404)
        + "half a li\n"
    ).encode()
    path = tmp_path / "access.log"
    path.write_bytes(gzip.compress(content) if packed else content)
    found, outcome = read(path)
    assert [(s.page_url.href, s.image_url and s.image_url.path, s.hits) for s in found] == [
        ("https://blog.example/a%20b?x=1", "/img/fog.jpg", 2),
        ("https://blog.example/", "/img/sea.jpg", 1),
    ]
    assert found[0].seen_at is not None
    assert found[0].seen_at.strftime("%Y-%m-%dT%H:%M:%S%z") == "2026-11-20T14:00:28+0000"
    assert outcome.status is SearchStatus.RESULTS
    note = outcome.note or ""
    last = len(content.splitlines())
    assert f"1 malformed lines (line {last})" in note
    for words in ("1 your own pages", "1 search engines", "1 bots", "1 failed requests", "log, "):
        assert words in note
    assert ADDRESS not in repr((found, outcome))


def test_headings_may_change_on_the_way(tmp_path: Path) -> None:
    other = "#Fields: time date cs-uri-stem sc-status cs(Referer) cs(User-Agent)\n"
    content = IIS + iis("https://a.example/x", "/img/fog.jpg", AGENT, 200) + other
    content += "15:00:00 2026-11-21 /img/fog.jpg 200 https://b.example/y Firefox\n"
    content += iis("https://c.example/z", "/img/fog.jpg", AGENT, 200)
    path = tmp_path / "u_ex.log"
    path.write_text(content)
    found, outcome = read(path)
    assert [s.page_url.host for s in found] == ["a.example", "b.example"]
    assert "1 malformed lines" in (outcome.note or "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("#Version: 1.0\n#Fields: date time c-ip\n2026-11-20 14:00:28 203.0.113.9\n", "without the columns"),
        ('{"level": "info"}\n', "JSON whose fields are not known"),
        (
            "h2 2026-11-20T14:00:28.186641Z app/my-lb/50dc 203.0.113.9:2817 10.0.0.1:80 0.000 0.001 0.000 "
            '200 200 34 366 "GET https://jane.example:443/img/fog.jpg HTTP/2.0" "Firefox" TLS TLSv1.2\n',
            "load balancer, which names no referrers",
        ),
    ],
)
def test_logs_that_cannot_help_say_why(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "access.log"
    path.write_text(content)
    with pytest.raises(InputFileError, match=r"access\.log") as caught:
        read(path)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["W3C (IIS)", "Amazon S3", "Cloudflare", "combined"])
def test_no_line_of_a_long_log_is_lost(tmp_path: Path, name: str) -> None:
    head, line = DIALECTS.get(name, ("", combined))
    lines = [
        line(f"https://b{n % 700}.example/p/{n}" if n % 4 else "-", f"/img/{n % 50}.jpg", AGENT, 200)
        for n in range(8_000)
    ]
    path = tmp_path / "access.log"
    path.write_text(head + "".join(lines))
    found, outcome = read(path)
    assert len(found) == 6_000
    assert outcome.seen == outcome.parsed
