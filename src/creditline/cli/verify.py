"""``creditline verify``: check that no stored evidence was edited or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from creditline.cli.options import Workspace, json_option, print_rows, say, workspace_options
from creditline.cli.stored import opened_store
from creditline.render import terminal_line

if TYPE_CHECKING:
    from creditline.pipeline.verify import EvidenceFault


@click.command("verify")
@workspace_options
@json_option
@click.pass_context
def command(ctx: click.Context, workspace: Workspace, as_json: bool) -> None:
    """Check every piece of evidence against its hash, its seal and the chain; name what is wrong.

    \b
    Example:
      creditline verify
    """
    from creditline.pipeline.timestamps import load_roots
    from creditline.pipeline.verify import verify_evidence

    roots = load_roots(workspace.settings.evidence.timestamp_ca)
    with opened_store(workspace) as (store, owner_id):
        verified = verify_evidence(store, owner_id, roots)
        damage = store.check_integrity()
    faults = verified.faults
    if as_json:
        print_rows(_row(fault) for fault in faults)
    else:
        for fault in faults:
            click.echo(terminal_line(_line(fault)))
    for line in damage:
        click.echo(f"database: {line}", err=as_json)
    pruned = f", {verified.pruned} pruned by rule" if verified.pruned else ""
    said = f"{len(faults)} fault{'s' * (len(faults) > 1)}" if faults else "all as it was stored"
    say(f"evidence: {said} ({verified.items} items{pruned})")
    if verified.stamps:
        checked = "checked" if roots else "not checked: [evidence] timestamp_ca names no certificate"
        say(f"time stamps: {verified.stamps} of the chain, signatures {checked}")
    ctx.exit(1 if faults or damage else 0)


def _row(fault: EvidenceFault) -> dict[str, str | None]:
    return {
        "sha256": fault.sha256,
        "kind": fault.kind,
        "path": fault.path,
        "use": fault.use,
        "fault": fault.what,
    }


def _line(fault: EvidenceFault) -> str:
    if fault.sha256 is None:
        return f"use {fault.use}: {fault.what}" if fault.use else f"manifest: {fault.what}"
    where = fault.path or fault.sha256
    named = f"{where} ({fault.kind.replace('_', ' ')})" if fault.kind else where
    return f"{named}: {fault.what}" + (f" [use {fault.use}]" if fault.use else "")
