"""The owner's works: what indexing found, merged with what is known, ids and the owner's word kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from creditline.errors import StoreError
from creditline.records import Exclusion, Fingerprint, Rendition, Work
from creditline.store import merging
from creditline.store.codec import fingerprint_columns, rights_from_json, rights_to_json
from creditline.store.connections import lock
from creditline.store.models import FingerprintRow, RenditionRow, WorkPageRow, WorkRow
from creditline.store.part import StorePart, address_key, chunks, free_id, sha256_text

#: What indexing says of a work it could not read this time; it says nothing about the work itself.
_NOT_READ = (Exclusion.MISSING, Exclusion.UNREADABLE)


class Works(StorePart):
    """Works and their renditions."""

    def works(self, owner_id: str) -> list[Work]:
        """All works that are not merged into another, excluded ones included, by address."""
        return self._db.read(lambda session: load_works(session, owner_id))

    def save_works(self, owner_id: str, works: Sequence[Work], now: datetime) -> list[Work]:
        """Upsert what indexing found, in one transaction; permanent ids and the owner's word stay.

        A found work is an old one when they share a rendition address or a content hash; two old
        ones that turn out to be one are merged (``merged_into``). Works not found again stay, and so
        do addresses and pages of a work: pages elsewhere go on showing old addresses. A work that
        could not be read this time keeps what was read before.
        ``id`` of the argument is ignored. Returns the works as stored, in the argument's order.
        """

        def work(session: Session) -> list[Work]:
            lock(session, "works " + owner_id)
            saved = [_save(session, owner_id, found, now) for found in works]
            session.flush()
            ids = [merging.surviving_work(session, work_id) for work_id in saved]
            stored = {work.id: work for work in load_works(session, owner_id, set(ids))}
            return [stored[work_id] for work_id in dict.fromkeys(ids)]

        return self._db.write(work)

    def set_work(self, owner_id: str, work_id: str, include: bool, now: datetime) -> Work:
        """Record the owner's word on a work, once and for ever.

        Raises:
            StoreError: There is no such work.
        """

        def work(session: Session) -> Work:
            lock(session, "works " + owner_id)
            row = session.get(WorkRow, merging.surviving_work(session, work_id))
            if row is None or row.owner_id != owner_id:
                raise StoreError(f"no work {work_id}; `creditline works` lists them all")
            row.owner_says, row.owner_said_at = include, now
            session.flush()
            return load_works(session, owner_id, {row.id})[0]

        return self._db.write(work)


def load_works(session: Session, owner_id: str, only: set[str] | None = None) -> list[Work]:
    """Works of an owner that are not merged into another, by address; some only when named."""
    rows = [
        row
        for row in session.scalars(
            select(WorkRow).where(WorkRow.owner_id == owner_id, WorkRow.merged_into.is_(None))
        )
        if only is None or row.id in only
    ]
    ids = [row.id for row in rows]
    renditions = _renditions(session, ids)
    pages = _pages(session, ids)
    fingerprints = _fingerprints(session, ids)
    works = [
        _work(row, renditions[row.id], pages[row.id], fingerprints.get((row.id, row.algorithm)))
        for row in rows
    ]
    return sorted(works, key=lambda work: (work.url, work.id))


def _work(
    row: WorkRow, renditions: Iterable[Rendition], pages: Iterable[str], fingerprint: Fingerprint | None
) -> Work:
    return Work(
        id=row.id,
        owner_id=row.owner_id,
        url=row.url,
        title=row.title,
        alt=row.alt,
        width=row.width,
        height=row.height,
        renditions=tuple(renditions),
        pages=tuple(pages),
        rights=rights_from_json(row.rights),
        fingerprint=fingerprint,
        exclusion=Exclusion(row.exclusion) if row.exclusion else None,
        exclusion_note=row.exclusion_note,
        owner_says=row.owner_says,
        merged_into=row.merged_into,
    )


def _renditions(session: Session, work_ids: Sequence[str]) -> dict[str, list[Rendition]]:
    found: dict[str, list[Rendition]] = defaultdict(list)
    for ids in chunks(work_ids):
        query = select(RenditionRow).where(RenditionRow.work_id.in_(ids)).order_by(RenditionRow.position)
        for row in session.scalars(query.order_by(RenditionRow.id)):
            found[row.work_id].append(
                Rendition(row.url, row.width, row.height, row.format, row.bytes_len, row.sha256, row.problem)
            )
    return found


def _pages(session: Session, work_ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for ids in chunks(work_ids):
        query = select(WorkPageRow).where(WorkPageRow.work_id.in_(ids)).order_by(WorkPageRow.position)
        for row in session.scalars(query.order_by(WorkPageRow.url_key)):
            found[row.work_id].append(row.url)
    return found


def _fingerprints(session: Session, work_ids: Sequence[str]) -> dict[tuple[str, str | None], Fingerprint]:
    found: dict[tuple[str, str | None], Fingerprint] = {}
    for ids in chunks(work_ids):
        for row in session.scalars(select(FingerprintRow).where(FingerprintRow.work_id.in_(ids))):
            found[row.work_id, row.algorithm] = Fingerprint(
                row.algorithm,
                row.sha256,
                row.width,
                row.height,
                row.phash,
                row.phash_mirrored,
                row.quality,
                row.features,
            )
    return found


def _save(session: Session, owner_id: str, found: Work, now: datetime) -> str:
    """Merge one found work with what is known; return its id."""
    old = _same_works(session, owner_id, found)
    if old:
        row = old[0]
        for other in old[1:]:
            merging.merge_work(session, other, row)
    else:
        row = _new_row(session, owner_id, found, now)
    _update(session, row, found)
    row.last_seen = now
    session.flush()
    return row.id


def _same_works(session: Session, owner_id: str, found: Work) -> list[WorkRow]:
    """Known works that the found one is, the one to keep first: the owner's word, then age."""
    keys = {address_key(rendition.url) for rendition in found.renditions} | {address_key(found.url)}
    hashes = {rendition.sha256 for rendition in found.renditions if rendition.sha256}
    same = (RenditionRow.url_key.in_(keys)) | (RenditionRow.sha256.in_(hashes))
    query = select(RenditionRow.work_id).where(RenditionRow.owner_id == owner_id, same)
    named = select(WorkRow.id).where(WorkRow.owner_id == owner_id, WorkRow.url_key == address_key(found.url))
    ids = {merging.surviving_work(session, work_id) for work_id in session.scalars(query.union(named))}
    rows = [row for work_id in ids if (row := session.get(WorkRow, work_id))]
    return sorted(rows, key=lambda row: (row.owner_says is None, row.first_seen, row.id))


