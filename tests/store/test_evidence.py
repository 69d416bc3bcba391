"""Evidence is stored once, and whatever was done to it is found and named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from creditline.errors import StoreError
from creditline.records import Reply
from creditline.store import SqlStore


@pytest.fixture
def items(store: SqlStore, make: Any) -> list[str]:
    """Hashes of five stored items."""
    bodies = [b"item %d" % number for number in range(5)]
    return [store.put(body, "raw_html", "text/html", make.now).sha256 for body in bodies]


def _file(tmp_path: Path, sha256: str) -> Path:
    return tmp_path / "evidence" / sha256[:2] / sha256[2:]


def _change(store: SqlStore, *statements: str) -> None:
    """Change rows as somebody would who first takes the guards away."""

    def work(session: Any) -> None:
        for action in ("update", "delete"):
            on = "" if session.get_bind().dialect.name == "sqlite" else " ON manifest_entry"
            session.execute(text(f"DROP TRIGGER tr_manifest_entry_{action}{on}"))
        for statement in statements:
            session.execute(text(statement))

    store._db.write(work)


def test_nothing_is_wrong_with_what_was_stored(store: SqlStore, items: list[str], tmp_path: Path) -> None:
    assert store.evidence_faults() == []
    assert list((tmp_path / "evidence").rglob(".new-*")) == []
    assert _file(tmp_path, items[0]).read_bytes() == b"item 0"


def test_edited_and_missing_files_are_named(store: SqlStore, items: list[str], tmp_path: Path) -> None:
    _file(tmp_path, items[1]).write_bytes(b"item X")
    _file(tmp_path, items[2]).unlink()
    _file(tmp_path, items[3]).write_bytes(_file(tmp_path, items[4]).read_bytes())
    assert {(fault.sha256, fault.what) for fault in store.evidence_faults()} == {
        (items[1], "its file was edited"),
        (items[2], "its file is missing"),
        (items[3], f"its file was swapped: it holds another item, the raw_html {items[4][:12]}"),
    }
    with pytest.raises(StoreError, match="was changed since"):
        store.get(items[1])


def test_putting_an_item_again_mends_its_file(
    store: SqlStore, items: list[str], tmp_path: Path, make: Any
) -> None:
    _file(tmp_path, items[1]).write_bytes(b"item X")
    _file(tmp_path, items[2]).unlink()
    for number in (1, 2):
        store.put(b"item %d" % number, "raw_html", "text/html", make.now)
    assert store.evidence_faults() == []


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE manifest_entry SET sha256 = '{0}' WHERE position = 3"],
        ["UPDATE manifest_entry SET at = '2020-01-01 00:00:00.000000' WHERE position = 3"],
        ["UPDATE manifest_entry SET entry_hash = '{0}' WHERE position = 3"],
        ["DELETE FROM manifest_entry WHERE position = 2", "DELETE FROM evidence_item WHERE sha256 = '{2}'"],
        [
            "DELETE FROM manifest_entry WHERE position = 2",
            "UPDATE manifest_entry SET position = position - 1 WHERE position = 3",
            "UPDATE manifest_entry SET position = position - 1 WHERE position = 4",
        ],
        [
            "UPDATE manifest_entry SET position = 9 WHERE position = 1",
            "UPDATE manifest_entry SET position = 1 WHERE position = 2",
            "UPDATE manifest_entry SET position = 2 WHERE position = 9",
        ],
        ["DELETE FROM manifest_entry WHERE position = 4"],
        ["DELETE FROM evidence_item WHERE sha256 = '{4}'"],
        ["UPDATE evidence_item SET bytes_len = 7 WHERE sha256 = '{4}'"],
    ],
)
def test_changed_rows_are_found(store: SqlStore, items: list[str], statements: list[str]) -> None:
    _change(store, *(statement.format(*items) for statement in statements))
    assert store.evidence_faults() != []


@pytest.mark.parametrize("statement", ["UPDATE manifest_entry SET shard = '1'", "DELETE FROM manifest_entry"])
def test_the_chain_is_guarded(store: SqlStore, items: list[str], statement: str) -> None:
    with pytest.raises(Exception, match="only ever appended"):
        store._db.write(lambda session: session.execute(text(statement)))


def test_a_removed_item_leaves_a_tombstone(
    store: SqlStore, items: list[str], tmp_path: Path, make: Any
) -> None:
    for _ in range(2):
        store.remove_evidence(items[0], "kept for two years", make.later(days=730))
    assert not _file(tmp_path, items[0]).exists()
    assert store.evidence_faults() == []
    with pytest.raises(StoreError, match="kept for two years on 20"):
        store.get(items[0])
    with pytest.raises(StoreError, match="no evidence"):
        store.remove_evidence("0" * 64, "", make.now)
    assert store.put(b"item 0", "raw_html", "text/html", make.now).sha256 == items[0]
    assert store.get(items[0]) == b"item 0"
    assert store.evidence_faults() == []


def test_a_file_without_a_row_is_taken_up(
    store: SqlStore, tmp_path: Path, make: Any, open_it: Callable[[], SqlStore]
) -> None:
    """Catalogue row D15: killed between the file and its row."""
    sha256 = store._files.write(b"body")
    assert store.evidence_faults() == []
    assert store.put(b"body", "raw_html", "text/html", make.now).sha256 == sha256
    assert open_it().get(sha256) == b"body"


def test_a_kept_body_is_not_evidence_but_shares_the_file(store: SqlStore, make: Any) -> None:
    sha256 = store.remember_reply(Reply(make.url(), make.url(), make.now, 200, body=b"x"), keep_body=True)
    assert store.put(b"x", "raw_html", "text/html", make.now).sha256 == sha256
    assert store.body(sha256) == store.get(sha256) == b"x"


def test_a_damaged_kept_body_is_fetched_again(store: SqlStore, make: Any, tmp_path: Path) -> None:
    sha256 = store.remember_reply(Reply(make.url(), make.url(), make.now, 200, body=b"x"), keep_body=True)
    _file(tmp_path, sha256).write_bytes(b"y")
    assert store.body(sha256) is None


def test_the_disk_taken_is_that_of_database_and_files(store: SqlStore, make: Any) -> None:
    before, free = store.disk_bytes()
    store.put(b"x" * 500_000, "raw_html", "text/html", make.now)
    after, _ = store.disk_bytes()
    assert 500_000 <= after - before < 1_000_000
    assert free > 0


def test_the_disk_told_is_what_is_there_after_the_log_was_written_back(
    store: SqlStore, make: Any, tmp_path: Path
) -> None:
    """The log of SQLite has megabytes at once and nothing in the end: neither may be taken for growth."""
    for number in range(300):
        url = make.url(f"{number}")
        store.remember_reply(Reply(url, url, make.now, 200, body=b"%d" % number), keep_body=True)
    told, _ = store.disk_bytes()
    path = store._db.path
    log = path.with_name(path.name + "-wal").stat().st_size if path else 0
    store.close()
    there = sum(file.stat().st_size for file in (tmp_path / "evidence").rglob("*") if file.is_file())
    # A PostgreSQL server's own disk is its own matter.
    assert told == there + (path.stat().st_size if path else 0)
    assert (log > 1_000_000) == (path is not None)
