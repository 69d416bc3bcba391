"""What sites allow us to ask for (RFC 9309), read with protego.

A missing file (4xx) allows everything, a failing server (5xx, unreachable) forbids everything; five
redirects are followed; the first 500 KiB count; a file is kept for at most 24 hours. There is no
switch to ignore it.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from protego import Protego

from creditline.fetch.base import ROBOTS_NAME, Clock, RobotsCache, RobotsFile
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

#: Origins whose rules are kept in memory, and the bytes of all their files together; the longest unused ones
#: go first, but never the last one read. Sound files have one or two KB.
MAX_ORIGINS = 2000
MAX_KEPT_BYTES = 600 * 2**10

#: Files from this size on are kept as text, and of it only the rules that may be about an address are parsed
#: when there is a question: parsed whole, a rule takes up to 72 times its bytes (measured: wildcards and
#: ends). Few sites have such a file.
LARGE_BYTES = 64 * 2**10

#: A rule for paths, and how its pattern begins: with characters that mean themselves in every spelling
#: (RFC 3986 section 2.3, "unreserved").
_PATH_RULE = re.compile(r"[ \t]*(?:dis)?allow[ \t]*:[ \t]*(/[A-Za-z0-9_.~/-]*)", re.IGNORECASE)
_PLAIN_START = re.compile(r"[A-Za-z0-9_.~/-]*")

#: A path that hardly any rule is about.
_NOWHERE = "/~~~"

#: Stands for rules that are left out: it says nothing, and ends a list of user agents as they did.
_NOTHING = "Disallow:"

#: Most sitemaps taken from one file.
MAX_SITEMAPS = 1000

#: A version behind a product token, which ends before it (RFC 9309 section 2.2.1 allows letters, "_" and
#: "-"): who writes ``creditline/1.0`` means us, and protego compares whole values.
_VERSION = re.compile(r"^([ \t]*user-agent[ \t]*:[ \t]*[a-z_-]+)/[^\r\n]*", re.IGNORECASE | re.MULTILINE)


#: What a missing file says: one for all, since most of the origins kept are of sites that have none.
_NO_RULES = Protego.parse("")


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin allows."""

    #: ``None`` where nothing at all is allowed because the file could not be had; without the rules for paths
    #: where there is a `text`.
    parsed: Protego | None
    sitemaps: tuple[Url, ...] = ()
    crawl_delay_s: float | None = None
    #: Why nothing is allowed, for people, and as what a page of this origin then ends.
    failure: str | None = None
    problem: FetchProblem = FetchProblem.ROBOTS
    #: How much of the file was read, bytes, and the file itself where it is a large one.
    size: int = 0
    text: str | None = None

    def allows(self, url: Url) -> bool:
        """Whether we may ask for this address."""
        if self.parsed is None:
            return False
        asked = url.without_fragment()
        start = asked.href.removeprefix(asked.origin)
        parsed = self.parsed if self.text is None else Protego.parse(_about(self.text, start))
        return bool(parsed.can_fetch(asked.href, ROBOTS_NAME))


