"""Discovers pages: asks the sources, stores what they say, and finds the pages behind bare hosts.

Nothing is decided about the pages themselves; that is what checking is for. Every search leaves its
outcome in the store from its first batch on, so that a search that was broken off never looks like
one that found nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from creditline.errors import CreditlineError, InputFileError
from creditline.pipeline.context import Context
from creditline.pipeline.origins import PLATFORMS, ResolvedOrigin, resolve_origins
from creditline.pipeline.ports import DiscoverySource
from creditline.pipeline.search_plan import CANARY, Wanted
from creditline.pipeline.services import Agree, ServiceReport, ask_services
from creditline.records import (
    Batch,
    Disposition,
    MatchStatus,
    Owner,
    Progress,
    Question,
    SearchContext,
    SearchOutcome,
    SearchStatus,
    Sighting,
    Work,
)
from creditline.urls import Url, canonical
from creditline.works import host_book, site_key

STAGE = "discover"
#: How many lines of one kind a summary for people lists.
SHOWN_LINES = 5


@dataclass(frozen=True, slots=True)
class Search:
    """One question to one source."""

    source: DiscoverySource
    question: Question


@dataclass(frozen=True, slots=True)
class Searched:
    """How one search ended."""

    outcome: SearchOutcome
    #: Sightings that were not known before.
    new: int

    @property
    def line(self) -> str:
        """One line for people: which source, how far it was searched, what came of it."""
        outcome = self.outcome
        name = outcome.source.replace("_", " ") + (f" {outcome.query}" if outcome.query else "")
        said = outcome.note or f"{outcome.kept:,} kept of {outcome.seen:,}"
        if outcome.status.was_searched:
            return f"{name}: {said}; {self.new:,} new"
        if outcome.status is SearchStatus.PARTIAL:
            return f"{name}: ONLY PARTLY SEARCHED, {said}; {self.new:,} new"
        return f"{name}: NOT SEARCHED, {outcome.status.value.replace('_', ' ')}: {said}"


@dataclass(frozen=True, slots=True)
class DiscoverReport:
    """What discovery came to."""

    searched: tuple[Searched, ...]
    resolved: tuple[ResolvedOrigin, ...] = ()
    services: tuple[ServiceReport, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything asked for was searched, and every host could be looked through."""
        return (
            all(each.outcome.status.was_searched for each in self.searched)
            and all(each.is_whole for each in self.services)
            and all(origin.is_whole for origin in self.resolved)
        )

    @property
    def outcomes(self) -> list[SearchOutcome]:
        """How every search ended, those of files first."""
        asked = [outcome for service in self.services for outcome in service.outcomes]
        return [*(each.outcome for each in self.searched), *asked]

    def lines(self) -> list[str]:
        """One line per source, then what became of bare hosts."""
        lines = [each.line for each in self.searched] + [each.line for each in self.services]
        failed = [origin for origin in self.resolved if origin.problem is not None]
        if self.resolved:
            pages = sum(len(origin.pages) for origin in self.resolved)
            seen = len(self.resolved) - len(failed)
            lines.append(f"{seen} of {len(self.resolved)} sites looked through: {pages} pages to check")
        lines.extend(
            f"not looked through: {each.url.display}: {each.problem}" for each in failed[:SHOWN_LINES]
        )
        if len(failed) > SHOWN_LINES:
            lines.append(f"not looked through: and {len(failed) - SHOWN_LINES} more sites")
        return lines


@dataclass(frozen=True, slots=True)
class Services:
    """Which services are asked too, and who agrees to what that costs."""

    wanted: Wanted
    agree: Agree
    budget_usd: float | None = None


async def discover(
    searches: Sequence[Search],
    context: Context,
    *,
    run_id: str,
    holder: str,
    services: Services | None = None,
    is_all: bool = True,
) -> DiscoverReport:
    """Ask every source its question, then the services, then resolve hosts to pages.

    Args:
        searches: Which source is asked what.
        context: The run's surroundings.
        run_id: The run that the outcomes belong to.
        holder: Who claims hosts, see `store.leases`.
        services: Services to ask; after the files, since what logs say decides what is worth asking.
        is_all: Whether nothing else is done in the run.

    Raises:
        InputFileError: The one file that a person gave, and nothing else, is not one that its source can
            read. One of several is an outcome like others.
    """
    known = search_context(context)
    searched = []
    for number, search in enumerate(_told_apart(searches)):
        context.observer.progress(Progress(STAGE, number, len(searches), search.source.name))
        try:
            searched.append(await _search(search, known, context, run_id))
        except InputFileError as error:
            if is_all and len(searches) == 1 and services is None:
                raise  # nothing else was asked for
            searched.append(
                Searched(replace(_begun(search), status=SearchStatus.BAD_INPUT, note=str(error)), 0)
            )
    context.observer.progress(Progress(STAGE, len(searches), len(searches)))
    asked: list[ServiceReport] = []
    if services is not None:
        asked = await ask_services(
            services.wanted,
            context,
            known,
            services.agree,
            budget_usd=services.budget_usd,
            run_id=run_id,
            holder=holder,
        )
    resolved = await resolve_origins(context, holder)
    return DiscoverReport(tuple(searched), tuple(resolved), tuple(asked))


