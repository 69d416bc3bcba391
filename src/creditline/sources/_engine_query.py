"""One query to an engine in the person's browser: parts, tabs, walls, and whether to believe it today."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from creditline.engine_replies import Reading
from creditline.engine_replies.base import refused
from creditline.errors import GateError
from creditline.records import (
    EngineBrowser,
    EngineFlow,
    FetchProblem,
    Question,
    Reply,
    SearchPicture,
    SearchStatus,
)
from creditline.sources._asking import picture_words
from creditline.sources.base import SearchContext
from creditline.urls import Url

#: How long the canary's find, or its miss, says something about an engine.
CANARY_HOLDS = timedelta(days=1)
#: What a person can settle in the window.
WALLS = frozenset({SearchStatus.CAPTCHA, SearchStatus.CONSENT})
ANSWERS = frozenset({SearchStatus.RESULTS, SearchStatus.PARTIAL, SearchStatus.NONE_CONFIRMED})


class EngineQuery:
    """One query while it goes on."""

    def __init__(
        self,
        reader: Callable[..., Reading],
        flow: EngineFlow,
        browser: EngineBrowser,
        context: SearchContext,
        picture: SearchPicture | None = None,
        picture_url: Url | None = None,
    ) -> None:
        """Begin a query; without a picture only walls are seen to.

        Args:
            reader: Reads one reply, in the gate's child.
            flow: How the engine is used.
            browser: The person's own.
            context: What the source may know; it has a gate.
            picture: What is handed in, as a file ...
            picture_url: ... or by its address.
        """
        self._reader = reader
        self._flow = flow
        self._browser = browser
        self._context = context
        self._picture = picture
        self._picture_url = picture_url
        #: What the engine showed, as evidence.
        self.replies: list[Reply] = []
        #: Why there may be more than what was read.
        self.doubt: str | None = None

    async def first(self) -> Reading:
        """Hand the picture in and read the tab that was asked for, walls seen to by the person."""
        self._disclose()
        reading = await self.past_walls(await self._asked(again=False))
        if reading.passed and reading.reading.status not in ANSWERS and not self._is_tab(reading.reading):
            # What the person settled may have cost the query its way; it is the same query still.
            reading = await self.past_walls(await self._asked(again=True))
        return await self._on_tab(reading.reading)

    async def all_parts(self, first: Reading) -> AsyncIterator[Reading]:
        """The first reading and those of the parts after it."""
        yield first
        reading, parts, is_listed = first, 1, self._flow.answer == "json" and self._flow.more == "scroll"
        while reading.status in ANSWERS and (reading.cursor is not None or is_listed):
            if parts >= self._flow.most_parts:
                self.doubt = f"{parts} parts read, there may be more"
                return
            reply = await self._browser.more(self._flow.engine, reading.cursor)
            if reply is None:
                if reading.cursor is not None:
                    self.doubt = "the page announces more, and it did not come"
                return
            reading = (await self.past_walls(reply)).reading
            parts += 1
            yield reading

    async def why_not_trusted(self) -> str | None:
        """Why the engine's "nothing" is not believed today; where that is not known, it is found out."""
        browser, name, now = self._browser, self._flow.engine, self._context.now
        state = browser.canary(name)
        if now is not None:
            if state.passed_at is not None and abs(now - state.passed_at) < CANARY_HOLDS:
                return None
            if state.failed_at is not None and abs(now - state.failed_at) < CANARY_HOLDS:
                return "did not find a picture that it must know, today"
        why = browser.why_not(name)
        if why is not None:
            return f"whether it can be trusted today could not be found out: {why.note}"
        self._picture, self._picture_url = None, Url.parse(self._flow.canary_url)
        reading = await self.past_walls(await self._asked(again=False))
        reading_on_tab = await self._on_tab(reading.reading)
        if reading_on_tab.status not in ANSWERS:
            browser.remember(name, reading_on_tab.status, reading_on_tab.retry_after_s)
            return f"the picture that it must know could not be asked for: {reading_on_tab.status.value}"
        found = reading_on_tab.parsed >= self._flow.canary_least
        browser.remember_canary(name, found=found)
        return None if found else "it does not find a picture that it must know"

    # Walls and tabs.

    async def _asked(self, *, again: bool) -> Reply:
        return await self._browser.ask(self._flow.engine, self._picture, self._picture_url, again=again)

    async def past_walls(self, reply: Reply) -> Passed:
        """Read a reply; where it is a wall, what the person leaves behind instead."""
        reading, passed = await self._read(reply), False
        while reading.status in WALLS:
            after = await self._browser.hand_over(self._flow.engine, reading.note or reading.status.value)
            if after is None:
                how = f"{reading.note}; settle it: creditline handoff {self._flow.engine}"
                return Passed(replace(reading, note=how), passed)
            reading, passed = await self._read(after), True
        return Passed(reading, passed)

    async def _on_tab(self, reading: Reading) -> Reading:
        """The tab that was asked for, by the page's own link where another one is shown."""
        if reading.selected_tab in (None, self._flow.tab) or reading.status in ANSWERS:
            return reading
        link = reading.tabs.get(self._flow.tab)
        if link is None:
            return replace(reading, note=f"{reading.note}; the page has no link to it")
        return (await self.past_walls(await self._browser.follow(self._flow.engine, link))).reading

    def _is_tab(self, reading: Reading) -> bool:
        return reading.selected_tab is not None

    async def _read(self, reply: Reply) -> Reading:
        """Read a reply in the gate's child; nothing of a page outside the engine's hosts is believed."""
        if reply.problem is FetchProblem.NO_BROWSER:
            return refused(SearchStatus.NOT_ENABLED, reply.detail or "no browser")
        self.replies.append(reply)
        gate, words = self._context.gate, self._flow.empty
        assert gate is not None  # why_not asks for it
        try:
            reading = await gate.run(self._reader, reply, *([words] if words else []))
        except GateError as error:
            return refused(SearchStatus.UNKNOWN_LAYOUT, f"the page could not be read: {error}")
        host = reply.final_url.host
        if reading.status in ANSWERS and host not in self._flow.hosts:
            return refused(SearchStatus.UNKNOWN_LAYOUT, f"the answer is from {host}, not from the engine")
        if reply.problem is None and reply.detail and reading.status in ANSWERS:
            self.doubt = reply.detail
        return reading

    def _disclose(self) -> None:
        if self._context.disclose is None:
            return
        question = Question(picture=self._picture, picture_url=self._picture_url)
        self._context.disclose(self._flow.hosts[0], picture_words(question))


@dataclass(frozen=True, slots=True)
class Passed:
    """A reading, and whether a person saw to a wall on the way to it."""

    reading: Reading
    passed: bool
