"""What sources have in common that use an engine in the person's own browser.

The engine is asked as a person asks it. A wall is handed to the person, then the same query goes on. The
engine's word that it has nothing counts only on a day on which it has found the canary.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from creditline.engine_flows import consent_subject, consent_wording, load_flow
from creditline.engine_replies import Card, Reading
from creditline.engine_replies.base import refused
from creditline.errors import GateError
from creditline.records import (
    EngineBrowser,
    EngineFlow,
    FetchProblem,
    Question,
    Reply,
    SearchOutcome,
    SearchPicture,
    SearchPlan,
    SearchStatus,
    Sighting,
)
from creditline.sources._asking import picture_identity, picture_words
from creditline.sources._parts import sighting_of
from creditline.sources.base import BATCH, Batch, SearchContext
from creditline.urls import Url, canonical

#: How long the canary's find, or its miss, says something about an engine.
CANARY_HOLDS = timedelta(days=1)
#: What is said of an engine whose use the owner has not agreed to.
NOT_AGREED = (
    "you have not agreed to its use in your browser: creditline discover --source {name} asks you in a "
    "terminal, elsewhere add --consent {name}"
)
#: What one search takes with its pause, for plans.
SEARCH_S = 75.0
_WALLS = frozenset({SearchStatus.CAPTCHA, SearchStatus.CONSENT})
#: What else keeps an engine from answering, and cannot be settled in its window.
_SHUT = frozenset(
    {SearchStatus.BLOCKED, SearchStatus.RATE_LIMITED, SearchStatus.REGION_BLOCKED, SearchStatus.NETWORK_ERROR}
)
_ANSWERS = frozenset({SearchStatus.RESULTS, SearchStatus.PARTIAL, SearchStatus.NONE_CONFIRMED})


@dataclass(slots=True)
class _Found:
    """What one query has come to so far."""

    seen: int = 0
    parsed: int = 0
    own: int = 0
    pageless: int = 0
    parts: int = 0
    declared: int | None = None
    tab: str | None = None
    doubts: list[str] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    sightings: dict[tuple[Url, Url | None], Sighting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BrowserSource:
    """A source that uses an engine in the browser, by the flow of its name."""

    name: str
    description: str
    #: Reads one reply, in the gate's child; it is told the flow's words for nothing, where there are any.
    reader: Callable[..., Reading]
    #: No real page of results has been read with its reader yet.
    unproven: bool = True
    reads_file: bool = False
    #: Its browser knows when the engine may be asked (`fetch.engine_browser.pace`); a person can settle that.
    keeps_own_pace: bool = True

    def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Ask one question (see `base.Source.search`)."""
        return self._search(question, context)

    def plan(self, question: Question, context: SearchContext) -> SearchPlan:
        """What `search` would do; nothing is asked, nothing is sent."""
        flow = self.flow(context)
        refusal = self._why_not(flow, question, context)
        return SearchPlan(
            source=self.name,
            query=question.query,
            query_key=self.query_key(question, context),
            recipient=flow.hosts[0],
            sends=picture_words(question),
            most_calls=1,
            price_usd=0.0,
            most_usd=0.0,
            price_note="free; in your own browser, about a minute each",
            problems=(refusal.note or "",) if refusal is not None else (),
            unproven=self._is_unproven(flow, context),
            seconds=SEARCH_S,
        )

    def query_key(self, question: Question, context: SearchContext) -> str:
        """64 hex digits: the same for the same question, whenever and wherever it is asked."""
        asked = [self.name, *picture_identity(question)]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    def flow(self, context: SearchContext | None = None) -> EngineFlow:
        """How the engine is used: the newest version that is known here."""
        browser = context.browser if context is not None else None
        return browser.flow(self.name) if browser is not None else load_flow(self.name)

    def consent(self, context: SearchContext) -> tuple[str, str]:
        """What the owner is asked before the engine is used: the subject and the words."""
        flow = self.flow(context)
        return consent_subject(flow), consent_wording(flow)

    async def hand_over(self, context: SearchContext) -> str | None:
        """Let the person settle what stands in the engine's way; no picture is handed in.

        Returns:
            What still stands in the way, ``None`` when nothing does.
        """
        flow, browser = self.flow(context), context.browser
        if not self._is_agreed(flow, context):
            return NOT_AGREED.format(name=self.name)
        if browser is None or context.gate is None:
            return "there is no browser for searches here"
        if (why := browser.why_no_window()) is not None:
            return why
        run = _Run(self, flow, browser, context, None, None)
        left = (await run.past_walls(await browser.revisit(self.name))).reading
        if left.status in _WALLS | _SHUT:
            return left.note or left.status.value
        browser.settle(self.name)
        return None

    def _is_agreed(self, flow: EngineFlow, context: SearchContext) -> bool:
        return consent_wording(flow) in context.consents.get(consent_subject(flow), ())

    # One search.

    async def _search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        flow, found = self.flow(context), _Found()
        refusal = self._why_not(flow, question, context)
        if refusal is not None:
            yield self._last(question, context, flow, found, refusal)
            return
        browser = context.browser
        assert browser is not None  # why_not asks for it
        run = _Run(self, flow, browser, context, question.picture, question.picture_url)
        reading = await run.first()
        found.replies = run.replies
        async for each in run.all_parts(reading):
            reading = each
            self._take(question, context, found, reading)
        ended = self._ended(found, reading, run.doubt)
        browser.remember(self.name, ended.status, ended.retry_after_s)
        if ended.status in _ANSWERS:
            ended = await self._trusted(run, flow, context, ended)
        for batch in self._batches(question, context, flow, found, ended):
            yield batch

    def _why_not(self, flow: EngineFlow, question: Question, context: SearchContext) -> Reading | None:
        """Why the question is not asked at all."""
        picture = question.picture
        if question.picture_url is None and picture is None:
            return refused(
                SearchStatus.BAD_INPUT, f"{flow.title} searches by picture; give one or its address"
            )
        if not self._is_agreed(flow, context):
            return refused(SearchStatus.NOT_ENABLED, NOT_AGREED.format(name=self.name))
        if question.picture_url is None and picture is not None:
            if len(picture.body) > flow.most_bytes:
                text = f"the picture has {len(picture.body):,} bytes, {flow.title} takes {flow.most_bytes:,}"
                return refused(SearchStatus.BAD_INPUT, f"{text}; send a smaller copy")
            if picture.media_type not in flow.media_types:
                return refused(SearchStatus.BAD_INPUT, f"{flow.title} takes no {picture.media_type}")
        if context.browser is None or context.gate is None:
            return refused(SearchStatus.NOT_ENABLED, "there is no browser for searches here")
        why = context.browser.why_not(self.name)
        # Our own wait is no wish of the engine: once a person has settled it, it is over.
        return refused(why.status, why.note) if why else None

    def _take(self, question: Question, context: SearchContext, found: _Found, reading: Reading) -> None:
        """Count one part and keep its pages."""
        found.seen += reading.seen
        found.parsed += reading.parsed
        found.tab = reading.selected_tab or found.tab
        found.declared = reading.declared if found.declared is None else found.declared
        if reading.status not in _ANSWERS:
            return
        found.parts += 1
        if reading.status is SearchStatus.PARTIAL and reading.note:
            found.doubts.append(reading.note)
        for card in reading.cards:
            self._keep(question, context, found, card)

    def _keep(self, question: Question, context: SearchContext, found: _Found, card: Card) -> None:
        page = canonical(card.page_url) if card.page_url is not None else None
        if page is None:
            found.pageless += 1
        elif page.registrable_domain in context.own_domains:
            found.own += 1
        else:
            title = self.flow(context).title
            sighting = sighting_of(card, page, self.name, question, context, title)
            found.sightings.setdefault((page, card.image_url), sighting)

    def _ended(self, found: _Found, last: Reading, doubt: str | None) -> Reading:
        """What the whole search ended as."""
        if doubt is not None:
            found.doubts.append(doubt)
        if last.status not in _ANSWERS:
            status = last.status if found.parts == 0 else SearchStatus.PARTIAL
            note = last.note or ""
            if found.parts:
                note = f"part {found.parts + 1}: {last.status.value.replace('_', ' ')}: {note}"
            return replace(last, status=status, note=note)
        if found.doubts:
            return replace(last, status=SearchStatus.PARTIAL, note=None)
        if found.seen:
            return replace(last, status=SearchStatus.RESULTS, note=None)
        return last

    async def _trusted(self, run: _Run, flow: EngineFlow, context: SearchContext, ended: Reading) -> Reading:
        """Believe "nothing" only of an engine that finds the canary today; let every flow prove itself."""
        is_none = ended.status is SearchStatus.NONE_CONFIRMED
        if not is_none and not self._is_unproven(flow, context):
            return ended
        why = await run.why_not_trusted()
        if why is None or not is_none:
            return ended
        return refused(SearchStatus.UNKNOWN_LAYOUT, f"it says that it has nothing, but {why}")

    # What is told.

    def _batches(
        self, question: Question, context: SearchContext, flow: EngineFlow, found: _Found, ended: Reading
    ) -> list[Batch]:
        sightings = list(found.sightings.values())
        groups = [sightings[at : at + BATCH] for at in range(0, len(sightings), BATCH)] or [[]]
        final = self._outcome(question, context, flow, found, ended)
        running = replace(final, status=SearchStatus.PARTIAL, note="still being read")
        batches = [Batch(tuple(group), running) for group in groups]
        batches[0] = replace(batches[0], replies=tuple(found.replies))
        batches[-1] = replace(batches[-1], outcome=final, is_last=True)
        return batches

    def _last(
        self, question: Question, context: SearchContext, flow: EngineFlow, found: _Found, ended: Reading
    ) -> Batch:
        return Batch((), self._outcome(question, context, flow, found, ended), is_last=True)

    def _outcome(
        self, question: Question, context: SearchContext, flow: EngineFlow, found: _Found, ended: Reading
    ) -> SearchOutcome:
        is_unproven = self._is_unproven(flow, context)
        return SearchOutcome(
            source=self.name,
            status=ended.status,
            query=question.query,
            seen=found.seen,
            parsed=found.parsed,
            kept=len(found.sightings),
            note=_told(found, ended, unproven=is_unproven),
            selected_tab=found.tab,
            declared=found.declared,
            retry_after_s=ended.retry_after_s,
            query_key=self.query_key(question, context),
            unproven=is_unproven,
        )

    def _is_unproven(self, flow: EngineFlow, context: SearchContext) -> bool:
        """Whether the real engine has not yet found the canary with this version of the flow."""
        if context.browser is None:
            return self.unproven
        return self.unproven and flow.version not in context.browser.canary(self.name).proven_versions


