"""Plans which services are asked about which works, before anything is asked or spent.

A question that was answered is not asked again before `[discover] again_days` have passed; one that was
paid for never is, whatever came of it, unless the owner says so. A search that stopped on its way goes on
where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

from creditline.errors import CreditlineError, UsageError
from creditline.pipeline.context import Context
from creditline.pipeline.ports import DiscoverySource, PlanningSource
from creditline.pipeline.questions import Questions
from creditline.records import Question, SearchContext, SearchOutcome, SearchPlan, SearchStatus
from creditline.urls import Url
from creditline.works import prospects

#: What the question is called that a service must be able to answer (`sources._asking.CANARY`).
CANARY = "canary"
#: How long a canary's find or miss says something about a service: one that is paid for each time is
#: asked weekly, others daily. Judgement: engines changed their pages every three to four months.
CANARY_HOLDS = timedelta(days=1)
PAID_CANARY_HOLDS = timedelta(days=7)
#: Longest wait that a service is believed to ask for; readers believe a day (`engine_replies.walls`).
LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlannedSearch:
    """One question that would be asked."""

    source: DiscoverySource
    question: Question
    plan: SearchPlan
    #: Why it is worth asking, for people.
    why: str
    #: How it stood when the plan was made; taken up there where the question has a cursor.
    standing: SearchOutcome | None = None

    @property
    def goes_on_from(self) -> SearchOutcome | None:
        """The outcome that is taken up, ``None`` when the question is asked anew."""
        return self.standing if self.question.cursor is not None else None

    @property
    def most_usd(self) -> float:
        """Most that it may still cost."""
        return self.plan.most_usd


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A question that is not asked now, and why."""

    source: str
    query: str | None
    why: str
    #: How it ended when it was asked last, ``None`` when it never was.
    standing: SearchOutcome | None = None
    #: Whether it should be asked, were it not for what ``why`` says: then something is missing.
    is_gap: bool = True
    #: Questions that this stands for.
    count: int = 1

    @property
    def is_answered(self) -> bool:
        """Whether an answer stands, so that nothing is missing."""
        return self.standing is not None and self.standing.status.was_searched and not self.is_gap


