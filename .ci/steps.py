#!/usr/bin/env python3
"""Run everything that must hold before a change is taken in; exit 0 only when all of it does.

Every step runs, also after one has failed. `scripts/test` comes first and sets up what the others use;
then the checks that only read the sources, then the evaluations, two at a time (no floor is a time).
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
BIN = os.path.join(ROOT, ".venv", "bin")

SOURCES = ["src", "tests", "scripts", "alembic", ".ci/steps.py"]
CHECKS = {
    "lint": [f"{BIN}/ruff", "check", "--no-cache", *SOURCES],
    "format": [f"{BIN}/ruff", "format", "--no-cache", "--check", *SOURCES],
    "types": [f"{BIN}/mypy", "--strict", "src"],
    "contracts": [f"{BIN}/lint-imports", "--no-cache"],
    "migrations": [f"{BIN}/python", "scripts/check_migrations"],
    "reference documents": [f"{BIN}/python", "scripts/docs", "--check"],
}
#: How to ask each evaluation for its short form; the whole one takes too long for every change.
SHORT_FORM = {
    "browser": ["--short"],
    "discovery": ["--runs", "3", "--works", "2"],
    "egress": ["--short"],
    "engines": ["--short"],
    "hostile": ["--short"],
    "kill": ["--runs", "2"],
    "recognition": ["--short"],
    "replies": ["--short"],
    "soak": ["--short"],
}
#: Evaluations whose short forms take a minute and more.
LONGEST = ("kill", "hostile", "engines", "recognition")


def main():
    """Run all steps, print what each said, then one line per step."""
    steps = [("tests", *run("tests", [sys.executable, "scripts/test", *sys.argv[1:]], show=True))]
    for commands in (CHECKS, evaluations()):
        with ThreadPoolExecutor(max_workers=2) as pool:
            waiting = {name: pool.submit(run, name, command) for name, command in commands.items()}
            steps += [(name, *step.result()) for name, step in waiting.items()]
    return summary(steps)


def evaluations():
    """The commands of the evaluations, in their short form where they have one, by step name."""
    scripts = {os.path.basename(path): path for path in evaluation_scripts()}
    # The longest first, so that nothing long is left over for one processor at the end.
    names = sorted(scripts, key=lambda name: (LONGEST.index(name) if name in LONGEST else len(LONGEST), name))
    return {
        f"evaluation: {name}": [f"{BIN}/python", scripts[name], *SHORT_FORM.get(name, [])] for name in names
    }


def evaluation_scripts():
    """The evaluation scripts: files that may be executed, in the order of their names."""
    folder = os.path.join(ROOT, "scripts", "evaluation")
    paths = (
        [os.path.join(folder, name) for name in sorted(os.listdir(folder))] if os.path.isdir(folder) else []
    )
    return [path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)]


def run(name, command, show=False):
    """Run one step from the project's folder.

    Args:
        name: What the heading says.
        command: Program and arguments.
        show: Whether its output is shown while it runs, instead of in one piece afterwards.

    Returns:
        Whether it exited 0, and how many seconds it took.
    """
    started = time.monotonic()
    if show:
        print(f"\n=== {name}", flush=True)
        code = subprocess.run(command, cwd=ROOT).returncode
        print(f"--- {name}: exit code {code}, {time.monotonic() - started:.0f} s", flush=True)
    else:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        code, said = done.returncode, done.stdout.decode(errors="replace").strip()
        spent = time.monotonic() - started
        print(f"\n=== {name}\n{said}\n--- {name}: exit code {code}, {spent:.0f} s", flush=True)
    return code == 0, time.monotonic() - started


def summary(steps):
    """Print one line per step and return the exit code."""
    print("\n=== summary")
    for name, ok, seconds in steps:
        print(f"{'ok    ' if ok else 'FAILED'} {seconds:6.0f} s  {name}")
    failed = [name for name, ok, _ in steps if not ok]
    print(f"{len(failed)} of {len(steps)} failed: {', '.join(failed)}" if failed else "everything holds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
