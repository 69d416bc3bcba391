"""``creditline report``: write the report."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from creditline import __version__
from creditline.cli.options import Workspace, say, workspace_options
from creditline.cli.stored import opened_store, say_held_back

if TYPE_CHECKING:
    from creditline.pipeline.ports import Store
    from creditline.pipeline.reporting import Written


@click.command("report")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    show_default="report/ in the workspace",
    help="Folder to write into.",
)
@workspace_options
def command(workspace: Workspace, out: Path | None) -> None:
    """Write the report: report.html, uses.csv, uses.jsonl, works.csv, outreach.csv and the letters.

    The HTML file needs no network and no script.

    \b
    Example:
      creditline report --out ~/credits
    """
    with opened_store(workspace) as (store, owner_id):
        written = write(workspace, store, owner_id, out)
    click.echo(written.report)


def write(workspace: Workspace, store: Store, owner_id: str, out: Path | None = None) -> Written:
    """Write the report of a workspace and say where it is."""
    from creditline.config import INDEX_NAME, owner_of
    from creditline.pipeline.reporting import write_report

    folder = out or workspace.folder / "report"
    written = write_report(
        store,
        owner_id,
        owner_of(workspace.settings),
        workspace.settings,
        folder,
        datetime.now(UTC),
        f"creditline {__version__}",
        workspace.folder / INDEX_NAME,
    )
    say(f"report: {written.report} ({written.letters} letters beside it)")
    say_held_back(written.held_back)
    return written
