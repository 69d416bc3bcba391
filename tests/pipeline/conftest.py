"""Own small sites on loopback, and a run's surroundings built from the real store, fetcher and gate."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

# Also the stubs of services and the replies that other folders' tests made.
sys.path.insert(0, str(Path(__file__).parents[1] / "fetch"))
sys.path.insert(0, str(Path(__file__).parents[1] / "engine_replies"))
sys.path.insert(0, str(Path(__file__).parents[1] / "sources"))
sys.path.insert(0, str(Path(__file__).parent))

from loopback import LoopbackSite, SteppingClock, Watcher, photo

from creditline.config import SystemClock
from creditline.fetch import EgressPolicy, FetchSettings, GatePool, open_fetch
from creditline.pipeline.check import check_pages
from creditline.pipeline.context import Context
from creditline.pipeline.index import index_site
from creditline.pipeline.visits import OWN_FILES_FRESH, Visits
from creditline.records import Owner, Rendering, Use
from creditline.settings import IndexSettings, Settings
from creditline.store import open_store
from creditline.urls import Url

OpenContext = Callable[..., AbstractAsyncContextManager[Context]]
Checked = Callable[..., Any]

STORY = "<p>" + "A long walk along the harbour, told in many words. " * 30 + "</p>"
BY_JANE = '<figure><img src="/copy.jpg"><figcaption>Photo: <a href="https://jane.example/">Jane Doe</a>'


class NoBrowser:
    """The browser port of a machine without one."""

    available = False

    async def render(self, url: Url) -> Rendering:
        raise AssertionError("nobody may render without a browser")

    async def screenshot(self, url: Url, boxes: object, *, pictures: bool = True) -> Rendering:
        raise AssertionError("nobody may render without a browser")


@pytest.fixture
def site() -> Iterator[LoopbackSite]:
    """An empty site; `LoopbackSite.put` fills it."""
    with LoopbackSite() as serving:
        yield serving


@pytest.fixture
def clock() -> SteppingClock:
    """A clock whose waits take no time."""
    return SteppingClock()


@pytest.fixture
def open_context(tmp_path: Path, clock: SteppingClock, site: LoopbackSite) -> OpenContext:
    """Opens a run's surroundings on one workspace; opening again is another process's run."""

    @asynccontextmanager
    async def opened(
        owner: Owner | None = None,
        real_clock: SystemClock | None = None,
        max_pages: int = 2000,
        more_hosts: tuple[str, ...] = (),
        with_browser: bool | Callable[[Any], Any] = False,
    ) -> AsyncIterator[Context]:
        time = real_clock or clock
        owner = owner or Owner(names=("Jane Doe",), domains=("jane.example",))
        store = open_store(
            f"sqlite:///{tmp_path / 'db.sqlite'}", evidence_dir=tmp_path / "evidence", clock=time
        )
        settings = FetchSettings(page_delay_s=0.05, image_delay_s=0.01, max_retries=0, page_concurrency=4)
        policy = EgressPolicy(private_hosts=frozenset({site.url.host_port, *more_hosts}))
        services = frozenset(more_hosts)
        gates = GatePool(workers=1)
        fetch = open_fetch(settings, store, time, policy, gate=gates, own_services=services)
        # Strangers' sites of these tests are on loopback too, so both ways lead over the owner's fetcher.
        fetcher, gate = fetch.own_fetcher, fetch.gate
        try:
            yield Context(
                owner=owner,
                owner_id=store.ensure_owner("test", owner.names, time.now()),
                store=store,
                own=Visits(fetcher, store, gate, time, files_fresh=OWN_FILES_FRESH),
                web=Visits(fetcher, store, gate, time, thorough=False),
                browser=with_browser(fetcher)
                if callable(with_browser)
                else (fetch.own_browser if with_browser else NoBrowser()),
                own_browser=fetch.own_browser if real_clock else NoBrowser(),
                api=fetch.api,
                gate=gate,
                clock=time,
                observer=Watcher(),
                settings=replace(Settings(), index=IndexSettings(max_pages=max_pages)),
            )
        finally:
            await fetch.close()
            store.close()

    return opened


@pytest.fixture
def checked(site: LoopbackSite, open_context: OpenContext, clock: SteppingClock) -> Checked:
    """Checks one page with one use as often as asked, days apart, then runs something on its store."""
    site.put("/", f"<title>Works</title>{STORY}<img src=/pier.jpg>")
    site.put("/pier.jpg", photo(1, (1200, 800)))
    site.put("/copy.jpg", photo(1))
    story = site.put("/story", f"<title>Story</title>{STORY}{BY_JANE}</figure>", x_note="für alle")

    def run(then: Callable[[Context, list[Use]], Any], times: int = 1) -> Any:
        async def all_of() -> Any:
            async with open_context() as context:
                await index_site(site.url, context)
                seen = []
                for _ in range(times):
                    now = context.clock.now()
                    context.store.add_pages(context.owner_id, [story], "given by you", now)
                    await check_pages(context, "test", not_since=now, only=[story])
                    seen += context.store.uses(context.owner_id)
                    clock.step(timedelta(days=2))
                return then(context, seen)

        return asyncio.run(all_of())

    return run
