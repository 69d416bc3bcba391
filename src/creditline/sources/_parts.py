"""One search of a service, part by part: what is paid for, what came of it, where it would be taken up.

What is about to be paid for is said in a batch *before* it is asked, so that whoever stores batches
knows of it when the program is killed in between. Such a part is not asked again when the search is
taken up: its answer is lost, its price is not paid twice.
"""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from creditline.engine_replies import Card, Reading
from creditline.errors import SourceError
from creditline.records import FetchProblem, Question, SearchOutcome, SearchStatus, Sighting
from creditline.sources.base import BATCH, Batch, SearchContext
from creditline.urls import Url, canonical

if TYPE_CHECKING:
    from creditline.sources._asking import Answer, AskingSource

#: Failures after which nothing can have reached the service, whatever the connection's own word is.
_NEVER_SENT = frozenset(
    {
        FetchProblem.REFUSED_ADDRESS,
        FetchProblem.REFUSED_PORT,
        FetchProblem.REFUSED_URL,
        FetchProblem.DNS,
        FetchProblem.TLS,
        FetchProblem.PROXY,
        FetchProblem.HOST_PARKED,
    }
)
#: Outcomes that a service answers without charging for them.
_FREE = frozenset(
    {
        SearchStatus.AUTH_FAILED,
        SearchStatus.RATE_LIMITED,
        SearchStatus.QUOTA_EXHAUSTED,
        SearchStatus.BLOCKED,
        SearchStatus.REGION_BLOCKED,
        SearchStatus.NOT_ENABLED,
        SearchStatus.CAPTCHA,
    }
)
_STATES = frozenset({"asked", "next", "done"})
_UNREADABLE = "the place to go on from cannot be read, it was edited or damaged; search anew with --again"
#: Decimal places of US dollars that costs are kept in, so that sums of many small prices stay exact.
PLACES = 6


@dataclass(slots=True)
class Tally:
    """How a search stands; it travels in the cursor, so that one that was broken off goes on with it."""

    #: ``asked``: the part was about to be asked; ``next``: it is still to be asked; ``done``: none is left.
    state: str = "next"
    part: str | None = None
    parts: int = 0
    seen: int = 0
    parsed: int = 0
    kept: int = 0
    own: int = 0
    pageless: int = 0
    cost_usd: float = 0.0

    @property
    def cursor(self) -> str:
        """The tally as text."""
        return json.dumps({each.name: getattr(self, each.name) for each in fields(self)}, sort_keys=True)

    @classmethod
    def of(cls, cursor: str | None) -> Tally:
        """The tally of a cursor; a new one without.

        Raises:
            SourceError: The cursor is not one of ours.
        """
        try:
            tally = cls(**(json.loads(cursor) if cursor else {}))
        except (ValueError, TypeError, RecursionError) as error:
            raise SourceError(_UNREADABLE) from error
        counts = (tally.parts, tally.seen, tally.parsed, tally.kept, tally.own, tally.pageless)
        is_sound = (
            tally.state in _STATES
            and isinstance(tally.part, str | None)
            and all(type(count) is int and count >= 0 for count in counts)
            and isinstance(tally.cost_usd, int | float)
            and 0 <= tally.cost_usd < math.inf
        )
        if not is_sound:
            raise SourceError(_UNREADABLE)
        return tally

    def pay(self, price_usd: float) -> None:
        """Count a price; a negative one takes it back."""
        self.cost_usd = round(self.cost_usd + price_usd, PLACES)


@dataclass(slots=True)
class _Run:
    """One search while it goes on."""

    question: Question
    context: SearchContext
    tally: Tally
    known: set[tuple[Url, Url | None]] = field(default_factory=set)
    doubts: list[str] = field(default_factory=list)
    declared: int | None = None
    tab: str | None = None
    #: Parts asked for since the search was begun or taken up.
    asked: int = 0


