"""The owner's works: what indexing found, merged with what is known, ids and the owner's word kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from creditline.errors import StoreError
from creditline.records import Exclusion, Fingerprint, Rendition, Work
from creditline.store import merging
from creditline.store.catalogue import Catalogue
from creditline.store.codec import rights_from_json
from creditline.store.connections import lock
from creditline.store.models import FingerprintRow, RenditionRow, WorkPageRow, WorkRow
from creditline.store.part import StorePart, chunks


class Works(StorePart):
    """Works and their renditions."""

    def works(self, owner_id: str, features: bool = True) -> list[Work]:
        """All works that are not merged into another, excluded ones included, by address.

        Args:
            owner_id: Whose works.
            features: Whether the local features are loaded too, some 100 KB a work. A work without them must
                not be saved again.
        """
        return self._db.read(lambda session: load_works(session, owner_id, features=features))

    def fingerprints(self, owner_id: str) -> dict[str, Fingerprint]:
        """Fingerprints of the works that take part, without features, by work, in the order of ids."""
        row = FingerprintRow
        query = (
            select(
                row.work_id,
                row.algorithm,
                row.sha256,
                row.width,
                row.height,
                row.phash,
                row.phash_mirrored,
                row.quality,
            )
            .join(WorkRow, (WorkRow.id == row.work_id) & (WorkRow.algorithm == row.algorithm))
            .where(WorkRow.owner_id == owner_id, WorkRow.merged_into.is_(None))
            .where(func.coalesce(WorkRow.owner_says, WorkRow.exclusion.is_(None)))
            .order_by(row.work_id)
        )

        def work(session: Session) -> dict[str, Fingerprint]:
            return {each[0]: Fingerprint(*each[1:]) for each in session.execute(query)}

        return self._db.read(work)

    def features(self, work_ids: Sequence[str], algorithm: str) -> dict[str, bytes]:
        """The local features of works, by work; nothing for those that have none."""

        def work(session: Session) -> dict[str, bytes]:
            found: dict[str, bytes] = {}
            for ids in chunks(work_ids):
                query = select(FingerprintRow.work_id, FingerprintRow.features).where(
                    FingerprintRow.work_id.in_(ids), FingerprintRow.algorithm == algorithm
                )
                found |= {each[0]: each[1] for each in session.execute(query)}
            return found

        return self._db.read(work)

    def work_files(self, owner_id: str) -> dict[str, str]:
        """The works that take part by the SHA-256 of each of their files; of several the earliest id."""
        query = (
            select(RenditionRow.sha256, RenditionRow.work_id)
            .join(WorkRow, WorkRow.id == RenditionRow.work_id)
            .where(RenditionRow.owner_id == owner_id, RenditionRow.sha256.is_not(None))
            .where(WorkRow.merged_into.is_(None))
            .where(func.coalesce(WorkRow.owner_says, WorkRow.exclusion.is_(None)))
            .order_by(RenditionRow.work_id.desc())
        )
        return self._db.read(lambda session: {each[0] or "": each[1] for each in session.execute(query)})

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
            catalogue = Catalogue(session, owner_id, now)
            saved = [catalogue.add(found) for found in works]
            catalogue.write()
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


def load_works(
    session: Session, owner_id: str, only: set[str] | None = None, *, features: bool = True
) -> list[Work]:
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
    fingerprints = _fingerprints(session, ids, features=features)
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


def _fingerprints(
    session: Session, work_ids: Sequence[str], *, features: bool
) -> dict[tuple[str, str | None], Fingerprint]:
    found: dict[tuple[str, str | None], Fingerprint] = {}
    for ids in chunks(work_ids):
        query = select(FingerprintRow).where(FingerprintRow.work_id.in_(ids))
        if not features:
            query = query.options(defer(FingerprintRow.features))
        for row in session.scalars(query):
            found[row.work_id, row.algorithm] = Fingerprint(
                row.algorithm,
                row.sha256,
                row.width,
                row.height,
                row.phash,
                row.phash_mirrored,
                row.quality,
                row.features if features else b"",
            )
    return found
