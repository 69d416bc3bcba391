"""Fetches the files of the owner's pictures: of each declared family the best one that can be had."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from creditline.pipeline.context import Context
from creditline.pipeline.visits import Picture
from creditline.records import Exclusion, GateProblem, Progress, Work
from creditline.urls import Url
from creditline.works import Family, FileResult, HostBook, Seen, before_fetch, fetchable
from creditline.works.exclusion import MIN_LONG_SIDE_PX
from creditline.works.names import family_key

#: Files of one family that are asked for until one can be decoded.
MAX_TRIES = 4
#: Families worked on at the same time; the fetcher keeps the pauses between requests.
WORKERS = 4

_EXCLUSIONS = {GateProblem.UNSUPPORTED: Exclusion.UNSUPPORTED}


async def fetch_families(
    families: Sequence[Family], hosts: HostBook, works: Iterable[Work], context: Context
) -> list[Seen]:
    """Fetch and decode one file of every family that should be; the rest is only recorded.

    Args:
        families: All families of the site.
        hosts: Which hosts serve the owner's pictures; strangers' are not asked for anything.
        works: Works known so far: what the owner included is fetched from any host.
        context: The run's surroundings.
    """
    trusted = _included_keys(works)
    places = asyncio.Semaphore(WORKERS)
    done = 0

    async def one(family: Family) -> Seen:
        nonlocal done
        async with places:
            seen = await _fetch_family(family, hosts, context, is_trusted=_is_in(family, trusted))
        done += 1
        item = family.urls[0].file_name if family.urls else family.key
        context.observer.progress(Progress("pictures", done, len(families), item))
        return seen

    return list(await asyncio.gather(*(one(family) for family in families)))


async def _fetch_family(family: Family, hosts: HostBook, context: Context, *, is_trusted: bool) -> Seen:
    reason = before_fetch(family, hosts)
    if reason is not None and not (is_trusted and reason[0] is Exclusion.NOT_YOURS):
        return Seen(family, reason=reason)
    results = []
    for url in fetchable(family, hosts, trusted=is_trusted)[:MAX_TRIES]:
        results.append(file_result(url.href, await context.own.picture(url)))
        if _is_picture(results[-1]):
            break
    return Seen(family, tuple(results))


def _is_picture(result: FileResult) -> bool:
    """Whether a file is more than what stands in for a picture until a script has run."""
    decoded = result.decoded
    return decoded is not None and not decoded.flat and max(decoded.width, decoded.height) >= MIN_LONG_SIDE_PX


def file_result(address: str, picture: Picture) -> FileResult:
    """What asking for one file gave, as grouping wants it."""
    if picture.decoded is not None:
        return FileResult(address, picture.decoded)
    if picture.gate_problem is not None:
        exclusion = _EXCLUSIONS.get(picture.gate_problem, Exclusion.UNREADABLE)
        return FileResult(address, None, picture.detail or picture.problem, exclusion)
    exclusion = Exclusion.MISSING if picture.is_missing else Exclusion.UNREADABLE
    return FileResult(address, None, picture.problem, exclusion)


def _included_keys(works: Iterable[Work]) -> frozenset[str]:
    addresses = (
        Url.try_parse(rendition.url)
        for work in works
        if work.owner_says is True
        for rendition in work.renditions
    )
    return frozenset(family_key(url) for url in addresses if url is not None)


def _is_in(family: Family, keys: frozenset[str]) -> bool:
    return any(family_key(url) in keys for url in family.urls)
