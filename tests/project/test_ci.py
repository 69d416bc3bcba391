"""`.ci/run` is started by different hands: as a program, and as ``bash .ci/run``."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("command", [["bash", ".ci/run"], [".ci/run"]])
def test_ci_can_be_started_either_way(command, tmp_path):
    # A python3 of our own on the PATH says what it was asked to run, instead of running all of it.
    fake = tmp_path / "python3"
    fake.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    fake.chmod(0o755)
    path = f"{tmp_path}:/usr/bin:/bin"
    done = subprocess.run(command, cwd=ROOT, env={"PATH": path}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{ROOT / '.ci' / 'steps.py'}"
