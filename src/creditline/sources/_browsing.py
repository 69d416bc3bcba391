"""What sources have in common that use an engine in the person's own browser.

The engine is asked as a person asks it. A wall is handed to the person, then the same query goes on. The
engine's word that it has nothing counts only on a day on which it has found the canary.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

from creditline.engine_flows import consent_subject, consent_wording, load_flow
from creditline.engine_replies import Card, Reading
from creditline.engine_replies.base import refused
from creditline.records import (
    EngineFlow,
    Question,
    Reply,
    SearchOutcome,
    SearchPlan,
    SearchStatus,
    Sighting,
)
from creditline.sources._asking import picture_identity, picture_words
from creditline.sources._engine_query import ANSWERS, WALLS, EngineQuery
from creditline.sources._parts import sighting_of
from creditline.sources.base import BATCH, Batch, SearchContext
from creditline.urls import Url, canonical

#: What is said of an engine whose use the owner has not agreed to.
NOT_AGREED = (
    "you have not agreed to its use in your browser: creditline discover --source {name} asks you in a "
    "terminal, elsewhere add --consent {name}"
)
#: What one search takes with its pause, for plans.
SEARCH_S = 75.0
#: What else keeps an engine from answering, and cannot be settled in its window.
_SHUT = frozenset(
    {SearchStatus.BLOCKED, SearchStatus.RATE_LIMITED, SearchStatus.REGION_BLOCKED, SearchStatus.NETWORK_ERROR}
)


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
        run = EngineQuery(self.reader, flow, browser, context)
        left = (await run.past_walls(await browser.revisit(self.name))).reading
        if left.status in WALLS | _SHUT:
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
        run = EngineQuery(self.reader, flow, browser, context, question.picture, question.picture_url)
        reading = await run.first()
        found.replies = run.replies
        async for each in run.all_parts(reading):
            reading = each
            self._take(question, context, found, reading)
        ended = self._ended(found, reading, run.doubt)
        browser.remember(self.name, ended.status, ended.retry_after_s)
        if ended.status in ANSWERS:
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
        if reading.status not in ANSWERS:
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
        if last.status not in ANSWERS:
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

    async def _trusted(
        self, run: EngineQuery, flow: EngineFlow, context: SearchContext, ended: Reading
    ) -> Reading:
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
