"""Asks engines in the person's browser, one query at a time; fulfils `records.EngineBrowser`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from creditline.engine_flows import load_flow
from creditline.errors import BrowserError
from creditline.fetch.base import Clock
from creditline.fetch.browser import net_problem
from creditline.fetch.engine_browser.pace import Pace
from creditline.fetch.engine_browser.profile import PersonalBrowser, why_no_window
from creditline.fetch.engine_browser.settings import EngineBrowserSettings
from creditline.fetch.engine_browser.tab import EngineTab
from creditline.fetch.pages import OpenPage
from creditline.fetch.proxy import GuardProxy
from creditline.records import (
    CanaryState,
    EngineFlow,
    FetchProblem,
    NotAsked,
    Reply,
    SearchPicture,
    SearchStatus,
)
from creditline.urls import Url

#: Times the patience for one answer that all steps of one call may take together.
STEPS_TIME = 4


@dataclass(slots=True)
class _Query:
    """The query under way."""

    #: Until when a person is waited for, once they have been asked; monotonic seconds.
    person_until: float | None = None
    #: What was shown last.
    shown: Url | None = None


class OwnBrowser:
    """The person's own browser; nothing is started before the first query."""

    def __init__(
        self,
        proxy: GuardProxy,
        settings: EngineBrowserSettings,
        clock: Clock,
        notify: Callable[[str], None] = lambda message: None,
    ) -> None:
        """Use the guard behind ``proxy``.

        Args:
            proxy: The way out.
            settings: Where the profile is, who is there.
            clock: Time; pauses are waited for by it.
            notify: Tells the person, in one line, that they are needed.
        """
        self._proxy = proxy
        self._settings = settings
        self._clock = clock
        self._notify = notify
        self._pace = Pace(settings.folder, settings.pace, clock)
        self._browser: PersonalBrowser | None = None
        self._tabs: dict[str, EngineTab] = {}
        self._query = _Query()
        self._person_s = settings.person_s

    def flow(self, engine: str) -> EngineFlow:
        """The newest flow there is for an engine."""
        return load_flow(engine, self._settings.flows)

    def why_not(self, engine: str) -> NotAsked | None:
        """Why an engine is not asked now."""
        why = self.why_no_window()
        if why is not None:
            return NotAsked(SearchStatus.NOT_ENABLED, why)
        return self._pace.why_not(engine)

    def why_no_window(self) -> str | None:
        """Why no window can be shown here; ``None`` when one can."""
        return None if self._settings.replicas else why_no_window()

    def attend(self, seconds: float) -> None:
        """A person is here, and waits for walls so long."""
        self._person_s = seconds

    async def ask(
        self, engine: str, picture: SearchPicture | None, picture_url: Url | None, *, again: bool = False
    ) -> Reply:
        """Wait for this engine's turn, hand the picture in, and give what the engine then shows."""
        if not again:
            failure = await self._opened(engine)
            if failure is not None:
                return failure
            await self._pace.turn(engine)
            self._query = _Query()
        return await self._in_tab(engine, lambda tab: tab.ask(picture, picture_url))

    async def _opened(self, engine: str) -> Reply | None:
        """Have the window open before a turn is taken; why it is not."""
        nothing = self._nothing(engine)

        async def step(_tab: EngineTab) -> Reply:
            return nothing

        reply = await self._in_tab(engine, step)
        return None if reply is nothing else reply

    async def follow(self, engine: str, link: str) -> Reply:
        """Use a link of the page that is shown."""
        return await self._in_tab(engine, lambda tab: tab.follow(link))

    async def more(self, engine: str, cursor: str | None) -> Reply | None:
        """Get the next part of the answer, ``None`` where the page gives no more."""
        nothing = self._nothing(engine)

        async def step(tab: EngineTab) -> Reply:
            return await tab.more(cursor) or nothing

        reply = await self._in_tab(engine, step)
        return None if reply is nothing else reply

    async def hand_over(self, engine: str, why: str) -> Reply | None:
        """Bring the window to the front and wait for the person to change what is shown."""
        now, nothing = self._clock.monotonic(), self._nothing(engine)
        if self._person_s <= 0:
            return None
        if self._query.person_until is None:
            self._query.person_until = now + self._person_s
            title = self.flow(engine).title
            minutes = max(1, round(self._person_s / 60))
            self._notify(f"{title}: {why}; please see to it in the browser's window (within {minutes} min)")
        left = self._query.person_until - now

        async def step(tab: EngineTab) -> Reply:
            await tab.page.bring_to_front()
            return await tab.changed(left) or nothing

        reply = await self._in_tab(engine, step, waits_s=max(left, 0.0))
        return None if reply is nothing else reply

    async def revisit(self, engine: str) -> Reply:
        """Show the wall that was met last, or the engine's own page; no query."""
        self._query = _Query()
        flow = self.flow(engine)
        address = Url.try_parse(self._pace.wall(engine) or "") or Url.parse(f"https://{flow.hosts[0]}/")
        return await self._in_tab(engine, lambda tab: tab.visit(address))

    def settle(self, engine: str) -> None:
        """A person has seen to it that nothing stands in the way any more."""
        self._pace.settle(engine)

    def remember(self, engine: str, status: SearchStatus, retry_after_s: float | None = None) -> None:
        """How a query ended: after a block the engine is left alone for a day, then two, then four."""
        shown = self._query.shown.href if self._query.shown is not None else None
        self._pace.remember(engine, status, retry_after_s, shown)

    def canary(self, engine: str) -> CanaryState:
        """What is known of the canary."""
        return self._pace.canary(engine)

    def remember_canary(self, engine: str, *, found: bool) -> None:
        """Whether the engine found the canary just now; only the real engine's find proves a flow."""
        # Behind an authority of somebody's own anything may answer under the engine's name.
        is_real = not self._settings.replicas and self._proxy.trusted_key is None
        self._pace.remember_canary(engine, self.flow(engine).version, found=found, proves=is_real)

    def tab(self, engine: str) -> EngineTab | None:
        """The tab in which an engine is used, where it is open."""
        return self._tabs.get(engine)

    async def close(self) -> None:
        """Close the window; the profile stays."""
        self._tabs.clear()
        if self._browser is not None:
            await self._browser.end(self._proxy)
            self._browser = None

    async def _in_tab(
        self, engine: str, step: Callable[[EngineTab], Awaitable[Reply]], *, waits_s: float = 0.0
    ) -> Reply:
        """Do something in an engine's tab; whatever goes wrong there is a reply.

        ``waits_s`` is how long a person may take meanwhile.
        """
        from playwright.async_api import Error

        try:
            async with asyncio.timeout(self._settings.answer_s * STEPS_TIME + waits_s):
                reply = await step(await self._tab_of(engine))
        except TimeoutError:
            # A browser that answers nothing any more: the next query gets another one.
            reply = self._problem(engine, FetchProblem.TIMEOUT, "the browser did not answer in time")
            await self.close()
        except BrowserError as error:
            reply = self._problem(engine, FetchProblem.NO_BROWSER, str(error))
        except Error as error:
            reply = self._problem(engine, *self._in_words(error))
            self._tabs.pop(engine, None)
        if reply.problem is None:
            self._query.shown = reply.final_url
        return reply

    async def _tab_of(self, engine: str) -> EngineTab:
        if self._browser is not None and not self._browser.is_open:
            await self.close()
        if self._browser is None:
            await self._proxy.start()
            folder, window = self._settings.folder, not self._settings.replicas
            self._browser = await PersonalBrowser.start(folder, self._proxy, window=window)
        if engine not in self._tabs:
            page = await OpenPage.open(await self._browser.new_page(), alone=False)
            self._tabs[engine] = EngineTab(
                page, self.flow(engine), self._settings, self._clock, self._pace.step
            )
        return self._tabs[engine]

    def _in_words(self, error: Exception) -> tuple[FetchProblem, str]:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        refusals = self._browser.page_pass.refusals if self._browser is not None else {}
        refused = next(
            (refusals[target] for target in reversed(refusals) if target.rpartition(":")[0] in text), None
        )
        if refused is not None:
            return refused.problem, refused.detail
        if type(error).__name__ == "TargetClosedError" or "crashed" in text:
            return FetchProblem.BROWSER_CRASHED, "the browser's window was closed"
        if type(error).__name__ == "TimeoutError":
            return FetchProblem.TIMEOUT, "the page did not come, or could not be used, in time"
        return net_problem(text) or (FetchProblem.UNREACHABLE, text.split(" at http", 1)[0][:200])

    def _problem(self, engine: str, problem: FetchProblem, detail: str) -> Reply:
        address = Url.parse(f"https://{self.flow(engine).hosts[0]}/")
        return Reply(address, address, self._clock.now(), problem=problem, detail=detail)

    def _nothing(self, engine: str) -> Reply:
        return self._problem(engine, FetchProblem.TIMEOUT, "nothing")
