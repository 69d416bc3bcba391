"""Turns at a site: slots from the shared budget, places, pauses."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType

from servers import FAST, FakeClock

from creditline.fetch.politeness import Politeness
from creditline.urls import Url


class Slots:
    """A budget that hands out slots one after the other, as the store does."""

    def __init__(self) -> None:
        self.next: dict[str, datetime] = {}

    def next_slot(self, domain: str, delay_s: float, now: datetime) -> float:
        slot = max(self.next.get(domain, now), now)
        self.next[domain] = slot + timedelta(seconds=delay_s)
        return (slot - now).total_seconds()


def turns(
    urls: list[tuple[str, str]], hold: int = 3, together: Mapping[str, int] = MappingProxyType({})
) -> tuple[dict[str, int], list[tuple[float, str]]]:
    """Take turns all at once; give the most held at the same time per kind and site, and the starts.

    Args:
        urls: What is fetched, and of which kind it is.
        hold: How long a turn is kept, in rounds of the loop.
        together: How many turns of a kind and site are held at once before the first is given back.
    """
    clock = FakeClock()
    politeness = Politeness(FAST, Slots(), clock)
    now: dict[str, int] = {}
    most: dict[str, int] = {}
    starts: list[tuple[float, str]] = []
    met: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def one(address: str, kind: str) -> None:
        url = Url.parse(address)
        async with politeness.turn(url, kind):
            key = f"{kind} {url.registrable_domain}"
            now[key] = now.get(key, 0) + 1
            most[key] = max(most.get(key, 0), now[key])
            starts.append((clock.time, key))
            if most[key] >= together.get(key, 1):
                met[key].set()
            await met[key].wait()  # the next one comes by a thread, whenever that runs
            for _ in range(hold):
                await asyncio.sleep(0)
            now[key] -= 1

    async def scenario() -> None:
        await asyncio.gather(*(one(address, kind) for address, kind in urls))

    asyncio.run(scenario())
    return most, starts


def test_one_page_and_two_images_at_a_time_per_registrable_domain() -> None:
    urls = [
        (f"https://{name}.ana.example/{n}", kind)
        for name in ("www", "cdn")
        for n in range(6)
        for kind in ("page", "image")
    ]
    most, _ = turns(urls, together={"image ana.example": 2})
    assert most == {"page ana.example": 1, "image ana.example": 2}


def test_sites_do_not_wait_for_each_other() -> None:
    most, starts = turns([(f"https://site{n}.example/", "page") for n in range(10)])
    assert len(most) == 10
    assert {time for time, _ in starts} == {1000.0}


def test_pauses_between_requests_to_one_site() -> None:
    _, starts = turns([(f"https://ana.example/{n}", "page") for n in range(5)])
    times = [time for time, _ in starts]
    assert all(later - earlier >= FAST.page_delay_s - 1e-9 for earlier, later in pairwise(times))


def test_nothing_is_kept_for_sites_that_are_done() -> None:
    clock = FakeClock()
    politeness = Politeness(FAST, Slots(), clock)

    async def scenario() -> int:
        for n in range(300):
            async with politeness.turn(Url.parse(f"https://site{n}.example/"), "page"):
                politeness.succeeded(Url.parse(f"https://site{n}.example/"))
        return len(politeness._limits)

    assert asyncio.run(scenario()) <= 1


class CountedSlots(Slots):
    """Slots that remember for how many seconds each was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float] = []

    def next_slot(self, domain: str, delay_s: float, now: datetime) -> float:
        self.asked.append(delay_s)
        return super().next_slot(domain, delay_s, now)


def test_pictures_that_wait_reserve_their_slots_together() -> None:
    slots, clock = CountedSlots(), FakeClock()
    politeness = Politeness(FAST, slots, clock)
    starts: list[float] = []

    async def one() -> None:
        async with politeness.turn(Url.parse("https://ana.example/x"), "image"):
            starts.append(clock.time)

    async def scenario() -> None:
        await asyncio.gather(*(one() for _ in range(10)))
        clock.time += 60  # what was reserved and not used is worth nothing by now
        await one()

    asyncio.run(scenario())
    assert len(slots.asked) < 6
    assert round(sum(slots.asked), 6) >= 11 * FAST.image_delay_s
    assert all(start >= 1000 + number * FAST.image_delay_s * 0.99 for number, start in enumerate(starts))


def test_time_that_was_reserved_is_used_also_by_those_who_come_late() -> None:
    slots, clock = CountedSlots(), FakeClock()
    politeness = Politeness(FAST, slots, clock)
    starts: list[float] = []

    async def one() -> None:
        async with politeness.turn(Url.parse("https://ana.example/x"), "image"):
            starts.append(clock.time)
            clock.time += 2.5 * FAST.image_delay_s  # the server takes its time

    asyncio.run(_all(one, 8))
    assert len(slots.asked) <= 5  # not one each
    assert all(later - earlier >= FAST.image_delay_s * 0.99 for earlier, later in pairwise(starts))


async def _all(one: Callable[[], Awaitable[None]], times: int) -> None:
    await asyncio.gather(*(one() for _ in range(times)))
