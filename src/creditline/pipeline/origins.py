"""Finds the pages behind a bare host: by sitemap, feed or a polite crawl, the likeliest pages first.

A log names only the host for most hot-links, and a watch list names only sites. A host's pages are
read within a small budget. Of a log's host, pages that show one of the owner's files or link to the owner
are what was looked for; where there is none, and on watched sites always, the pages that show any pictures
are put on the list, since copies and pictures that a script brings are only found by checking.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from creditline.errors import LeaseLostError
from creditline.pipeline.context import Context
from creditline.pipeline.ports import PageTask
from creditline.pipeline.site_walk import PageGain, SiteWalk, WalkedPage, WalkRules, WalkSummary
from creditline.records import FetchProblem, Lease, PageReading, PageUrlKind, PlacementKind, Progress, Role
from creditline.urls import Url
from creditline.works import Hotlinks, host_book, site_key
from creditline.works.names import stem_key

STAGE = "look through sites"
#: Pages read of a host that a log or export named: at one page a second, under a minute.
ORIGIN_PAGES = 40
#: Pages read of a site that the owner asked to be watched.
WATCHED_PAGES = 200
#: Pages of one host that are checked where none of those read names a file of the owner's.
UNNAMED_PAGES = 40
#: How long a host that was looked through is left alone. One that could not be is tried, and told, each
#: time; a name that no longer exists is an answer.
ORIGIN_FRESH = timedelta(days=30)
#: The same for a site that the owner asked to be watched.
WATCHED_FRESH = timedelta(days=1)
#: A claim on a host; 200 pages at one a second, with room for slow servers.
LEASE_TTL = timedelta(minutes=30)

#: Platforms whose pages no crawl can search: millions of pages, most behind a login or robots.txt.
_PLATFORMS = """
facebook.com instagram.com pinterest.com twitter.com x.com t.co reddit.com tumblr.com linkedin.com youtube.com
tiktok.com vk.com ok.ru weibo.com medium.com quora.com amazon.com ebay.com etsy.com flickr.com deviantart.com
behance.net wikipedia.org fandom.com discord.com telegram.org whatsapp.com github.com
"""
PLATFORMS = frozenset(_PLATFORMS.split())

_ARTICLE = re.compile(
    r"/(?:blog|news|articles?|posts?|stor(?:y|ies)|magazine|journal|artikel|reviews?|20\d\d)(?:/|$)|-\w+-\w+-"
)
_LIST = re.compile(
    r"/(?:tags?|category|categories|author|page|archives?|search|kategorie|schlagwort|topics?)/|[?&](?:page|paged|s|q)="
)


#: Addresses that a host refused, or that failed, for each page read, from which on it does not count as
#: looked through. Judgement: some closed sections are usual; where more is closed than open, "nothing
#: found" says nothing.
MOST_REFUSED = 1.0
#: What is said of addresses that are no pages (any more): nothing is hidden there.
_NO_PAGES = ("http 404", "http 410", "not html")


@dataclass(frozen=True, slots=True)
class ResolvedOrigin:
    """What became of one host."""

    url: Url
    #: Pages that were put on the list of pages to check.
    pages: tuple[Url, ...]
    #: One line for people.
    note: str
    #: Why the host could not be looked through; ``None`` when it was.
    problem: str | None = None
    #: Whether the owner asked for this host by name.
    is_watched: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether what can be expected was done: no crawl looks through a platform that a log names."""
        return self.problem is None or (not self.is_watched and self.url.registrable_domain in PLATFORMS)


async def resolve_origins(context: Context, holder: str) -> list[ResolvedOrigin]:
    """Look through every host that waits for it, a few at once, each by one process only."""
    store = context.store
    now = context.clock.now()
    tasks = [
        task
        for task in store.pages_to_check(context.owner_id, not_since=now - WATCHED_FRESH)
        if task.kind is PageUrlKind.ORIGIN and _is_due(task, now)
    ]
    works = store.works(context.owner_id)
    hotlinks = Hotlinks.from_works(works, context.owner.domains)
    domains = host_book(context.owner).own_domains
    places = asyncio.Semaphore(context.settings.fetch.workers)
    resolved: list[ResolvedOrigin] = []

    async def one(task: PageTask) -> None:
        async with places:
            lease = store.claim("origin", f"origin/{task.page_id}", holder, LEASE_TTL, context.clock.now())
            if lease is None:
                resolved.append(_left_to_another(task.url))
                return
            search = _OriginSearch(task, hotlinks, domains, context)
            resolved.append(await _resolve(search, lease, context))
            context.observer.progress(Progress(STAGE, len(resolved), len(tasks), task.url.host))

    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(one(task))
    return sorted(resolved, key=lambda origin: origin.url)


def _is_due(task: PageTask, now: datetime) -> bool:
    return task.last_checked is None or _is_watched(task) or now - task.last_checked >= ORIGIN_FRESH