async def search_parts(
    source: AskingSource, question: Question, context: SearchContext
) -> AsyncIterator[Batch]:
    """Ask one question, part by part (see `base.Source.search`)."""
    run = _Run(question, context, Tally.of(question.cursor))
    refusal = source.why_not(question, context)
    if refusal is not None:
        yield _last(source, run, refusal.status, refusal.note)
        return
    if context.api is None:
        raise SourceError(f"{source.name} asks a service, and there is no way out for that here")
    price = source.price_of(context)
    if run.tally.state == "asked" and price > 0:
        yield _last(source, run, SearchStatus.PARTIAL, _lost(run.tally))
        return
    while True:
        if (why := _too_dear(run, price)) is not None:
            yield _last(
                source, run, SearchStatus.PARTIAL if run.tally.parts else SearchStatus.NOT_ENABLED, why
            )
            return
        run.tally.state = "asked"
        run.tally.pay(price)
        if price > 0:
            yield Batch((), _outcome(source, run, SearchStatus.PARTIAL, "asked, not answered yet"))
        answer = await source.ask(question, context, context.api, run.tally.part)
        batches, is_done = _take(source, run, answer, price)
        for batch in batches:
            yield batch
        if is_done:
            return


def lost_part(cursor: str | None) -> str | None:
    """Why a paid search is not taken up again: its last request was sent and never answered."""
    tally = Tally.of(cursor)
    return _lost(tally) if tally.state == "asked" else None


def _lost(tally: Tally) -> str:
    return (
        f"part {tally.parts + 1} was asked and may have been charged, but its answer was lost; "
        "not asked again, so as not to pay twice"
    )


def _too_dear(run: _Run, price: float) -> str | None:
    budget = run.context.budget_usd
    if price <= 0 or budget is None or round(run.tally.cost_usd + price, PLACES) <= budget:
        return None
    left = max(0.0, budget - run.tally.cost_usd)
    return f"one more request of {price:.4f} USD would exceed the budget, of which {left:.4f} USD are left"


def _take(source: AskingSource, run: _Run, answer: Answer, price: float) -> tuple[list[Batch], bool]:
    """Turn one part into batches; say whether the search is over."""
    tally, reading = run.tally, answer.reading
    if _is_free(source, answer):
        tally.pay(-price)
    # Until all of this part is stored, it counts as asked and not answered.
    before = tally.cursor
    tally.seen += reading.seen
    tally.parsed += reading.parsed
    run.declared = reading.declared if run.declared is None else run.declared
    run.tab = reading.selected_tab or run.tab
    sightings = _sightings(source, run, reading)
    tally.kept += len(sightings)
    first, is_answer = tally.parts == 0, _is_answer(reading)
    tally.parts += is_answer
    run.asked += 1
    if reading.note is not None and reading.status is not SearchStatus.NONE_CONFIRMED:
        run.doubts.append(reading.note)
    goes_on = is_answer and answer.next_part is not None
    repeats = not first and goes_on and not sightings and reading.seen > 0
    _move(source, tally, answer)
    if goes_on and not repeats and run.asked < source.most_parts:
        return _batched(source, run, sightings, answer, before), False
    ended = _ended(run, reading, first=first, goes_on=goes_on)
    return _batched(source, run, sightings, answer, before, ended), True


def _move(source: AskingSource, tally: Tally, answer: Answer) -> None:
    """Where the search would be taken up after this part."""
    if _is_answer(answer.reading):
        tally.state = "next" if answer.next_part is not None else "done"
        tally.part = answer.next_part
    elif _is_free(source, answer):
        tally.state = "next"


def _ended(run: _Run, reading: Reading, *, first: bool, goes_on: bool) -> tuple[SearchStatus, str]:
    """What the whole search ended as."""
    tally = run.tally
    if not _is_answer(reading):
        status = reading.status if first else SearchStatus.PARTIAL
        words = reading.status.value.replace("_", " ")
        return status, "" if first else f"part {tally.parts + 1}: {words}"
    if goes_on:
        return SearchStatus.PARTIAL, f"{tally.parts} parts read, there are more"
    if run.doubts:
        return SearchStatus.PARTIAL, ""
    if tally.seen:
        return SearchStatus.RESULTS, ""
    return SearchStatus.NONE_CONFIRMED, reading.note or ""


