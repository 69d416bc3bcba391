"""``creditline verify``: check that no stored evidence was edited or lost."""

from __future__ import annotations

import click

from creditline.cli.options import Workspace, json_option, print_rows, say, workspace_options
from creditline.cli.stored import opened_store


@click.command("verify")
@workspace_options
@json_option
@click.pass_context
def command(ctx: click.Context, workspace: Workspace, as_json: bool) -> None:
    """Check every piece of evidence against its hash and the chain; name what was edited or lost.

    \b
    Example:
      creditline verify
    """
    with opened_store(workspace) as (store, _):
        faults = store.evidence_faults()
        damage = store.check_integrity()
    if as_json:
        print_rows({"sha256": fault.sha256, "fault": fault.what} for fault in faults)
    else:
        for fault in faults:
            click.echo(f"{fault.sha256 or 'manifest'}: {fault.what}")
    for line in damage:
        click.echo(f"database: {line}", err=as_json)
    say(f"evidence: {len(faults)} faults" if faults else "evidence: all as it was stored")
    ctx.exit(1 if faults or damage else 0)
