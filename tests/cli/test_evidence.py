"""`creditline evidence`: what is kept, and what a rule takes away."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from creditline.config import SystemClock
from creditline.store import open_store


@pytest.fixture
def kept(workspace):
    """A workspace with one item of evidence that is a hundred days old, and one of today."""
    store = open_store(
        f"sqlite:///{workspace / 'creditline.sqlite'}",
        evidence_dir=workspace / "evidence",
        clock=SystemClock(),
    )
    now = datetime.now(UTC)
    items = {
        days: store.put(b"page of %d" % days, "raw_html", "text/html", now - timedelta(days=days)).sha256
        for days in (100, 0)
    }
    store.close()
    return {days: workspace / "evidence" / sha[:2] / sha[2:] for days, sha in items.items()}


def test_pruning_by_rule(creditline, kept, workspace):
    none = creditline("evidence", "prune")
    assert (none.code, kept[100].exists()) == (2, True)
    assert "no rule says what may go" in none.message
    would = creditline("evidence", "prune", "--keep-days", 30, "--dry-run", "--json")
    assert (would.code, kept[100].exists()) == (0, True)
    assert [json.loads(line) for line in would.out.splitlines()] == [{"kind": "raw_html", "files": 1}]
    assert would.message.startswith("would free")
    settings = workspace / "creditline.toml"
    settings.write_text(settings.read_text() + "\n[evidence]\nkeep_days = 30\n")
    done = creditline("evidence", "prune")
    assert (done.code, kept[100].exists(), kept[0].exists()) == (0, False, True)
    assert done.message.startswith("freed")
    verified = creditline("verify")
    assert (verified.code, verified.out) == (0, "")
    assert verified.message == "evidence: all as it was stored (1 items, 1 pruned by rule)"


def test_what_is_kept(creditline, kept):
    listed = creditline("evidence", "--json")
    assert json.loads(listed.out) == {"kind": "raw_html", "files": 2, "bytes": 20, "needed": 0}


def test_verify_names_the_file(creditline, kept, workspace):
    kept[0].write_bytes(b"something else")
    ran = creditline("verify")
    assert ran.code == 1
    assert ran.out == f"{kept[0].relative_to(workspace)} (raw html): its file was edited\n"
    row = json.loads(creditline("verify", "--json").out)
    assert row["path"] == kept[0].relative_to(workspace).as_posix()
    assert (row["kind"], row["fault"]) == ("raw_html", "its file was edited")


def test_a_database_that_somebody_edited_is_told_in_one_line(creditline, kept, workspace):
    database = sqlite3.connect(workspace / "creditline.sqlite")
    database.execute("update evidence_item set created_at = 'some day'")
    database.commit()
    database.close()
    ran = creditline("verify")
    assert ran.code == 1
    assert "a stored value cannot be read" in ran.message
    assert "put a backup" in ran.message