def _told_apart(searches: Sequence[Search]) -> list[Search]:
    """The searches; files of one name are called by their whole path, so that each has an outcome."""
    names = Counter((each.source.name, each.question.query) for each in searches)
    return [
        replace(each, question=replace(each.question, label=str(each.question.path)))
        if names[each.source.name, each.question.query] > 1 and each.question.path is not None
        else each
        for each in searches
    ]


def own_domains(owner: Owner, works: Iterable[Work]) -> frozenset[str]:
    """The owner's domains: those of the settings, and those of the pages that were indexed."""
    domains = set(host_book(owner).own_domains)
    for page in {page for work in works for page in work.pages}:
        url = Url.try_parse(page)
        if url is not None:
            domains.add(site_key(url))
    return frozenset(domains)


def search_context(context: Context) -> SearchContext:
    """What sources may know of a run."""
    works = context.store.works(context.owner_id)
    return SearchContext(
        owner=context.owner,
        own_domains=own_domains(context.owner, works),
        rendition_urls=frozenset(
            rendition.url for work in works if work.excluded is None for rendition in work.renditions
        ),
        now=context.clock.now(),
        api=context.api,
        secret=context.secret,
        options=context.source_options,
        gate=context.gate,
        browser=context.engine_browser,
        consents=context.store.agreed(context.owner_id),
        proven=_proven(context),
        used_sites=used_sites(context),
    )


def used_sites(context: Context) -> tuple[Url, ...]:
    """Start pages of sites on which uses were found, but for platforms and what the owner says is theirs."""
    found: dict[Url, None] = {}
    for use in context.store.uses(context.owner_id):
        url = Url.try_parse(use.page_url)
        is_ours = use.disposition in (Disposition.MINE, Disposition.NOT_MY_IMAGE)
        if url is None or is_ours or use.match.status is not MatchStatus.CONFIRMED:
            continue
        if url.registrable_domain not in PLATFORMS:
            found[Url.parse("/", url)] = None
    return tuple(sorted(found, key=lambda url: url.href))


def _proven(context: Context) -> frozenset[str]:
    """Services that have found their canary; instances of the owner's own prove nothing about others."""
    return frozenset(
        outcome.source
        for outcome in context.store.search_outcomes(context.owner_id)
        if outcome.query == CANARY
        and outcome.status is SearchStatus.RESULTS
        and "base_url" not in context.source_options.get(outcome.source, {})
    )


async def _search(search: Search, known: SearchContext, context: Context, run_id: str) -> Searched:
    before = _read_before(search, context, run_id)
    if before is not None and before.status.was_searched:
        return Searched(before, 0)
    new = 0
    outcome = before or _begun(search)
    question = replace(search.question, cursor=before.cursor if before is not None else None)
    try:
        async for batch in search.source.search(question, known):
            outcome = replace(batch.outcome, query_key=_file_key(search) or batch.outcome.query_key)
            new += _save(replace(batch, outcome=outcome), known.own_domains, context, run_id)
            step = Progress(f"{STAGE} {search.source.name}", outcome.parsed, None, outcome.query or "")
            context.observer.progress(step)
    except CreditlineError as error:
        is_input = isinstance(error, InputFileError)
        status = SearchStatus.BAD_INPUT if is_input else SearchStatus.NOT_ENABLED
        outcome = replace(outcome, status=status, note=str(error))
        context.store.save_search(context.owner_id, run_id, outcome, (), context.clock.now())
        if is_input:
            raise
    return Searched(outcome, new)


def _file_key(search: Search) -> str | None:
    """What tells a long file from others of its name; ``None`` for sources whose files are read quickly."""
    path = search.question.path
    if path is None or not getattr(search.source, "is_long", False):
        return None
    return hashlib.sha256(f"{search.source.name} {path.resolve()}".encode()).hexdigest()


def _read_before(search: Search, context: Context, run_id: str) -> SearchOutcome | None:
    """How far this run had read a long file before it was interrupted."""
    key = _file_key(search)
    if key is None:
        return None
    standing = context.store.search_standing(context.owner_id, search.source.name, key)
    return standing if standing is not None and standing.run_id == run_id else None


def _save(batch: Batch, own: frozenset[str], context: Context, run_id: str) -> int:
    """Store one batch in one transaction, without the owner's own pages and with folded addresses."""
    sightings = [_folded(sighting) for sighting in batch.sightings]
    foreign = [each for each in sightings if site_key(each.page_url) not in own]
    return context.store.save_search(context.owner_id, run_id, batch.outcome, foreign, context.clock.now())


def _folded(sighting: Sighting) -> Sighting:
    return replace(sighting, page_url=canonical(sighting.page_url))


def _begun(search: Search) -> SearchOutcome:
    query = search.question.query
    return SearchOutcome(search.source.name, SearchStatus.PARTIAL, query=query, note="broken off at once")
