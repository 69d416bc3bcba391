"""Who must never be written to again. Entries have no expiry and name nobody: a keyed hash is enough.

The key stays in the database, so that a leaked list of hashes alone cannot be tried against known
addresses, and an erased contact stays suppressed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from creditline.store.connections import lock
from creditline.store.models import MetaRow, SuppressionRow
from creditline.store.part import StorePart

_KEY_NAME = "suppression_key"
_KEY_BYTES = 32


class Suppressions(StorePart):
    """Addresses and sites that opted out, for every owner of this database."""

    def suppress(self, subject: str, reason: str, now: datetime) -> None:
        """Never write to this address or site again; the first reason stays.

        Args:
            subject: In the one spelling that the sender compares by.
            reason: For people; must not name the person.
            now: When they said so.
        """

        def work(session: Session) -> None:
            subject_hash = _hash(session, subject)
            if session.get(SuppressionRow, subject_hash) is None:
                session.add(SuppressionRow(address_hash=subject_hash, reason=reason, added_at=now))

        self._db.write(work)

    def is_suppressed(self, subject: str) -> bool:
        """Whether this address or site opted out."""

        def work(session: Session) -> bool:
            return session.get(SuppressionRow, _hash(session, subject)) is not None

        return self._db.write(work)


def _hash(session: Session, subject: str) -> str:
    lock(session, "suppression")
    row = session.get(MetaRow, _KEY_NAME)
    if row is None:
        row = MetaRow(key=_KEY_NAME, value=secrets.token_hex(_KEY_BYTES))
        session.add(row)
        session.flush()
    return hmac.new(bytes.fromhex(row.value), subject.encode(errors="replace"), hashlib.sha256).hexdigest()
