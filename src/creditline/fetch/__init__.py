"""The only way out: single requests, a browser, and children that read what came back.

`open_fetch` builds everything; nothing is started, and no connection made, before it is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from creditline.fetch.api import ApiFetcher
from creditline.fetch.base import Clock, FetchSettings, HostBudgets, RobotsCache, Traffic
from creditline.fetch.browser import BrowserPool, PageBrowser
from creditline.fetch.client import HttpFetcher
from creditline.fetch.engine_browser import EngineBrowserSettings, OwnBrowser
from creditline.fetch.gate import GatePool
from creditline.fetch.guard import EgressPolicy, Guard, Resolver, system_resolver
from creditline.fetch.politeness import Politeness
from creditline.fetch.proxy import GuardProxy
from creditline.fetch.tunnels import TunnelEnds

__all__ = ["EgressPolicy", "Fetch", "FetchSettings", "GatePool", "Traffic", "open_fetch"]


@dataclass(slots=True)
class Fetch:
    """Everything that goes out, or reads what came in, for one run."""

    #: For pages and images of others.
    fetcher: HttpFetcher
    browser: PageBrowser
    #: For the owner's own site: the same rules, but for the private hosts of the policy.
    own_fetcher: HttpFetcher
    own_browser: PageBrowser
    #: For services that the owner asks, most of them with a key.
    api: ApiFetcher
    gate: GatePool
    traffic: Traffic
    _pool: BrowserPool
    _proxies: tuple[GuardProxy, ...]
    _engine_browsers: list[OwnBrowser] = field(default_factory=list)

    def engine_browser(
        self, settings: EngineBrowserSettings, clock: Clock, notify: Callable[[str], None]
    ) -> OwnBrowser:
        """The person's own browser for search engines; it is started by the first query.

        Args:
            settings: Where its profile is, who is there.
            clock: Time; pauses are waited for by it.
            notify: Tells the person, in one line, that they are needed.
        """
        browser = OwnBrowser(self._proxies[0], settings, clock, notify)
        self._engine_browsers.append(browser)
        return browser

    async def close(self) -> None:
        """End browsers, children and connections."""
        for browser in self._engine_browsers:
            await browser.close()
        await self._pool.close()
        for proxy in self._proxies:
            await proxy.close()
        await self.gate.close()
        await self.fetcher.close()
        await self.own_fetcher.close()
        await self.api.close()


def open_fetch(
    settings: FetchSettings,
    budgets: HostBudgets,
    clock: Clock,
    policy: EgressPolicy | None = None,
    *,
    gate: GatePool | None = None,
    resolver: Resolver = system_resolver,
    robots_cache: RobotsCache | None = None,
    own_services: frozenset[str] = frozenset(),
) -> Fetch:
    """Build the way out; call it inside a running event loop.

    Args:
        settings: Delays, limits, who we say we are.
        budgets: Where the pauses between requests to a site are kept, shared by processes.
        clock: Time.
        policy: What may be reached beyond the public web; private hosts only serve ``own_*``.
        gate: Children with other limits than the usual ones.
        resolver: How names are looked up.
        robots_cache: Keeps robots.txt files between runs, for at most a day.
        own_services: Exact ``host:port`` of services that the owner runs at home; only ``api`` reaches them.

    Raises:
        FetchError: The policy's authority cannot be read.
    """
    policy = policy or EgressPolicy()
    guards = Guard(policy.for_strangers(), resolver), Guard(policy, resolver)
    traffic = Traffic()
    politeness = Politeness(settings, budgets, clock)
    fetchers = [HttpFetcher(guard, settings, politeness, clock, traffic, robots_cache) for guard in guards]
    asking = Guard(replace(policy.for_strangers(), private_hosts=own_services), resolver)
    ends = TunnelEnds(policy.upstream_ca) if policy.upstream_ca else None

    def count(_requests: int, moved: int) -> None:
        traffic.add("browser", bytes_moved=moved)

    proxies = tuple(GuardProxy(guard, count, ends) for guard in guards)
    pool = BrowserPool(proxies[0], settings.browser_pages)
    browsers = [
        PageBrowser(pool, proxy, guard, fetcher.robots, politeness, settings, clock, traffic)
        for proxy, guard, fetcher in zip(proxies, guards, fetchers, strict=True)
    ]
    return Fetch(
        fetcher=fetchers[0],
        browser=browsers[0],
        own_fetcher=fetchers[1],
        own_browser=browsers[1],
        api=ApiFetcher(asking, settings, politeness, clock, traffic),
        gate=gate or GatePool(),
        traffic=traffic,
        _pool=pool,
        _proxies=proxies,
    )