def _is_watched(task: PageTask) -> bool:
    return "watch_list" in task.sources


async def _resolve(search: _OriginSearch, lease: Lease, context: Context) -> ResolvedOrigin:
    store = context.store
    try:
        found = await search.run()
        now = context.clock.now()
        if found.problem in (None, FetchProblem.DNS.value):
            store.save_origin_resolved(context.owner_id, lease, found.pages, now, found.note)
        else:
            # What was found is checked; the rest of the host is asked for again by the next run.
            for source in search.sources if found.pages else ():
                store.add_pages(context.owner_id, found.pages, source, now)
    except LeaseLostError:
        # Another process took over; what it finds is what counts.
        return _left_to_another(search.url)
    finally:
        store.release(lease)
    return found


def _left_to_another(url: Url) -> ResolvedOrigin:
    """A host whose pages this run does not know: what the other process finds is not ours to tell."""
    why = "another process is looking through it; run again when it is done"
    return ResolvedOrigin(url, (), why, why)


class _OriginSearch:
    """The walk through one host."""

    def __init__(
        self, task: PageTask, hotlinks: Hotlinks, own_domains: frozenset[str], context: Context
    ) -> None:
        self.url = task.url
        self._task = task
        self._watched = _is_watched(task)
        self._hotlinks = hotlinks
        self._own_domains = own_domains
        self._context = context
        self._words = {stem for url in task.image_urls if len(stem := stem_key(url)) > 3}
        self._naming: list[Url] = []
        self._showing: list[Url] = []

    @property
    def sources(self) -> tuple[str, ...]:
        """Who named the host."""
        return self._task.sources

    async def run(self) -> ResolvedOrigin:
        """Walk, and say which pages should be checked."""
        if self.url.registrable_domain in PLATFORMS:
            problem = "a platform too large to look through; give the pages' own addresses"
            return ResolvedOrigin(self.url, (), problem, problem, self._watched)
        rules = WalkRules(max_pages=self._max_pages, workers=1)
        walk = SiteWalk(self.url, self._context.web, self._context.gate, rules, rank=self._rank)
        summary = await walk.run(self._take)
        pages = tuple(dict.fromkeys(self._pages()))
        failure = self._problem(summary)
        return ResolvedOrigin(self.url, pages, failure or self._note(summary, pages), failure, self._watched)

    def _pages(self) -> list[Url]:
        """A log's host was named for a file of ours; a watched or used site may hold copies on any page."""
        if self._watched or "snowball" in self._task.sources:
            return [*self._naming, *self._showing]
        return self._naming or self._showing[:UNNAMED_PAGES]

    @property
    def _max_pages(self) -> int:
        return WATCHED_PAGES if self._watched else ORIGIN_PAGES

    async def _take(self, walked: WalkedPage) -> PageGain:
        reading, url = walked.reading, walked.visit.final_url.without_fragment()
        if self._names_owner(reading):
            self._naming.append(url)
        if reading.browser_signals or _shows_pictures(reading):
            self._showing.append(url)
        follows = "nofollow" not in reading.robots_directives and "none" not in reading.robots_directives
        return PageGain(_shows_pictures(reading), reading.links if follows else ())

    def _names_owner(self, reading: PageReading) -> bool:
        """Whether a page shows one of the owner's files or links to one of the owner's sites."""
        files = (candidate.url for placement in reading.placements for candidate in placement.candidates)
        return any(map(self._hotlinks.is_ours, files)) or any(
            site_key(link) in self._own_domains for link in reading.links
        )

    def _rank(self, url: Url, via: str, depth: int) -> int:
        """Named like a picture, then articles, feeds and the start, then the rest; lists last."""
        if via == "start":
            return 0
        address = f"{url.path}?{url.query}".lower()
        if any(word in address for word in self._words):
            return 1
        if _LIST.search(address):
            return 8 + depth
        if via == "feed" or _ARTICLE.search(address):
            return 2 + depth
        return 4 + depth

    def _note(self, summary: WalkSummary, pages: Sequence[Url]) -> str:
        parts = [f"{summary.pages} pages read"]
        named = len(set(self._naming))
        parts.append(f"{named or 'none'} of them show your files or link to you; {len(pages)} to check")
        return "; ".join([*parts, *summary.limits])

    def _problem(self, summary: WalkSummary) -> str | None:
        if not summary.pages:
            return summary.problems[0][1] if summary.problems else "no page could be read"
        refused = [why for _, why in summary.problems if why not in _NO_PAGES]
        if len(refused) <= summary.pages * MOST_REFUSED:
            return None
        return f"{len(refused)} of {len(refused) + summary.pages} addresses gave no page: {refused[0]}"


def _shows_pictures(reading: PageReading) -> bool:
    return any(
        placement.role in (Role.CONTENT, Role.THUMBNAIL) and placement.kind is not PlacementKind.INLINE_DATA
        for placement in reading.placements
    )
