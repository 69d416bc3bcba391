"""The way out for single requests: redirects, robots, politeness and retries around one exchange."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx

from creditline.fetch.base import IMAGE_CAP, PAGE_CAP, Clock, FetchSettings, RobotsCache, Traffic
from creditline.fetch.exchange import Exchanger, Hop
from creditline.fetch.guard import Guard, RefusedError
from creditline.fetch.pictures import PictureExchanger, as_written
from creditline.fetch.politeness import PARK_WITHOUT_WORD_S, Politeness
from creditline.fetch.robots import MAX_REDIRECTS, PARSE_CAP, Robots
from creditline.fetch.transport import GuardedTransport
from creditline.records import FetchProblem, Redirect, Reply, Validators
from creditline.urls import Url

_log = logging.getLogger(__name__)

_REDIRECTS = frozenset({301, 302, 303, 307, 308})

#: Statuses that say "not now" (RFC 9110; 429 is handled by itself).
_MAY_PASS = frozenset({500, 502, 503, 504, 520, 521, 522, 524})

#: Failures that count against a host's health.
_HOST_FAILED = frozenset(
    {FetchProblem.UNREACHABLE, FetchProblem.TIMEOUT, FetchProblem.TOO_SLOW, FetchProblem.PROTOCOL}
)

_ACCEPT = {
    "page": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "image": "image/avif,image/webp,image/png,image/jpeg,image/gif,image/*;q=0.8,*/*;q=0.5",
    "robots": "text/plain,*/*;q=0.5",
}

#: Most bytes that are kept of the body of a reply that only sends us on.
_REDIRECT_BODY_CAP = 64 * 2**10

#: Most bytes of cookies that a chain of redirects may make us carry (RFC 6265 names 4 KB).
_COOKIE_CAP = 4096


@dataclass(slots=True)
class _Chain:
    """One request of a caller: its hops share cookies and counters, nothing outlives it."""

    kind: str
    cap: int
    max_redirects: int
    headers: list[tuple[str, str]]
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    moved: int = 0
    #: Headers of the last request.
    sent: tuple[tuple[str, str], ...] = ()
    #: Replies that sent us on.
    redirects: list[Redirect] = field(default_factory=list)

    def sent_on(self, hop: Hop) -> None:
        """Keep a reply that sent us on."""
        body, status = hop.body[:_REDIRECT_BODY_CAP], hop.status or 0
        is_cut = len(body) < len(hop.body)
        self.redirects.append(Redirect(hop.url, status, hop.headers, body, is_cut, self.sent))


class HttpFetcher:
    """Fetches pages and images for one egress policy; fulfils `pipeline.ports.Fetcher`."""

    def __init__(
        self,
        guard: Guard,
        settings: FetchSettings,
        politeness: Politeness,
        clock: Clock,
        traffic: Traffic | None = None,
        robots_cache: RobotsCache | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._guard = guard
        self._settings = settings
        self._politeness = politeness
        self._clock = clock
        self.traffic = traffic or Traffic()
        self._jitter = jitter
        self._transport: GuardedTransport | None = None
        self._pictures: PictureExchanger | None = None
        self.robots = Robots(self._fetch_robots, clock, robots_cache)

    async def fetch_page(self, url: Url, validators: Validators | None = None) -> Reply:
        """Fetch a document (HTML, XML, text), at most 20 MB, robots.txt and host budget honoured."""
        return await self._fetch(url, "page", PAGE_CAP, validators)

    async def fetch_image(self, url: Url, validators: Validators | None = None) -> Reply:
        """Fetch image bytes, at most 32 MB, robots.txt and host budget honoured."""
        return await self._fetch(url, "image", IMAGE_CAP, validators)

    async def robots_sitemaps(self, origin: Url) -> tuple[Url, ...]:
        """The sitemaps that the origin's robots.txt names."""
        return (await self.robots.rules(origin)).sitemaps

    async def close(self) -> None:
        """Close every connection."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None
        if self._pictures is not None:
            await self._pictures.close()
            self._pictures = None

    async def _fetch_robots(self, url: Url) -> Reply:
        return await self._fetch(url, "robots", PARSE_CAP, None)

    async def _fetch(self, url: Url, kind: str, cap: int, validators: Validators | None) -> Reply:
        redirects = MAX_REDIRECTS if kind == "robots" else self._settings.max_redirects
        chain = _Chain(kind, cap, redirects, self._headers(kind, validators))
        hop = await self._follow(chain, url.without_fragment())
        if hop.status == 304 and hop.problem is None and not validators:
            hop.failed(FetchProblem.PROTOCOL, "answered 304 to a request without a condition")
        return Reply(
            url=url,
            final_url=hop.url,
            fetched_at=self._clock.now(),
            status=hop.status,
            headers=hop.headers,
            body=hop.body,
            problem=hop.problem,
            detail=hop.detail,
            not_modified=hop.status == 304 and hop.problem is None,
            bytes_moved=chain.moved,
            sent=chain.sent,
            redirects=tuple(chain.redirects),
        )

    def _headers(self, kind: str, validators: Validators | None) -> list[tuple[str, str]]:
        headers = [
            ("User-Agent", self._settings.user_agent),
            ("Accept", _ACCEPT[kind]),
            ("Accept-Encoding", "gzip"),
        ]
        if kind != "image":
            # A connection is used once for documents, so that bytes a server sends beyond one
            # reply can never be taken for the reply to the next question.
            headers.append(("Connection", "close"))
        if validators and validators.etag:
            headers.append(("If-None-Match", validators.etag))
        if validators and validators.last_modified:
            headers.append(("If-Modified-Since", validators.last_modified))
        return [(name, value) for name, value in headers if value.isprintable() and value.isascii()]

    async def _follow(self, chain: _Chain, url: Url) -> Hop:
        for _ in range(chain.max_redirects + 1):
            hop = await self._permitted(chain, url)
            target = _redirect_target(hop)
            if target is None:
                return hop
            chain.sent_on(hop)
            url = target
        return hop.failed(FetchProblem.REDIRECTS, f"more than {chain.max_redirects} redirects")

    async def _permitted(self, chain: _Chain, url: Url) -> Hop:
        """Ask for one address if guard, robots.txt and the host's own word allow it."""
        hop = Hop(url)
        try:
            self._guard.check(url.host, url.port)
        except RefusedError as error:
            return hop.failed(error.problem, error.detail)
        if why := self._politeness.why_parked(url):
            return hop.failed(FetchProblem.HOST_PARKED, why)
        crawl_delay_s = None
        if chain.kind != "robots":
            rules = await self.robots.rules(url)
            if rules.failure is not None:
                return hop.failed(rules.problem, f"robots.txt: {rules.failure}")
            if not rules.allows(url):
                return hop.failed(FetchProblem.ROBOTS, f"robots.txt of {url.host} does not allow it")
            crawl_delay_s = rules.crawl_delay_s
        return await self._persist(chain, url, crawl_delay_s)

    async def _persist(self, chain: _Chain, url: Url, crawl_delay_s: float | None) -> Hop:
        """Ask, and ask again where a failure may pass."""
        for attempt in range(self._settings.max_retries + 1):
            async with self._politeness.turn(url, chain.kind, crawl_delay_s):
                hop = await self._once(chain, url)
            pause = self._pause_before_retry(hop, attempt)
            if pause is None:
                break
            await self._clock.sleep(pause)
        if hop.problem in _HOST_FAILED:
            self._politeness.failed(url)
        elif hop.problem is None:
            self._politeness.succeeded(url)
        return hop

    async def _once(self, chain: _Chain, url: Url) -> Hop:
        headers = list(chain.headers)
        if cookie := _cookie_header(chain.cookies, url):
            headers.append(("Cookie", cookie))
        chain.sent = (("Host", url.origin.partition("://")[2]), *headers)
        began = self._clock.monotonic()
        if chain.kind == "image" and as_written(url) is not None:
            hop = await self._picture_exchanger().get(url, headers, chain.cap)
        else:
            hop = await self._exchanger().get(url, headers, chain.cap, cut=chain.kind == "robots")
        moved = sum(hop.moved)
        chain.moved += moved
        self.traffic.add(chain.kind, requests=1, bytes_moved=moved)
        _log.info(
            "request",
            extra={
                "url": url.href,
                "kind": chain.kind,
                "status": hop.status,
                "problem": hop.problem,
                "bytes": moved,
                "ms": round((self._clock.monotonic() - began) * 1000),
            },
        )
        _keep_cookies(chain.cookies, url, hop)
        return hop

    def _pause_before_retry(self, hop: Hop, attempt: int) -> float | None:
        """Seconds until the next try; ``None`` when there is none. Marks and parks as the host asks."""
        last = attempt >= self._settings.max_retries
        asked = self._politeness.retry_after_s(hop.header("retry-after"))
        if hop.problem is None and (hop.status == 429 or (hop.status == 503 and asked is not None)):
            pause = PARK_WITHOUT_WORD_S if asked is None else asked
            if last or pause > self._settings.retry_after_wait_s:
                self._politeness.park(hop.url, pause)
                hop.failed(FetchProblem.RATE_LIMITED, f"status {hop.status}: asked to wait {pause:.0f} s")
                return None
            return pause
        if last or not (hop.may_pass or (hop.problem is None and hop.status in _MAY_PASS)):
            return None
        return float(self._settings.retry_delay_s * 2**attempt * (0.5 + self._jitter()))

    def _exchanger(self) -> Exchanger:
        if self._transport is None:
            self._transport = GuardedTransport(self._guard)
        return Exchanger(self._transport, self._settings)

    def _picture_exchanger(self) -> PictureExchanger:
        if self._pictures is None:
            self._pictures = PictureExchanger(self._guard, self._settings)
        return self._pictures


