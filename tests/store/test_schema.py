"""Databases of other versions and programs; migrations."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic_command
from sqlalchemy import text

from creditline.errors import StoreError, StoreNewerError
from creditline.store import SqlStore, open_store
from creditline.store.connections import Database
from creditline.store.schema import HEAD, REVISIONS, alembic_config

_ROOT = Path(__file__).parents[2]


def _execute(url: str, *statements: str) -> None:
    db = Database(url)
    with db.connect() as connection, connection.begin():
        for statement in statements:
            connection.execute(text(statement))
    db.close()


def _go_back(url: str, revision: str) -> None:
    """Make a database an older one, as an older program would have made it."""
    db = Database(url)
    with db.connect() as connection:
        if db.is_sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            alembic_command.downgrade(alembic_config(connection), revision)
        connection.invalidate()
    db.close()


def _revision(url: str) -> str | None:
    db = Database(url)
    found: str | None = db.read(
        lambda session: session.scalar(text("SELECT version_num FROM alembic_version"))
    )
    db.close()
    return found


def test_migrations_lead_to_the_models(empty_url: str) -> None:
    script = _ROOT / "scripts" / "check_migrations"
    done = subprocess.run(
        [sys.executable, str(script), empty_url], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert HEAD in done.stdout


def test_a_fresh_database_is_made_by_the_migrations(empty_url: str, tmp_path: Path, clock: Any) -> None:
    store = open_store(empty_url, evidence_dir=tmp_path / "evidence", clock=clock)
    assert store.migrated is None
    store.close()
    assert _revision(empty_url) == HEAD


def test_an_older_database_is_migrated_with_its_rows(
    url: str, open_it: Callable[[], SqlStore], tmp_path: Path, make: Any
) -> None:
    store = open_it()
    owner = store.ensure_owner("jane", ["Jane"], make.now)
    works = store.save_works(owner, [make.work()], make.now)
    [use] = make.save_check(store, owner, make.check(make.finding(works[0].id)))
    store.close()
    _go_back(url, REVISIONS[-2])
    store = open_it()
    assert store.works(owner) == works
    assert store.uses(owner) == [use]
    assert _revision(url) == HEAD
    assert store.migrated is not None
    assert f"from {REVISIONS[-2]} to {HEAD}" in store.migrated
    if url.startswith("postgresql"):
        assert "no backup" in store.migrated
        return
    [backup] = tmp_path.glob("*.bak")
    assert backup.name == f"creditline-{REVISIONS[-2]}-20260301T120000Z.bak"
    assert backup.name in store.migrated
    with sqlite3.connect(backup) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISIONS[-2],)]
        assert copy.execute("SELECT count(*) FROM work").fetchall() == [(1,)]
    copy.close()


def test_a_newer_database_is_refused_and_not_touched(
    url: str, open_it: Callable[[], SqlStore], tmp_path: Path
) -> None:
    open_it().close()
    _execute(
        url,
        "UPDATE alembic_version SET version_num = '0099_of_tomorrow'",
        "UPDATE meta SET value = '9.8' WHERE key = 'program_version'",
    )
    before = _bytes(url)
    with pytest.raises(
        StoreNewerError, match=r"written by creditline 9\.8; .* nothing was changed"
    ) as caught:
        open_it()
    assert "\n" not in str(caught.value)
    assert _bytes(url) == before
    assert _revision(url) == "0099_of_tomorrow"
    assert list(tmp_path.glob("*.bak")) == []


def test_a_database_of_another_program_is_refused_and_not_touched(
    empty_url: str, tmp_path: Path, clock: Any
) -> None:
    _execute(empty_url, "CREATE TABLE songs (title TEXT)")
    before = _bytes(empty_url)
    with pytest.raises(StoreError, match="another program"):
        open_store(empty_url, evidence_dir=tmp_path, clock=clock)
    assert _bytes(empty_url) == before


def _bytes(url: str) -> bytes:
    """The database file; nothing for PostgreSQL."""
    return Path(url.removeprefix("sqlite:///")).read_bytes() if url.startswith("sqlite") else b""


def test_a_migration_killed_half_way_has_not_happened(
    url: str, open_it: Callable[[], SqlStore], tmp_path: Path
) -> None:
    """Catalogue row D07."""
    open_it().close()
    _go_back(url, REVISIONS[0])
    program = (
        "import os, signal, sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from creditline.store import schema; from creditline.store.connections import Database\n"
        "schema._finish = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "schema.prepare(Database(sys.argv[1]), datetime.now(UTC))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, url], timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert _revision(url) == REVISIONS[0]
    store = open_it()
    assert _revision(url) == HEAD
    assert store.check_integrity() == []


def test_two_processes_make_one_database(empty_url: str, tmp_path: Path) -> None:
    program = (
        "import sys; from datetime import UTC, datetime; from creditline.store.connections import Database\n"
        "from creditline.store.schema import prepare; prepare(Database(sys.argv[1]), datetime.now(UTC))\n"
    )
    children = [subprocess.Popen([sys.executable, "-c", program, empty_url]) for _ in range(3)]
    assert [child.wait(timeout=120) for child in children] == [0, 0, 0]
    assert _revision(empty_url) == HEAD


def test_opening_a_current_database_is_fast(url: str, open_it: Callable[[], SqlStore]) -> None:
    """Measured in CPU time, best of five, since other work shares the machine: below 100 ms."""
    open_it().close()
    spent = []
    for _ in range(5):
        started = time.process_time()
        open_it().close()
        spent.append(time.process_time() - started)
    assert min(spent) < 0.1


def test_alembic_is_not_loaded_for_a_current_database(url: str, open_it: Callable[[], SqlStore]) -> None:
    open_it().close()
    program = (
        "import sys; from datetime import UTC, datetime; from creditline.store.connections import Database\n"
        "from creditline.store.schema import prepare; prepare(Database(sys.argv[1]), datetime.now(UTC))\n"
        "sys.exit('alembic' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, url], timeout=60).returncode == 0
