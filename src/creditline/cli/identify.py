"""``creditline identify``: which of your works a picture shows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from creditline.cli.options import Workspace, json_option, print_rows, workspace_options
from creditline.cli.stored import opened_store
from creditline.errors import GateError
from creditline.render import terminal_line

if TYPE_CHECKING:
    from creditline.fingerprint import PortfolioIndex
    from creditline.pipeline.ports import Gate


@click.command("identify")
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@workspace_options
@json_option
@click.pass_context
def command(ctx: click.Context, workspace: Workspace, images: tuple[Path, ...], as_json: bool) -> None:
    """Ask which of your works a picture shows, where in it, and how sure.

    \b
    Example:
      creditline identify copy.jpg
      creditline identify *.png --json
    """
    from creditline.fingerprint import PortfolioIndex

    with opened_store(workspace) as (store, owner_id):
        works, wrong = store.works(owner_id), store.wrong_matches(owner_id)
    addresses = {work.id: work.url for work in works}
    rows = asyncio.run(_identify_all(PortfolioIndex.from_works(works, wrong), images, addresses))
    for row in rows:
        if as_json:
            print_rows([row])
        else:
            _print(row)
    ctx.exit(1 if any(row.get("problem") for row in rows) else 0)


async def _identify_all(
    portfolio: PortfolioIndex, images: Sequence[Path], addresses: dict[str, str]
) -> list[dict[str, Any]]:
    from creditline.config import open_gate

    async with open_gate() as gate:
        return [await _identify(portfolio, gate, image, addresses) for image in images]


async def _identify(
    portfolio: PortfolioIndex, gate: Gate, image: Path, addresses: dict[str, str]
) -> dict[str, Any]:
    """One picture, read in a disposable child: it may come from anywhere."""
    from creditline.fingerprint import decode_image
    from creditline.report import match_row

    try:
        decoded = await gate.run(decode_image, await asyncio.to_thread(image.read_bytes))
    except GateError as error:
        return {"image": str(image), "matches": [], "problem": str(error)}
    except OSError as error:
        return {"image": str(image), "matches": [], "problem": f"cannot be read: {error.strerror}"}
    matches = portfolio.identify_fingerprint(decoded.fingerprint)
    rows = [match_row(match, addresses.get(match.work, "")) for match in matches]
    return {"image": str(image), "matches": rows}


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
