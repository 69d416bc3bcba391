"""What the owner agreed to, and what was sent to which third party, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from creditline.records import Disclosure
from creditline.store.models import ConsentRow, DisclosureRow
from creditline.store.part import StorePart


@dataclass(frozen=True, slots=True)
class Consent:
    """An agreement of the owner, in the words that were shown."""

    subject: str
    wording: str
    given_at: datetime
    withdrawn_at: datetime | None = None


class Ledger(StorePart):
    """Consents and disclosures."""

    def give_consent(self, owner_id: str, subject: str, wording: str, now: datetime) -> None:
        """Record that the owner agreed to these words; agreeing to the same again changes nothing."""

        def work(session: Session) -> None:
            standing = _standing(session, owner_id, subject)
            if not any(row.wording == wording for row in standing):
                session.add(ConsentRow(owner_id=owner_id, subject=subject, wording=wording, given_at=now))

        self._db.write(work)

    def withdraw_consent(self, owner_id: str, subject: str, now: datetime) -> None:
        """Record that the owner no longer agrees; what was agreed before stays on record."""

        def work(session: Session) -> None:
            for row in _standing(session, owner_id, subject):
                row.withdrawn_at = now

        self._db.write(work)

    def consents(self, owner_id: str) -> list[Consent]:
        """Every consent ever given, oldest first."""
        query = select(ConsentRow).where(ConsentRow.owner_id == owner_id)
        rows = self._db.read(
            lambda session: session.scalars(query.order_by(ConsentRow.given_at, ConsentRow.id)).all()
        )
        return [Consent(row.subject, row.wording, row.given_at, row.withdrawn_at) for row in rows]

    def agreed(self, owner_id: str) -> dict[str, tuple[str, ...]]:
        """What the owner agreed to and did not take back: the words shown, by subject."""
        standing: dict[str, tuple[str, ...]] = {}
        for consent in self.consents(owner_id):
            if consent.withdrawn_at is None:
                standing[consent.subject] = (*standing.get(consent.subject, ()), consent.wording)
        return standing

    def disclose(self, owner_id: str, disclosure: Disclosure) -> None:
        """Record what is about to be sent; written before the connection is made."""
        row = {name: getattr(disclosure, name) for name in Disclosure.__dataclass_fields__}
        self._db.write(lambda session: session.add(DisclosureRow(owner_id=owner_id, **row)))

    def disclosures(self, owner_id: str) -> list[Disclosure]:
        """Everything that was sent, oldest first."""
        query = select(DisclosureRow).where(DisclosureRow.owner_id == owner_id)
        rows = self._db.read(
            lambda session: session.scalars(query.order_by(DisclosureRow.at, DisclosureRow.id)).all()
        )
        return [
            Disclosure(row.recipient, row.what, row.at, row.work_id, row.sha256, row.run_id, row.why)
            for row in rows
        ]


def _standing(session: Session, owner_id: str, subject: str) -> list[ConsentRow]:
    query = select(ConsentRow).where(
        ConsentRow.owner_id == owner_id, ConsentRow.subject == subject, ConsentRow.withdrawn_at.is_(None)
    )
    return list(session.scalars(query))
