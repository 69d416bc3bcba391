"""``creditline evidence``: how much is kept, and taking away what your rules no longer keep."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from creditline.cli.options import Workspace, json_option, print_rows, say, workspace_options
from creditline.cli.stored import opened_store
from creditline.errors import UsageError

if TYPE_CHECKING:
    from creditline.pipeline.retention import PrunePlan

_MB = 1_000_000


@click.group("evidence", invoke_without_command=True)
@workspace_options
@json_option
@click.pass_context
def command(ctx: click.Context, workspace: Workspace, as_json: bool) -> None:
    """Say how much evidence is kept, of which kind, and how much of it something stands on.

    \b
    Example:
      creditline evidence
      creditline evidence prune --dry-run
    """
    ctx.obj = workspace
    if ctx.invoked_subcommand is not None:
        return
    with opened_store(workspace) as (store, _):
        files = store.stored_files()
    rows: dict[str, Counter[str]] = {}
    for file in files:
        row = rows.setdefault(file.kind or "kept reply", Counter())
        row.update(files=1, bytes=file.bytes_len, needed=int(file.stands_on is not None))
    if as_json:
        print_rows({"kind": kind, **{name: row[name] for name in _COLUMNS}} for kind, row in rows.items())
        return
    for kind, row in sorted(rows.items(), key=lambda item: -item[1]["bytes"]):
        words = kind.replace("_", " ")
        click.echo(f"{words:<20} {row['files']:>8} files {row['bytes'] / _MB:>10.1f} MB")
    say(f"{sum(file.bytes_len for file in files) / _MB:.1f} MB in {len(files)} files")


_COLUMNS = ("files", "bytes", "needed")


@command.command("prune")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken away.")
@click.option(
    "--keep-days", type=click.IntRange(1), help="Days after which evidence may go; default your setting."
)
@click.option("--budget-mb", type=click.IntRange(1), help="Megabytes that may stay; default your setting.")
@workspace_options
@json_option
def prune_command(
    workspace: Workspace, dry_run: bool, keep_days: int | None, budget_mb: int | None, as_json: bool
) -> None:
    """Take away old evidence by your rules; never what a letter or an open finding stands on.

    Each item leaves a tombstone, so that `creditline verify` goes on telling pruned from lost.

    \b
    Example:
      creditline evidence prune --keep-days 730 --dry-run
    """
    from creditline.pipeline.retention import Rules, plan_prune, prune

    own = workspace.settings.evidence
    rules = Rules(keep_days or own.keep_days, budget_mb or own.budget_mb)
    if rules == Rules() and not dry_run:
        raise UsageError(
            "no rule says what may go: give --keep-days or --budget-mb, or set keep_days or budget_mb in "
            "[evidence]"
        )
    now = datetime.now(UTC)
    with opened_store(workspace, to_change=not dry_run) as (store, _):
        plan = plan_prune(store.stored_files(), store.left_behind(now), rules, now)
        if not dry_run:
            prune(store, plan, now)
    _show(plan, dry_run=dry_run, as_json=as_json)


def _show(plan: PrunePlan, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_rows({"kind": kind, "files": count} for kind, count in sorted(plan.counts.items()))
    else:
        for kind, count in sorted(plan.counts.items()):
            click.echo(f"{kind.replace('_', ' '):<20} {count:>8} files")
    done = "would free" if dry_run else "freed"
    say(f"{done} {plan.freed_bytes / _MB:.1f} of {plan.bytes_now / _MB:.1f} MB")
    if plan.protected_bytes:
        say(f"{plan.protected_bytes / _MB:.1f} MB are older and stay: letters or open findings stand on them")
    if plan.over_budget_bytes:
        say(
            f"{plan.over_budget_bytes / _MB:.1f} MB above the budget stay: letters or open findings need them"
        )
