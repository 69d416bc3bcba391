"""Check every page on the list: claim it, look at it, store what was found. Resumable at any moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from creditline.errors import LeaseLostError
from creditline.pipeline.context import Context
from creditline.pipeline.forecast import DiskForecast
from creditline.pipeline.page_check import PageChecker
from creditline.pipeline.portfolio_index import portfolio_of
from creditline.records import CheckStatus, Lease, PageTask, PageUrlKind, Progress, VerdictKind
from creditline.urls import Url
from creditline.works import Hotlinks

#: How long a claim on a page holds without a sign of life. A page's budget is 30 s of browser twice
#: plus its images; a dead process on this machine is noticed at once, whatever this says.
LEASE_TTL = timedelta(minutes=10)

#: How often a claim is renewed while its page is worked on: a page of 200 large pictures on a slow site takes
#: longer than any claim should last.
RENEW_EVERY_S = LEASE_TTL.total_seconds() / 3

STAGE = "check pages"


@dataclass(slots=True)
class CheckReport:
    """What a check run did, for the summary line and the exit code."""

    pages: int = 0
    #: How many of them this run had checked before: it was interrupted, or goes on in another process too.
    before: int = 0
    #: Pages by what their visit found.
    statuses: Counter[CheckStatus] = field(default_factory=Counter)
    #: Uses seen in this run by verdict.
    verdicts: Counter[VerdictKind] = field(default_factory=Counter)
    #: Why pages could not be checked.
    reasons: Counter[str] = field(default_factory=Counter)
    #: Why pages that show uses may show more of them.
    not_seen_whole: Counter[str] = field(default_factory=Counter)
    #: Articles that checked pages are another form of.
    articles: list[Url] = field(default_factory=list)
    #: Pages that are another form of an article; what they show is counted with the article.
    folded: int = 0
    #: Pages that another process was working on.
    busy: int = 0

    @property
    def complete(self) -> bool:
        """Whether every page asked for could be checked, and whole."""
        unclear = self.statuses[CheckStatus.COULD_NOT_CHECK] + self.verdicts[VerdictKind.UNCLEAR]
        return not unclear and not self.busy and not self.not_seen_whole


async def check_pages(
    context: Context, holder: str, *, not_since: datetime | None, only: Sequence[Url] | None = None
) -> CheckReport:
    """Check pages last checked before ``not_since`` (all when ``None``) until none is left.

    Args:
        context: The run's surroundings.
        holder: Who claims the pages, see `store.leases`.
        not_since: The run's start; a resumed run skips what it has done.
        only: These pages, and the articles that they prove to be another form of.

    Returns:
        What the whole run did: a resumed one tells of the pages it checked before it was interrupted too.
    """
    works = context.store.works(context.owner_id, features=False)
    hotlinks = Hotlinks.from_works(works, context.owner.domains)
    portfolio = portfolio_of(context)
    if portfolio.outdated:
        context.observer.note(
            f"{len(portfolio.outdated)} works were fingerprinted by an older version, and only their own "
            "files are recognised; run `creditline index` again"
        )
    checker = PageChecker(context, portfolio, hotlinks)
    report = CheckReport() if only is not None or not_since is None else _done_before(context, not_since)
    done: set[str] = set()
    while True:
        asked = None if only is None else [*only, *report.articles]
        tasks = [
            task
            for task in context.store.pages_to_check(context.owner_id, not_since=not_since, only=asked)
            if task.page_id not in done and task.kind is PageUrlKind.PAGE
        ]
        if not tasks:
            return report
        done.update(task.page_id for task in tasks)
        await _check_all(context, checker, holder, tasks, report, follow=only is None)


def _done_before(context: Context, since: datetime) -> CheckReport:
    """What the store holds of a run that was interrupted; empty for one that has just begun."""
    report = CheckReport()
    for check in context.store.page_checks(context.owner_id):
        if check.checked_at >= since:
            report.pages += 1
            report.before += 1
            if check.folds_into is not None:
                report.folded += 1
                continue
            report.statuses[check.status] += 1
            _count_reason(report, check.status, check.reason)
    for use in context.store.uses(context.owner_id):
        if use.last_checked >= since and use.check_status is CheckStatus.SHOWN:
            report.verdicts[use.verdict_kind] += 1
    return report


def _count_reason(report: CheckReport, status: CheckStatus, reason: str | None) -> None:
    """Note why a page could not be checked, or was not seen whole."""
    if reason is None:
        return
    if status is CheckStatus.COULD_NOT_CHECK:
        report.reasons[reason] += 1
    elif status is CheckStatus.SHOWN:
        report.not_seen_whole[reason] += 1


async def _check_all(
    context: Context,
    checker: PageChecker,
    holder: str,
    tasks: Sequence[PageTask],
    report: CheckReport,
    *,
    follow: bool,
) -> None:
    """Work through tasks with a few at once; the first defect of ours ends the run and surfaces."""
    waiting = _spread(tasks)
    total = report.pages + len(waiting)
    forecast = DiskForecast(context, len(waiting))

    async def worker() -> None:
        while waiting:
            task = waiting.pop(0)
            await _check_one(context, checker, holder, task, report, follow=follow)
            step = Progress(STAGE, report.pages + report.busy, total, task.url.host)
            context.observer.progress(step)
            await forecast.page_done()

    async with asyncio.TaskGroup() as group:
        for _ in range(min(context.settings.fetch.workers, len(waiting))):
            group.create_task(worker())


def _spread(tasks: Sequence[PageTask]) -> list[PageTask]:
    """Order pages so that neighbours lie on different sites: one slow site then holds up nobody."""
    per_site: dict[str, list[PageTask]] = {}
    for task in tasks:
        per_site.setdefault(task.url.registrable_domain, []).append(task)
    rounds = max(map(len, per_site.values()))
    return [pages[i] for i in range(rounds) for pages in per_site.values() if i < len(pages)]


async def _check_one(
    context: Context,
    checker: PageChecker,
    holder: str,
    task: PageTask,
    report: CheckReport,
    *,
    follow: bool,
) -> None:
    store, now = context.store, context.clock.now()
    lease = await asyncio.to_thread(store.claim, "page", task.page_id, holder, LEASE_TTL, now)
    if lease is None:
        report.busy += 1
        return
    try:
        async with _renewed(context, lease):
            await _check_claimed(context, checker, lease, task, report, follow=follow)
    except LeaseLostError:
        # Somebody else took the page over while we were away (a laptop that slept): theirs counts.
        report.busy += 1
    finally:
        await asyncio.to_thread(store.release, lease)


@asynccontextmanager
async def _renewed(context: Context, lease: Lease) -> AsyncIterator[None]:
    """Keep a claim alive; where it was lost all the same, the result is refused when it is stored."""

    async def renew() -> None:
        still_ours = True
        while still_ours:
            await asyncio.sleep(RENEW_EVERY_S)  # real time: other processes' clocks go on
            now = context.clock.now()
            still_ours = await asyncio.to_thread(context.store.renew, lease, LEASE_TTL, now)

    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        task.cancel()
        # That a claim could not be renewed shows when the result is stored.
        await asyncio.gather(task, return_exceptions=True)


async def _check_claimed(
    context: Context,
    checker: PageChecker,
    lease: Lease,
    task: PageTask,
    report: CheckReport,
    *,
    follow: bool,
) -> None:
    checked = await checker.check(task)
    if follow and checked.further:
        now = context.clock.now()
        await asyncio.to_thread(
            context.store.add_pages, context.owner_id, checked.further, f"link on {task.url}", now
        )
    uses = await asyncio.to_thread(context.store.save_check, context.owner_id, lease, checked.result)
    report.pages += 1
    if checked.result.folds_into is not None:
        report.articles.append(checked.result.folds_into)
        report.folded += 1
        return
    report.statuses[checked.result.status] += 1
    report.verdicts.update(use.verdict_kind for use in uses)
    _count_reason(report, checked.result.status, checked.result.reason)
