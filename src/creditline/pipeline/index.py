"""Indexes the owner's pictures: a site or a folder to works in the store.

Reads top to bottom: read the pages, put files into families, fetch the best of each, group them to
works, save them. What is excluded and what could not be had is said in the report, never swallowed.
"""

from __future__ import annotations

from collections.abc import Callable

from creditline.errors import IndexingError
from creditline.pipeline.context import Context
from creditline.pipeline.folder import index_folder
from creditline.pipeline.gathering import Gathered, Gatherer
from creditline.pipeline.index_report import (
    IndexReport,
    Unreadable,
    excluded_counts,
    file_problems,
    name_hint,
    numbered,
)
from creditline.pipeline.kindred import kindred_notes
from creditline.pipeline.own_files import fetch_families, file_result
from creditline.pipeline.site_walk import SiteWalk, WalkRules, WalkSummary
from creditline.pipeline.visits import Visit
from creditline.records import FetchProblem, Progress, Role
from creditline.urls import Url
from creditline.works import Family, Seen, declared_families, host_book, join_known, works_of

__all__ = ["IndexReport", "Unreadable", "index_folder", "index_site"]


async def index_site(url: Url, context: Context) -> IndexReport:
    """Index the owner's site: read its pages, fetch its pictures, save its works.

    Interrupted at any moment and called again, it goes on where it was: replies of the unfinished run
    are taken from the cache.

    Raises:
        IndexingError: The site as a whole could not be read, or shows no images.
    """
    store, own = context.store, context.own
    run = store.open_run(context.owner_id, f"index {url.href}", context.clock.now())
    fresh_since = own.fresh_since
    own.fresh_since = min(fresh_since or run.started_at, run.started_at)
    try:
        report = await _index_site(url, context)
    except IndexingError:
        # The site is to blame and its owner will mend it: the next run must not trust what this one saw.
        store.finish_run(run, context.clock.now())
        raise
    finally:
        own.fresh_since = fresh_since
    store.finish_run(run, context.clock.now())
    return report


async def _index_site(url: Url, context: Context) -> IndexReport:
    own = context.own
    before = (own.page_bytes, own.picture_bytes)
    _raise_if_unreadable(url, await own.page(url))
    gatherer = Gatherer(context)
    rules = WalkRules(max_pages=context.settings.index.max_pages, workers=context.settings.fetch.workers)
    walk = SiteWalk(url, own, context.gate, rules, on_step=_on_step(context))
    summary = await walk.run(gatherer.take)
    gathered = await gatherer.finish(summary.images)
    _raise_if_empty(url, summary, gathered)
    found = works_of(await _fetch((url, walk.start), gathered, context), context.owner, context.owner_id)
    known_prints = context.store.fingerprints(context.owner_id)
    works = join_known(found, context.store.works(context.owner_id))
    stored = context.store.save_works(context.owner_id, works, context.clock.now())
    return IndexReport(
        where=url.display,
        pages=summary.pages,
        images=len({rendition.url for work in found for rendition in work.renditions}),
        works=sum(1 for work in stored if work.excluded is None),
        excluded=excluded_counts(stored),
        problems=(*_page_problems(summary, gathered), *file_problems(found)),
        rendered=gathered.rendered,
        not_seen_whole=tuple(Unreadable(*each) for each in gathered.not_seen_whole),
        limits=(*summary.limits, *gathered.limits),
        notes=(*gathered.notes, *name_hint(works), *await kindred_notes(known_prints, stored, context)),
        page_bytes=own.page_bytes - before[0],
        picture_bytes=own.picture_bytes - before[1],
    )


async def _fetch(sites: tuple[Url, ...], gathered: Gathered, context: Context) -> list[Seen]:
    families = declared_families(gathered.found)
    content = {found.urls[0] for found in families if any(f.role is Role.CONTENT for f in found.found)}
    hosts = host_book(context.owner, sites, content)
    seen = await fetch_families(families, hosts, context.store.works(context.owner_id), context)
    for key, (picture, found) in sorted(gathered.inline.items()):
        seen.append(Seen(Family(key, (), tuple(found)), (file_result(key, picture),)))
    return seen


def _on_step(context: Context) -> Callable[[int, int, str], None]:
    return lambda done, known, address: context.observer.progress(Progress("pages", done, known, address))


# --- when there is nothing to index ---------------------------------------------------------------


def _raise_if_unreadable(url: Url, visit: Visit) -> None:
    if visit.problem is None:
        return
    raise IndexingError(f"{url.display} cannot be read: {_explained(url, visit)}")


def _explained(url: Url, visit: Visit) -> str:
    problem = visit.reply.problem
    if problem is FetchProblem.DNS:
        return f"there is no host {url.host}; check the address"
    if problem is FetchProblem.ROBOTS:
        return (
            "its robots.txt does not allow it; add the lines 'User-agent: creditline' and 'Allow: /' there, "
            "or index a folder of your originals"
        )
    if problem in (FetchProblem.REFUSED_ADDRESS, FetchProblem.REFUSED_PORT):
        return (
            f"{visit.reply.detail or problem.value}; for a staging site of your own put "
            f'"{url.host_port}" into [owner] private_hosts of creditline.toml'
        )
    if visit.status is not None and problem is None:
        return f"the server answers {visit.status}; check the address"
    return (
        f"{visit.problem}: {visit.reply.detail}"
        if visit.reply.detail
        else f"{visit.problem}; try again later"
    )


def _raise_if_empty(url: Url, summary: WalkSummary, gathered: Gathered) -> None:
    if gathered.found or gathered.inline:
        return
    if gathered.not_seen_whole:
        address, why = gathered.not_seen_whole[0]
        raise IndexingError(
            f"{url.display}: no images were seen on {summary.pages} pages, but "
            f"{len(gathered.not_seen_whole)} of them were not seen whole ({address}: {why})"
        )
    raise IndexingError(
        f"{url.display} shows no images ({numbered(summary.pages, 'page')} read); "
        "give the page with your portfolio, or a folder"
    )


# --- the report -----------------------------------------------------------------------------------


def _page_problems(summary: WalkSummary, gathered: Gathered) -> list[Unreadable]:
    pages = [Unreadable(url.href, problem) for url, problem in summary.problems]
    return pages + [Unreadable(address, problem) for address, problem in gathered.problems]