def _new_row(session: Session, owner_id: str, found: Work, now: datetime) -> WorkRow:
    url_key = address_key(found.url)
    row = WorkRow(
        id=free_id(session, WorkRow, "w", sha256_text(owner_id, url_key)),
        owner_id=owner_id,
        url=found.url,
        url_key=url_key,
        rights={},
        first_seen=now,
        last_seen=now,
    )
    session.add(row)
    session.flush()
    return row


def _update(session: Session, row: WorkRow, found: Work) -> None:
    renditions = _merge_renditions(session, row, found)
    _merge_pages(session, row, found)
    row.title, row.alt = found.title or row.title, found.alt or row.alt
    row.rights = rights_to_json(found.rights) or row.rights
    known = found.fingerprint or row.algorithm
    if not (found.exclusion in _NOT_READ and known and found.fingerprint is None):
        row.exclusion, row.exclusion_note = found.exclusion, found.exclusion_note
    better = _is_better(session, row, found, renditions)
    if _is_web(found.url) > _is_web(row.url) or (better and _is_web(found.url) == _is_web(row.url)):
        row.url, row.url_key = found.url, address_key(found.url)
    if better:
        row.width = found.width if found.width is not None else row.width
        row.height = found.height if found.height is not None else row.height
        if found.fingerprint:
            row.algorithm = found.fingerprint.algorithm
            session.merge(_fingerprint_row(row, found.fingerprint))


def _is_better(session: Session, row: WorkRow, found: Work, renditions: Sequence[RenditionRow]) -> bool:
    """Whether the found best file shall stand for the work, rather than the known one.

    A larger file of the same work that is still known stays: a folder of originals was indexed before
    the site, or after it.
    """
    old = session.get(FingerprintRow, (row.id, row.algorithm)) if row.algorithm else None
    if old is None:
        return True
    if found.fingerprint is None:
        return False
    if old.algorithm != found.fingerprint.algorithm:
        return True
    if old.sha256 not in {rendition.sha256 for rendition in renditions}:
        return True
    return found.fingerprint.width * found.fingerprint.height >= old.width * old.height


def _is_web(address: str) -> bool:
    """A web address names a work better than a file of a folder: others can open it."""
    return not address.startswith("file:")


def _fingerprint_row(row: WorkRow, fingerprint: Fingerprint) -> FingerprintRow:
    return FingerprintRow(
        work_id=row.id,
        owner_id=row.owner_id,
        sha256=fingerprint.sha256,
        width=fingerprint.width,
        height=fingerprint.height,
        **fingerprint_columns(fingerprint),
    )


def _merge_renditions(session: Session, row: WorkRow, found: Work) -> list[RenditionRow]:
    """Found renditions first, in their order; then the known ones that were not found again."""
    query = select(RenditionRow).where(RenditionRow.work_id == row.id).order_by(RenditionRow.position)
    known = {rendition.url_key: rendition for rendition in session.scalars(query)}
    ordered: dict[str, RenditionRow] = {}
    for rendition in found.renditions:
        key = address_key(rendition.url)
        ordered[key] = _update_rendition(known.get(key) or _new_rendition(session, row, key), rendition)
        known[key] = ordered[key]
    ordered |= {key: rendition for key, rendition in known.items() if key not in ordered}
    for position, rendition_row in enumerate(ordered.values()):
        rendition_row.position = position
    return list(ordered.values())


def _new_rendition(session: Session, row: WorkRow, key: str) -> RenditionRow:
    rendition = RenditionRow(owner_id=row.owner_id, work_id=row.id, url_key=key, url="", position=0)
    session.add(rendition)
    return rendition


def _update_rendition(row: RenditionRow, found: Rendition) -> RenditionRow:
    row.url, row.problem = found.url, found.problem
    for name in ("width", "height", "format", "bytes_len", "sha256"):
        value = getattr(found, name)
        if value is not None or found.problem is None:
            setattr(row, name, value)
    return row


def _merge_pages(session: Session, row: WorkRow, found: Work) -> None:
    query = select(WorkPageRow).where(WorkPageRow.work_id == row.id).order_by(WorkPageRow.position)
    known = {page.url_key: page for page in session.scalars(query)}
    ordered: dict[str, WorkPageRow] = {}
    for url in found.pages:
        key = address_key(url)
        page = known.get(key) or ordered.get(key)
        if page is None:
            page = WorkPageRow(work_id=row.id, owner_id=row.owner_id, url_key=key, url=url, position=0)
            session.add(page)
        page.url = url
        ordered[key] = page
    ordered |= {key: page for key, page in known.items() if key not in ordered}
    for position, page_row in enumerate(ordered.values()):
        page_row.position = position