def _is_answer(reading: Reading) -> bool:
    return reading.status in (SearchStatus.RESULTS, SearchStatus.PARTIAL, SearchStatus.NONE_CONFIRMED)


def _is_free(source: AskingSource, answer: Answer) -> bool:
    """Whether the service does not charge for this; a reply that was lost counts as charged."""
    if answer.is_free or answer.reply.is_unsent:
        return True
    if answer.reply.problem is not None:
        return answer.reply.problem in _NEVER_SENT or answer.reply.status == 429
    return answer.reading.status in _FREE | source.free_outcomes


def _sightings(source: AskingSource, run: _Run, reading: Reading) -> list[Sighting]:
    kept = []
    for card in reading.cards:
        page = canonical(card.page_url) if card.page_url is not None else None
        if page is None:
            run.tally.pageless += 1
        elif page.registrable_domain in run.context.own_domains:
            run.tally.own += 1
        elif (page, card.image_url) not in run.known:
            run.known.add((page, card.image_url))
            kept.append(sighting_of(card, page, source.name, run.question, run.context))
    return kept


def sighting_of(
    card: Card, page: Url, source: str, question: Question, context: SearchContext, title: str | None = None
) -> Sighting:
    """What a result claims: that a page shows the work that was asked about.

    Args:
        card: The result, with its page's folded address.
        page: That address.
        source: The source's name.
        question: What was asked.
        context: When.
        title: What people call the source, where that is not its name.
    """
    told = [title or source.replace("_", " "), card.claim.value, card.title or "", card.date or ""]
    return Sighting(
        source=source,
        page_url=page,
        image_url=card.image_url,
        work_id=question.work.id if question.work is not None else None,
        provenance=", ".join(text for text in told if text)[:300],
        seen_at=context.now,
    )


def _batched(
    source: AskingSource,
    run: _Run,
    sightings: list[Sighting],
    answer: Answer,
    before: str,
    ended: tuple[SearchStatus, str] | None = None,
) -> list[Batch]:
    """The sightings in batches; the last one carries the outcome, and the first one the reply."""
    groups = [sightings[at : at + BATCH] for at in range(0, len(sightings), BATCH)] or [[]]
    running = _outcome(source, run, SearchStatus.PARTIAL, "still being read")
    final = running
    if ended is not None:
        final = _outcome(source, run, *ended, wait=answer.reading.retry_after_s)
    batches = [Batch(tuple(group), replace(running, cursor=before)) for group in groups]
    batches[-1] = replace(batches[-1], outcome=final, is_last=ended is not None)
    batches[0] = replace(batches[0], replies=(answer.reply,))
    return batches


def _last(source: AskingSource, run: _Run, status: SearchStatus, note: str) -> Batch:
    return Batch((), _outcome(source, run, status, note), is_last=True)


def _outcome(
    source: AskingSource, run: _Run, status: SearchStatus, note: str, *, wait: float | None = None
) -> SearchOutcome:
    tally = run.tally
    return SearchOutcome(
        source=source.name,
        status=status,
        query=run.question.query,
        seen=tally.seen,
        parsed=tally.parsed,
        kept=tally.kept,
        note=_note(source, run, note),
        cost_usd=tally.cost_usd,
        cursor=tally.cursor if status is SearchStatus.PARTIAL and tally.state != "done" else None,
        selected_tab=run.tab,
        declared=run.declared,
        retry_after_s=wait,
        query_key=source.query_key(run.question, run.context),
        unproven=source.is_unproven(run.context),
    )


def _note(source: AskingSource, run: _Run, note: str) -> str:
    tally = run.tally
    said = [note, *dict.fromkeys(run.doubts)]
    if tally.seen:
        said.append(f"{tally.kept:,} pages of {tally.seen:,} results")
    if tally.own:
        said.append(f"{tally.own:,} on your own sites left out")
    if tally.pageless:
        said.append(f"{tally.pageless:,} images without a page left out")
    if tally.cost_usd:
        said.append(f"{tally.cost_usd:.4f} USD")
    if source.is_unproven(run.context):
        said.append("unproven: no real answer of this service has been read yet")
    return "; ".join(text for text in said if text)