def _redirect_target(hop: Hop) -> Url | None:
    """Where a reply sends us on; ``None`` when it is the last one, with the problem noted in it."""
    location = hop.header("location")
    if hop.problem is not None or hop.status not in _REDIRECTS or location is None:
        return None
    target = Url.try_parse(_as_utf8(location), hop.url)
    if target is None:
        hop.failed(
            FetchProblem.REFUSED_URL, f"redirects to something that is not a web address: {location!r}"
        )
        return None
    return target.without_fragment()


def _as_utf8(header: str) -> str:
    """Undo Latin-1: browsers read Location as UTF-8."""
    return header.encode("latin-1").decode("utf-8", errors="replace")


def _cookie_header(cookies: httpx.Cookies, url: Url) -> str | None:
    if not cookies.jar:
        return None
    request = httpx.Request("GET", url.origin + quote(url.path, safe="/%"))
    cookies.set_cookie_header(request)
    value = request.headers.get("cookie")
    return value if value and len(value) <= _COOKIE_CAP and value.isascii() else None


def _keep_cookies(cookies: httpx.Cookies, url: Url, hop: Hop) -> None:
    if hop.status not in _REDIRECTS or hop.header("set-cookie") is None:
        return
    request = httpx.Request("GET", url.origin + quote(url.path, safe="/%"))
    response = httpx.Response(200, headers=list(hop.headers), request=request)
    cookies.extract_cookies(response)
