"""Brings a database to the schema of this program: fresh, older (backed up first), or refused.

The check of a current database is one query, without Alembic, so that opening it is fast. Migrations
run in one transaction under the writer's lock: killed at any moment, nothing has happened.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from creditline import __version__
from creditline.errors import StoreError, StoreNewerError
from creditline.store.connections import Database
from creditline.store.disks import refuse_network_disk

if TYPE_CHECKING:
    from alembic.config import Config

#: Every schema of this program, oldest first; a test compares it with the migration scripts.
REVISIONS = (
    "0001_owners_replies_evidence",
    "0002_works_pages_uses",
    "0003_letters",
    "0004_paid_searches",
    "0005_templates",
)
HEAD = REVISIONS[-1]

#: Advisory lock of PostgreSQL under which migrations run ("cred" in ASCII).
_MIGRATION_LOCK = 0x63726564


def prepare(db: Database, now: datetime) -> str | None:
    """Make the database current.

    Returns:
        One line for people when an older database was migrated, else ``None``.

    Raises:
        StoreNewerError: A newer program wrote it; it was not touched.
        StoreError: It is no database of ours, or cannot be used.
    """
    with db.errors():
        if db.path is not None:
            refuse_network_disk(db.path)
            db.path.parent.mkdir(parents=True, exist_ok=True)
        with db.engine.connect() as connection:
            revision = current_revision(connection, db.place)
        if db.is_sqlite:
            _use_wal(db)
        return None if revision == HEAD else _migrate(db, now)


def current_revision(connection: Connection, place: str) -> str | None:
    """The schema that a database has; ``None`` for an empty one.

    Raises:
        StoreNewerError: It is none that this program knows.
        StoreError: There are tables, but not ours.
    """
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if tables:
            raise StoreError(f"{place} is a database of another program; name another one")
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision is not None and revision not in REVISIONS:
        raise StoreNewerError(_newer(connection, place, tables))
    return revision


def scripts_folder() -> Path:
    """Where the migrations lie: inside the installed package, or at the top of a checkout.

    Raises:
        StoreError: The installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "alembic", package.parents[2] / "alembic"):
        if (folder / "env.py").is_file():
            return folder
    raise StoreError(f"the migrations are missing from {package}; install creditline again")


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings, made here so that no ini file is needed."""
    from alembic.config import Config  # costs more than opening a database does

    config = Config()
    config.set_main_option("script_location", str(scripts_folder()).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes["connection"] = connection
    return config


def _use_wal(db: Database) -> None:
    """Set the journal mode, which stays with the file; only now that we know it to be ours."""
    connection = db.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def _newer(connection: Connection, place: str, tables: set[str]) -> str:
    program = None
    if "meta" in tables:
        program = connection.scalar(text("SELECT value FROM meta WHERE key = 'program_version'"))
    by = f"creditline {program}" if program else "a newer creditline"
    return (
        f"the database {place} was written by {by}; this is {__version__}, which is older. Install the "
        "newer one, or name another database; nothing was changed"
    )


def _migrate(db: Database, now: datetime) -> str | None:
    from alembic import command

    with db.connect() as connection:
        if db.is_sqlite:  # tables are rebuilt by migrations; this can only be set outside a transaction
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            if not db.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            revision = current_revision(connection, db.place)
            if revision == HEAD:  # another process was faster
                return None
            said = _back_up(db, revision, now) if revision else None
            command.upgrade(alembic_config(connection), HEAD)
            _finish(db, connection)
        connection.invalidate()  # the next user gets one with foreign keys on
    return said


def _finish(db: Database, connection: Connection) -> None:
    if db.is_sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise StoreError(
                f"the database {db.place} has rows that refer to nothing: {broken[:3]}; not migrated"
            )
    connection.execute(text("DELETE FROM meta WHERE key = 'program_version'"))
    connection.execute(
        text("INSERT INTO meta (key, value) VALUES ('program_version', :version)"), {"version": __version__}
    )


def _back_up(db: Database, revision: str, now: datetime) -> str:
    """Copy the database beside itself; return what to tell people."""
    if db.path is None:
        return (
            f"the database {db.place} was migrated from {revision} to {HEAD}; no backup was made of it, "
            "since that is done on the server (pg_dump)"
        )
    target = db.path.with_name(f"{db.path.stem}-{revision}-{now:%Y%m%dT%H%M%SZ}.bak")
    unfinished = target.with_suffix(".bak.part")
    unfinished.unlink(missing_ok=True)
    source = sqlite3.connect(db.path)
    copy = sqlite3.connect(unfinished)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(target)
    told = f"the database {db.place} was migrated from {revision} to {HEAD}"
    return f"{told}; the old one is kept as {target.name}"
