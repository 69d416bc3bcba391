"""``creditline doctor``: does everything work that a scan needs?"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from creditline import __version__
from creditline.cli.options import Workspace, json_option, print_rows, say, workspace_options
from creditline.errors import CreditlineError
from creditline.settings import FILE_NAME

#: Below this a scan is likely to fill the disk: screenshots and pages of a few hundred uses.
LEAST_FREE_BYTES = 500_000_000

#: The oldest year that a right clock can show: this version was not there before.
LEAST_YEAR = 2026


@dataclass(frozen=True, slots=True)
class Finding:
    """What one test found."""

    test: str
    ok: bool
    #: What was found, and what to do where it is not well.
    words: str


@click.command("doctor")
@workspace_options
@json_option
@click.pass_context
def command(ctx: click.Context, workspace: Workspace, as_json: bool) -> None:
    """Test browser, database, evidence, disk, clock and settings of this workspace.

    \b
    Example:
      creditline doctor
    """
    findings = list(examine(workspace))
    if as_json:
        print_rows({"test": f.test, "ok": f.ok, "words": f.words} for f in findings)
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.ok else 'MEND'}  {finding.test:<9} {finding.words}")
    ctx.exit(0 if all(finding.ok for finding in findings) else 1)


def examine(workspace: Workspace) -> Iterator[Finding]:
    """Run every test; a failing one does not stop the others."""
    tests: tuple[tuple[str, Callable[[Workspace], str]], ...] = (
        ("program", _program),
        ("settings", _settings),
        ("database", _database),
        ("evidence", _evidence),
        ("disk", _disk),
        ("clock", _clock),
        ("browser", _browser),
    )
    for name, test in tests:
        try:
            yield Finding(name, True, test(workspace))
        except CreditlineError as error:
            yield Finding(name, False, str(error))


def _program(workspace: Workspace) -> str:
    return f"creditline {__version__}, Python {sys.version.split()[0]}"


def _settings(workspace: Workspace) -> str:
    path = workspace.folder / FILE_NAME
    if not workspace.has_owner:
        raise CreditlineError(f"{path}: no owner named; run `creditline init`")
    owner = workspace.settings.owner
    return f"{path}: {owner.names[0]}, {', '.join(owner.domains) or 'no domain of your own'}"


def _database(workspace: Workspace) -> str:
    from creditline import config

    url = workspace.settings.store.database_url
    if url is None and not (workspace.folder / config.DATABASE_NAME).exists():
        return "none yet; the first scan makes it"
    store = config.open_store(workspace.folder, workspace.settings, say)
    try:
        faults = store.check_integrity()
        if faults:
            raise CreditlineError(f"damaged ({faults[0]}); restore the newest creditline-*.bak beside it")
        key = config.owner_key(workspace.settings)
        owner_id = store.ensure_owner(key, workspace.settings.owner.names, datetime.now(UTC))
        counts = store.counts(owner_id)
    finally:
        store.close()
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "empty"


def _evidence(workspace: Workspace) -> str:
    from creditline import config

    if not (workspace.folder / config.DATABASE_NAME).exists() and not workspace.settings.store.database_url:
        return "none yet"
    store = config.open_store(workspace.folder, workspace.settings, say)
    try:
        faults = store.evidence_faults()
    finally:
        store.close()
    if faults:
        raise CreditlineError(f"{len(faults)} fault{'s' * (len(faults) > 1)}; `creditline verify` names them")
    return "files and chain as they were stored; `creditline verify` compares the seals too"


def _disk(workspace: Workspace) -> str:
    folder = workspace.folder.resolve()
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"creditline")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        raise CreditlineError(
            f"{folder} cannot be written: {error.strerror}; choose another --workspace"
        ) from error
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise CreditlineError(f"only {free // 1_000_000} MB free at {folder}; make room for the evidence")
    return f"{free // 1_000_000_000} GB free at {folder}"


def _clock(workspace: Workspace) -> str:
    now = datetime.now(UTC)
    if now.year < LEAST_YEAR:
        raise CreditlineError(f"the clock says {now:%Y-%m-%d}; set it, evidence carries its dates")
    before = time.monotonic()
    if time.monotonic() < before:
        raise CreditlineError("the monotonic clock went back; restart the machine")
    return f"{now:%Y-%m-%d %H:%M:%S} UTC"


def _browser(workspace: Workspace) -> str:
    from creditline.config import browser_found

    path, what_to_type = browser_found()
    if path is None:
        raise CreditlineError(f"none that works; pages that need one stay unclear. {what_to_type}")
    return f"{Path(path)} works"
