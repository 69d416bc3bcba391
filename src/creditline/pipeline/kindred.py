"""What indexing says of works that have something in common with others of their owner."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from creditline.errors import FingerprintError
from creditline.fingerprint.kinship import Kindred, Kinship, Kinships
from creditline.pipeline.context import Context
from creditline.pipeline.portfolio_index import open_stock
from creditline.records import Fingerprint, Progress, Work

#: Works named in one line.
_NAMED = 3


async def kindred_notes(
    known: Mapping[str, Fingerprint], works: Iterable[Work], context: Context
) -> list[str]:
    """Compare the works that are new or have changed with all others of their owner.

    Args:
        known: Fingerprints that the store held before, by the works' ids.
        works: The works as they were saved.
        context: The run's; without a folder for the index nothing is compared.

    Returns:
        A line for people about each way in which works belong together.
    """
    if context.index_folder is None:
        return []
    try:
        stock = open_stock(context.store, context.owner_id, context.index_folder)
    except FingerprintError as error:
        return [str(error)]
    named = {work.id: work.title or unquote(work.url.rsplit("/", 1)[-1]) for work in works}
    changed = [
        name
        for name in stock.recognisable
        if name in named and not _is_known(known, name, stock.prints[name])
    ]
    kinships = Kinships(stock)
    found: dict[str, Kindred] = {}
    damaged: set[str] = set()
    for done, name in enumerate(changed, 1):
        try:
            # In a thread: Ctrl-C and the progress go on meanwhile.
            found[name] = await asyncio.to_thread(kinships.of, name)
        except FingerprintError as error:
            damaged.add(str(error))
        context.observer.progress(Progress("compared", done, len(changed), named[name]))
    return [*sorted(damaged), *_lines(found, named)]


def _is_known(known: Mapping[str, Fingerprint], name: str, now: Fingerprint) -> bool:
    before = known.get(name)
    return before is not None and (before.sha256, before.algorithm) == (now.sha256, now.algorithm)


def _lines(found: Mapping[str, Kindred], named: Mapping[str, str]) -> list[str]:
    alike = [name for name, each in found.items() if each.is_lookalike]
    sharing = [
        name
        for name, each in found.items()
        if not each.is_lookalike and any(kin.kinship is Kinship.SHARED for kin in each.kin)
    ]
    versions = [
        name for name, each in found.items() if any(kin.kinship is Kinship.VERSION for kin in each.kin)
    ]
    told = (
        (versions, "also in another of your works, whole or with other words: each is recognised"),
        (sharing, "with a part that others of your works show too: that part alone proves none of them"),
        (alike, "hardly to be told from another of your works: only a whole copy is taken for one of them"),
    )
    return [_line(names, what, named) for names, what in told if names]


def _line(names: list[str], what: str, named: Mapping[str, str]) -> str:
    shown = ", ".join(sorted(named[name] for name in names)[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    count = "1 work" if len(names) == 1 else f"{len(names):,} works"
    return f"{count} {what} ({shown}{more})"
