"""Helpers for tests that drive a real browser through replicas of engines."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from creditline.demo.engines import Knowledge, Replica, Replicas, Switches
from creditline.demo.engines.knowledge import made_up
from creditline.demo.server import MiniatureWeb
from creditline.engine_flows import consent_subject, consent_wording, load_flow
from creditline.fetch import EgressPolicy, Fetch, FetchSettings, GatePool, open_fetch
from creditline.fetch.engine_browser import EngineBrowserSettings, OwnBrowser, PaceSettings
from creditline.records import Batch, Owner, Question, SearchContext, SearchPicture
from creditline.sources import all_sources
from creditline.urls import Url

ENGINES = ("bing_visual", "google_lens", "tineye_web", "yandex_images")
PICTURE = SearchPicture(b"\xff\xd8\xff a picture of a harbour \xff\xd9", "image/jpeg", 640, 480)
BY_FILE = Question(picture=PICTURE, words="harbour")
BY_ADDRESS = Question(picture_url=Url.parse("https://jane.example/img/harbour.jpg"), words="harbour")
#: Pages that the replicas know, three parts of them.
COUNT = 23


class SkippingClock:
    """Real time, in which pauses take none."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._ahead += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def step(self, by: timedelta) -> None:
        self._ahead += by


class FreeBudgets:
    """Host budgets that let everything pass at once."""

    def next_slot(self, domain: str, delay_s: float, now: datetime) -> float:
        return 0.0


async def press(page: Any) -> None:
    """Press the button of whatever stands in the way."""
    if await page.locator("#settle").count():
        await page.locator("#settle").click(timeout=1000)


@dataclass
class Desk:
    """A running miniature web with replicas, and the browser that drives through them."""

    web: MiniatureWeb
    fetch: Fetch
    browser: OwnBrowser
    clock: SkippingClock
    settings: EngineBrowserSettings
    notes: list[str] = field(default_factory=list)

    def set_up(
        self, engine: str, *, count: int = COUNT, knows_canary: bool = True, **switches: Any
    ) -> Replica:
        """Put a fresh replica in the place of the last one."""
        knowledge = Knowledge.same_for_all(made_up(count), knows_canary=knows_canary)
        self.web.engines = Replicas.all_with(lambda _engine: knowledge)
        replica = self.web.engines[engine]
        replica.switches = Switches(**switches)
        self.browser.settle(engine)
        self.browser.attend(self.settings.person_s)
        self.notes.clear()
        return replica

    def forget_canaries(self) -> None:
        """Let what is known of canaries grow old."""
        self.clock.step(timedelta(days=2))

    def context(self, *engines: str, **changes: Any) -> SearchContext:
        """What a source is told, with the owner's consent to some engines."""
        flows = [self.browser.flow(engine) for engine in engines]
        return SearchContext(
            owner=Owner(names=("Jane Doe",), domains=("jane.example",)),
            own_domains=frozenset({"jane.example"}),
            now=self.clock.now(),
            browser=self.browser,
            gate=self.fetch.gate,
            consents={consent_subject(flow): (consent_wording(flow),) for flow in flows},
            **changes,
        )

    async def search(self, engine: str, question: Question = BY_ADDRESS) -> list[Batch]:
        """Ask one question, in all its batches."""
        source = all_sources()[engine]
        return [batch async for batch in source.search(question, self.context(engine))]

    async def search_with_person(
        self, engine: str, question: Question, person: Callable[[Any], Any] | None = None
    ) -> list[Batch]:
        """Ask while a person presses the button of whatever stands in the way."""
        async with self._helped(engine, person or press):
            return await self.search(engine, question)

    async def hand_over(self, engine: str, person: Callable[[Any], Any] | None = press) -> str | None:
        """What ``creditline handoff`` does, with or without a person at the window."""
        source: Any = all_sources()[engine]
        if person is None:
            return await source.hand_over(self.context(engine))
        async with self._helped(engine, person):
            return await source.hand_over(self.context(engine))

    @contextlib.asynccontextmanager
    async def _helped(self, engine: str, person: Callable[[Any], Any]) -> AsyncIterator[None]:
        helper = asyncio.create_task(self._settle_walls(engine, person))
        try:
            yield
        finally:
            helper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await helper

    async def _settle_walls(self, engine: str, person: Callable[[Any], Any]) -> None:
        from playwright.async_api import Error

        while True:
            await asyncio.sleep(0.1)
            tab = self.browser.tab(engine)
            if self.notes and tab is not None:
                with contextlib.suppress(Error):
                    await person(tab.page)


@contextlib.asynccontextmanager
async def desk(folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    """Open everything; the browser has no window, since these are replicas."""
    clock, notes = SkippingClock(), []
    values: dict[str, Any] = {
        "pace": PaceSettings.for_replicas(),
        "answer_s": 30.0,
        "step_s": 0.5,
        "person_s": 30.0,
        "replicas": True,
        **settings,
    }
    with MiniatureWeb(engines=Replicas.all_with(lambda _: Knowledge.same_for_all(made_up(COUNT)))) as web:
        policy = EgressPolicy(
            upstream_proxy=Url.parse(web.address.proxy_url), upstream_ca=web.address.ca_file
        )
        fetch = open_fetch(FetchSettings(), FreeBudgets(), clock, policy, gate=GatePool(workers=1))
        chosen = EngineBrowserSettings(folder, **values)
        browser = fetch.engine_browser(chosen, clock, notes.append)
        try:
            yield Desk(web, fetch, browser, clock, chosen, notes)
        finally:
            await fetch.close()


def pages(batches: list[Batch]) -> set[str]:
    """The pages that were found."""
    return {sighting.page_url.href for batch in batches for sighting in batch.sightings}


def known(count: int = COUNT) -> set[str]:
    """The pages that a replica knows."""
    return {listing.page_url for listing in made_up(count)}


def consent_of(engine: str) -> str:
    """The words that are agreed to."""
    return consent_wording(load_flow(engine))
