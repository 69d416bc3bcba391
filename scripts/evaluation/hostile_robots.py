"""Hostile robots.txt files, and what RFC 9309 expects of sound ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from creditline.fetch.robots import Rules, read_rules
from creditline.records import Reply
from creditline.urls import Url

#: Processor seconds that one file and the questions to it may take; it is read in the worker itself.
ROBOTS_LIMIT_S = 1.0

SITE = Url.parse("https://ana.example/robots.txt")

#: Section of RFC 9309, file, path, whether it may be asked for.
RFC_9309: tuple[tuple[str, str, str, bool], ...] = (
    ("2.2.1", "User-agent: creditline\nDisallow: /", "/a", False),
    ("2.2.1", "USER-AGENT: CreditLine\nDISALLOW: /", "/a", False),
    ("2.2.1", "User-agent: *\nDisallow: /\n\nUser-agent: creditline\nAllow: /", "/a", True),
    ("2.2.1", "User-agent: other\nDisallow: /", "/a", True),
    ("2.2.1", "User-agent: other\nUser-agent: creditline\nDisallow: /x", "/x", False),
    ("2.2.1", "User-agent: creditline\nDisallow: /x\n\nUser-agent: creditline\nDisallow: /y", "/x", False),
    ("2.2.1", "User-agent: creditline\nDisallow: /x\n\nUser-agent: creditline\nDisallow: /y", "/y", False),
    ("2.2.1", "User-agent: creditline/1.0\nDisallow: /", "/a", False),
    ("2.2.1", "Disallow: /", "/a", True),
    ("2.2.2", "User-agent: *\nDisallow:", "/a", True),
    ("2.2.2", "User-agent: *\nAllow: /\nDisallow: /a", "/a", False),
    ("2.2.2", "User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b", True),
    ("2.2.2", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
    ("2.2.2", "User-agent: *\nDisallow: /A", "/a", True),
    ("2.2.2", "User-agent: *\nDisallow: /a%3Cd%3E", "/a%3cd%3e", False),
    ("2.2.2", "User-agent: *\nDisallow: /\u00fc", "/%C3%BC", False),
    ("2.2.2", "User-agent: *\nDisallow: /%C3%BC", "/\u00fc", False),
    ("2.2.2", "User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
    ("2.2.2", "User-agent: *\nDisallow: /a?b=", "/a?b=1", False),
    ("2.2.2", "User-agent: *\nDisallow: /", "/robots.txt", True),
    ("2.2.3", "User-agent: *\nDisallow: /*.php$", "/a.php", False),
    ("2.2.3", "User-agent: *\nDisallow: /*.php$", "/a.php?x", True),
    ("2.2.3", "User-agent: *\nDisallow: /a*/c", "/ab/c", False),
    ("2.2.3", "User-agent: *\nDisallow: /a$", "/ab", True),
    ("2.2.3", "User-agent: *\nDisallow: /a #b", "/a", False),
    ("2.2.3", "User-agent: *\nDisallow: /a%24", "/a$", False),
    ("2.2.3", "User-agent: *\nDisallow: /a%2A", "/a*", False),
    ("2.2.4", "User-agent: *\nSitemap: https://ana.example/s\nDisallow: /a", "/a", False),
    ("2.2.4", "User-agent: a\nSitemap: /s\nUser-agent: creditline\nDisallow: /b", "/b", False),
    ("2.2", "User-agent: *\r\nDisallow: /a\r\n", "/a", False),
    ("2.2", "User-agent: *\rDisallow: /a\r", "/a", False),
    ("2.3", "\ufeffUser-agent: *\nDisallow: /a", "/a", False),
    ("2.3", "<!doctype html><title>not found</title>", "/a", True),
)

#: Status of the reply, whether a page may then be asked for (RFC 9309 section 2.3.1).
RFC_9309_STATUS = ((404, True), (410, True), (403, True), (401, True), (500, False), (503, False))


@dataclass
class RobotsTally:
    """What became of robots.txt files."""

    files: int = 0
    raised: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    asked: int = 0

    @property
    def figures(self) -> dict[str, Any]:
        """What floors hold, and more."""
        return {
            "robots_files": self.files,
            "robots_exceptions": len(self.raised),
            "robots_slow": len(self.slow),
            "robots_expectations": self.asked,
            "robots_missed": len(self.missed),
        }


def check_robots(draw: Random, count: int, data: Path | None) -> RobotsTally:
    """Read hostile, real and standard robots.txt files."""
    tally = RobotsTally()
    for name, body in _robots_files(draw, count, data):
        tally.files += 1
        started = time.process_time()
        try:
            _question(_rules(body))
        except Exception as error:
            tally.raised.append(f"{name}: {type(error).__name__}: {error}")
        taken = time.process_time() - started
        if taken > ROBOTS_LIMIT_S:
            tally.slow.append(f"{name}: {taken:.1f} s")
    for section, text, path, allowed in RFC_9309:
        tally.asked += 1
        if _rules(text.encode()).allows(Url.parse(path, SITE)) is not allowed:
            tally.missed.append(f"RFC 9309 {section}: {text!r} for {path}")
    for status, allowed in RFC_9309_STATUS:
        tally.asked += 1
        if _rules(b"", status).allows(SITE.with_path("/a")) is not allowed:
            tally.missed.append(f"RFC 9309 2.3.1: status {status}")
    return tally


def _rules(body: bytes, status: int = 200) -> Rules:
    return read_rules(Reply(SITE, SITE, datetime.now(UTC), status=status, body=body))


def _question(rules: Rules) -> None:
    """What a visit asks: some pages, images, the delay, the sitemaps."""
    paths = ("/", "/a/b.jpg?x=1&y=2", "/" + "a" * 2_000, "/%C3%BC/%2F/$*", "/" + "a/" * 500, "//a//b//")
    for path in paths:
        rules.allows(Url.parse("https://ana.example" + path))
    assert rules.crawl_delay_s is None or rules.crawl_delay_s >= 0
    for sitemap in rules.sitemaps:
        assert sitemap.href


def _robots_files(draw: Random, count: int, data: Path | None) -> Iterator[tuple[str, bytes]]:
    fixed = {
        "stars": b"User-agent: *\nDisallow: /" + b"*a" * 3_000 + b"*b$\n",
        "many stars": b"User-agent: *\n" + (b"Disallow: /" + b"*a" * 40 + b"*b$\n") * 5_000,
        "one line": b"User-agent: *\nDisallow: /" + b"x" * 600_000,
        "40,000 rules": b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % k for k in range(40_000)),
        "40,000 groups": b"".join(b"User-agent: a%d\nDisallow: /\n" % k for k in range(20_000)),
        "40,000 names": b"User-agent: creditline\n" * 20_000 + b"Disallow: /a\n",
        "sitemaps": b"".join(b"Sitemap: https://a.example/%d\n" % k for k in range(15_000)),
        "delays": b"User-agent: *\nCrawl-delay: nan\nCrawl-delay: inf\nCrawl-delay: 1e999\nCrawl-delay: -1\n",
        "digits": b"User-agent: *\nCrawl-delay: " + b"9" * 400_000,
        "rates": b"User-agent: *\nRequest-rate: 0/0\nRequest-rate: 1/0s\nVisit-time: 9999-x\n",
        "nothing": b"",
        "zeros": b"\0" * 500_000,
        "utf-16": "User-agent: *\nDisallow: /".encode("utf-16"),
        "percent": b"User-agent: *\nDisallow: /" + b"%" * 1_000 + b"%zz%C3%28%\n",
        "blanks": b"User-agent: *" + b" \t\x0b\x0c\x85" * 50_000 + b"\nDisallow: /\n",
        "colons": b":" * 500_000,
    }
    yield from fixed.items()
    words = (
        b"User-agent:",
        b"Disallow:",
        b"Allow:",
        b"*",
        b"/",
        b"$",
        b"\n",
        b"\r",
        b"\0",
        b"#",
        b"%",
        b"Crawl-delay:",
    )
    for number in range(count):
        parts = [draw.choice((*words, draw.randbytes(draw.randrange(9)))) for _ in range(draw.randrange(400))]
        yield f"noise {number}", b"".join(parts)
    for path in sorted(data.rglob("*")) if data is not None else ():
        if "robots" in str(path) and path.is_file():
            yield f"real {path.name}", path.read_bytes()
