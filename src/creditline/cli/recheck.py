"""``creditline recheck``: visit the pages with uses again."""

from __future__ import annotations

from collections.abc import Iterable

import click

from creditline.cli.check import run_check
from creditline.cli.options import Workspace, json_option, say, workspace_options
from creditline.cli.stored import opened_store
from creditline.errors import UsageError
from creditline.records import CheckStatus, Use
from creditline.render import terminal_line
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
    before = _uses(workspace)
    pages = sorted({use.page_url for use in before})
    if not pages:
        raise UsageError("no uses known yet; run `creditline scan` or `creditline check` first")
    code = run_check(workspace, [Url.parse(page) for page in pages], as_json=as_json)
    for line in changes(before, _uses(workspace)):
        say(terminal_line(line))
    ctx.exit(code)


def _uses(workspace: Workspace) -> list[Use]:
    with opened_store(workspace) as (store, owner_id):
        return store.uses(owner_id)


def changes(before: Iterable[Use], after: Iterable[Use]) -> list[str]:
    """What visits changed, one line per use; one line that nothing did where nothing did."""
    known = {use.id: _state(use) for use in before}
    lines = [
        f"{use.page_url}: {known[use.id]} -> {_state(use)}"
        if use.id in known
        else f"{use.page_url}: new, {_state(use)}"
        for use in after
        if known.get(use.id) != _state(use)
    ]
    return lines or ["nothing changed on these pages"]


def _state(use: Use) -> str:
    """How a use stands: its verdict where it is shown, else what became of it."""
    if use.check_status is CheckStatus.SHOWN:
        return use.verdict_kind.value.replace("_", " ")
    return use.check_status.value.replace("_", " ")
