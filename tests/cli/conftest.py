"""Runs the program as a person does: as a process, with its exit code and both outputs."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def message(self):
        """The one line that the program said."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert len(lines) == 1, self.err
        return lines[0]


@pytest.fixture
def creditline(tmp_path):
    """Call ``creditline``; the workspace is tmp_path/ws unless said otherwise."""

    def call(*args, stdin=b"", env=None, timeout=120):
        arguments = [str(arg) for arg in args]
        if "--workspace" not in arguments and arguments[0] not in ("demo", "--help", "--version"):
            arguments += ["--workspace", str(tmp_path / "ws")]
        done = subprocess.run(
            [sys.executable, "-m", "creditline", *arguments],
            input=stdin,
            capture_output=True,
            env={**os.environ, **(env or {})},
            timeout=timeout,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.fixture
def workspace(tmp_path):
    """A workspace whose owner is known."""
    folder = tmp_path / "ws"
    folder.mkdir()
    settings = '[owner]\nnames = ["Jane Doe"]\ndomains = ["jane.example"]\n'
    (folder / "creditline.toml").write_text(settings, encoding="utf-8")
    return Path(folder)