@dataclass(frozen=True, slots=True)
class DiscoveryPlan:
    """Everything that a run would ask services, best prospects first."""

    searches: tuple[PlannedSearch, ...] = ()
    passed: tuple[PassedOver, ...] = ()
    #: Canaries that are due, one per source at the most.
    canaries: tuple[PlannedSearch, ...] = ()
    #: Requests that are left of the owner's quota, by source, where a service says it for free.
    left: Mapping[str, int] = field(default_factory=dict)

    @property
    def most_usd(self) -> float:
        """Most that all of it may cost, US dollars."""
        return round(sum(each.most_usd for each in (*self.canaries, *self.searches)), 6)

    @property
    def seconds(self) -> float:
        """How long it takes, roughly."""
        return sum(each.plan.seconds for each in (*self.canaries, *self.searches))

    def without_paid(self, why: str) -> DiscoveryPlan:
        """The same without what costs anything."""
        free = tuple(each for each in self.searches if each.most_usd == 0)
        dropped = [each for each in self.searches if each.most_usd > 0]
        passed = (PassedOver(each.plan.source, each.plan.query, why, each.standing) for each in dropped)
        canaries = tuple(each for each in self.canaries if each.most_usd == 0)
        return DiscoveryPlan(free, (*self.passed, *passed), canaries, self.left)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for."""

    sources: tuple[DiscoverySource, ...]
    #: Only these works, by id; all when empty.
    works: tuple[str, ...] = ()
    #: Ask again what was asked lately, even if it was paid for.
    again: bool = False
    #: Only go on with what stopped on its way or could not be asked.
    only_unfinished: bool = False


def plan_searches(
    wanted: Wanted, context: Context, known: SearchContext, *, run_id: str | None = None
) -> DiscoveryPlan:
    """Plan a run; nothing is asked.

    Args:
        wanted: Which sources, which works.
        context: The run's surroundings.
        known: What sources may know.
        run_id: The run that is taken up or begun: what it has already finished is not asked again.

    Raises:
        UsageError: There is no work of an id that was asked for.
    """
    known_works = {work.id for work in context.store.works(context.owner_id)}
    for work_id in wanted.works:
        if work_id not in known_works:
            raise UsageError(f"no work {work_id!r} here; `creditline works` lists them")
    planner = _Planner(wanted, context, known, run_id)
    for source in wanted.sources:
        planner.add(source)
    return DiscoveryPlan(tuple(planner.searches), tuple(planner.passed), tuple(planner.canaries))


class _Planner:
    """Collects what is asked and what is not."""

    def __init__(self, wanted: Wanted, context: Context, known: SearchContext, run_id: str | None) -> None:
        self._wanted = wanted
        self._known = known
        self._run_id = run_id
        self._settings = context.settings.discover
        self._now = context.clock.now()
        self._questions = Questions(context)
        outcomes = context.store.search_outcomes(context.owner_id)
        self._standing = {(each.source, each.query_key): each for each in outcomes if each.query_key}
        paced = {each.name for each in wanted.sources if getattr(each, "keeps_own_pace", False)}
        self._left_alone = _left_alone_services(
            [each for each in outcomes if each.source not in paced], self._now
        )
        works = context.store.works(context.owner_id)
        self._prospects = prospects(
            [work for work in works if not wanted.works or work.id in wanted.works],
            context.store.lead_hits(context.owner_id),
            context.store.uses(context.owner_id),
            _last_searched(outcomes),
            self._now,
        )
        self._why = {each.work.id: each.why for each in self._prospects}
        self.searches: list[PlannedSearch] = []
        self.passed: list[PassedOver] = []
        self.canaries: list[PlannedSearch] = []

    def add(self, source: DiscoverySource) -> None:
        """Plan one source's questions, as many as one run asks."""
        also = getattr(source, "also_asked", None)
        for question in also() if also is not None else ():
            self._take(source, question)
        asked = waiting = 0
        for prospect in self._prospects if getattr(source, "asks_works", True) else ():
            question = self._questions.of_work(source, prospect.work)
            if asked < self._settings.max_works:
                asked += self._take(source, question)
            else:
                waiting += self._planned(source, question) is not None
        if waiting:
            why = f"wait for another run: one run asks about {self._settings.max_works:,} works (max_works)"
            self.passed.append(PassedOver(source.name, None, why, count=waiting))
        if any(each.source is source for each in self.searches):
            self._add_canary(source)
        elif not self._wanted.only_unfinished and not any(each.source == source.name for each in self.passed):
            why = "no work to search for; index your site first"
            self.passed.append(PassedOver(source.name, None, why))

    def _take(self, source: DiscoverySource, question: Question) -> bool:
        planned = self._planned(source, question)
        if planned is not None:
            self.searches.append(planned)
        return planned is not None

    def _planned(self, source: DiscoverySource, question: Question) -> PlannedSearch | None:
        standing: SearchOutcome | None = None
        try:
            plan = plan_of(source, question, self._known)
            standing = self._standing.get((source.name, plan.query_key))
            if standing is None and self._wanted.only_unfinished:
                return None
            if standing is not None and standing.cursor is not None and not self._wanted.again:
                question = replace(question, cursor=standing.cursor)
                plan = plan_of(source, question, self._known)
        except CreditlineError as error:
            self.passed.append(PassedOver(source.name, question.query, str(error), standing))
            return None
        passed = self._passed_over(source, plan, standing)
        if passed is not None:
            self.passed.append(passed)
            return None
        why = self._why.get(question.work.id, "") if question.work is not None else "all of your sites"
        if question.cursor is not None:
            why = "goes on where it stood"
        return PlannedSearch(source, question, plan, why, standing)

    def _passed_over(
        self, source: DiscoverySource, plan: SearchPlan, standing: SearchOutcome | None
    ) -> PassedOver | None:
        """Why a question is not asked now, and whether it should be; ``None`` when it is."""
        not_yet = left_alone = None
        if not self._wanted.again:
            not_yet = self._not_yet(standing) if standing is not None else None
            left_alone = self._left_alone.get(source.name)
        why = "; ".join(plan.problems) or not_yet or left_alone
        if why is None:
            return None
        is_answered = standing is not None and standing.status.was_searched and not_yet is not None
        is_gap = not is_answered and not (plan.problems and plan.is_moot)
        return PassedOver(source.name, plan.query, why, standing, is_gap=is_gap)

    def _not_yet(self, standing: SearchOutcome) -> str | None:
        when = standing.searched_at
        if when is None:
            return None
        due = when + timedelta(days=self._settings.again_days)
        same_run = self._run_id is not None and standing.run_id == self._run_id
        is_fresh = same_run or self._now < due
        until = _left_alone_until(standing)
        if until is not None and self._now < until:
            return _left_alone(until)
        if not is_fresh or standing.cursor is not None:
            return None
        if standing.status.was_searched:
            return f"searched on {when:%Y-%m-%d}, again from {due:%Y-%m-%d}"
        if standing.cost_usd > 0:
            return (
                f"paid for on {when:%Y-%m-%d} and {standing.status.value.replace('_', ' ')}; "
                f"again from {due:%Y-%m-%d}, or with --again"
            )
        if standing.status is SearchStatus.PARTIAL and not self._wanted.only_unfinished and not same_run:
            return f"searched in part on {when:%Y-%m-%d}, again from {due:%Y-%m-%d}, or with --again"
        return None

    def _add_canary(self, source: DiscoverySource) -> None:
        question = cast("Question | None", getattr(source, "canary", None))
        if question is None:
            return
        plan = plan_of(source, question, self._known)
        standing = self._standing.get((source.name, plan.query_key))
        if not plan.problems and not canary_holds(standing, plan, self._now):
            why = "a picture that it must know: is it to be trusted?"
            self.canaries.append(PlannedSearch(source, question, plan, why, standing))


def canary_holds(standing: SearchOutcome | None, plan: SearchPlan, now: datetime) -> bool:
    """Whether a service was asked for its canary lately enough."""
    if standing is None or standing.searched_at is None:
        return False
    if standing.cost_usd == 0 and not standing.status.was_searched:
        return False
    holds = PAID_CANARY_HOLDS if plan.price_usd > 0 else CANARY_HOLDS
    return abs(now - standing.searched_at) < holds


