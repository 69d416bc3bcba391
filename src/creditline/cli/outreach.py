"""``creditline outreach``: draft, list and export letters. Nothing is sent by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from creditline.cli.options import Workspace, json_option, print_rows, say, workspace_options
from creditline.cli.stored import opened_store, say_held_back
from creditline.errors import UsageError
from creditline.records import Request, RequestOutcome
from creditline.render import terminal_line


@click.group("outreach")
@workspace_options
@click.pass_context
def command(ctx: click.Context, workspace: Workspace) -> None:
    """Draft, list and export letters that ask for missing credits. Nothing is sent by itself.

    \b
    Example:
      creditline outreach draft
      creditline outreach export --out letters
    """
    ctx.obj = workspace


@command.command("draft")
@workspace_options
def draft(workspace: Workspace) -> None:
    """Draft one letter per site about every use that surely lacks its credit.

    \b
    Example:
      creditline outreach draft
    """
    from creditline.config import owner_of
    from creditline.pipeline.reporting import draft_letters

    with opened_store(workspace, to_change=True) as (store, owner_id):
        drafted = draft_letters(
            store, owner_id, owner_of(workspace.settings), workspace.settings, datetime.now(UTC)
        )
    if drafted.problem:
        raise UsageError(drafted.problem)
    say(f"{len(drafted.letters)} letters about {drafted.asked} uses; {drafted.refused} uses need none")


@command.command("list")
@workspace_options
@json_option
def list_letters(workspace: Workspace, as_json: bool) -> None:
    """List the letters, and how far each has come.

    \b
    Example:
      creditline outreach list --json
    """
    with opened_store(workspace) as (store, owner_id):
        letters = store.requests(owner_id)
    if as_json:
        print_rows(letter_row(letter) for letter in letters)
        return
    for letter in letters:
        outcome = f" -> {letter.outcome.value}" if letter.outcome else ""
        line = f"{letter.id}  {letter.status.value:<9} {letter.site}  {letter.subject}{outcome}"
        click.echo(terminal_line(line))


@command.command("export")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("letters"),
    show_default=True,
    help="Folder to write into.",
)
@workspace_options
def export(workspace: Workspace, out: Path) -> None:
    """Write each letter as .eml (opens as a draft in mail programs) and .txt, and the list as CSV.

    Left out are letters that are closed or taken back, and those whose reason no longer holds or was
    last looked at more than 72 hours ago; files of theirs from an earlier export are taken away.

    \b
    Example:
      creditline outreach export --out letters
    """
    from creditline.config import owner_of
    from creditline.pipeline.reporting import (
        letter_files,
        letters_to_write,
        remove_old_files,
        sender_of,
        write_files,
    )

    now = datetime.now(UTC)
    with opened_store(workspace) as (store, owner_id):
        letters, held_back = letters_to_write(store, owner_id, workspace.settings, now)
        uses, works = store.uses(owner_id), store.works(owner_id)
    sender = sender_of(owner_of(workspace.settings), workspace.settings)
    files = letter_files(letters, uses, works, sender, now)
    files = {Path(name).name: content for name, content in files.items()}
    remove_old_files(out, files, letters=".")
    write_files(out, files)
    say(f"{len(letters)} letters in {out}")
    say_held_back(len(held_back))


@command.command("outcome")
@click.argument("letter_id", metavar="LETTER")
@click.argument("outcome", type=click.Choice([o.value for o in RequestOutcome]))
@workspace_options
def set_outcome(workspace: Workspace, letter_id: str, outcome: str) -> None:
    """Record what a letter led to.

    \b
    Example:
      creditline outreach outcome r1a2b3c4d5e6f credited
    """
    with opened_store(workspace, to_change=True) as (store, owner_id):
        if letter_id not in {letter.id for letter in store.requests(owner_id)}:
            raise UsageError(f"no letter {letter_id!r} here; `creditline outreach list` names them")
        letter = store.set_request(letter_id, datetime.now(UTC), outcome=RequestOutcome(outcome))
    click.echo(f"{letter.id}  {letter.status.value}  {letter.outcome and letter.outcome.value}")


def letter_row(letter: Request) -> dict[str, object]:
    """One letter as ``outreach list --json`` prints it."""
    return {
        "letter": letter.id,
        "site": letter.site,
        "status": letter.status.value,
        "outcome": letter.outcome.value if letter.outcome else None,
        "language": letter.language,
        "subject": letter.subject,
        "body": letter.body,
        "uses": list(letter.use_ids),
        "contact": letter.contact.address if letter.contact else None,
    }
