"""A reader who has had enough (``| head -1``) is no failure."""

import subprocess
import sys


def test_a_closed_pipe_ends_quietly(workspace):
    process = subprocess.Popen(
        [sys.executable, "-m", "creditline", "doctor", "--json", "--workspace", str(workspace)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), err) == (0, b"")
