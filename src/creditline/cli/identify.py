"""``creditline identify``: which of your works a picture shows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from creditline import __version__
from creditline.cli.options import Workspace, json_option, print_rows, say, workspace_options
from creditline.cli.stored import opened_store
from creditline.errors import InputFileError
from creditline.render import terminal_line

if TYPE_CHECKING:
    from creditline.fingerprint import PortfolioIndex
    from creditline.pipeline.identify import Asked
    from creditline.pipeline.ports import Store
    from creditline.records import Work


@click.command("identify")
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--explain",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.html",
    help="Write a page with both pictures, the parts that agree, and what was tried.",
)
@workspace_options
@json_option
@click.pass_context
def command(
    ctx: click.Context, workspace: Workspace, images: tuple[Path, ...], page: Path | None, as_json: bool
) -> None:
    """Ask which of your works a picture shows, where in it, and how sure.

    \b
    Example:
      creditline identify copy.jpg
      creditline identify copy.jpg --explain why.html
      creditline identify *.png --json
    """
    from creditline.config import INDEX_NAME
    from creditline.fingerprint import PortfolioIndex
    from creditline.pipeline.portfolio_index import open_stock

    with opened_store(workspace) as (store, owner_id):
        works = store.works(owner_id, features=False)
        stock = open_stock(store, owner_id, workspace.folder / INDEX_NAME)
        portfolio = PortfolioIndex.of_stock(stock, wrong=store.wrong_matches(owner_id))
        asked = asyncio.run(_ask_all(portfolio, images, works, store, page))
    addresses = {work.id: work.url for work in works}
    for one in asked:
        if as_json:
            print_rows([_row(one, addresses)])
        else:
            _print(_row(one, addresses))
    if page is not None:
        say(f"explained in {page}")
    ctx.exit(1 if any(one.problem for one in asked) else 0)


async def _ask_all(
    portfolio: PortfolioIndex, images: Sequence[Path], works: Sequence[Work], store: Store, page: Path | None
) -> list[Asked]:
    from creditline.config import open_gate
    from creditline.pipeline.identify import ask, explain

    async with open_gate() as gate:
        asked = [await ask(portfolio, gate, image, to_show=page is not None) for image in images]
        if page is not None:
            program = f"creditline {__version__}"
            _write(page, await explain(asked, portfolio, works, store, gate, program))
    return asked


def _write(page: Path, html: str) -> None:
    try:
        page.write_text(html, encoding="utf-8")
    except OSError as error:
        raise InputFileError(
            f"{page} cannot be written: {error.strerror}; name another file after --explain"
        ) from error


def _row(one: Asked, addresses: dict[str, str]) -> dict[str, Any]:
    from creditline.report import match_row

    rows = [match_row(match, addresses.get(match.work, "")) for match in one.answer.matches]
    problem = {"problem": one.problem} if one.problem else {}
    return {"image": one.image, "matches": rows, **problem}


def _print(row: dict[str, Any]) -> None:
    image = terminal_line(row["image"])
    if row.get("problem"):
        click.echo(f"{image}: {terminal_line(row['problem'])}", err=True)
    elif not row["matches"]:
        click.echo(f"{image}: none of your works")
    for match in row["matches"]:
        mirrored = ", mirrored" if match["mirrored"] else ""
        proof = f"{match['method']}, score {match['score']:.2f}{mirrored}"
        click.echo(f"{image}: {match['work']} {match['status']} ({proof}) {terminal_line(match['url'])}")
