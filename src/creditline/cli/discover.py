"""``creditline discover``: find pages that may show your works, in files and by asking services."""

from __future__ import annotations

import atexit
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from creditline.cli.consent import settle_consents
from creditline.cli.options import (
    NOT_ALL_DONE,
    Workspace,
    json_option,
    print_rows,
    say,
    source_options,
    workspace_options,
)
from creditline.cli.running import run_stage
from creditline.cli.services import (
    ServiceChoice,
    chosen_services,
    service_options,
    services_of,
    show_ledger,
    show_plan,
)
from creditline.errors import InputFileError, UsageError
from creditline.render import terminal_line

if TYPE_CHECKING:
    from creditline.pipeline.context import Context
    from creditline.pipeline.discover import DiscoverReport, Services
    from creditline.records import Question
    from creditline.sources.base import Source


@dataclass(frozen=True, slots=True)
class Asked:
    """One file for one source."""

    source: str
    path: Path
    label: str | None = None


@click.command("discover")
@service_options
@click.option("--work", "works", multiple=True, metavar="WORK", help="Ask only about this work; repeatable.")
@click.option("--again", is_flag=True, help="Ask again what was asked lately, even if it was paid for.")
@click.option("--resume", is_flag=True, help="Go on with searches that stopped on their way.")
@click.option("--dry-run", is_flag=True, help="Show what would be asked of whom and its price; ask nothing.")
@click.option("--ledger", is_flag=True, help="Show what was sent to which third party, when and why.")
@source_options
@workspace_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    workspace: Workspace,
    names: tuple[str, ...],
    works: tuple[str, ...],
    pages: Path | None,
    log: tuple[Path, ...],
    links: tuple[Path, ...],
    sites: Path | None,
    crawl: tuple[Path, ...],
    budget: float | None,
    yes: bool,
    consents: tuple[str, ...],
    again: bool,
    resume: bool,
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
    choice = ServiceChoice(names, works, budget, yes, again, resume, consents)
    services = chosen_services(choice, workspace)
    asked = _chosen(asked_for(pages, log, links, sites, crawl), names)
    if ledger:
        ctx.exit(run_stage(workspace, lambda context: _ledger(context, as_json=as_json)))
    if not asked and not services:
        raise UsageError("nothing to read or ask: give --pages, --log, --links, --sites, --crawl or --source")
    if dry_run:
        ctx.exit(run_stage(workspace, lambda context: _dry_run(context, choice, asked, services, as_json)))

    async def stage(context: Context) -> int:
        words = " ".join(["discover", question(asked), choice.words]).strip()
        run = context.store.open_run(context.owner_id, words, context.clock.now())
        context.web.fresh_since = run.started_at
        # What goes on was agreed to when it began; nobody is asked about engines that were never used.
        settle_consents(context, services if names or not resume else [], choice.consents)
        report = await discover_pages(context, run.id, asked, services_of(choice, services))
        context.store.finish_run(run, context.clock.now())
        show_discover_report(report)
        if resume and not report.services:
            say("no search is unfinished")
        if as_json:
            from creditline.report import search_row

            print_rows(search_row(each) for each in report.outcomes)
        return 0 if report.is_whole else NOT_ALL_DONE

    ctx.exit(run_stage(workspace, stage))


async def _ledger(context: Context, *, as_json: bool) -> int:
    show_ledger(context, as_json=as_json)
    return 0


async def _dry_run(
    context: Context, choice: ServiceChoice, asked: list[Asked], services: list[Source], as_json: bool
) -> int:
    for each in asked:
        say(f"would read {each.label or each.path} ({each.source.replace('_', ' ')}); nothing is sent")
    show_plan(context, choice, services, as_json=as_json)
    return 0


def asked_for(
    pages: Path | None,
    logs: Sequence[Path],
    links: Sequence[Path],
    sites: Path | None,
    crawls: Sequence[Path] = (),
) -> list[Asked]:
    """The files given, with the source that reads each.

    Raises:
        InputFileError: One is not there; said before any long work begins.
    """
    asked = [Asked("server_log", path) for path in logs] + [Asked("link_export", path) for path in links]
    asked = ([Asked("page_list", pages)] if pages else []) + asked
    asked += [Asked("watch_list", sites)] if sites else []
    asked += [Asked("common_crawl", path) for path in crawls]
    if sum(each.path == Path("-") for each in asked) > 1:
        raise UsageError("standard input (-) can be read once only")
    return [_spooled(each) if each.path == Path("-") else _there(each) for each in asked]


def _there(asked: Asked) -> Asked:
    if asked.path.is_dir():
        raise InputFileError(f"{asked.path} is a folder; give a file")
    if not asked.path.exists():
        raise InputFileError(f"no file {asked.path}; check its name")
    return asked


def _spooled(asked: Asked) -> Asked:
    """Standard input as a file, since sources may read theirs twice."""
    with tempfile.NamedTemporaryFile(prefix="creditline-", suffix=".txt", delete=False) as file:
        # It may be a log with its visitors' addresses, which nobody keeps.
        atexit.register(Path(file.name).unlink, missing_ok=True)
        while block := sys.stdin.buffer.read(1 << 20):
            file.write(block)
    return Asked(asked.source, Path(file.name), "standard input")


def _chosen(asked: list[Asked], names: tuple[str, ...]) -> list[Asked]:
    """The files to read: all given, unless sources that read files are named."""
    from creditline.sources.base import all_sources

    sources = all_sources()
    reading = [name for name in names if name in sources and sources[name].reads_file]
    return [each for each in asked if not reading or each.source in reading]


def question(asked: Sequence[Asked]) -> str:
    """Which files are read by which sources: an interrupted run goes on only with the same ones."""
    return " ".join(f"{each.source}={each.label or each.path.resolve()}" for each in asked)


async def discover_pages(
    context: Context, run_id: str, asked: Sequence[Asked], services: Services | None = None
) -> DiscoverReport:
    """Ask the sources and services, and resolve bare sites to pages."""
    from creditline.config import holder
    from creditline.pipeline.discover import Search, discover
    from creditline.sources.base import all_sources

    sources = all_sources()
    searches = [Search(sources[each.source], question_of(each)) for each in asked]
    return await discover(searches, context, run_id=run_id, holder=holder(), services=services)


def question_of(asked: Asked) -> Question:
    """What its source is asked of a file."""
    from creditline.records import Question

    return Question(path=asked.path, label=asked.label)


def show_discover_report(report: DiscoverReport) -> None:
    """Print one line per source."""
    for line in report.lines():
        say(terminal_line(line))
