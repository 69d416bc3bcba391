"""The pictures that the owner said are not the works they were taken for.

Nothing is kept twice: they are the uses whose disposition says so now, so that taking the word back, or
merging two works, needs no second thought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from creditline.records import Disposition, Fingerprint, WrongMatch
from creditline.store.models import DecodedRow, UseRow
from creditline.store.part import StorePart, chunks
from creditline.store.replies import fingerprint_of
from creditline.store.rules import is_wrong_match


class WrongMatches(StorePart):
    """Matches that the owner called wrong."""

    def wrong_matches(self, owner_id: str) -> list[WrongMatch]:
        """Matches that the owner called wrong, each picture and work once, the earliest use first."""
        query = (
            select(UseRow)
            .where(
                UseRow.owner_id == owner_id,
                UseRow.merged_into.is_(None),
                UseRow.disposition == Disposition.NOT_MY_IMAGE,
            )
            .order_by(UseRow.first_seen, UseRow.id)
        )

        def work(session: Session) -> list[WrongMatch]:
            rows = [row for row in session.scalars(query) if is_wrong_match(session, row)]
            prints = _fingerprints(session, {row.content_sha256 for row in rows})
            found: dict[tuple[str, str], WrongMatch] = {}
            for row in rows:
                sha256 = row.content_sha256
                wrong = WrongMatch(row.id, row.work_id, sha256, tuple(prints[sha256]))
                found.setdefault((row.work_id, sha256), wrong)
            return list(found.values())

        return self._db.read(work)


def _fingerprints(session: Session, sha256s: Iterable[str]) -> dict[str, list[Fingerprint]]:
    found: dict[str, list[Fingerprint]] = defaultdict(list)
    for part in chunks(sorted(sha256s)):
        query = select(DecodedRow).where(DecodedRow.sha256.in_(part)).order_by(DecodedRow.algorithm)
        for row in session.scalars(query):
            found[row.sha256].append(fingerprint_of(row))
    return found
