"""What goes wrong with databases and disks is said in one line: what, which, what next."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from creditline.errors import DiskFullError, StoreError, StoreLockedError
from creditline.store import SqlStore, open_store
from creditline.store.disks import file_system_of, refuse_network_disk
from creditline.store.files import FileStore


@contextmanager
def _refused(error: type[StoreError], words: str) -> Iterator[None]:
    with pytest.raises(error, match=words) as caught:
        yield
    assert "\n" not in str(caught.value)


def _open(path: Path, clock: Any, **options: Any) -> SqlStore:
    return open_store(f"sqlite:///{path}", evidence_dir=path.parent / "evidence", clock=clock, **options)


@pytest.fixture
def path(sqlite_template: Path, tmp_path: Path) -> Path:
    """A current SQLite database without rows."""
    target = tmp_path / "creditline.db"
    target.write_bytes(sqlite_template.read_bytes())
    return target


def test_a_locked_database(path: Path, clock: Any, make: Any) -> None:
    """Catalogue row D04."""
    store = _open(path, clock, busy_timeout_s=0.1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert store.works("o1") == []  # reading goes on
    with _refused(StoreLockedError, "held by another program"):
        store.ensure_owner("jane", [], make.now)
    other.execute("COMMIT")
    other.close()
    assert store.ensure_owner("jane", [], make.now)
    store.close()


def test_a_known_owner_is_looked_up_while_somebody_else_writes(path: Path, clock: Any, make: Any) -> None:
    store = _open(path, clock, busy_timeout_s=0.1)
    owner = store.ensure_owner("jane", ["Jane"], make.now)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert store.ensure_owner("jane", ["Jane"], make.now) == owner
    with _refused(StoreLockedError, "held by another program"):
        store.ensure_owner("jane", ["Jane", "J. Doe"], make.now)
    other.close()
    store.close()


def test_a_locked_empty_database(tmp_path: Path, clock: Any) -> None:
    path = tmp_path / "new.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with _refused(StoreLockedError, "held by another program"):
        _open(path, clock, busy_timeout_s=0.1)
    other.close()


def test_a_full_disk(path: Path, clock: Any, make: Any) -> None:
    """Catalogue row D03: the database may not grow any more, and goes on where it was afterwards."""
    store = _open(path, clock)
    owner = store.ensure_owner("jane", [], make.now)
    before = store.counts(owner)
    limits = ["PRAGMA max_page_count=1"]  # SQLite raises it to what the file has

    @event.listens_for(store._db.engine, "checkout")
    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(limits[0]).close()

    with _refused(DiskFullError, "no room left for .*creditline.db"):
        store.add_pages(owner, [make.url(f"{n}" * 200) for n in range(5_000)], "list", make.now)
    limits[0] = "PRAGMA max_page_count=1000000"
    assert store.counts(owner) == before
    assert store.add_pages(owner, [make.url()], "list", make.now) == 1
    store.close()


def test_a_full_disk_under_the_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    files = FileStore(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_room)
        with _refused(DiskFullError, "no room left for the evidence folder"):
            files.write(b"body")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert files.read(files.write(b"body")) == b"body"


def test_what_can_be_had_again_does_not_wait_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FileStore(tmp_path)
    files.write(b"makes no folder anew")
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    sha256 = files.write_lightly(b"makes no folder anew")
    assert not flushed
    assert files.write(b"makes no folder anew") == sha256
    assert len(flushed) == 2  # the file, which may have been written lightly, and its folder


@pytest.mark.parametrize(("survives", "synchronous"), [(True, 2), (False, 1)])
def test_how_surely_a_commit_is_on_the_disk(
    tmp_path: Path, clock: Any, survives: bool, synchronous: int
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/a.db", evidence_dir=tmp_path, clock=clock)
    for asked in (not survives, survives):  # connections are used again
        found = store._db.write(
            lambda session: session.scalar(text("PRAGMA synchronous")), survives_power_cut=asked
        )
    assert found == synchronous
    store.close()


def test_no_database(tmp_path: Path, clock: Any) -> None:
    (tmp_path / "notes.txt").write_text("my shopping list, which is longer than a hundred bytes " * 20)
    before = (tmp_path / "notes.txt").read_bytes()
    with _refused(StoreError, r"notes\.txt is not a database"):
        _open(tmp_path / "notes.txt", clock)
    assert (tmp_path / "notes.txt").read_bytes() == before


def test_a_damaged_database(path: Path, clock: Any, make: Any) -> None:
    """Catalogue row D10."""
    store = _open(path, clock)
    owner = store.ensure_owner("jane", [], make.now)
    store.save_works(owner, [make.work(f"{n}") for n in range(50)], make.now)
    store.close()
    body = bytearray(path.read_bytes())
    for page in range(2, len(body) // 4096):
        body[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    path.write_bytes(body)
    with _refused(StoreError, "is damaged; restore it"):
        damaged = _open(path, clock)
        try:
            assert damaged.check_integrity() != []
            damaged.works(owner)
        finally:
            damaged.close()


def test_a_folder_that_is_a_file(tmp_path: Path, clock: Any) -> None:
    (tmp_path / "workspace").write_text("")
    with _refused(StoreError, "cannot use"):
        _open(tmp_path / "workspace" / "creditline.db", clock)


def test_a_folder_in_the_place_of_the_database(tmp_path: Path, clock: Any) -> None:
    with _refused(StoreError, "cannot be opened"):
        _open(tmp_path, clock)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://host/name", "'mysql' cannot be used"),
        ("nonsense", "not a database address"),
        ("sqlite://", "must be a file"),
    ],
)
def test_addresses_that_cannot_be_used(tmp_path: Path, clock: Any, address: str, words: str) -> None:
    with _refused(StoreError, words):
        open_store(address, evidence_dir=tmp_path, clock=clock)


def test_no_server(tmp_path: Path, clock: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # taken, but nobody listens
        port = unused.getsockname()[1]
        with _refused(StoreError, "cannot reach the database .*refused") as _:
            open_store(f"postgresql://jane:secret@127.0.0.1:{port}/x", evidence_dir=tmp_path, clock=clock)


def test_passwords_are_not_shown(tmp_path: Path, clock: Any, postgres_server: str) -> None:
    address = postgres_server.replace("tester@", "tester:s3cret@") + "/missing"
    with pytest.raises(StoreError, match='database "missing" does not exist') as caught:
        open_store(address, evidence_dir=tmp_path, clock=clock)
    assert "s3cret" not in str(caught.value)


def test_a_server_that_drops_the_connection_is_asked_again(
    postgres_server: str, postgres_url: str, tmp_path: Path, clock: Any, make: Any
) -> None:
    """Catalogue row D11: idle connections are dropped, and one in the middle of a transaction."""
    store = open_store(postgres_url, evidence_dir=tmp_path, clock=clock)
    owner = store.ensure_owner("jane", [], make.now)
    name = postgres_url.rpartition("/")[2]
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
    assert store.add_pages(owner, [make.url("a")], "list", make.now) == 1
    tries: list[int] = []

    def dropped_once(session: Session) -> int:
        tries.append(1)
        if len(tries) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return len(tries)

    assert store._db.write(dropped_once) == 2
    store.close()


def test_network_disks_are_refused(tmp_path: Path) -> None:
    """Catalogue row D09."""
    mounts = tmp_path / "mounts"
    shared = tmp_path / "my share"
    shared.mkdir()
    escaped = str(shared).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {escaped} nfs4 rw 0 0\nnonsense\n")
    refuse_network_disk(tmp_path / "creditline.db", mounts)
    with _refused(StoreError, r"network disk \(nfs4\)"):
        refuse_network_disk(shared / "creditline.db", mounts)
    refuse_network_disk(shared / "creditline.db", tmp_path / "no such table")
    table = "a / ext4 rw\nb /srv nfs rw\nc /srv/local xfs rw\nd /srv overlay rw\n"
    assert file_system_of(Path("/srv/local/x"), table) == "xfs"
    assert file_system_of(Path("/srv/x"), table) == "overlay"
    assert file_system_of(Path("/srvx"), table) == "ext4"


def test_naive_times_are_defects(store: SqlStore, make: Any) -> None:
    with pytest.raises(Exception, match="time without a zone"):
        store.ensure_owner("jane", [], make.now.replace(tzinfo=None))
