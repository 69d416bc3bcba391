"""The benchmark of page checks runs, and our worker finds every picture: a very short form of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "benchmarks" / "check"


def test_our_worker_finds_every_picture_of_the_generated_web(tmp_path: Path) -> None:
    command = [
        sys.executable,
        SCRIPT,
        "--no-peers",
        "--only",
        "look",
        "--pages",
        "2",
        "--keep",
        tmp_path / "x",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["name"], last["ok"]) == ("check", True)
    assert last["figures"]["look_recall"] == 1.0
    assert last["figures"]["look_cpu_ms"] > 0
    assert last["figures"]["look_kb"] > 100
    assert (
        0
        < last["figures"]["quick_features_ms_per_picture"]
        < last["figures"]["thorough_features_ms_per_candidate"]
    )
