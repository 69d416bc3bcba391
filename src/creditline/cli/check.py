"""``creditline check``: visit pages, see whether they show your works and credit you."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from creditline.cli.options import (
    NOT_ALL_DONE,
    Workspace,
    json_option,
    print_rows,
    say,
    workspace_options,
)
from creditline.cli.running import run_stage
from creditline.cli.stamping import stamp
from creditline.errors import UsageError
from creditline.render import terminal_line
from creditline.urls import Url, parse_user_address

if TYPE_CHECKING:
    from creditline.pipeline.check import CheckReport
    from creditline.pipeline.context import Context
    from creditline.records import Batch

#: How many different reasons the summary names, most frequent first.
_SHOWN_REASONS = 8


@click.command("check")
@click.argument("urls", metavar="[URL]...", nargs=-1)
@click.option(
    "--pages",
    type=click.Path(path_type=Path, allow_dash=True),
    help="File of page addresses, one a line; - for stdin.",
)
@workspace_options
@json_option
@click.pass_context
def command(
    ctx: click.Context, workspace: Workspace, urls: tuple[str, ...], pages: Path | None, as_json: bool
) -> None:
    """Visit pages, see whether they show your works and credit you.

    Without addresses every page on the list is visited.

    \b
    Example:
      creditline check https://magazine.example/story
      creditline check --pages pages.txt --json
    """
    only = [parse_user_address(text) for text in urls]
    is_whole = True
    if pages is not None:
        listed, is_whole = listed_pages(pages)
        only += listed
    code = run_check(workspace, only or None, as_json=as_json)
    ctx.exit(code if is_whole else NOT_ALL_DONE)


def listed_pages(path: Path) -> tuple[list[Url], bool]:
    """The addresses in a file of pages, and whether every line was one; lines that were none are told.

    Raises:
        InputFileError: It is not one.
    """
    from creditline.cli.lead_files import LeadFiles, asked_for, question_of
    from creditline.records import Owner, SearchContext
    from creditline.sources.base import all_sources

    (asked,) = asked_for(LeadFiles(pages=path))
    question = question_of(asked)

    async def read() -> list[Batch]:
        search = all_sources()[asked.source].search(question, SearchContext(owner=Owner()))
        return [batch async for batch in search]

    batches = asyncio.run(read())
    outcome = batches[-1].outcome
    is_whole = outcome.status.was_searched and outcome.parsed == outcome.seen
    if not is_whole:
        say(terminal_line(f"{asked.label or path}: {outcome.note}"))
    return [sighting.page_url for batch in batches for sighting in batch.sightings], is_whole


def run_check(workspace: Workspace, only: list[Url] | None, *, as_json: bool) -> int:
    """Check pages (all on the list when ``None``); return the exit code."""
    require_owner(workspace)

    async def stage(context: Context) -> int:
        from creditline.config import holder
        from creditline.pipeline.check import check_pages

        if only is None and not context.store.pages_to_check(context.owner_id, not_since=None):
            raise UsageError("no page is on the list yet; give addresses, or run `creditline discover`")
        question = " ".join(["check", *sorted(url.href for url in only or ())])
        run = context.store.open_run(context.owner_id, question, context.clock.now())
        if run.resumed:
            say(f"going on with the check that was interrupted (begun {run.started_at:%Y-%m-%d %H:%M} UTC)")
        context.web.fresh_since = run.started_at
        if only is not None:
            context.store.add_pages(context.owner_id, only, "given by you", context.clock.now())
        report = await check_pages(context, holder(), not_since=run.started_at, only=only)
        rewrite_drafts(context)
        context.store.finish_run(run, context.clock.now())
        show_check_report(report)
        if as_json:
            print_checks(context, None if only is None else [*only, *report.articles])
        is_stamped = await stamp(context)
        return 0 if report.complete and is_stamped else NOT_ALL_DONE

    return run_stage(workspace, stage)


def rewrite_drafts(context: Context) -> None:
    """Let drafts that are there say what is true now; none is begun that nobody asked for."""
    from creditline.pipeline.reporting import draft_letters
    from creditline.records import RequestStatus

    store, owner_id = context.store, context.owner_id
    if any(letter.status is RequestStatus.DRAFT for letter in store.requests(owner_id)):
        draft_letters(store, owner_id, context.owner, context.settings, context.clock.now())


def require_owner(workspace: Workspace) -> None:
    """Refuse to judge pages while nobody said who the owner is.

    Raises:
        UsageError: There is no name to look for.
    """
    if not workspace.has_owner:
        raise UsageError(
            "nobody said whose pictures these are, so no credit could be recognised; "
            'run: creditline init --name "Your Name" --domain your-site.example'
        )


def print_checks(context: Context, only: list[Url] | None) -> None:
    """Print the latest check of each page as JSON Lines."""
    from creditline.report import page_check_row

    wanted = {url.key for url in only} if only is not None else None
    print_rows(
        page_check_row(check)
        for check in context.store.page_checks(context.owner_id)
        if wanted is None or Url.parse(check.page_url).key in wanted
    )


def show_check_report(report: CheckReport) -> None:
    """Print what a check run came to: one line, and one for what could not be told."""
    statuses = ", ".join(
        f"{count} {status.value.replace('_', ' ')}" for status, count in sorted(report.statuses.items())
    )
    verdicts = ", ".join(f"{count} {verdict.value}" for verdict, count in sorted(report.verdicts.items()))
    before = f" ({report.before} of them earlier in this run)" if report.before else ""
    folded = f", {report.folded} other forms of pages" if report.folded else ""
    say(f"checked {report.pages} pages{before}: {statuses or 'none'}{folded}; uses: {verdicts or 'none'}")
    if report.busy:
        say(f"{report.busy} pages are being checked by another creditline; run again when it is done")
    _show_reasons("could not check", report.reasons)
    _show_reasons("not seen whole, may show more,", report.not_seen_whole)


def _show_reasons(what: str, reasons: Counter[str]) -> None:
    """One line per reason, the most frequent first; what is not listed is counted."""
    for reason, count in reasons.most_common(_SHOWN_REASONS):
        say("  " + terminal_line(f"{what} {count}: {reason}"))
    rest = sum(count for _, count in reasons.most_common()[_SHOWN_REASONS:])
    if rest:
        say(f"  {what} {rest} for other reasons; the report names each")
