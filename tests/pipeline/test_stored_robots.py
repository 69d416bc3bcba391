"""robots.txt files outlive the process, where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback import SteppingClock

from creditline.config import StoredRobots
from creditline.fetch.base import RobotsFile
from creditline.store import open_store

ORIGIN = "https://blog.example"


def stored(folder: Path, clock: SteppingClock) -> StoredRobots:
    return StoredRobots(
        open_store(f"sqlite:///{folder / 'db'}", evidence_dir=folder / "evidence", clock=clock)
    )


def test_the_next_process_knows_the_file(tmp_path: Path, clock: SteppingClock) -> None:
    file = RobotsFile(clock.now(), 200, b"User-agent: *\nDisallow: /private/\n")
    stored(tmp_path, clock).keep(ORIGIN, file)
    again = stored(tmp_path, clock)
    assert again.recall(ORIGIN) == file
    assert again.recall("http://blog.example") is None


@pytest.mark.parametrize("status", [404, 301, 503])
def test_what_is_no_file_is_asked_for_anew(tmp_path: Path, clock: SteppingClock, status: int) -> None:
    robots = stored(tmp_path, clock)
    robots.keep(ORIGIN, RobotsFile(clock.now(), status, b"not here"))
    assert robots.recall(ORIGIN) is None
