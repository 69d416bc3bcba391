"""``creditline discover``: find pages that may show your works, in files and by asking services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from creditline.cli.consent import settle_consents
from creditline.cli.lead_files import Asked, LeadFiles, asked_for, question_of, source_options
from creditline.cli.options import (
    NOT_ALL_DONE,
    Workspace,
    json_option,
    print_rows,
    say,
    workspace_options,
)
from creditline.cli.running import run_stage
from creditline.cli.services import (
    Leads,
    ServiceChoice,
    chosen_services,
    files_to_read,
    question_options,
    service_options,
    services_of,
    show_ledger,
    show_plan,
)
from creditline.errors import UsageError
from creditline.render import terminal_line

if TYPE_CHECKING:
    from creditline.pipeline.context import Context
    from creditline.pipeline.discover import DiscoverReport, Services


@click.command("discover")
@service_options
@question_options
@source_options
@workspace_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    workspace: Workspace,
    choice: ServiceChoice,
    files: LeadFiles,
    dry_run: bool,
    ledger: bool,
    as_json: bool,
) -> None:
    """Find pages that may show your works: in logs, lists and link exports, and by asking services.

    What is found is put on the list that `creditline check` works through. A log often names only a
    site; its pages are then looked for there, politely. Services are asked only where --source or
    [discover] sources names them; what costs money is shown first and needs your yes.

    \b
    Example:
      creditline discover --log access.log --links backlinks.csv
      creditline discover --source google_vision --source wikimedia --dry-run
      creditline discover --source google_vision --budget 2 --yes
    """
    if ledger:
        ctx.exit(run_stage(workspace, lambda context: _ledger(context, as_json=as_json)))
    services = chosen_services(choice, workspace)
    leads = Leads(files_to_read(asked_for(files), choice), choice, services)
    if not leads.asked and not services:
        raise UsageError("nothing to read or ask: give --pages, --log, --links, --sites, --crawl or --source")
    job = _dry_run if dry_run else _discover
    ctx.exit(run_stage(workspace, lambda context: job(context, leads, as_json=as_json)))


async def _discover(context: Context, leads: Leads, *, as_json: bool) -> int:
    choice, services = leads.choice, leads.services
    run = context.store.open_run(context.owner_id, f"discover {leads.words}".strip(), context.clock.now())
    context.web.fresh_since = run.started_at
    # What goes on was agreed to when it began; nobody is asked about engines that were never used.
    is_asked = choice.names or not choice.resume
    settle_consents(context, services if is_asked else [], choice.consents)
    report = await discover_pages(context, run.id, leads.asked, services_of(choice, services))
    context.store.finish_run(run, context.clock.now())
    show_discover_report(report)
    if choice.resume and not report.services:
        say("no search is unfinished")
    if as_json:
        from creditline.report import search_row

        print_rows(search_row(each) for each in report.outcomes)
    return 0 if report.is_whole else NOT_ALL_DONE


async def _ledger(context: Context, *, as_json: bool) -> int:
    show_ledger(context, as_json=as_json)
    return 0


async def _dry_run(context: Context, leads: Leads, *, as_json: bool) -> int:
    for each in leads.asked:
        say(f"would read {each.label or each.path} ({each.source.replace('_', ' ')}); nothing is sent")
    show_plan(context, leads.choice, leads.services, as_json=as_json)
    return 0


async def discover_pages(
    context: Context,
    run_id: str,
    asked: Sequence[Asked],
    services: Services | None = None,
    *,
    is_all: bool = True,
) -> DiscoverReport:
    """Ask the sources and services, and resolve bare sites to pages; ``is_all`` when nothing else is done."""
    from creditline.config import holder
    from creditline.pipeline.discover import Search, discover
    from creditline.sources.base import all_sources

    sources = all_sources()
    searches = [Search(sources[each.source], question_of(each)) for each in asked]
    return await discover(searches, context, run_id=run_id, holder=holder(), services=services, is_all=is_all)


def show_discover_report(report: DiscoverReport) -> None:
    """Print one line per source."""
    for line in report.lines():
        say(terminal_line(line))
