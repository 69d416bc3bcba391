"""``creditline works``: list your works, or say which are yours."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

import click

from creditline.cli.options import Workspace, json_option, print_rows, say, workspace_options
from creditline.cli.stored import opened_store
from creditline.errors import UsageError
from creditline.records import Work
from creditline.render import terminal_line


@click.group("works", invoke_without_command=True)
@workspace_options
@json_option
@click.option("--excluded", is_flag=True, help="Only what is kept out of your works, with the reason.")
@click.pass_context
def command(ctx: click.Context, workspace: Workspace, as_json: bool, excluded: bool) -> None:
    """List your works; what is kept out is shown with the reason.

    \b
    Example:
      creditline works
      creditline works --json | grep '"excluded": null'
      creditline works set w1a2b3c4d5e6f --include
    """
    ctx.obj = workspace
    if ctx.invoked_subcommand is not None:
        return
    with opened_store(workspace) as (store, owner_id):
        from creditline.config import INDEX_NAME
        from creditline.pipeline.portfolio_index import own_files_only

        works = [work for work in store.works(owner_id, features=False) if not excluded or work.excluded]
        plain = own_files_only(store, owner_id, workspace.folder / INDEX_NAME)
    if as_json:
        from creditline.report.tables import work_row

        print_rows(work_row(work, plain) for work in works)
        return
    for work in works:
        click.echo(_line(work, plain))
    kept = sum(work.excluded is None for work in works)
    click.echo(f"{kept} works, {len(works) - kept} images kept out", err=True)
    from creditline.report.model import is_outdated

    outdated = {work.id for work in works if is_outdated(work)} & plain
    if plain - outdated:
        say(f"{len(plain - outdated)} works are too plain to be recognised safely; only their own files are")
    if outdated:
        say(f"{len(outdated)} works were indexed by an earlier version; run `creditline index` again")


def _line(work: Work, plain: Collection[str] = ()) -> str:
    size = f"{work.width}x{work.height}" if work.width else "?"
    state = f"kept out ({work.excluded})" if work.excluded else work.title or work.alt or ""
    if work.id in plain:
        state = f"{state} (only its own files are recognised)".strip()
    return f"{work.id}  {size:>11}  {terminal_line(work.url)}  {terminal_line(state)}".rstrip()


@command.command("set")
@click.argument("work_id", metavar="WORK")
@click.option("--include/--exclude", "include", default=None, help="Yours, or not.")
@workspace_options
def set_work(workspace: Workspace, work_id: str, include: bool | None) -> None:
    """Say that an image is one of your works, or is not, once and for ever.

    WORK is an id or an address from `creditline works`.

    \b
    Example:
      creditline works set w1a2b3c4d5e6f --exclude
    """
    if include is None:
        raise UsageError("say which: --include (it is your work) or --exclude (it is not)")
    with opened_store(workspace, to_change=True) as (store, owner_id):
        known = store.works(owner_id, features=False)
        work = next((w for w in known if work_id in (w.id, w.url)), None)
        if work is None:
            raise UsageError(f"no work {work_id!r} here; `creditline works` lists them")
        work = store.set_work(owner_id, work.id, include, datetime.now(UTC))
    click.echo(_line(work))