class _Run:
    """One query while it goes on."""

    def __init__(
        self,
        source: BrowserSource,
        flow: EngineFlow,
        browser: EngineBrowser,
        context: SearchContext,
        picture: SearchPicture | None,
        picture_url: Url | None,
    ) -> None:
        self._source = source
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
        if reading.passed and reading.reading.status not in _ANSWERS and not self._is_tab(reading.reading):
            # What the person settled may have cost the query its way; it is the same query still.
            reading = await self.past_walls(await self._asked(again=True))
        return await self._on_tab(reading.reading)

    async def all_parts(self, first: Reading) -> AsyncIterator[Reading]:
        """The first reading and those of the parts after it."""
        yield first
        reading, parts, is_listed = first, 1, self._flow.answer == "json" and self._flow.more == "scroll"
        while reading.status in _ANSWERS and (reading.cursor is not None or is_listed):
            if parts >= self._flow.most_parts:
                self.doubt = f"{parts} parts read, there may be more"
                return
            reply = await self._browser.more(self._source.name, reading.cursor)
            if reply is None:
                if reading.cursor is not None:
                    self.doubt = "the page announces more, and it did not come"
                return
            reading = (await self.past_walls(reply)).reading
            parts += 1
            yield reading

    async def why_not_trusted(self) -> str | None:
        """Why the engine's "nothing" is not believed today; where that is not known, it is found out."""
        browser, name, now = self._browser, self._source.name, self._context.now
        state = browser.canary(name)
        if now is not None:
            if state.passed_at is not None and now - state.passed_at < CANARY_HOLDS:
                return None
            if state.failed_at is not None and now - state.failed_at < CANARY_HOLDS:
                return "did not find a picture that it must know, today"
        why = browser.why_not(name)
        if why is not None:
            return f"whether it can be trusted today could not be found out: {why.note}"
        self._picture, self._picture_url = None, Url.parse(self._flow.canary_url)
        reading = await self.past_walls(await self._asked(again=False))
        reading_on_tab = await self._on_tab(reading.reading)
        if reading_on_tab.status not in _ANSWERS:
            browser.remember(name, reading_on_tab.status, reading_on_tab.retry_after_s)
            return f"the picture that it must know could not be asked for: {reading_on_tab.status.value}"
        found = reading_on_tab.parsed >= self._flow.canary_least
        browser.remember_canary(name, found=found)
        return None if found else "it does not find a picture that it must know"

    # Walls and tabs.

    async def _asked(self, *, again: bool) -> Reply:
        return await self._browser.ask(self._source.name, self._picture, self._picture_url, again=again)

    async def past_walls(self, reply: Reply) -> _Passed:
        """Read a reply; where it is a wall, what the person leaves behind instead."""
        reading, passed = await self._read(reply), False
        while reading.status in _WALLS:
            after = await self._browser.hand_over(self._source.name, reading.note or reading.status.value)
            if after is None:
                how = f"{reading.note}; settle it: creditline handoff {self._source.name}"
                return _Passed(replace(reading, note=how), passed)
            reading, passed = await self._read(after), True
        return _Passed(reading, passed)

    async def _on_tab(self, reading: Reading) -> Reading:
        """The tab that was asked for, by the page's own link where another one is shown."""
        if reading.selected_tab in (None, self._flow.tab) or reading.status in _ANSWERS:
            return reading
        link = reading.tabs.get(self._flow.tab)
        if link is None:
            return replace(reading, note=f"{reading.note}; the page has no link to it")
        return (await self.past_walls(await self._browser.follow(self._source.name, link))).reading

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
            reading = await gate.run(self._source.reader, reply, *([words] if words else []))
        except GateError as error:
            return refused(SearchStatus.UNKNOWN_LAYOUT, f"the page could not be read: {error}")
        host = reply.final_url.host
        if reading.status in _ANSWERS and host not in self._flow.hosts:
            return refused(SearchStatus.UNKNOWN_LAYOUT, f"the answer is from {host}, not from the engine")
        if reply.problem is None and reply.detail and reading.status in _ANSWERS:
            self.doubt = reply.detail
        return reading

    def _disclose(self) -> None:
        if self._context.disclose is None:
            return
        question = Question(picture=self._picture, picture_url=self._picture_url)
        self._context.disclose(self._flow.hosts[0], picture_words(question))


@dataclass(frozen=True, slots=True)
class _Passed:
    """A reading, and whether a person saw to a wall on the way to it."""

    reading: Reading
    passed: bool


def _told(found: _Found, ended: Reading, *, unproven: bool) -> str:
    said = [ended.note or "", *dict.fromkeys(found.doubts)]
    if found.seen:
        said.append(f"{len(found.sightings):,} pages of {found.seen:,} results")
    if found.tab and found.parts:
        said.append(f"tab {found.tab}, {found.parts} part{'s' if found.parts > 1 else ''} read")
    if found.own:
        said.append(f"{found.own:,} on your own sites left out")
    if found.pageless:
        said.append(f"{found.pageless:,} images without a page left out")
    if unproven:
        said.append("unproven: the canary has not been found with the real engine yet")
    return "; ".join(text for text in said if text)
