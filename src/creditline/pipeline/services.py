"""Asks services for pages: plans, lets a person agree, asks, and says how each service's searches ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from creditline.pipeline.asking import Asked, Asker
from creditline.pipeline.context import Context
from creditline.pipeline.search_plan import DiscoveryPlan, PassedOver, PlannedSearch, Wanted, plan_searches
from creditline.records import Progress, SearchContext, SearchOutcome, SearchStatus, SpendingLimit

STAGE = "ask services"
#: How many different reasons one line names.
SHOWN_REASONS = 3


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """How the searches of one service ended."""

    source: str
    asked: tuple[Asked, ...] = ()
    passed: tuple[PassedOver, ...] = ()
    #: When the last question was asked.
    at: datetime | None = None
    #: The canary, where this run asked for it.
    canary: Asked | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything that this service was to be asked is answered, now or before."""
        answered = [each for each in self.asked if each.outcome.status.was_searched]
        before = any(each.is_answered for each in self.passed)
        return (
            len(answered) == len(self.asked)
            and not any(each.is_gap for each in self.passed)
            and bool(answered or before)
        )

    @property
    def line(self) -> str:
        """One line for people: what was searched, what came of it, what was not searched and why."""
        parts = [*self._found(), *self.missing]
        if any(each.outcome.unproven for each in self.asked):
            parts.append("unproven: no real answer of this service has been read yet")
        searched = any(each.outcome.status.was_searched or each.outcome.seen for each in self.asked)
        searched = searched or any(each.is_answered for each in self.passed)
        state = "" if self.is_whole else "ONLY PARTLY SEARCHED, " if searched else "NOT SEARCHED, "
        return f"{self.source.replace('_', ' ')}: {state}{'; '.join(parts)}"

    def _found(self) -> list[str]:
        parts = []
        done = [each for each in self.asked if each.outcome.seen or each.outcome.status.was_searched]
        if done:
            seen, kept, new = (
                sum(each.outcome.seen for each in done),
                sum(each.outcome.kept for each in done),
                sum(each.new for each in done),
            )
            times = f"{len(done):,} search{'es' if len(done) > 1 else ''}"
            parts.append(f"{times}, {kept:,} pages of {seen:,} results, {new:,} new")
            tabs = {each.outcome.selected_tab for each in done if each.outcome.selected_tab}
            parts += [f"tab {', '.join(sorted(tabs))}"] if tabs else []
        before = sum(each.is_answered for each in self.passed)
        if before:
            parts.append(f"{before:,} answered lately and not asked again")
        canary_usd = self.canary.paid_usd if self.canary is not None else 0.0
        paid = round(canary_usd + sum(each.paid_usd for each in self.asked), 6)
        if paid:
            parts.append(f"{paid:.4f} USD")
        return parts

    @property
    def missing(self) -> list[str]:
        """What was not searched and why, the commonest reasons first."""
        reasons: Counter[str] = Counter()
        for each in self.asked:
            if not each.outcome.status.was_searched:
                reasons[_why(each.outcome, self.at)] += 1
        for passed in self.passed:
            if not passed.is_answered:
                reasons[passed.why] += passed.count
        return self._told(reasons)

    @property
    def unrecorded(self) -> list[str]:
        """What is missing and stands in no question's own outcome."""
        if not self.asked and not any(each.is_answered for each in self.passed):
            return self.missing
        reasons: Counter[str] = Counter()
        for passed in self.passed:
            if passed.is_gap and (passed.standing is None or passed.standing.status.was_searched):
                reasons[passed.why] += passed.count
        return self._told(reasons)

    def _told(self, reasons: Counter[str]) -> list[str]:
        whole = len(self.asked) + sum(each.count for each in self.passed)
        told = [
            f"{f'{count:,} of {whole:,} searches: ' if count < whole else ''}{why}"
            for why, count in reasons.most_common(SHOWN_REASONS)
        ]
        if len(reasons) > SHOWN_REASONS:
            told.append(f"and {len(reasons) - SHOWN_REASONS} more reasons")
        return told

    @property
    def outcomes(self) -> list[SearchOutcome]:
        """The outcomes of this run and, of what was not asked again, those that stand."""
        standing = [each.standing for each in self.passed if each.standing is not None]
        never = [
            SearchOutcome(self.source, SearchStatus.NOT_ENABLED, query=each.query, note=each.why)
            for each in self.passed
            if each.standing is None
        ]
        return [*(each.outcome for each in self.asked), *standing, *never]


#: Shows a plan to a person and gives back what of it may be asked.
Agree = Callable[[DiscoveryPlan], DiscoveryPlan]


