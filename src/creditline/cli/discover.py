"""``creditline discover``: read page lists, logs and link exports for pages that may show your works."""

from __future__ import annotations

import atexit
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
from creditline.errors import InputFileError, UsageError
from creditline.render import terminal_line

if TYPE_CHECKING:
    from creditline.pipeline.context import Context
    from creditline.pipeline.discover import DiscoverReport
    from creditline.records import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """One file for one source."""

    source: str
    path: Path
    label: str | None = None


@click.command("discover")
@click.option("--source", "names", multiple=True, help="Only these sources; repeatable.")
@source_options
@workspace_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    workspace: Workspace,
    names: tuple[str, ...],
    pages: Path | None,
    log: tuple[Path, ...],
    links: tuple[Path, ...],
    sites: Path | None,
    as_json: bool,
) -> None:
    """Read page lists, logs and link exports for pages that may show your works.

    What is found is put on the list that `creditline check` works through. A log often names only a
    site; its pages are then looked for there, politely.

    \b
    Example:
      creditline discover --log access.log --links backlinks.csv
      creditline discover --pages - < pages.txt
    """
    asked = _chosen(asked_for(pages, log, links, sites), names)

    async def stage(context: Context) -> int:
        run = context.store.open_run(context.owner_id, f"discover {question(asked)}", context.clock.now())
        context.web.fresh_since = run.started_at
        report = await discover_pages(context, run.id, asked)
        context.store.finish_run(run, context.clock.now())
        show_discover_report(report)
        if as_json:
            from creditline.report import search_row

            print_rows(search_row(each.outcome) for each in report.searched)
        return 0 if report.is_whole else NOT_ALL_DONE

    ctx.exit(run_stage(workspace, stage))


def asked_for(
    pages: Path | None, logs: Sequence[Path], links: Sequence[Path], sites: Path | None
) -> list[Asked]:
    """The files given, with the source that reads each.

    Raises:
        InputFileError: One is not there; said before any long work begins.
    """
    asked = [Asked("server_log", path) for path in logs] + [Asked("link_export", path) for path in links]
    asked = ([Asked("page_list", pages)] if pages else []) + asked
    asked += [Asked("watch_list", sites)] if sites else []
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
    from creditline.sources.base import all_sources

    unknown = sorted(set(names) - set(all_sources()))
    if unknown:
        raise UsageError(f"no source {unknown[0]!r}; there are {', '.join(sorted(all_sources()))}")
    if names:
        asked = [each for each in asked if each.source in names]
    if not asked:
        raise UsageError("nothing to read: give --pages, --log, --links or --sites")
    return asked


def question(asked: Sequence[Asked]) -> str:
    """Which files are read by which sources: an interrupted run goes on only with the same ones."""
    return " ".join(f"{each.source}={each.label or each.path.resolve()}" for each in asked)


async def discover_pages(context: Context, run_id: str, asked: Sequence[Asked]) -> DiscoverReport:
    """Ask the sources and resolve bare sites to pages."""
    from creditline.config import holder
    from creditline.pipeline.discover import Search, discover
    from creditline.sources.base import all_sources

    sources = all_sources()
    searches = [Search(sources[each.source], question_of(each)) for each in asked]
    return await discover(searches, context, run_id=run_id, holder=holder())


def question_of(asked: Asked) -> Question:
    """What its source is asked of a file."""
    from creditline.records import Question

    return Question(path=asked.path, label=asked.label)


def show_discover_report(report: DiscoverReport) -> None:
    """Print one line per source."""
    for line in report.lines():
        say(terminal_line(line))
