"""A workspace on a disk that cannot be written to can still be looked at."""

import os
import shlex
import shutil
import subprocess
import sys

import pytest

from creditline.config import SystemClock
from creditline.store import open_store


@pytest.fixture
def read_only(workspace):
    """Calls creditline on a workspace that nobody can write to, not even root: a read-only mount."""
    place = f"sqlite:///{workspace / 'creditline.sqlite'}"
    open_store(place, evidence_dir=workspace / "evidence", clock=SystemClock()).close()
    if os.geteuid() == 0 and shutil.which("unshare") is None:
        pytest.fail("unshare is missing; type: apt-get install --yes util-linux", pytrace=False)

    def call(*words):
        command = [sys.executable, "-m", "creditline", *words, "--workspace", str(workspace)]
        if os.geteuid() == 0:
            folder = shlex.quote(str(workspace))
            mount = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder}"
            command = ["unshare", "-m", "sh", "-c", f"{mount} && exec {shlex.join(command)}"]
        else:
            workspace.chmod(0o555)
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        finally:
            workspace.chmod(0o755)

    return call


@pytest.mark.parametrize("command", ["works", "uses", "verify"])
def test_what_is_stored_is_shown(read_only, workspace, command):
    ran = read_only(command)
    assert ran.returncode == 0, ran.stderr
    assert f"workspace {workspace} is read-only" in ran.stderr


def test_nothing_is_changed(read_only, workspace):
    ran = read_only("works", "set", "w1a2b3c4d5e6f", "--include")
    assert ran.returncode == 1
    assert ran.stderr == (f"creditline: workspace {workspace} is read-only: nothing can be changed there\n")
