"""Processor time of a command and everything it starts, orphans included (Linux)."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Spent:
    """What a command took."""

    exit_code: int
    #: User and system time of the whole tree, seconds.
    cpu_s: float
    wall_s: float
    output: bytes


def measured(command: list[str], timeout_s: float, folder: Path | None = None) -> Spent:
    """Run a command below a process that outlives it and inherits whatever it leaves behind.

    The kernel adds a process's time to its parent's account when the parent waits for it. Browsers leave
    processes to the nearest ancestor that is a "child subreaper" (prctl(2)): here, the one in between.
    """
    started = time.monotonic()
    between = [sys.executable, str(Path(__file__)), *command]
    done = subprocess.run(between, stdout=subprocess.PIPE, timeout=timeout_s, check=False, cwd=folder)
    wall_s = time.monotonic() - started
    output, _, account = done.stdout.rstrip().rpartition(b"\n")
    told = json.loads(account)
    return Spent(told["exit_code"], told["cpu_s"], wall_s, output)


def _between(command: list[str]) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    exit_code = subprocess.run(command, check=False).returncode
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("\n" + json.dumps({"exit_code": exit_code, "cpu_s": usage.ru_utime + usage.ru_stime}), flush=True)


if __name__ == "__main__":
    _between(sys.argv[1:])
