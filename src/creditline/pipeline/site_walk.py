"""Reads a site page by page: sitemaps, feeds and links, within bounds, the likeliest pages first.

The same walk serves the owner's own site (`index`) and sites elsewhere (`discover`). It is
deterministic for the same replies, so that a killed walk, begun again, takes the same way over
replies that are already known. Whatever bound was reached is said in the summary.
"""

from __future__ import annotations

import asyncio
import heapq
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from creditline import page
from creditline.errors import GateError
from creditline.pipeline.ports import Gate
from creditline.pipeline.visits import Visit, Visits
from creditline.records import PageReading, SitemapImage, SitemapReading
from creditline.urls import Url, canonical, is_address_literal, page_identity

#: Sitemap files read of one site. Large sites split by 50,000 addresses or by year; a portfolio has one.
MAX_SITEMAPS = 50
#: Addresses kept from sitemaps and feeds of one site.
MAX_LISTED = 50_000
#: Links between the start and a page: paged lists are chains, and a portfolio may have some 50 of them.
MAX_DEPTH = 100
#: Pages of one address pattern (digits aside) in a row without anything new, after which the pattern is
#: taken for a calendar or another trap. Judgement: three times the length of usual paged lists.
BARREN_PAGES = 30
#: Characters of an address that is followed; session and search traps grow beyond.
MAX_FOLLOWED_CHARS = 1000
#: How often one path segment may stand in an address before it is taken for a loop of relative links.
MAX_SAME_SEGMENT = 2

_NOT_A_PAGE = re.compile(
    r"\.(?:jpe?g|jfif|png|gif|webp|avif|svgz?|ico|tiff?|bmp|heic|pdf|zip|gz|rar|7z|tar|dmg|exe|msi|apk|mp[34]|m4[av]|mov|"
    r"avi|webm|ogg|wav|flac|css|js|mjs|json|map|woff2?|ttf|otf|eot|docx?|xlsx?|pptx?|csv|ics|vcf|rss|atom|xml|txt|psd|ai|eps)$",
    re.IGNORECASE,
)  # fmt: skip
#: Addresses that change something, need an account, or repeat a page in another dress.
_NOT_FOLLOWED = re.compile(
    r"/(?:wp-admin|wp-login|wp-json|xmlrpc|logout|log-out|signout|login|signin|register|cart|checkout|basket|my-account|"
    r"account|admin|cgi-bin|cdn-cgi|feed|trackback|amp-story)(?:/|\.php|$)|"
    r"[?&](?:replytocom|add-to-cart|add_to_cart|remove_item|action|logout|share|print|format|preview|sessionid|phpsessid|sid|"
    r"orderby|sort|filter_\w*|like_comment|openstat)=",
    re.IGNORECASE,
)  # fmt: skip
_TOKEN = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class WalkRules:
    """How far a walk goes."""

    max_pages: int
    max_depth: int = MAX_DEPTH
    #: Pages read at the same time; the fetcher keeps the pauses between requests.
    workers: int = 4
    #: Whether the site's sitemaps and feeds are asked for.
    use_lists: bool = True


@dataclass(frozen=True, slots=True)
class WalkedPage:
    """One page of a walk, read."""

    visit: Visit
    reading: PageReading
    #: Why the reply is not the page itself (``captcha``, ``login`` ...), ``None`` when it is.
    state: str | None
    #: How the walk came there: ``start``, ``sitemap``, ``feed`` or ``link``.
    via: str


@dataclass(frozen=True, slots=True)
class PageGain:
    """What the caller made of a page: whether it brought anything new, and where to go on."""

    is_new: bool
    links: tuple[Url, ...]


@dataclass(slots=True)
class WalkSummary:
    """What a walk saw and did not see."""

    pages: int = 0
    #: Addresses that gave no page, and why.
    problems: list[tuple[Url, str]] = field(default_factory=list)
    #: Bounds that were reached, one line each, for people.
    limits: list[str] = field(default_factory=list)
    #: Pictures that image sitemaps name.
    images: list[SitemapImage] = field(default_factory=list)
    #: Pages that sitemaps and feeds name within the site.
    listed: int = 0


