"""``creditline scan``: do it all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from creditline.cli.check import show_check_report
from creditline.cli.consent import settle_consents
from creditline.cli.discover import discover_pages, show_discover_report
from creditline.cli.index import index_one, show_index_report, target_of
from creditline.cli.lead_files import Asked, LeadFiles, asked_for, source_options
from creditline.cli.one_at_a_time import sole_worker
from creditline.cli.options import (
    NOT_ALL_DONE,
    Workspace,
    json_option,
    print_rows,
    say,
    workspace_options,
)
from creditline.cli.report import write
from creditline.cli.running import run_stage
from creditline.cli.services import (
    Leads,
    ServiceChoice,
    chosen_services,
    files_to_read,
    service_options,
    services_of,
)
from creditline.cli.stamping import stamp
from creditline.errors import IndexingError
from creditline.urls import Url

if TYPE_CHECKING:
    from creditline.pipeline.context import Context
    from creditline.records import Run


@click.command("scan")
@click.argument("place", metavar="URL|DIR")
@service_options
@source_options
@workspace_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    workspace: Workspace,
    place: str,
    choice: ServiceChoice,
    files: LeadFiles,
    as_json: bool,
) -> None:
    """Do it all: index your site, find pages, check them, write letters and the report.

    Interrupted at any moment, the same command goes on where it was. Letters are drafts; nothing is
    sent. Services are asked only where --source or [discover] sources names them. Exit code 3 means
    that something asked for could not be done: the output says what.

    \b
    Example:
      creditline scan https://jane.example/ --log access.log --links backlinks.csv
    """
    asked = files_to_read(asked_for(files), choice)
    ctx.exit(run_scan(workspace, place, asked, choice, as_json=as_json))


def run_scan(
    workspace: Workspace,
    place: str,
    asked: list[Asked],
    choice: ServiceChoice | None = None,
    *,
    as_json: bool = False,
) -> int:
    """Index, discover, check, draft, report; return the exit code."""
    target = target_of(place)
    choice = choice or ServiceChoice()
    leads = Leads(asked, choice, chosen_services(choice, workspace))

    async def stage(context: Context) -> int:
        # Asked now, while the person is still looking.
        settle_consents(context, leads.services, choice.consents)
        whole = await _stages(context, workspace, target, leads)
        if as_json:
            from creditline.report import use_row

            works = {work.id: work for work in context.store.works(context.owner_id)}
            uses = context.store.uses(context.owner_id)
            print_rows(use_row(use, works.get(use.work_id)) for use in uses)
        return 0 if whole else NOT_ALL_DONE

    return run_stage(workspace, stage)


async def _stages(context: Context, workspace: Workspace, target: Url | Path, leads: Leads) -> bool:
    """The whole job in order; whether all that was asked for could be done."""
    run = context.store.open_run(
        context.owner_id, " ".join(["scan", str(target), leads.words]), context.clock.now()
    )
    with sole_worker(context, run, "scan"):
        if run.resumed:
            say(f"going on with the scan that was interrupted (begun {run.started_at:%Y-%m-%d %H:%M} UTC)")
        return await _run(context, workspace, target, leads, run)


async def _run(context: Context, workspace: Workspace, target: Url | Path, leads: Leads, run: Run) -> bool:
    """The stages of one run; whether all that was asked for could be done."""
    from creditline.config import holder
    from creditline.pipeline.check import check_pages
    from creditline.pipeline.reporting import draft_letters

    store, owner_id, clock = context.store, context.owner_id, context.clock
    context.own.fresh_since = context.web.fresh_since = run.started_at
    try:
        indexed = await index_one(context, target)
    except IndexingError:
        # What the site answered is why it failed: the next scan must ask it anew.
        store.finish_run(run, clock.now())
        raise
    show_index_report(indexed)
    whole = indexed.is_whole
    if leads.asked or leads.services:
        services = services_of(leads.choice, leads.services)
        found = await discover_pages(context, run.id, leads.asked, services, is_all=False)
        show_discover_report(found)
        whole = found.is_whole and whole
    if not workspace.has_owner:
        say('no name to look for, so no page was checked: creditline init --name "Your Name"')
        store.finish_run(run, clock.now())
        return False
    checked = await check_pages(context, holder(), not_since=run.started_at)
    show_check_report(checked)
    drafted = draft_letters(store, owner_id, context.owner, context.settings, clock.now())
    if drafted.problem is not None:
        say(f"no letters could be drafted: {drafted.problem}")
    write(workspace, store, owner_id)
    is_stamped = await stamp(context)
    store.finish_run(run, clock.now())
    return whole and checked.complete and drafted.problem is None and is_stamped
