"""The list of pages that wait for a check, with everything that sources said of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from creditline.records import CheckStatus, PageTask, PageUrlKind
from creditline.store.merging import surviving_work
from creditline.store.models import OriginPageRow, PageRow, SightingRow, SightingSourceRow
from creditline.store.part import chunks
from creditline.store.uses import page_sources
from creditline.urls import Url


def load_tasks(
    session: Session, owner_id: str, not_since: datetime | None, only: Sequence[Url] | None
) -> list[PageTask]:
    """See `checks.Checks.pages_to_check`."""
    rows = list(_waiting(session, owner_id, not_since, only))
    told_by = _told_by(session, rows)
    every_page = {page_id for pages in told_by.values() for page_id in pages}
    images = _images(session, every_page)
    works = _works(session, every_page)
    sources = page_sources(session, [row.id for row in rows])
    return [
        PageTask(
            page_id=row.id,
            url=Url(row.url),
            kind=PageUrlKind(row.kind),
            image_urls=tuple(Url(href) for href in _collected(images, told_by[row.id])),
            work_ids=tuple(_collected(works, told_by[row.id])),
            sources=sources[row.id],
            last_checked=row.checked_at,
        )
        for row in rows
    ]


def _waiting(
    session: Session, owner_id: str, not_since: datetime | None, only: Sequence[Url] | None
) -> Iterator[PageRow]:
    query = select(PageRow).where(PageRow.owner_id == owner_id)
    if not_since is not None:
        query = query.where(or_(PageRow.checked_at.is_(None), PageRow.checked_at < not_since))
    rows = session.scalars(query).all()
    if only is not None:
        keys = {url.key for url in only}
        rows = [row for row in rows if row.url_key in keys]
    else:
        settled = set(
            session.scalars(
                select(PageRow.id).where(PageRow.owner_id == owner_id, PageRow.status == CheckStatus.SHOWN)
            )
        )
        rows = [row for row in rows if row.folds_into not in settled]
    yield from sorted(rows, key=lambda row: (row.url, row.kind))


def _told_by(session: Session, rows: Iterable[PageRow]) -> dict[str, list[str]]:
    """For each page the pages whose sightings speak of it: itself, what folds into it, its origins."""
    told_by = {row.id: [row.id] for row in rows}
    for ids in chunks(told_by):
        folded = select(PageRow.folds_into, PageRow.id).where(PageRow.folds_into.in_(ids))
        origins = select(OriginPageRow.page_id, OriginPageRow.origin_id).where(OriginPageRow.page_id.in_(ids))
        for page_id, other in session.execute(folded.order_by(PageRow.url_key)):
            if page_id is not None:
                told_by[page_id].append(other)
        for page_id, other in session.execute(origins.order_by(OriginPageRow.origin_id)):
            told_by[page_id].append(other)
    return told_by


def _images(session: Session, page_ids: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for ids in chunks(page_ids):
        query = select(SightingRow.page_id, SightingRow.image_url).where(
            SightingRow.page_id.in_(ids), SightingRow.image_key != ""
        )
        for page_id, image_url in session.execute(query.order_by(SightingRow.image_key)):
            if image_url is not None:
                found[page_id].append(image_url)
    return found


def _works(session: Session, page_ids: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for ids in chunks(page_ids):
        query = (
            select(SightingRow.page_id, SightingSourceRow.work_id)
            .join(SightingSourceRow, SightingSourceRow.sighting_id == SightingRow.id)
            .where(SightingRow.page_id.in_(ids), SightingSourceRow.work_key != "")
            .distinct()
        )
        for page_id, work_id in session.execute(query.order_by(SightingSourceRow.work_id)):
            if work_id is not None:
                found[page_id].append(surviving_work(session, work_id))
    return found


def _collected(by_page: dict[str, list[str]], page_ids: Iterable[str]) -> dict[str, None]:
    """Values of several pages, each once, in order."""
    return dict.fromkeys(value for page_id in page_ids for value in by_page[page_id])