def _left_alone_until(outcome: SearchOutcome) -> datetime | None:
    """Until when a service asked to be left alone; ``None`` where it did not."""
    wait, when = outcome.retry_after_s, outcome.searched_at
    if when is None or wait is None or not wait > 0:
        return None
    return when + timedelta(seconds=min(wait, LONGEST_WAIT.total_seconds()))


def _left_alone(until: datetime) -> str:
    return f"it asked to be left alone until {until:%Y-%m-%d %H:%M} UTC"


def _left_alone_services(outcomes: Iterable[SearchOutcome], now: datetime) -> dict[str, str]:
    """Services that asked for it, whatever they were asked about, and have answered nothing since."""
    answered: dict[str, datetime] = {}
    asked: list[tuple[str, datetime, datetime]] = []
    for each in outcomes:
        when, until = each.searched_at, _left_alone_until(each)
        if when is not None and until is not None and now < until:
            asked.append((each.source, when, until))
        elif when is not None and each.seen:
            answered[each.source] = max(answered.get(each.source, when), when)
    waits = sorted((until, name) for name, when, until in asked if when >= answered.get(name, when))
    return {name: _left_alone(until) for until, name in waits}


def plan_of(source: DiscoverySource, question: Question, known: SearchContext) -> SearchPlan:
    """What a source says it would do.

    Raises:
        CreditlineError: Its settings cannot be used.
    """
    return cast("PlanningSource", source).plan(question, known)


def _last_searched(outcomes: Iterable[SearchOutcome]) -> dict[str, datetime]:
    """When services were last asked about each work; `SearchOutcome.query` is then its id."""
    last: dict[str, datetime] = {}
    for each in outcomes:
        if each.query is not None and each.query_key and each.searched_at is not None:
            last[each.query] = max(last.get(each.query, each.searched_at), each.searched_at)
    return last


def plan_lines(plan: DiscoveryPlan, *, shown: int = 3) -> list[str]:
    """What would be asked, one line per source and some of its questions, then the sum."""
    lines = []
    for name in dict.fromkeys([each.plan.source for each in plan.searches] + [p.source for p in plan.passed]):
        mine = [each for each in plan.searches if each.plan.source == name]
        canaries = [each for each in plan.canaries if each.plan.source == name]
        lines += _source_lines(name, mine, canaries, shown) if mine else []
        lines += _quota_lines(plan, name, [*mine, *canaries])
        lines += _passed_lines(name, [each for each in plan.passed if each.source == name])
    if plan.searches:
        minutes = max(1, round(plan.seconds / 60))
        count = len(plan.searches) + len(plan.canaries)
        lines.append(f"in all {count:,} searches, at most {plan.most_usd:.4f} USD, about {minutes:,} min")
    return lines


def _source_lines(
    name: str, searches: list[PlannedSearch], canaries: list[PlannedSearch], shown: int
) -> list[str]:
    plan, calls = searches[0].plan, sum(each.plan.most_calls for each in (*searches, *canaries))
    most = round(sum(each.most_usd for each in (*searches, *canaries)), 6)
    cost = f"at most {calls:,} requests and {most:.4f} USD ({plan.price_note})" if most else plan.price_note
    tested = ", one of them its canary" if canaries else ""
    head = f"{name.replace('_', ' ')} ({plan.recipient}): {len(searches) + len(canaries):,} searches{tested}"
    sends = " or ".join(dict.fromkeys(each.plan.sends for each in searches[:shown]))
    lines = [f"{head}; sends {sends}; {cost}{'; unproven' if plan.unproven else ''}"]
    lines += [f"  {_asked(each)}: {each.why}; sends {each.plan.sends}" for each in searches[:shown]]
    if len(searches) > shown:
        lines.append(f"  and {len(searches) - shown:,} more")
    return lines


def _asked(search: PlannedSearch) -> str:
    """What is asked about: a work by its id, and by what people know it by."""
    work = search.question.work
    if work is None:
        return search.plan.query or "all"
    url = Url.try_parse(work.url)
    name = work.title or (url.file_name if url is not None else work.url.rpartition("/")[2])
    return f"{work.id} ({name})" if name else work.id


def _quota_lines(plan: DiscoveryPlan, name: str, searches: list[PlannedSearch]) -> list[str]:
    left = plan.left.get(name)
    if left is None:
        return []
    calls = sum(each.plan.most_calls for each in searches)
    doubt = "" if left >= calls else f", fewer than the {calls:,} that this may take"
    return [f"{name.replace('_', ' ')}: {left:,} requests left by its own count{doubt}"]


def _passed_lines(name: str, passed: list[PassedOver]) -> list[str]:
    reasons: dict[str, int] = {}
    for each in passed:
        reasons[each.why] = reasons.get(each.why, 0) + each.count
    return [
        f"{name.replace('_', ' ')}: not asked{f' ({count:,} times)' if count > 1 else ''}: {why}"
        for why, count in reasons.items()
    ]
