"""Asks services what was planned: nothing is sent that is not in the ledger, nothing paid for twice.

Before a source asks for something that costs, it yields a batch that says so; here that batch is stored,
with its price and against the budget in one transaction, before the source goes on. Whatever happens then,
the question is known to be paid for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from creditline.errors import BudgetError, CreditlineError, StoreError
from creditline.pipeline.context import Context
from creditline.pipeline.ledger_api import LedgerApi, SearchLedger
from creditline.pipeline.questions import Questions
from creditline.pipeline.search_plan import PlannedSearch, plan_of
from creditline.records import (
    Batch,
    SearchContext,
    SearchOutcome,
    SearchStatus,
    Sighting,
    SpendingLimit,
)
from creditline.urls import canonical
from creditline.works import site_key

#: A claim on one question: the longest search has 40 parts, each of which may take two minutes.
LEASE_TTL = timedelta(hours=2)
#: Outcomes after which a service is not asked anything else in a run: it said so itself.
_REFUSALS = frozenset({SearchStatus.RATE_LIMITED, SearchStatus.QUOTA_EXHAUSTED, SearchStatus.REGION_BLOCKED})
#: Other outcomes that speak of the service, not of the question, and how many in a row end a run's
#: questions to it: one may be chance, and each further one may cost. Judgement.
_FAILURES = frozenset(
    {
        SearchStatus.AUTH_FAILED,
        SearchStatus.BLOCKED,
        SearchStatus.CAPTCHA,
        SearchStatus.NETWORK_ERROR,
        SearchStatus.UNKNOWN_LAYOUT,
    }
)
MOST_FAILURES = 3
#: Kind of evidence of what a service answered.
EVIDENCE_KIND = "search_reply"


@dataclass(frozen=True, slots=True)
class Asked:
    """How one question ended."""

    outcome: SearchOutcome
    #: Sightings that were not known before.
    new: int = 0
    #: What this run paid for it, US dollars.
    paid_usd: float = 0.0


class Asker:
    """Asks one question after the other, within the limits of one run.

    Args:
        context: The run's surroundings.
        known: What sources may know.
        limits: What may be spent.
        run_id: The run that the outcomes belong to.
        holder: Who claims questions, see `store.leases`.
    """

    def __init__(
        self,
        context: Context,
        known: SearchContext,
        limits: Sequence[SpendingLimit],
        *,
        run_id: str,
        holder: str,
    ) -> None:
        self.context = context
        self.known = known
        self.limits = tuple(limits)
        self.run_id = run_id
        self._holder = holder
        self._questions = Questions(context)
        self._refusals = _Refusals()
        #: Sources whose "nothing" is not believed, with the reason.
        self.distrusted: Mapping[str, str] = {}

    async def ask(self, planned: PlannedSearch, *, keeps: bool = True) -> Asked:
        """Ask one planned question.

        Args:
            planned: The question.
            keeps: Whether the pages it names are leads; those of a canary are not.
        """
        plan, store, owner_id = planned.plan, self.context.store, self.context.owner_id
        key = f"{owner_id}/{plan.source}/{plan.query_key}"
        lease = store.claim("search", key, self._holder, LEASE_TTL, self.context.clock.now())
        if lease is None:
            return Asked(_not_asked(planned, "another process asks this right now"))
        try:
            standing = store.search_standing(owner_id, plan.source, plan.query_key)
            if standing is not None and _was_asked_since(planned, standing):
                # Another process was faster, between our plan and our claim; its word stands.
                return Asked(standing)
            if (refusal := self._refusals.of(planned)) is not None:
                search = _Search(planned, self, keeps=keeps)
                search.end(*refusal)
                return Asked(search.outcome)
            return await self._ask(await self._with_copy(planned), keeps=keeps)
        finally:
            store.release(lease)

    def left_usd(self) -> float | None:
        """What may still be spent, ``None`` without a limit."""
        left = [
            limit.most_usd
            - self.context.store.spent_usd(self.context.owner_id, run_id=limit.run_id, since=limit.since)
            for limit in self.limits
        ]
        return max(0.0, min(left)) if left else None

    async def _with_copy(self, planned: PlannedSearch) -> PlannedSearch:
        question = await self._questions.with_copy(planned.question)
        if question is planned.question:
            return planned
        return replace(planned, question=question, plan=plan_of(planned.source, question, self.known))

    async def _ask(self, planned: PlannedSearch, *, keeps: bool) -> Asked:
        search = _Search(planned, self, keeps=keeps)
        try:
            async with _closing(planned.source.search(planned.question, search.known())) as batches:
                async for batch in batches:
                    search.take(batch)
        except BudgetError as error:
            search.end(SearchStatus.PARTIAL if search.has_answer else SearchStatus.NOT_ENABLED, str(error))
        except StoreError:
            # What is answered could not be kept: nothing more may be asked, least of all paid for.
            raise
        except CreditlineError as error:
            search.end(SearchStatus.NOT_ENABLED, str(error))
        self._refusals.note(search.outcome, is_answered=search.is_answered)
        return Asked(search.outcome, search.new, round(search.paid_usd, 6))


class _Refusals:
    """Which services are not asked any more in this run, and why."""

    def __init__(self) -> None:
        self._failures: dict[str, list[SearchOutcome]] = {}

    def note(self, outcome: SearchOutcome, *, is_answered: bool) -> None:
        """How a question ended; an answer is one even where it is not believed."""
        if not is_answered and (outcome.status in _REFUSALS or outcome.status in _FAILURES):
            self._failures.setdefault(outcome.source, []).append(outcome)
        else:
            self._failures.pop(outcome.source, None)

    def of(self, planned: PlannedSearch) -> tuple[SearchStatus, str] | None:
        """Why a question is not asked: the outcome that it ends as and the reason."""
        failures = self._failures.get(planned.plan.source)
        if not failures or getattr(planned.source, "keeps_own_pace", False):
            return None
        last = failures[-1]
        # What follows the reason is of the question before: what it found and cost.
        why = (last.note or last.status.value).partition("; ")[0]
        if last.status in _REFUSALS:
            return last.status, f"not asked any more in this run: {why}"
        if len(failures) < MOST_FAILURES:
            return None
        return last.status, f"not asked after {len(failures)} failures in a row: {why}"


class _Search:
    """One question while it is asked."""

    def __init__(self, planned: PlannedSearch, asker: Asker, *, keeps: bool) -> None:
        self._planned = planned
        self._asker = asker
        self._keeps = keeps
        taken_up = planned.goes_on_from
        #: Everything this question has cost so far, in earlier runs too.
        self._cost_usd = taken_up.cost_usd if taken_up is not None else 0.0
        self._evidence = taken_up.evidence if taken_up is not None else ()
        self.outcome = taken_up or _not_asked(planned, "broken off at once")
        self.new = 0
        self.paid_usd = 0.0
        #: Whether the service said that this is its whole answer.
        self.is_answered = False

    @property
    def has_answer(self) -> bool:
        """Whether any part was answered, now or before."""
        return self.outcome.seen > 0

    def known(self) -> SearchContext:
        """What the source may know for this question."""
        asker = self._asker
        left = asker.left_usd()
        api, ledger = asker.known.api, SearchLedger(asker.context, self._planned, asker.run_id)
        return replace(
            asker.known,
            api=LedgerApi(api, ledger) if api is not None else None,
            disclose=ledger.write,
            budget_usd=round(self._cost_usd + left, 6) if left is not None else None,
        )

    def take(self, batch: Batch) -> None:
        """Store a batch with what it costs; only then the source goes on.

        Raises:
            BudgetError: It would cost more than is left; nothing of it was stored.
            StoreError: What the service answered could not be kept as evidence; the rest was stored.
        """
        self.is_answered = batch.outcome.status.was_searched
        failure = self._keep_replies(batch)
        outcome = replace(self._judged(batch), evidence=self._evidence)
        paid = round(outcome.cost_usd - self._cost_usd, 6)
        sightings = [_folded(each) for each in batch.sightings] if self._keeps else []
        own = self._asker.known.own_domains
        foreign = [each for each in sightings if site_key(each.page_url) not in own]
        self.new += self._save(outcome, foreign, paid)
        self.outcome, self._cost_usd = outcome, outcome.cost_usd
        self.paid_usd += paid
        if failure is not None:
            raise failure

    def end(self, status: SearchStatus, note: str) -> None:
        """The search cannot go on."""
        self.outcome = replace(self.outcome, status=status, note=note, cost_usd=self._cost_usd)
        self._save(self.outcome, [], 0.0)

    def _judged(self, batch: Batch) -> SearchOutcome:
        """The batch's outcome; "nothing" only of a service that finds its canary."""
        outcome = batch.outcome
        why = self._asker.distrusted.get(outcome.source)
        if not batch.is_last or outcome.status is not SearchStatus.NONE_CONFIRMED or why is None:
            return outcome
        note = f"it says that it has nothing, but {why}; {outcome.note or ''}".rstrip("; ")
        return replace(outcome, status=SearchStatus.UNKNOWN_LAYOUT, note=note)

    def _keep_replies(self, batch: Batch) -> StoreError | None:
        """Keep what was answered as evidence; why that failed, since what it says is stored even then."""
        context = self._asker.context
        for reply in batch.replies:
            if not reply.body:
                continue
            media_type = (reply.header("content-type") or "application/octet-stream").split(";")[0]
            try:
                item = context.store.put(reply.body, EVIDENCE_KIND, media_type, context.clock.now())
            except StoreError as error:
                return error
            self._evidence = tuple(dict.fromkeys((*self._evidence, item.sha256)))
        return None

    def _save(self, outcome: SearchOutcome, sightings: Sequence[Sighting], paid_usd: float) -> int:
        context = self._asker.context
        return context.store.save_search(
            context.owner_id,
            self._asker.run_id,
            outcome,
            sightings,
            context.clock.now(),
            paid_usd=paid_usd,
            limits=self._asker.limits,
        )


def _was_asked_since(planned: PlannedSearch, standing: SearchOutcome) -> bool:
    then = planned.standing
    return then is None or standing.searched_at != then.searched_at or standing.run_id != then.run_id


def _not_asked(planned: PlannedSearch, why: str) -> SearchOutcome:
    return SearchOutcome(
        planned.plan.source,
        SearchStatus.NOT_ENABLED,
        query=planned.plan.query,
        note=why,
        query_key=planned.plan.query_key,
        unproven=planned.plan.unproven,
    )


def _folded(sighting: Sighting) -> Sighting:
    return replace(sighting, page_url=canonical(sighting.page_url))


@asynccontextmanager
async def _closing(batches: AsyncIterator[Batch]) -> AsyncIterator[AsyncIterator[Batch]]:
    """Close what a source yields from, where it can be closed, also when we stop early."""
    try:
        yield batches
    finally:
        close = getattr(batches, "aclose", None)
        if close is not None:
            await close()
