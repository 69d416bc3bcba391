"""``creditline index``: learn your works from your site or a folder of originals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from creditline.cli.options import NOT_ALL_DONE, Workspace, json_option, say, workspace_options
from creditline.cli.running import run_stage
from creditline.errors import InputFileError, UrlError
from creditline.render import terminal_line
from creditline.urls import Url, parse_user_address

if TYPE_CHECKING:
    from creditline.pipeline.context import Context
    from creditline.pipeline.index import IndexReport


@click.command("index")
@click.argument("places", metavar="URL|DIR...", nargs=-1, required=True)
@workspace_options
@json_option
@click.option(
    "--refresh", is_flag=True, help="Fetch and read every picture again, even what is known to be unchanged."
)
@click.pass_context
def command(
    ctx: click.Context, workspace: Workspace, places: tuple[str, ...], as_json: bool, refresh: bool
) -> None:
    """Learn your works from your site, or from a folder of originals.

    Exit code 3 means that not all of it could be seen: the output says what.

    \b
    Example:
      creditline index https://jane.example/
      creditline index ~/Pictures/portfolio
    """
    targets = [target_of(place) for place in places]

    async def stage(context: Context) -> int:
        whole = True
        context.own.anew = refresh
        for target in targets:
            report = await index_one(context, target)
            show_index_report(report)
            whole = whole and report.is_whole
        if as_json:
            from creditline.cli.options import print_rows
            from creditline.config import INDEX_NAME
            from creditline.pipeline.portfolio_index import own_files_only
            from creditline.report import work_row

            store, owner_id = context.store, context.owner_id
            plain = own_files_only(store, owner_id, workspace.folder / INDEX_NAME)
            print_rows(work_row(work, plain) for work in store.works(owner_id, features=False))
        return 0 if whole else NOT_ALL_DONE

    ctx.exit(run_stage(workspace, stage))


def target_of(place: str) -> Url | Path:
    """An existing folder, or a site's address.

    Raises:
        InputFileError: It is no address, and no such folder is there.
        UrlError: It is an address that cannot be read.
    """
    path = Path(place).expanduser()
    if "://" not in place and path.is_dir():
        return path
    if "://" not in place and path.exists():
        raise InputFileError(
            f"{place} is a file; give the folder that holds your originals, or a site's address"
        )
    try:
        return parse_user_address(place)
    except UrlError as error:
        if "://" in place:
            raise
        if "/" in place or "\\" in place:
            raise InputFileError(
                f"no folder {place}; give a folder that is there, or a site's address"
            ) from error
        raise InputFileError(
            f"not a web address: {place!r}, and no folder of that name is there; "
            "give one like https://example.com/, or the folder of your originals"
        ) from error


async def index_one(context: Context, target: Url | Path) -> IndexReport:
    """Index one site or folder."""
    from creditline.pipeline import index

    if isinstance(target, Path):
        return await index.index_folder(target, context)
    return await index.index_site(target, context)


def show_index_report(report: IndexReport) -> None:
    """Print what indexing came to."""
    for line in report.lines():
        say(terminal_line(line))
