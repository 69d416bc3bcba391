"""Owners, runs, and how much a database holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from creditline.errors import StoreError
from creditline.records import Run
from creditline.store.connections import lock
from creditline.store.models import Base, OwnerRow, RunRow
from creditline.store.part import StorePart, sha256_text, short_id

#: How long an unfinished run may be taken up again: a scan is started anew on another day.
RESUME_WITHIN = timedelta(hours=24)


class Owners(StorePart):
    """Who owns the images, and the runs of long commands."""

    def ensure_owner(self, owner_key: str, names: Sequence[str], now: datetime) -> str:
        """The permanent id of the owner whom this workspace's settings name."""
        owner_id = short_id("o", sha256_text(owner_key))
        if self._db.read(lambda session: _is_known(session, owner_id, names)):
            # Nothing to write: looking things up works while somebody else writes, and on a full disk.
            return owner_id

        def work(session: Session) -> str:
            lock(session, "owner " + owner_id)
            row = session.get(OwnerRow, owner_id)
            if row is None:
                row = OwnerRow(
                    id=owner_id, owner_key=owner_key, names=list(names), created_at=now, updated_at=now
                )
                session.add(row)
            elif list(row.names) != list(names):
                row.names, row.updated_at = list(names), now
            return owner_id

        return self._db.write(work)

    def counts(self, owner_id: str) -> Mapping[str, int]:
        """Rows per table of this owner; tables that no owner has a share in are counted whole."""

        def work(session: Session) -> dict[str, int]:
            found = {}
            for table in sorted(Base.metadata.tables.values(), key=lambda table: table.name):
                query = select(func.count()).select_from(table)
                if "owner_id" in table.columns:
                    query = query.where(table.columns["owner_id"] == owner_id)
                found[table.name] = session.scalar(query) or 0
            return found

        return self._db.read(work)


def _is_known(session: Session, owner_id: str, names: Sequence[str]) -> bool:
    row = session.get(OwnerRow, owner_id)
    return row is not None and list(row.names) == list(names)


class Runs(StorePart):
    """Runs of long commands."""

    def open_run(self, owner_id: str, command: str, now: datetime) -> Run:
        """Begin a run, or take up the unfinished one with the same command of the last 24 hours."""
        key = sha256_text(command)

        def work(session: Session) -> Run:
            lock(session, f"run {owner_id} {key}")
            row = session.scalars(
                select(RunRow)
                .where(RunRow.owner_id == owner_id, RunRow.command_key == key, RunRow.finished_at.is_(None))
                .where(RunRow.started_at > now - RESUME_WITHIN)
                .order_by(RunRow.started_at.desc(), RunRow.id)
            ).first()
            if row is not None:
                return Run(row.id, row.started_at, resumed=True)
            run_id = short_id("r", sha256_text(owner_id, key, now.isoformat()))
            if session.get(RunRow, run_id) is None:
                session.add(
                    RunRow(id=run_id, owner_id=owner_id, command=command, command_key=key, started_at=now)
                )
            return Run(run_id, now, resumed=False)

        return self._db.write(work)

    def finish_run(self, run: Run, now: datetime) -> None:
        """Mark a run as done."""

        def work(session: Session) -> None:
            row = session.get(RunRow, run.id)
            if row is None:
                raise StoreError(f"no run {run.id} in this database; was it moved meanwhile?")
            row.finished_at = now

        self._db.write(work)