class Robots:
    """Reads and keeps the rules of origins."""

    def __init__(
        self, fetch: Callable[[Url], Awaitable[Reply]], clock: Clock, cache: RobotsCache | None = None
    ) -> None:
        """Take files from where ``fetch`` gets them.

        Args:
            fetch: Follows five redirects, and asks no robots.txt itself.
            clock: Decides when a file is too old.
            cache: Keeps whole files between runs; without one only memory does.
        """
        self._fetch = fetch
        self._clock = clock
        self._cache = cache
        self._kept: OrderedDict[str, tuple[float, Rules]] = OrderedDict()
        #: Bytes of the files behind them.
        self._kept_bytes = 0
        self._locks: dict[str, asyncio.Lock] = {}

    async def rules(self, url: Url) -> Rules:
        """The rules of an address's origin, read when they are not known or too old."""
        origin = url.origin
        lock = self._locks.setdefault(origin, asyncio.Lock())
        async with lock:
            until, rules = self._kept.get(origin, (float("-inf"), None))
            if rules is None or self._clock.monotonic() >= until:
                until, rules = await self._recall(origin) or await self._read(url, origin)
                self._keep(origin, until, rules)
            self._kept.move_to_end(origin)
        return rules

    def _keep(self, origin: str, until: float, rules: Rules) -> None:
        """Keep the rules of an origin, and forget those that were not asked for longest."""
        if origin in self._kept:
            self._kept_bytes -= self._kept[origin][1].size
        self._kept[origin] = (until, rules)
        self._kept.move_to_end(origin)
        self._kept_bytes += rules.size
        while len(self._kept) > MAX_ORIGINS or (self._kept_bytes > MAX_KEPT_BYTES and len(self._kept) > 1):
            oldest, (_, forgotten) = self._kept.popitem(last=False)
            self._locks.pop(oldest, None)
            self._kept_bytes -= forgotten.size

    async def _read(self, url: Url, origin: str) -> tuple[float, Rules]:
        reply = await self._fetch(url.with_path("/robots.txt"))
        rules = read_rules(reply)
        if rules.failure is not None:
            return self._clock.monotonic() + FAILURE_KEPT_S, rules
        if self._cache is not None and reply.status is not None:
            file = RobotsFile(self._clock.now(), reply.status, reply.body[:PARSE_CAP])
            await asyncio.to_thread(self._cache.keep, origin, file)
        return self._clock.monotonic() + KEPT_S, rules

    async def _recall(self, origin: str) -> tuple[float, Rules] | None:
        """The rules of a file that an earlier run kept, if it is young enough."""
        kept = await asyncio.to_thread(self._cache.recall, origin) if self._cache is not None else None
        if kept is None:
            return None
        age = self._clock.now() - kept.fetched_at
        if not timedelta(0) <= age < timedelta(seconds=KEPT_S):
            return None
        url = Url.parse(origin + "/robots.txt")
        reply = Reply(url, url, kept.fetched_at, status=kept.status, body=kept.body)
        return self._clock.monotonic() + KEPT_S - age.total_seconds(), read_rules(reply)


def read_rules(reply: Reply) -> Rules:
    """Read the reply to a request for robots.txt; never raises, whatever it holds."""
    if reply.status == 204:  # an empty file, as good as none
        return Rules(_NO_RULES)
    if reply.problem is not None:
        return Rules(None, failure=reply.detail or reply.problem.value, problem=reply.problem)
    status = reply.status or 0
    if status >= 500 or status == 429:
        return Rules(None, failure=f"robots.txt answered {status}")
    if not 200 <= status < 300:
        return Rules(_NO_RULES)
    text = reply.body[:PARSE_CAP].decode("utf-8", errors="replace").lstrip("\ufeff").replace("\0", "")
    text = _VERSION.sub(r"\1", text)
    # Where most of a file is about every address, it is parsed once, and whole.
    is_large = len(text) >= LARGE_BYTES > len(_about(text, _NOWHERE))
    parsed = Protego.parse(_about(text, None) if is_large else text)
    found = (Url.try_parse(line, reply.final_url) for line in list(parsed.sitemaps)[:MAX_SITEMAPS])
    delay = parsed.crawl_delay(ROBOTS_NAME)
    return Rules(
        parsed,
        sitemaps=tuple(dict.fromkeys(url for url in found if url is not None)),
        crawl_delay_s=delay if delay is not None and delay >= 0 else None,
        size=min(len(reply.body), PARSE_CAP),
        text=text if is_large else None,
    )


def _about(text: str, path: str | None) -> str:
    """A file without the rules for paths that cannot be about one.

    Args:
        text: The file.
        path: Path and query that are asked for; ``None`` leaves out all rules for paths that can be told.
    """
    kept = [""]
    for line in text.splitlines():
        rule = _PATH_RULE.match(line)
        is_about = rule is None or (path is not None and _may_match(rule[1], path))
        wanted = line if is_about else _NOTHING
        # The same line twice in a row says nothing new.
        if wanted != kept[-1]:
            kept.append(wanted)
    return "\n".join(kept)


def _may_match(start: str, path: str) -> bool:
    """Whether a rule whose pattern begins so may be about a path.

    A rule for ``/a/index.html`` is also one for ``/a/`` (protego).
    """
    start, plain = start.removesuffix("index.html"), _PLAIN_START.match(path)
    begins = plain[0] if plain else ""
    return begins.startswith(start) or (begins != path and start.startswith(begins))
