"""``creditline recheck``: visit the pages with uses again."""

from __future__ import annotations

import click

from creditline.cli.check import run_check
from creditline.cli.options import Workspace, json_option, workspace_options
from creditline.cli.stored import opened_store
from creditline.errors import UsageError
from creditline.urls import Url


@click.command("recheck")
@workspace_options
@json_option
@click.pass_context
def command(ctx: click.Context, workspace: Workspace, as_json: bool) -> None:
    """Visit every page with a use again: credits won, credits lost, pages gone.

    A letter needs a check that is younger than 72 hours.

    \b
    Example:
      creditline recheck
    """
    with opened_store(workspace) as (store, owner_id):
        pages = sorted({use.page_url for use in store.uses(owner_id)})
    if not pages:
        raise UsageError("no uses known yet; run `creditline scan` or `creditline check` first")
    ctx.exit(run_check(workspace, [Url.parse(page) for page in pages], as_json=as_json))
