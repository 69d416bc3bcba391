"""Engines for SQLite and PostgreSQL, and transactions that are the same on both.

SQLite: write-ahead log (set by `schema`), ``synchronous=FULL`` (a commit survives a power cut; where that is
not asked for, ``NORMAL``), foreign keys on, and ``BEGIN IMMEDIATE`` for every write, so that a transaction
never fails half-way for a lock.
PostgreSQL: writers of one thing take an advisory lock by its name (`lock`), which gives the same
one-writer-at-a-time view per thing; what passes (deadlock, restart) is tried again.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from creditline.errors import StoreError
from creditline.store.failures import is_passing, store_errors

T = TypeVar("T")

#: How long a writer waits for another one, in seconds (research: catalogue row D04).
BUSY_TIMEOUT_S = 60.0
#: How often a transaction is tried, and the longest pause before the next try, in seconds: together
#: they outlast a restart of PostgreSQL, which takes 1-3 s here.
_TRIES = 8
_LONGEST_PAUSE_S = 2.0
_CONNECT_TIMEOUT_S = 10

_WRITE_OPTION = "creditline_write"
#: SQLite's word for how surely a write's commit is on the disk when it returns.
_SYNC_OPTION = "creditline_synchronous"


class Database:
    """One database: an engine, and transactions on it."""

    def __init__(self, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        parsed = read_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        #: The file, ``None`` for PostgreSQL.
        self.path = Path(parsed.database) if self.is_sqlite and parsed.database else None
        #: The database as people know it.
        self.place = str(self.path) if self.path else parsed.render_as_string(hide_password=True)
        self.engine = _sqlite(parsed, busy_timeout_s) if self.is_sqlite else _postgres(parsed)
        self._reader: Engine = self.engine
        if not self.is_sqlite:
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._writer = self.engine.execution_options(**{_WRITE_OPTION: True, _SYNC_OPTION: "FULL"})
        self._light_writer = self._writer.execution_options(**{_SYNC_OPTION: "NORMAL"})
        #: Threads of ours take turns: waiting for a lock in the file means sleeping in growing steps.
        self._turn: contextlib.AbstractContextManager[Any] = (
            threading.RLock() if self.is_sqlite else contextlib.nullcontext()
        )

    def read(self, work: Callable[[Session], T]) -> T:
        """Run a function in a transaction that sees one state of the database and changes nothing.

        Raises:
            StoreError: The database cannot be used, or holds a value that nobody of us wrote; in words.
        """
        try:
            return self._run(self._reader, work)
        except (ValueError, TypeError, KeyError) as e:
            raise StoreError(
                f"{self.place}: a stored value cannot be read ({type(e).__name__}: {e}); "
                "it was edited or damaged: put a backup of the workspace in its place"
            ) from e

    def write(self, work: Callable[[Session], T], *, survives_power_cut: bool = True) -> T:
        """Run a function in one transaction that is committed when it returns.

        The function may be called more than once, so it must only act on the database.

        Args:
            work: The function.
            survives_power_cut: False lets SQLite flush the commit to the disk with a later one, which spares
                0.7 ms of processor time: for what can be had again, or means nothing once no process runs.
                It still survives the end of every process, and never comes without what was committed before.

        Raises:
            StoreError: The database cannot be used, in words.
        """
        with self._turn:
            return self._run(self._writer if survives_power_cut else self._light_writer, work)

    def connect(self) -> Connection:
        """A connection whose transactions may write, for migrations."""
        return self._writer.connect()

    def errors(self) -> Any:
        """Context in which failures of this database become ours."""
        return store_errors(self.place, self.path.parent if self.path else None)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def _run(self, engine: Engine, work: Callable[[Session], T]) -> T:
        with self.errors():
            for attempt in range(1, _TRIES + 1):
                try:
                    with Session(engine, expire_on_commit=False) as session, session.begin():
                        return work(session)
                except DBAPIError as error:
                    if attempt == _TRIES or not is_passing(error):
                        raise
                    time.sleep(min(_LONGEST_PAUSE_S, 0.02 * 2**attempt) * random.uniform(0.5, 1))  # noqa: S311
        raise AssertionError("the last try returns or raises")


def read_url(url: str) -> URL:
    """Read a database address: SQLite or PostgreSQL, the driver being ours to choose.

    Raises:
        StoreError: It is neither.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("not a database address; give one like postgresql://user@host/name") from None
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if not parsed.database or parsed.database == ":memory:":
            raise StoreError("the database must be a file: sqlite:///folder/creditline.db")
        return parsed
    raise StoreError(
        f"databases of the kind {parsed.drivername!r} cannot be used; give sqlite:///file or "
        "postgresql://user@host/name"
    )


def lock(session: Session, *names: str) -> None:
    """Be the only writer of the named things until the end of the transaction.

    Names are taken in sorted order, so that two writers of the same things never wait for each other.
    SQLite needs no more than its ``BEGIN IMMEDIATE``.
    """
    _advisory_locks(session, "pg_advisory_xact_lock", names)


def lock_shared(session: Session, *names: str) -> None:
    """Keep others from being the writer of the named things, but not from sharing them too."""
    _advisory_locks(session, "pg_advisory_xact_lock_shared", names)


def _advisory_locks(session: Session, function: str, names: Iterable[str]) -> None:
    if session.get_bind().dialect.name == "sqlite":
        return
    for name in sorted(set(names)):
        key = int.from_bytes(hashlib.sha256(name.encode(errors="replace")).digest()[:8], signed=True)
        session.execute(text(f"SELECT {function}(:key)"), {"key": key})


def _sqlite(url: URL, busy_timeout_s: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": busy_timeout_s, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.execute("PRAGMA foreign_keys=ON").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(f"PRAGMA synchronous={options.get(_SYNC_OPTION, 'FULL')}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITE_OPTION, False) else "BEGIN")

    return engine


def _postgres(url: URL) -> Engine:
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"connect_timeout": _CONNECT_TIMEOUT_S, "application_name": "creditline"},
    )
