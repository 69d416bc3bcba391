"""Several real processes on one database."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from creditline.store import SqlStore, this_holder
from creditline.store.leases import is_dead

_PROGRAM = Path(__file__).with_name("processes.py")
_PATIENCE_S = 120
#: Kills per test; each comes after some saved checks, at a random moment of the next one.
_KILLS = 8
_LONGEST_PAUSE_S = 0.03

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts a child on the test's database."""
    children: list[subprocess.Popen[str]] = []

    def start_one(job: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, str(_PROGRAM), job, url, str(tmp_path / "evidence"), *map(str, arguments)]
        children.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return children[-1]

    yield start_one
    for child in children:
        child.kill()
        child.communicate()


def _lines(children: list[subprocess.Popen[str]]) -> list[str]:
    outputs = [child.communicate(timeout=_PATIENCE_S)[0] for child in children]
    assert [child.returncode for child in children] == [0] * len(children)
    return [line for output in outputs for line in output.splitlines()]


def _line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().rstrip()


def test_no_two_slots_are_closer_than_the_delay(start: Start, store: SqlStore) -> None:
    slots = sorted(map(float, _lines([start("hammer_budget", "blog.example", 0.5, 50) for _ in range(4)])))
    gaps = [later - earlier for earlier, later in pairwise(slots)]
    assert len(slots) == 200
    assert min(gaps) >= 0.5 - 1e-6


def test_every_page_is_claimed_once(start: Start, store: SqlStore) -> None:
    children = [start("claim_pages", 40) for _ in range(4)]
    claimed = []
    for child in children:
        claimed += list(iter(lambda child=child: _line(child), "done"))
    _lines(children)
    assert sorted(claimed, key=int) == [str(page) for page in range(40)]


def test_the_same_work_at_the_same_time(start: Start, store: SqlStore, make: Any) -> None:
    _lines([start("save_works", 12) for _ in range(3)])
    owner = store.ensure_owner("jane", ["Jane"], make.now)
    counts = store.counts(owner)
    assert (counts["work"], counts["rendition"], counts["page"], counts["sighting"]) == (13, 13, 14, 14)


def test_a_killed_holder_is_replaced_at_once(start: Start, store: SqlStore, make: Any) -> None:
    child = start("claim_and_hang", "page-1")
    token = int(_line(child))
    hour = timedelta(hours=1)
    assert store.claim("page", "page-1", this_holder(), hour, make.now) is None
    child.kill()
    child.wait()
    lease = store.claim("page", "page-1", this_holder(), hour, make.now)
    assert lease is not None
    assert lease.token == token + 1


def test_only_a_surely_dead_process_is_dead() -> None:
    machine, boot, pid, started = this_holder().split("|")
    assert not is_dead(this_holder())
    assert is_dead(f"{machine}|{boot}|{pid}|{int(started) + 1}")  # the number was given to another process
    assert is_dead(f"{machine}|another-boot|{pid}|{started}")
    assert is_dead(f"{machine}|{boot}|{2**22 + 1}|{started}")  # above Linux's largest process id
    assert not is_dead(f"another|{boot}|{pid}|{int(started) + 1}")
    assert not is_dead(f"{machine}|-|{pid}|{started}")
    assert not is_dead("somebody")


def test_sigkill_leaves_nothing_half_done(start: Start, store: SqlStore, make: Any) -> None:
    """Catalogue row D01."""
    chance = random.Random(1)
    for number in range(_KILLS):
        child = start("check_for_ever", number)
        assert [_line(child) for _ in range(3)] == ["saved"] * 3
        time.sleep(chance.uniform(0, _LONGEST_PAUSE_S))
        child.kill()
        child.wait()
    assert store.check_integrity() == []
    assert store.evidence_faults() == []
    assert set(_half_rows(store).values()) == {0}
    owner = store.ensure_owner("jane", ["Jane"], make.now)
    uses = store.uses(owner)
    assert len(uses) >= 3
    for use in uses:
        sha256 = dict(use.evidence)["raw_html"]
        assert use.verdict.reason == sha256
        assert store.get(sha256)
    claims = [store.claim("page", str(n), this_holder(), timedelta(days=1), make.now) for n in range(20)]
    assert None not in claims


def _half_rows(store: SqlStore) -> dict[str, int]:
    queries = {
        "checks without uses": "SELECT count(*) FROM check_result c WHERE NOT EXISTS "
        "(SELECT 1 FROM check_use u WHERE u.check_id = c.id)",
        "verdicts without evidence": "SELECT count(*) FROM verdict v WHERE NOT EXISTS "
        "(SELECT 1 FROM credit_evidence e WHERE e.verdict_id = v.id)",
        "uses without verdict": 'SELECT count(*) FROM "use" u WHERE NOT EXISTS '
        "(SELECT 1 FROM verdict v WHERE v.id = u.verdict_id)",
    }
    return {
        name: store._db.read(lambda session, query=query: session.scalar(text(query))) or 0
        for name, query in queries.items()
    }
