"""``creditline uses``: list the uses found, or say what you think of one."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from creditline.cli.options import Workspace, json_option, print_rows, workspace_options
from creditline.cli.stored import opened_store
from creditline.errors import UsageError
from creditline.records import CheckStatus, Disposition, Use, VerdictKind
from creditline.render import terminal_line

#: What is added to a use that its page's latest check did not see.
_NOT_SEEN_NOW = {
    CheckStatus.NOT_SHOWN: "  no longer shown",
    CheckStatus.GONE: "  page gone",
    CheckStatus.COULD_NOT_CHECK: "  not seen lately",
}
_VERDICTS = click.Choice([kind.value for kind in VerdictKind])


@click.group("uses", invoke_without_command=True)
@workspace_options
@json_option
@click.option("--verdict", "verdicts", type=_VERDICTS, multiple=True, help="Only this verdict; repeatable.")
@click.option(
    "--wrong-matches",
    is_flag=True,
    help="Print what you called not_my_image as test pairs: hashes and files of both pictures (JSON Lines).",
)
@click.pass_context
def command(
    ctx: click.Context,
    workspace: Workspace,
    as_json: bool,
    verdicts: tuple[str, ...],
    wrong_matches: bool,
) -> None:
    """List the uses of your works that were found.

    \b
    Example:
      creditline uses --verdict none
      creditline uses --json > uses.jsonl
      creditline uses --wrong-matches > wrong.jsonl
      creditline uses set u1a2b3c4d5e6f --disposition authorised
    """
    if ctx.invoked_subcommand is not None:
        return
    if wrong_matches:
        _print_pairs(workspace)
        return
    with opened_store(workspace) as (store, owner_id):
        uses = store.uses(owner_id, tuple(VerdictKind(verdict) for verdict in verdicts))
        works = {work.id: work for work in store.works(owner_id, features=False)}
    if as_json:
        from creditline.report.tables import use_row

        print_rows(use_row(use, works.get(use.work_id)) for use in uses)
        return
    for use in uses:
        click.echo(_line(use))
    click.echo(f"{len(uses)} uses", err=True)


def _print_pairs(workspace: Workspace) -> None:
    """Print every match that was called wrong, with what is kept of both pictures."""
    from creditline.report import wrong_pair_rows

    with opened_store(workspace) as (store, owner_id):
        wrong = store.wrong_matches(owner_id)
        uses = {use.id: use for use in store.uses(owner_id)}
        works = {work.id: work for work in store.works(owner_id, features=False)}
        rows = list(wrong_pair_rows(wrong, uses, works, store.evidence_path))
    print_rows(rows)
    click.echo(f"{len(rows)} wrong matches", err=True)


def _line(use: Use) -> str:
    nofollow = " (nofollow)" if use.verdict.nofollow else ""
    hot = " hot-linked" if use.hotlinked else ""
    said = "" if use.disposition is Disposition.OPEN else f" [{use.disposition.value}]"
    verdict = f"{use.verdict_kind.value}{nofollow}"
    now = _NOT_SEEN_NOW.get(use.check_status, "")
    return f"{use.id}  {verdict:<18} {terminal_line(use.page_url)}  {use.role.value}{hot}{said}{now}"


@command.command("set")
@click.argument("use_id", metavar="USE")
@click.option(
    "--disposition",
    type=click.Choice([d.value for d in Disposition]),
    help="What this use is to you; a no sticks for ever.",
)
@click.option(
    "--verdict",
    type=click.Choice([*(kind.value for kind in VerdictKind), "judge"]),
    help="The right verdict; `judge` takes your correction back.",
)
@workspace_options
def set_use(workspace: Workspace, use_id: str, disposition: str | None, verdict: str | None) -> None:
    """Say what a use is to you, or correct its verdict.

    \b
    Example:
      creditline uses set u1a2b3c4d5e6f --disposition not_my_image
      creditline uses set u1a2b3c4d5e6f --verdict text_only
    """
    if disposition is None and verdict is None:
        raise UsageError("say what: --disposition or --verdict")
    now = datetime.now(UTC)
    with opened_store(workspace, to_change=True) as (store, owner_id):
        use = next((u for u in store.uses(owner_id) if u.id == use_id), None)
        if use is None:
            raise UsageError(f"no use {use_id!r} here; `creditline uses` lists them")
        if disposition is not None:
            use = store.set_disposition(owner_id, use_id, Disposition(disposition), now)
        if verdict is not None:
            corrected = None if verdict == "judge" else VerdictKind(verdict)
            use = store.set_verdict(owner_id, use_id, corrected, now)
    click.echo(_line(use))
