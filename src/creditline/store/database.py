"""The store as a whole: what `config` opens and the pipeline is given."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from creditline.errors import StoreError
from creditline.store.budgets import Budgets
from creditline.store.checks import Checks
from creditline.store.connections import BUSY_TIMEOUT_S, Database
from creditline.store.discovery import Discovery
from creditline.store.evidence import Evidence
from creditline.store.files import FileStore
from creditline.store.history import History
from creditline.store.leases import Leases
from creditline.store.ledger import Ledger
from creditline.store.owners import Owners, Runs
from creditline.store.part import WallClock
from creditline.store.replies import Replies
from creditline.store.requests import Requests
from creditline.store.retention import Retention
from creditline.store.room import Room
from creditline.store.rules import Rules
from creditline.store.schema import prepare
from creditline.store.suppression import Suppressions
from creditline.store.templates import Templates
from creditline.store.uses import Uses
from creditline.store.works import Works
from creditline.store.wrong_matches import WrongMatches


class SqlStore(
    Owners,
    Runs,
    Replies,
    Works,
    Discovery,
    Checks,
    History,
    Uses,
    Rules,
    WrongMatches,
    Leases,
    Budgets,
    Evidence,
    Retention,
    Requests,
    Suppressions,
    Ledger,
    Templates,
    Room,
):
    """Everything that creditline knows, in one database and one folder of files.

    Fulfils `pipeline.ports.Store` by shape. Threads may share it.
    """

    #: One line for people when opening migrated an older database.
    migrated: str | None = None

    def check_integrity(self) -> list[str]:
        """What the database finds wrong with itself (SQLite reads all of it); empty when sound."""
        if self._db.path is None:
            self._db.read(lambda session: session.execute(text("SELECT 1")))
            return []
        found = self._db.read(lambda session: session.scalars(text("PRAGMA quick_check")).all())
        return [line for line in found if line != "ok"]

    def close(self) -> None:
        """Give connections back."""
        self._db.close()


def open_store(
    url: str, *, evidence_dir: Path, clock: WallClock, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> SqlStore:
    """Open a database, made or migrated where needed, with its folder of evidence.

    Args:
        url: ``sqlite:///file`` or ``postgresql://user@host/name``.
        evidence_dir: Folder of the content-addressed files; made when it is first needed.
        clock: Names backups.
        busy_timeout_s: How long to wait for another writer of an SQLite file, in seconds.

    Raises:
        StoreNewerError: A newer program wrote the database; it was not touched.
        StoreLockedError: Another program holds it.
        DiskFullError: No room is left.
        StoreError: It cannot be used otherwise; the message says why.
    """
    db = Database(url, busy_timeout_s=busy_timeout_s)
    try:
        migrated = prepare(db, clock.now())
    except StoreError:
        db.close()
        raise
    store = SqlStore(db, FileStore(evidence_dir), clock)
    store.migrated = migrated
    return store