async def ask_services(
    wanted: Wanted,
    context: Context,
    known: SearchContext,
    agree: Agree,
    *,
    budget_usd: float | None,
    run_id: str,
    holder: str,
) -> list[ServiceReport]:
    """Plan, have it agreed to, ask.

    Args:
        wanted: Which sources, which works.
        context: The run's surroundings.
        known: What sources may know.
        agree: Who agrees to what the plan costs and discloses.
        budget_usd: Most that this run may spend; what was agreed to when ``None``.
        run_id: The run that the outcomes belong to.
        holder: Who claims questions.
    """
    plan = plan_searches(wanted, context, known, run_id=run_id)
    plan = agree(replace(plan, left=await _quotas(plan, known)))
    asker = Asker(context, known, limits_of(plan, context, budget_usd, run_id), run_id=run_id, holder=holder)
    canaries = {each.plan.source: await asker.ask(each, keeps=False) for each in plan.canaries}
    asker.distrusted = _distrusted(plan, asker)
    reports = []
    concerned = {each.plan.source for each in plan.searches} | {each.source for each in plan.passed}
    for source in wanted.sources:
        if source.name not in concerned:
            continue  # nothing of it is unfinished
        report = await _ask_source(source.name, plan, asker, context)
        reports.append(replace(report, canary=canaries.get(source.name)))
    return reports


async def _quotas(plan: DiscoveryPlan, known: SearchContext) -> dict[str, int]:
    """What is left of each quota that is about to be paid from; asking for it is free and sends no work."""
    left: dict[str, int] = {}
    sources = {each.plan.source: each.source for each in plan.searches if each.most_usd > 0}
    for name, source in sources.items():
        ask = getattr(source, "searches_left", None)
        count = await ask(known) if ask is not None else None
        if count is not None:
            left[name] = count
    return left


def limits_of(
    plan: DiscoveryPlan, context: Context, budget_usd: float | None, run_id: str
) -> list[SpendingLimit]:
    """What a run may spend: its budget or what was agreed to, and what is left of the month's."""
    settings, now = context.settings.discover, context.clock.now()
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    most = budget_usd if budget_usd is not None else settings.budget_usd
    if most is None:
        most = round(context.store.spent_usd(context.owner_id, run_id=run_id) + plan.most_usd, 6)
    return [SpendingLimit(most, run_id=run_id), SpendingLimit(settings.month_usd, since=month)]


def _distrusted(plan: DiscoveryPlan, asker: Asker) -> dict[str, str]:
    """Services that do not find what they must know, with the reason."""
    first: dict[str, PlannedSearch] = {}
    for each in plan.searches:
        first.setdefault(each.plan.source, each)
    told = {name: _why_distrusted(planned, asker) for name, planned in first.items()}
    return {name: why for name, why in told.items() if why is not None}


def _why_distrusted(planned: PlannedSearch, asker: Asker) -> str | None:
    source = planned.source
    question = getattr(source, "canary", None)
    key_of = getattr(source, "query_key", None)
    if question is None or key_of is None:
        return None
    context = asker.context
    standing = context.store.search_standing(context.owner_id, source.name, key_of(question, asker.known))
    if standing is None:
        return "whether it can be trusted was not found out: its canary was not asked"
    if standing.status in (SearchStatus.RESULTS, SearchStatus.PARTIAL) and standing.parsed:
        return None
    how = standing.status.value.replace("_", " ")
    return f"a picture that it must know was not found either ({how})"


async def _ask_source(name: str, plan: DiscoveryPlan, asker: Asker, context: Context) -> ServiceReport:
    mine = [each for each in plan.searches if each.plan.source == name]
    asked: list[Asked] = []
    for number, planned in enumerate(mine):
        context.observer.progress(Progress(STAGE, number, len(mine), f"{name} {planned.plan.query or ''}"))
        asked.append(await asker.ask(planned))
    passed = tuple(each for each in plan.passed if each.source == name)
    report = ServiceReport(name, tuple(asked), passed, context.clock.now())
    if report.unrecorded:
        # Every report says so until something else is asked.
        outcome = SearchOutcome(name, SearchStatus.NOT_ENABLED, note="; ".join(report.unrecorded))
        context.store.save_search(context.owner_id, asker.run_id, outcome, (), context.clock.now())
    return report


def _why(outcome: SearchOutcome, at: datetime | None) -> str:
    when = outcome.searched_at or at
    time = f" {when:%H:%M} UTC" if when is not None else ""
    return f"{outcome.status.value.replace('_', ' ')}{time}: {outcome.note or 'no reason given'}"
