"""Evidence: content-addressed files, their rows, and the hash chain that shows tampering.

The file comes first, then its row and its link in the chain, in one transaction: a crash in between
leaves a file without a row, which the next `put` of the same bytes completes. Each link of the chain
holds the hash of the one before, so that an edited, missing, swapped or reordered entry is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from creditline.errors import StoreError
from creditline.records import ChainLink, EvidenceItem
from creditline.store.connections import lock
from creditline.store.files import FileEditedError
from creditline.store.models import EvidenceItemRow, KeptBodyRow, ManifestEntryRow
from creditline.store.part import StorePart, chunks, sha256_text

#: The one shard of a single machine; a cluster gives each shard of pages a chain of its own.
_SHARD = "0"
_FIRST_PREV_HASH = "0" * 64
_ADDED, _REMOVED = "added", "removed"


@dataclass(frozen=True, slots=True)
class EvidenceFault:
    """Something about the evidence that is not as it was stored."""

    #: Hash of the item, ``None`` for a fault of the chain itself.
    sha256: str | None
    #: One line for people.
    what: str
    #: What the item is: ``raw_html``, ``screenshot`` ...; ``None`` where that is not known.
    kind: str | None = None
    #: Its file in the evidence folder, ``None`` for the chain and its rows.
    path: str | None = None


class Evidence(StorePart):
    """Evidence files."""

    def put(self, body: bytes, kind: str, media_type: str, now: datetime) -> EvidenceItem:
        """Store bytes (temp file, fsync, rename, then the row); the same bytes are stored once."""
        sha256 = self._files.write(body)

        def work(session: Session) -> EvidenceItem:
            lock(session, "evidence " + _SHARD)
            row = session.get(EvidenceItemRow, sha256)
            if row is None:
                row = EvidenceItemRow(
                    sha256=sha256, kind=kind, media_type=media_type, bytes_len=len(body), created_at=now
                )
                session.add(row)
            elif row.removed_at is None:
                return _item(row)
            row.removed_at = row.removed_why = None
            _link(session, _ADDED, sha256, len(body), now)
            return _item(row)

        item = self._db.write(work)
        if not self._files.holds(sha256):  # retention took the same bytes away a moment ago
            self._files.write(body)
        return item

    def get(self, sha256: str) -> bytes:
        """Read an item.

        Raises:
            StoreError: It is missing or was edited.
        """
        body = self._files.read(sha256)
        if body is None:
            row = self._db.read(lambda session: session.get(EvidenceItemRow, sha256))
            if row is not None and row.removed_at is not None:
                raise StoreError(f"the evidence {sha256} was {row.removed_why} on {row.removed_at:%Y-%m-%d}")
            raise StoreError(
                f"the evidence {sha256} is missing from {self._files.folder}; see `creditline verify`"
            )
        return body

    def evidence_path(self, sha256: str) -> str | None:
        """Where an item lies on this machine, ``None`` where there is no such file."""
        path = self._files.path(sha256)
        return str(path) if path.is_file() else None

    def remove_evidence(self, sha256: str, why: str, now: datetime) -> None:
        """Take an item away for good and leave its tombstone: first the row, then the file.

        Raises:
            StoreError: There is no such item.
        """
        self.remove_items([sha256], why, now)

    def remove_items(self, hashes: Sequence[str], why: str, now: datetime) -> None:
        """`remove_evidence` of many, a few hundred in each transaction.

        Raises:
            StoreError: There is no such item.
        """
        for some in chunks(hashes):
            self._db.write(partial(_bury, hashes=some, why=why, now=now))
            self._db.write(partial(self._unlink, hashes=some, now=now))

    def _unlink(self, session: Session, hashes: Sequence[str], now: datetime) -> None:
        """Take the files of buried items away, but of those that were put again meanwhile."""
        lock(session, "evidence " + _SHARD)
        for sha256 in hashes:
            row = session.get(EvidenceItemRow, sha256)
            if row is not None and row.removed_at is not None:
                self._files.remove(sha256)
                kept = session.get(KeptBodyRow, sha256)
                if kept is not None:
                    kept.removed_at = now

    def evidence_faults(self) -> list[EvidenceFault]:
        """Everything about evidence that is not as it was stored; reads every file."""
        entries, items = self._db.read(
            lambda session: (
                session.scalars(
                    select(ManifestEntryRow).order_by(ManifestEntryRow.shard, ManifestEntryRow.position)
                ).all(),
                session.scalars(select(EvidenceItemRow).order_by(EvidenceItemRow.sha256)).all(),
            )
        )
        state = {entry.sha256: entry.action for entry in entries}
        kinds = {row.sha256: row.kind for row in items}
        faults = [replace(fault, kind=kinds.get(fault.sha256 or "")) for fault in _chain_faults(entries)]
        for row in items:
            said = state.pop(row.sha256, None)
            if said != (_ADDED if row.removed_at is None else _REMOVED):
                faults.append(EvidenceFault(row.sha256, "its row and the manifest disagree", row.kind))
            if row.removed_at is None and (what := self._file_fault(row, kinds)):
                path = self._files.path(row.sha256).relative_to(self._files.folder.parent)
                faults.append(EvidenceFault(row.sha256, what, row.kind, path.as_posix()))
        faults += [EvidenceFault(sha256, "its row is missing") for sha256 in state]
        return faults

    def evidence_items(self) -> list[EvidenceItem]:
        """All items, tombstones of pruned ones included, oldest first."""
        query = select(EvidenceItemRow).order_by(EvidenceItemRow.created_at, EvidenceItemRow.sha256)
        return self._db.read(lambda session: [_item(row) for row in session.scalars(query)])

    def chain(self) -> list[ChainLink]:
        """The chain, oldest link first."""
        query = (
            select(ManifestEntryRow)
            .where(ManifestEntryRow.shard == _SHARD)
            .order_by(ManifestEntryRow.position)
        )
        return self._db.read(
            lambda session: [
                ChainLink(row.position, row.sha256, row.entry_hash, row.at) for row in session.scalars(query)
            ]
        )

    def _file_fault(self, row: EvidenceItemRow, kinds: Mapping[str, str]) -> str | None:
        try:
            body = self._files.read(row.sha256)
        except FileEditedError as error:
            other = kinds.get(error.found_sha256)
            if other is None:
                return "its file was edited"
            return f"its file was swapped: it holds another item, the {other} {error.found_sha256[:12]}"
        except StoreError as error:
            return f"its file cannot be read: {error}"
        if body is None:
            return "its file is missing"
        return None if len(body) == row.bytes_len else "its row gives another size"


def _bury(session: Session, hashes: Sequence[str], why: str, now: datetime) -> None:
    """Turn rows into tombstones and say so in the chain."""
    lock(session, "evidence " + _SHARD)
    for sha256 in hashes:
        row = session.get(EvidenceItemRow, sha256)
        if row is None:
            raise StoreError(f"no evidence {sha256} in this database")
        if row.removed_at is None:
            row.removed_at, row.removed_why = now, why
            _link(session, _REMOVED, sha256, row.bytes_len, now)
            session.flush()


def _item(row: EvidenceItemRow) -> EvidenceItem:
    return EvidenceItem(
        row.sha256,
        row.kind,
        row.bytes_len,
        row.media_type,
        row.created_at,
        row.removed_at,
        row.removed_why,
    )


def _link(session: Session, action: str, sha256: str, bytes_len: int, now: datetime) -> None:
    last = session.scalars(
        select(ManifestEntryRow)
        .where(ManifestEntryRow.shard == _SHARD)
        .order_by(ManifestEntryRow.position.desc())
        .limit(1)
    ).first()
    entry = ManifestEntryRow(
        shard=_SHARD,
        position=last.position + 1 if last else 0,
        action=action,
        sha256=sha256,
        bytes_len=bytes_len,
        at=now,
        prev_hash=last.entry_hash if last else _FIRST_PREV_HASH,
    )
    entry.entry_hash = _entry_hash(entry)
    session.add(entry)


def _entry_hash(entry: ManifestEntryRow) -> str:
    return sha256_text(
        entry.prev_hash,
        entry.shard,
        str(entry.position),
        entry.action,
        entry.sha256,
        str(entry.bytes_len),
        str(round(entry.at.timestamp() * 1_000_000)),
    )


def _chain_faults(entries: Iterable[ManifestEntryRow]) -> Iterator[EvidenceFault]:
    """Faults of the chain: each link must follow the one before and hash to what it says."""
    prev_hash: dict[str, str] = {}
    next_position: dict[str, int] = {}
    for entry in entries:
        expected = next_position.get(entry.shard, 0)
        if entry.position != expected:
            yield EvidenceFault(
                None, f"manifest {entry.shard}: entries {expected} to {entry.position - 1} are missing"
            )
        elif entry.prev_hash != prev_hash.get(entry.shard, _FIRST_PREV_HASH):
            yield EvidenceFault(
                entry.sha256, f"manifest {entry.shard}: entry {entry.position} follows another one"
            )
        if entry.entry_hash != _entry_hash(entry):
            yield EvidenceFault(entry.sha256, f"manifest {entry.shard}: entry {entry.position} was edited")
        prev_hash[entry.shard] = entry.entry_hash
        next_position[entry.shard] = entry.position + 1