#: Lower is read earlier: of an address, how it was found (``sitemap``, ``feed``, ``link``) and its depth.
Rank = Callable[[Url, str, int], int]
OnPage = Callable[[WalkedPage], Awaitable[PageGain]]


def site_scope(start: Url) -> Callable[[Url], bool]:
    """Which addresses belong to the site: its registrable domain, or one exact host and port for literals."""
    if is_address_literal(start.host) or "." not in start.host:
        return lambda url: url.host_port == start.host_port
    domain = start.registrable_domain
    ports = {start.port, 80, 443}
    return lambda url: url.registrable_domain == domain and url.port in ports


def nearest_first(_url: Url, via: str, depth: int) -> int:
    """The order of one's own site: the start, then by links, listed pages as if linked from there."""
    return depth if via == "link" else min(depth, 1)


class SiteWalk:
    """One walk through one site."""

    def __init__(
        self,
        start: Url,
        visits: Visits,
        gate: Gate,
        rules: WalkRules,
        *,
        rank: Rank = nearest_first,
        on_step: Callable[[int, int, str], None] | None = None,
    ) -> None:
        """Prepare a walk.

        Args:
            start: The first page.
            visits: The way to the site.
            gate: Where its documents are read.
            rules: Bounds.
            rank: Which page is read earlier.
            on_step: Told after every page how many were read, how many are known, and the address.
        """
        self._start = start.without_fragment()
        self._visits = visits
        self._gate = gate
        self._rules = rules
        self._rank = rank
        self._on_step = on_step
        self._in_scope = site_scope(start)
        self._heap: list[tuple[int, int, Url, str, int]] = []
        self._seen: set[str] = set()
        self._order = 0
        self._barren: Counter[str] = Counter()
        self._trapped: Counter[str] = Counter()
        self._too_deep = 0
        self._feeds: set[Url] = set()
        self.summary = WalkSummary()

    @property
    def start(self) -> Url:
        """The first page's address, after redirects once it was read."""
        return self._start

    async def run(self, on_page: OnPage) -> WalkSummary:
        """Walk until everything in reach was read or a bound was reached."""
        self._add(self._start, "start", 0)
        await self._read_next(on_page)
        if self._rules.use_lists:
            await self._read_sitemaps()
        while self._heap and self.summary.pages < self._rules.max_pages:
            await self._read_next(on_page)
        self._note_limits()
        return self.summary

    # --- pages ----------------------------------------------------------------------------------

    async def _read_next(self, on_page: OnPage) -> None:
        room = min(self._rules.workers, self._rules.max_pages - self.summary.pages)
        batch: list[tuple[Url, str, int]] = []
        while self._heap and len(batch) < room:
            _, _, url, via, depth = heapq.heappop(self._heap)
            if via == "link" and self._barren[shape(url)] >= BARREN_PAGES:
                self._trapped[shape(url)] += 1
                continue
            batch.append((url, via, depth))
        visits = await asyncio.gather(*(self._visit(url) for url, _, _ in batch))
        for (url, via, depth), (visit, reading) in zip(batch, visits, strict=True):
            await self._take(url, via, depth, visit, reading, on_page)

    async def _visit(self, url: Url) -> tuple[Visit, PageReading | None]:
        visit = await self._visits.page(url)
        return visit, await self._visits.reading(visit) if visit.ok and _is_html(visit) else None

    async def _take(
        self, url: Url, via: str, depth: int, visit: Visit, reading: PageReading | None, on_page: OnPage
    ) -> None:
        if visit.problem is not None:
            self.summary.problems.append((url, visit.problem))
        final = page_identity(visit.final_url)
        is_double = final in self._seen and final != page_identity(url)
        self._seen.add(final)
        if reading is None or is_double:
            return
        if not self._in_scope(visit.final_url):
            if via != "start":
                return
            self._in_scope = site_scope(visit.final_url)
        self.summary.pages += 1
        state = page.page_state(visit.status, visit.reply.headers, reading)
        gain = await on_page(WalkedPage(visit, reading, state, via))
        self._barren[shape(url)] = 0 if gain.is_new else self._barren[shape(url)] + 1
        for link in gain.links:
            self._add(link, "link", depth + 1)
        if via == "start":
            self._start = visit.final_url
            self._feeds.update(reading.feeds[:3])
        if self._on_step:
            known = self.summary.pages + len(self._heap)
            self._on_step(self.summary.pages, min(known, self._rules.max_pages), url.href)

    def _add(self, url: Url, via: str, depth: int) -> None:
        url = canonical(url)
        key = page_identity(url)
        if key in self._seen or (via != "start" and not self._is_followed(url)):
            return
        self._seen.add(key)
        if depth > self._rules.max_depth:
            self._too_deep += 1
            return
        self._order += 1
        heapq.heappush(self._heap, (self._rank(url, via, depth), self._order, url, via, depth))

    def _is_followed(self, url: Url) -> bool:
        if not self._in_scope(url) or len(url.href) > MAX_FOLLOWED_CHARS:
            return False
        if _NOT_A_PAGE.search(url.path) or _NOT_FOLLOWED.search(url.path + "?" + url.query):
            return False
        segments = Counter(segment for segment in url.path.split("/") if segment)
        if segments and max(segments.values()) > MAX_SAME_SEGMENT:
            self._trapped["addresses that repeat a folder"] += 1
            return False
        return True

    # --- sitemaps and feeds -----------------------------------------------------------------------

    async def _read_sitemaps(self) -> None:
        origin = Url.parse(self._start.origin + "/")
        named = await self._visits.sitemaps(origin)
        waiting = list(dict.fromkeys([*named, origin.with_path("/sitemap.xml")]))
        done: set[Url] = set()
        while waiting and len(done) < MAX_SITEMAPS:
            url = waiting.pop(0)
            if url in done:
                continue
            done.add(url)
            reading = await self._read_list(url, page.read_sitemap, is_named=url in named)
            waiting.extend(more for more in reading.sitemaps if more not in done)
            self._take_list(reading.pages, "sitemap")
            self.summary.images.extend(reading.images)
        if waiting:
            self.summary.limits.append(
                f"only {MAX_SITEMAPS} sitemap files were read, {len(waiting)} were not"
            )
        for feed in sorted(self._feeds):
            if self._in_scope(feed):
                self._take_list((await self._read_list(feed, page.read_feed, is_named=True)).pages, "feed")

    async def _read_list(
        self, url: Url, read: Callable[[bytes, str], SitemapReading], *, is_named: bool
    ) -> SitemapReading:
        """Read one sitemap or feed; one that nobody named may be missing without a word."""
        visit = await self._visits.page(url)
        problem = visit.problem
        reading = SitemapReading()
        if problem is None:
            try:
                reading = await self._gate.run(read, visit.body, visit.final_url.href)
                problem = reading.problem
            except GateError as error:
                problem = str(error)
        if problem is not None and (is_named or reading.pages):
            self.summary.problems.append((url, problem))
        return reading

    def _take_list(self, pages: Iterable[Url], via: str) -> None:
        for url in pages:
            if self.summary.listed >= MAX_LISTED:
                self.summary.limits.append(f"only the first {MAX_LISTED} addresses of sitemaps were taken")
                return
            if self._in_scope(url):
                self.summary.listed += 1
                self._add(url, via, 1)

    def _note_limits(self) -> None:
        if self._heap:
            self.summary.limits.append(
                f"stopped after {self.summary.pages} pages; {len(self._heap)} known ones were not read"
            )
        if self._too_deep:
            self.summary.limits.append(
                f"{self._too_deep} addresses over {self._rules.max_depth} links from the start were not read"
            )
        for pattern, count in sorted(self._trapped.items()):
            self.summary.limits.append(f"{count} addresses not followed, likely without end: {pattern}")


def shape(url: Url) -> str:
    """An address with its numbers folded and only the names of its parameters: what a trap repeats."""
    names = sorted({part.partition("=")[0] for part in url.query.split("&") if part})
    return _TOKEN.sub("#", url.path) + ("?" + "&".join(names) if names else "")


def _is_html(visit: Visit) -> bool:
    kind = (visit.reply.header("content-type") or "text/html").split(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml", "text/plain", "application/octet-stream", "")
