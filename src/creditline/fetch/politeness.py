"""When a site may be asked: slots, concurrency, parked hosts, broken circuits.

Slots come from the host budgets in the store, so that several processes on one database together
keep the pause that one of them would. A host that says "later" is parked; one that fails again and
again is left alone for a growing while.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from weakref import WeakValueDictionary

from creditline.fetch.base import Clock, FetchSettings, HostBudgets
from creditline.urls import Url

#: Failures in a row after which a host is left alone, and for how long at first; each further
#: failure doubles it up to the longest time. Seconds. As common crawlers do; not measured.
BREAK_AFTER = 5
BREAK_S = 60.0
LONGEST_BREAK_S = 3600.0

#: Longest time a server's Retry-After can park its host (research: catalogue row H13), seconds.
LONGEST_PARK_S = 86400.0

#: Slots for pictures that are reserved at once, where as many wait: a page's twenty pictures need no
#: transaction each. Time that is reserved and not used is lost, which slows nobody but us.
MOST_SLOTS = 16

#: Pause that a 429 without Retry-After asks for, seconds.
PARK_WITHOUT_WORD_S = 60.0


@dataclass(slots=True)
class _Health:
    failures: int = 0
    #: Monotonic time until which the host is left alone, and why.
    parked_until: float = 0.0
    why: str = ""


@dataclass(slots=True, weakref_slot=True)
class _Slots:
    """The time of one site that is reserved for one kind."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: How many wait for their turn.
    waiting: int = 0
    #: When the next request may begin at the earliest, and when the reserved time is over.
    at: datetime | None = None
    until: datetime | None = None


class Politeness:
    """Shared by everything that asks servers for something."""

    def __init__(self, settings: FetchSettings, budgets: HostBudgets, clock: Clock) -> None:
        self._settings = settings
        self._budgets = budgets
        self._clock = clock
        self._limits: WeakValueDictionary[tuple[str, str], asyncio.Semaphore] = WeakValueDictionary()
        self._slots: WeakValueDictionary[tuple[str, str], _Slots] = WeakValueDictionary()
        self._health: dict[str, _Health] = {}

    @asynccontextmanager
    async def turn(self, url: Url, kind: str, crawl_delay_s: float | None = None) -> AsyncIterator[None]:
        """Wait for one's turn at a site, and hold a place there meanwhile.

        Args:
            url: What is going to be asked for.
            kind: ``image``, or anything else for a document.
            crawl_delay_s: What the site's robots.txt asks for; honoured up to the settings' cap.
        """
        delay = self._settings.image_delay_s if kind == "image" else self._settings.page_delay_s
        if crawl_delay_s is not None:
            delay = max(delay, min(crawl_delay_s, self._settings.crawl_delay_cap_s))
        domain = url.registrable_domain
        slots = self._slots.setdefault((domain, kind), _Slots())
        slots.waiting += 1
        waits = True
        try:
            async with self._limit(domain, kind):
                async with slots.lock:
                    if kind == "image":
                        await asyncio.sleep(0)  # the page's other pictures are about to ask, too
                    most = min(slots.waiting, MOST_SLOTS) if kind == "image" else 1
                    wait = await self._next_slot(slots, domain, timedelta(seconds=delay), most)
                slots.waiting -= 1
                waits = False
                if wait > 0:
                    await self._clock.sleep(wait)
                yield
        finally:
            slots.waiting -= waits

    async def _next_slot(self, slots: _Slots, domain: str, delay: timedelta, most: int) -> float:
        """Seconds until the next slot: in what is left of the reserved time, else of newly reserved time."""
        now = self._clock.now()
        at = max(slots.at or now, now)
        if slots.until is None or at >= slots.until:
            whole = delay * most
            wait = await asyncio.to_thread(self._budgets.next_slot, domain, whole.total_seconds(), now)
            at = now + timedelta(seconds=wait)
            slots.until = at + whole
        slots.at = at + delay
        return (at - now).total_seconds()

    def _limit(self, domain: str, kind: str) -> asyncio.Semaphore:
        kind = "image" if kind == "image" else "page"
        size = self._settings.image_concurrency if kind == "image" else self._settings.page_concurrency
        limit = self._limits.get((domain, kind))
        if limit is None:  # kept alive by those who wait for it or hold it
            limit = self._limits[domain, kind] = asyncio.Semaphore(size)
        return limit

    def why_parked(self, url: Url) -> str | None:
        """Why a host must not be asked now; ``None`` when it may."""
        health = self._health.get(url.host_port)
        if health is None or health.parked_until <= self._clock.monotonic():
            return None
        left = health.parked_until - self._clock.monotonic()
        return f"{url.host} {health.why}; not asked again for {left:.0f} s"

    def park(self, url: Url, seconds: float) -> None:
        """Leave a host alone because it said so."""
        health = self._health.setdefault(url.host_port, _Health())
        until = self._clock.monotonic() + min(max(seconds, 0.0), LONGEST_PARK_S)
        health.parked_until = max(health.parked_until, until)
        health.why = "asked us to come later"

    def succeeded(self, url: Url) -> None:
        """A host answered, whatever it said."""
        health = self._health.get(url.host_port)
        if health is not None and health.parked_until <= self._clock.monotonic():
            del self._health[url.host_port]
        elif health is not None:
            health.failures = 0

    def failed(self, url: Url) -> None:
        """A host did not answer, or broke off."""
        health = self._health.setdefault(url.host_port, _Health())
        health.failures += 1
        if health.failures >= BREAK_AFTER:
            pause = min(BREAK_S * 2 ** (health.failures - BREAK_AFTER), LONGEST_BREAK_S)
            health.parked_until = self._clock.monotonic() + pause
            health.why = f"failed {health.failures} times in a row"

    def retry_after_s(self, value: str | None) -> float | None:
        """Seconds a ``Retry-After`` asks for (RFC 9110 section 10.2.3); ``None`` without a usable one."""
        if value is None:
            return None
        value = value.strip()
        if value.isascii() and value.isdigit():
            return float(min(int(value[:12]), int(LONGEST_PARK_S)))
        try:
            when = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        if when.tzinfo is None:
            return None
        return min(max((when - self._clock.now()).total_seconds(), 0.0), LONGEST_PARK_S)
