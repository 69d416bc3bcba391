"""Merges what indexing found with the works that are known, in memory, and writes what changed.

Everything of an owner's works is read once: a portfolio of thousands of works is merged in seconds,
and the write transaction, for which other processes wait, stays short.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from creditline.records import Exclusion, Fingerprint, Rendition, Work
from creditline.store import merging
from creditline.store.codec import fingerprint_columns, rights_to_json
from creditline.store.models import Base, FingerprintRow, RenditionRow, WorkPageRow, WorkRow
from creditline.store.part import address_key, free_id, sha256_text

#: What indexing says of a work it could not read this time; it says nothing about the work itself.
_NOT_READ = (Exclusion.MISSING, Exclusion.UNREADABLE)

_RowT = TypeVar("_RowT", WorkRow, RenditionRow, WorkPageRow, FingerprintRow)


class Catalogue:
    """An owner's works, while found ones are merged into them."""

    def __init__(self, session: Session, owner_id: str, now: datetime) -> None:
        self._session = session
        self._owner_id = owner_id
        self._now = now
        self._read()

    def add(self, found: Work) -> str:
        """Merge one found work with what is known; return its id."""
        same = self._same_works(found)
        if len(same) > 1:
            self.write()
            for other in same[1:]:
                merging.merge_work(self._session, other, same[0])
            self._session.flush()
            self._session.expire_all()
            self._read()
        row = self._works[same[0].id] if same else self._new_work(found)
        self._update(row, found)
        row.last_seen = self._now
        return row.id

    def write(self) -> None:
        """Send what changed to the database: works first, since everything else refers to them."""
        self._session.flush()
        self._session.add_all(self._new_rows)
        self._session.flush()
        self._new_rows.clear()

    # --- what is known --------------------------------------------------------------------------

    def _read(self) -> None:
        self._new_rows: list[Base] = []
        self._works: dict[str, WorkRow] = {}
        self._renditions: dict[str, dict[str, RenditionRow]] = defaultdict(dict)
        self._pages: dict[str, dict[str, WorkPageRow]] = defaultdict(dict)
        self._fingerprints: dict[tuple[str, str], FingerprintRow] = {}
        self._by_address: dict[str, set[str]] = defaultdict(set)
        self._by_content: dict[str, set[str]] = defaultdict(set)
        for work in self._rows(WorkRow):
            self._works[work.id] = work
            self._by_address[work.url_key].add(work.id)
        for rendition in sorted(self._rows(RenditionRow), key=lambda row: row.position):
            self._renditions[rendition.work_id][rendition.url_key] = rendition
            self._note(rendition)
        for page in sorted(self._rows(WorkPageRow), key=lambda row: row.position):
            self._pages[page.work_id][page.url_key] = page
        for fingerprint in self._rows(FingerprintRow):
            self._fingerprints[fingerprint.work_id, fingerprint.algorithm] = fingerprint

    def _rows(self, table: type[_RowT]) -> Iterable[_RowT]:
        return self._session.scalars(select(table).where(table.owner_id == self._owner_id)).all()

    def _note(self, row: RenditionRow) -> None:
        self._by_address[row.url_key].add(row.work_id)
        if row.sha256:
            self._by_content[row.sha256].add(row.work_id)

    def _same_works(self, found: Work) -> list[WorkRow]:
        """Known works that the found one is, the one to keep first: the owner's word, then age."""
        ids = set(self._by_address.get(address_key(found.url), ()))
        for rendition in found.renditions:
            ids |= self._by_address.get(address_key(rendition.url), set())
            ids |= self._by_content.get(rendition.sha256 or "", set())
        same = [self._works[work_id] for work_id in {self._survivor(work_id) for work_id in ids}]
        return sorted(same, key=lambda row: (row.owner_says is None, row.first_seen, row.id))

    def _survivor(self, work_id: str) -> str:
        while (merged_into := self._works[work_id].merged_into) is not None:
            work_id = merged_into
        return work_id

    def _new_work(self, found: Work) -> WorkRow:
        url_key = address_key(found.url)
        key = sha256_text(self._owner_id, url_key)
        with self._session.no_autoflush:
            work_id = free_id(self._session, WorkRow, "w", key)
        row = WorkRow(
            id=work_id,
            owner_id=self._owner_id,
            url=found.url,
            url_key=url_key,
            rights={},
            first_seen=self._now,
            last_seen=self._now,
        )
        self._session.add(row)
        self._works[row.id] = row
        self._by_address[url_key].add(row.id)
        return row

    # --- merging --------------------------------------------------------------------------------

    def _update(self, row: WorkRow, found: Work) -> None:
        self._merge_renditions(row, found.renditions)
        self._merge_pages(row, found.pages)
        row.title, row.alt = found.title or row.title, found.alt or row.alt
        row.rights = rights_to_json(found.rights) or row.rights
        could_read = found.fingerprint is not None or row.algorithm is None
        if could_read or found.exclusion not in _NOT_READ:
            row.exclusion, row.exclusion_note = found.exclusion, found.exclusion_note
        better = self._is_better(row, found.fingerprint)
        if _is_web(found.url) > _is_web(row.url) or (better and _is_web(found.url) == _is_web(row.url)):
            row.url, row.url_key = found.url, address_key(found.url)
            self._by_address[row.url_key].add(row.id)
        if better:
            row.width = found.width if found.width is not None else row.width
            row.height = found.height if found.height is not None else row.height
            if found.fingerprint:
                row.algorithm = found.fingerprint.algorithm
                self._set_fingerprint(row, found.fingerprint)

    def _is_better(self, row: WorkRow, fingerprint: Fingerprint | None) -> bool:
        """Whether the found best file shall stand for the work, rather than the known one.

        A larger file of the same work that is still known stays: a folder of originals was indexed
        before the site, or after it.
        """
        old = self._fingerprints.get((row.id, row.algorithm or ""))
        if old is None:
            return True
        if fingerprint is None:
            return False
        still_known = {rendition.sha256 for rendition in self._renditions[row.id].values()}
        if old.algorithm != fingerprint.algorithm or old.sha256 not in still_known:
            return True
        return fingerprint.width * fingerprint.height >= old.width * old.height

    def _set_fingerprint(self, row: WorkRow, fingerprint: Fingerprint) -> None:
        values = fingerprint_columns(fingerprint) | {
            "sha256": fingerprint.sha256,
            "width": fingerprint.width,
            "height": fingerprint.height,
        }
        known = self._fingerprints.get((row.id, fingerprint.algorithm))
        if known is None:
            known = FingerprintRow(work_id=row.id, owner_id=self._owner_id, **values)
            self._fingerprints[row.id, fingerprint.algorithm] = known
            self._new_rows.append(known)
        for name, value in values.items():
            setattr(known, name, value)

    def _merge_renditions(self, row: WorkRow, renditions: Iterable[Rendition]) -> None:
        """Found renditions first, in their order; then the known ones that were not found again."""
        known = self._renditions[row.id]
        ordered: dict[str, RenditionRow] = {}
        for rendition in renditions:
            key = address_key(rendition.url)
            if key not in known:
                known[key] = RenditionRow(owner_id=self._owner_id, work_id=row.id, url_key=key)
                self._new_rows.append(known[key])
            ordered[key] = known[key]
            _update_rendition(known[key], rendition)
            self._note(known[key])
        self._renditions[row.id] = ordered | {key: old for key, old in known.items() if key not in ordered}
        for position, rendition_row in enumerate(self._renditions[row.id].values()):
            rendition_row.position = position

    def _merge_pages(self, row: WorkRow, urls: Iterable[str]) -> None:
        """Found pages first, in their order; then the known ones that were not found again."""
        known = self._pages[row.id]
        ordered: dict[str, WorkPageRow] = {}
        for url in urls:
            key = address_key(url)
            if key not in known:
                known[key] = WorkPageRow(owner_id=self._owner_id, work_id=row.id, url_key=key)
                self._new_rows.append(known[key])
            ordered[key] = known[key]
            known[key].url = url
        self._pages[row.id] = ordered | {key: old for key, old in known.items() if key not in ordered}
        for position, page_row in enumerate(self._pages[row.id].values()):
            page_row.position = position


def _is_web(address: str) -> bool:
    """A web address names a work better than a file of a folder: others can open it."""
    return not address.startswith("file:")


def _update_rendition(row: RenditionRow, found: Rendition) -> None:
    """Take what was found; a file that could not be had this time keeps what was known of it."""
    row.url, row.problem = found.url, found.problem
    for name in ("width", "height", "format", "bytes_len", "sha256"):
        value = getattr(found, name)
        if value is not None or found.problem is None:
            setattr(row, name, value)
