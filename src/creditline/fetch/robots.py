"""What sites allow us to ask for (RFC 9309), read with protego.

A missing file (4xx) allows everything, a failing server (5xx, unreachable) forbids everything; five
redirects are followed; the first 500 KiB count; a file is kept for at most 24 hours. There is no
switch to ignore it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from protego import Protego

from creditline.fetch.base import ROBOTS_NAME, Clock
from creditline.records import FetchProblem, Reply
from creditline.urls import Url

#: How much of a file is read, bytes (RFC 9309 section 2.5 demands at least this much).
PARSE_CAP = 500 * 2**10

#: Redirects followed at least (RFC 9309 section 2.3.1.2).
MAX_REDIRECTS = 5

#: How long a file is kept, seconds (RFC 9309 section 2.4), and how long a failure is: a server
#: that is down for a minute should not be left alone for a day.
KEPT_S = 86400.0
FAILURE_KEPT_S = 1800.0

#: Most sitemaps taken from one file.
MAX_SITEMAPS = 1000


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin allows."""

    #: ``None`` where nothing at all is allowed because the file could not be had.
    parsed: Protego | None
    sitemaps: tuple[Url, ...] = ()
    crawl_delay_s: float | None = None
    #: Why nothing is allowed, for people, and as what a page of this origin then ends.
    failure: str | None = None
    problem: FetchProblem = FetchProblem.ROBOTS

    def allows(self, url: Url) -> bool:
        """Whether we may ask for this address."""
        if self.parsed is None:
            return False
        return bool(self.parsed.can_fetch(url.without_fragment().href, ROBOTS_NAME))


class Robots:
    """Reads and keeps the rules of origins."""

    def __init__(self, fetch: Callable[[Url], Awaitable[Reply]], clock: Clock) -> None:
        """Use ``fetch`` for the files: it follows five redirects and asks no robots.txt itself."""
        self._fetch = fetch
        self._clock = clock
        self._kept: dict[str, tuple[float, Rules]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def rules(self, url: Url) -> Rules:
        """The rules of an address's origin, read when they are not known or too old."""
        origin = url.origin
        async with self._locks.setdefault(origin, asyncio.Lock()):
            until, rules = self._kept.get(origin, (float("-inf"), None))
            if rules is not None and self._clock.monotonic() < until:
                return rules
            rules = read_rules(await self._fetch(url.with_path("/robots.txt")))
            kept_s = KEPT_S if rules.failure is None else FAILURE_KEPT_S
            self._kept[origin] = (self._clock.monotonic() + kept_s, rules)
            return rules


def read_rules(reply: Reply) -> Rules:
    """Read the reply to a request for robots.txt; never raises, whatever it holds."""
    if reply.problem is not None:
        return Rules(None, failure=reply.detail or reply.problem.value, problem=reply.problem)
    status = reply.status or 0
    if status >= 500 or status == 429:
        return Rules(None, failure=f"robots.txt answered {status}")
    if not 200 <= status < 300:
        return Rules(Protego.parse(""))
    text = reply.body[:PARSE_CAP].decode("utf-8", errors="replace").lstrip("\ufeff").replace("\0", "")
    parsed = Protego.parse(text)
    found = (Url.try_parse(line, reply.final_url) for line in list(parsed.sitemaps)[:MAX_SITEMAPS])
    delay = parsed.crawl_delay(ROBOTS_NAME)
    return Rules(
        parsed,
        sitemaps=tuple(dict.fromkeys(url for url in found if url is not None)),
        crawl_delay_s=delay if delay is not None and delay >= 0 else None,
    )
