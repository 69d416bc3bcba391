"""What lies in the evidence folder, what stands on it, and taking away what a rule says.

Whether something may go is decided elsewhere (`pipeline.retention`); here is only said what refers to
it. One database may serve several owners, and the folder is shared: everybody's findings count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from creditline.records import Disposition, StoredFile, VerdictKind
from creditline.store.codec import pairs_from_json
from creditline.store.models import (
    CheckResultRow,
    CheckUseRow,
    EvidenceItemRow,
    KeptBodyRow,
    RequestUseRow,
    UseRow,
    VerdictRow,
)
from creditline.store.part import StorePart, chunks

A_LETTER, AN_OPEN_FINDING = "a letter", "an open finding"

#: How old a file must be before it counts as left behind: a writer takes seconds, a slow disk minutes.
_LEFT_BEHIND = timedelta(days=1)


class Retention(StorePart):
    """The evidence folder as a whole."""

    def stored_files(self) -> list[StoredFile]:
        """Every file that is not a tombstone yet, the longest unused first."""
        return sorted(self._db.read(_stored_files), key=lambda file: (file.last_used, file.sha256))

    def remove_kept_bodies(self, hashes: Sequence[str], now: datetime) -> None:
        """Take away bytes that only save requests; their files go unless they are evidence too."""
        for some in chunks(hashes):
            self._db.write(partial(self._forget, hashes=some, now=now))

    def left_behind(self, now: datetime) -> list[tuple[Path, int]]:
        """Files that nothing refers to, a day old or more, with their sizes: a killed writer's.

        They are unfinished ones, and whole ones whose row was never written.
        """
        before = now - _LEFT_BEHIND
        found = [(path, path.stat().st_size) for path in self._files.unfinished(before)]
        known = self._db.read(_known_hashes)
        found += [
            (self._files.path(sha256), size)
            for sha256, size, touched in self._files.all_files()
            if sha256 not in known and touched < before.timestamp()
        ]
        return found

    def _forget(self, session: Session, hashes: Sequence[str], now: datetime) -> None:
        items = set(
            session.scalars(
                select(EvidenceItemRow.sha256).where(
                    EvidenceItemRow.sha256.in_(hashes), EvidenceItemRow.removed_at.is_(None)
                )
            )
        )
        for sha256 in hashes:
            row = session.get(KeptBodyRow, sha256)
            if row is not None:
                row.removed_at = now
            if sha256 not in items:
                self._files.remove(sha256)


def _known_hashes(session: Session) -> set[str]:
    items = session.scalars(select(EvidenceItemRow.sha256).where(EvidenceItemRow.removed_at.is_(None)))
    bodies = session.scalars(select(KeptBodyRow.sha256).where(KeptBodyRow.removed_at.is_(None)))
    return {*items, *bodies}


def _stored_files(session: Session) -> list[StoredFile]:
    used = _last_used(session)
    stands_on = _stands_on(session)
    files = [
        StoredFile(
            row.sha256,
            row.bytes_len,
            max(row.created_at, used.get(row.sha256, row.created_at)),
            row.kind,
            stands_on.get(row.sha256),
        )
        for row in session.scalars(select(EvidenceItemRow).where(EvidenceItemRow.removed_at.is_(None)))
    ]
    items = {file.sha256 for file in files}
    files += [
        StoredFile(row.sha256, row.bytes_len, row.kept_at)
        for row in session.scalars(select(KeptBodyRow).where(KeptBodyRow.removed_at.is_(None)))
        if row.sha256 not in items
    ]
    return files


def _last_used(session: Session) -> dict[str, datetime]:
    """The latest check that each item is the evidence of."""
    query = select(CheckUseRow.evidence, CheckResultRow.checked_at).join(
        CheckResultRow, CheckResultRow.id == CheckUseRow.check_id
    )
    used: dict[str, datetime] = {}
    for evidence, checked_at in session.execute(query):
        for sha256 in _hashes(evidence):
            used[sha256] = max(checked_at, used.get(sha256, datetime.min.replace(tzinfo=UTC)))
    return used


def _stands_on(session: Session) -> dict[str, str]:
    """What must stay: all evidence ever of a use that a letter names, the present one of open findings."""
    open_uses = (
        select(UseRow.evidence)
        .join(VerdictRow, VerdictRow.id == UseRow.verdict_id)
        .where(
            UseRow.disposition == Disposition.OPEN,
            UseRow.merged_into.is_(None),
            (VerdictRow.kind != VerdictKind.LINKED) | UseRow.verdict_by_owner.is_not(None),
        )
    )
    in_letters = select(RequestUseRow.use_id)
    of_letters = (
        select(UseRow.evidence).where(UseRow.id.in_(in_letters)),
        select(CheckUseRow.evidence).where(CheckUseRow.use_id.in_(in_letters)),
    )
    found = dict.fromkeys(_all_hashes(session.scalars(open_uses)), AN_OPEN_FINDING)
    for query in of_letters:
        found |= dict.fromkeys(_all_hashes(session.scalars(query)), A_LETTER)
    return found


def _all_hashes(several: Iterable[Any]) -> list[str]:
    return [sha256 for evidence in several for sha256 in _hashes(evidence)]


def _hashes(evidence: Any) -> list[str]:
    return [sha256 for _, sha256 in pairs_from_json(evidence)]
