"""``creditline explain``: why a page is judged as it is, in the page's own words."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from creditline.cli.options import Workspace, workspace_options
from creditline.cli.running import run_stage
from creditline.cli.stored import opened_store
from creditline.errors import FetchError, InputFileError, StoreError, UsageError
from creditline.records import ImageRef, Owner, Use, VerdictKind
from creditline.render import terminal_line
from creditline.urls import Url, parse_user_address

if TYPE_CHECKING:
    from creditline.credit import Explanation
    from creditline.pipeline.context import Context


_USE_ID = re.compile(r"u[0-9a-f]{12,64}")

#: Documents of a use's evidence that can be judged again, in the order in which they were seen.
_DOCUMENTS = ("raw_html", "rendered_html", "last_html")


@click.command("explain")
@click.argument("page", metavar="URL|FILE|USE")
@click.option("--image", help="Which image: its number among all <img> from 0, or its address.")
@click.option("--url", help="The page's address, where a file is given.")
@click.option(
    "--save-case",
    type=click.Path(file_okay=False, path_type=Path),
    help="Of a use: write its page with the right verdict, yours where you gave one, as a test case there.",
)
@click.option("--owner-name", "names", multiple=True, help="Judge for this name instead; repeatable.")
@click.option("--owner-domain", "domains", multiple=True, help="Judge for this domain; repeatable.")
@click.option("--owner-profile", "profiles", multiple=True, help="Judge for this profile; repeatable.")
@workspace_options
def command(
    workspace: Workspace,
    page: str,
    image: str | None,
    url: str | None,
    save_case: Path | None,
    names: tuple[str, ...],
    domains: tuple[str, ...],
    profiles: tuple[str, ...],
) -> None:
    """Show what was looked at on a page, what was found, what was rejected, and why.

    It judges the page as the server sends it; a check looks a second time, with a browser. Of a use it
    shows the verdict and judges the documents that were kept as its evidence.

    \b
    Example:
      creditline explain https://magazine.example/story --image 4
      creditline explain saved.html --url https://magazine.example/story --image photo.jpg
      creditline explain u1a2b3c4d5e6f
      creditline explain u1a2b3c4d5e6f --save-case cases/my-page
    """
    from creditline.config import owner_of

    path = Path(page)
    saved = path.is_file() and "://" not in page
    is_use = image is None and not saved and _USE_ID.fullmatch(page) is not None
    if image is None and not is_use:
        raise UsageError("say which image: --image with its number or its address; or give the id of a use")

    owner = Owner(names=names, domains=domains, profiles=profiles)
    if not (names or domains or profiles):
        owner = owner_of(workspace.settings)
    if not owner.names and not owner.domains and not owner.profiles:
        raise UsageError("nobody said whose credit to look for; give --owner-name, or run `creditline init`")
    if save_case is not None and not is_use:
        raise UsageError(
            "--save-case needs the id of a use, whose page was kept; `creditline uses` lists them"
        )
    if image is None:
        for line in _use_lines(workspace, page, owner):
            click.echo(terminal_line(line))
        if save_case is not None:
            _save_case(workspace, page, owner, save_case)
        return
    which = ImageRef(index=int(image)) if image.isdecimal() else ImageRef(src=image)
    address = parse_user_address(url or ("https://saved.invalid/" if saved else page))

    if saved:
        explanation = asyncio.run(_explain_saved(_read(path), address, which, owner))
    else:
        explanation = run_stage(workspace, lambda context: _explain_page(context, address, which, owner))
    for line in _lines(explanation):
        click.echo(terminal_line(line))


def _use_lines(workspace: Workspace, use_id: str, owner: Owner) -> list[str]:
    """What is stored of a use, and what the judge makes of the documents kept of it."""
    with opened_store(workspace) as (store, owner_id):
        use = next((each for each in store.uses(owner_id) if each.id == use_id), None)
        if use is None:
            raise UsageError(f"no use {use_id!r} here; `creditline uses` lists them")
        lines = _told_of(use)
        url = parse_user_address(use.page_url)
        for kind in _DOCUMENTS:
            sha256 = dict(use.evidence).get(kind)
            if sha256 is None:
                continue
            lines += ["", f"--- {kind.replace('_', ' ')} {sha256[:12]}"]
            try:
                html = store.get(sha256)
            except StoreError as error:
                lines.append(str(error))
                continue
            lines += _lines(asyncio.run(_explain_saved(html, url, ImageRef(src=use.image_url), owner)))
    return lines


def _save_case(workspace: Workspace, use_id: str, owner: Owner, folder: Path) -> None:
    """Write the first kept document of a use that shows its image, with the verdict that is right."""
    with opened_store(workspace) as (store, owner_id):
        use = next(each for each in store.uses(owner_id) if each.id == use_id)
        right = use.verdict_by_owner or use.verdict.kind
        kept = dict(use.evidence)
        for kind in _DOCUMENTS:
            html = store.get(kept[kind]) if kind in kept else b""
            case = asyncio.run(_case_of(html, use, owner, right)) if html else None
            if case is not None:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "page.html").write_bytes(html)
                (folder / "expected.json").write_text(case, "utf-8")
                click.echo(f"case written to {folder}: {right.value}", err=True)
                return
    raise UsageError(f"no kept page of {use_id} shows its image in an <img>; check the page again first")


async def _case_of(html: bytes, use: Use, owner: Owner, right: VerdictKind) -> str | None:
    from creditline.config import open_gate
    from creditline.credit import saved_case

    async with open_gate() as gate:
        return await gate.run(saved_case, html, use.page_url, use.image_url, owner, right)


def _told_of(use: Use) -> list[str]:
    corrected = f", your word: {use.verdict_by_owner.value}" if use.verdict_by_owner else ""
    match = use.match
    return [
        f"use       {use.id} on {use.page_url}",
        f"image     {use.image_url}",
        f"verdict   {use.verdict.kind.value}{corrected}: {use.verdict.reason}",
        f"match     {match.method.value}, {match.status.value}: {match.why}",
        f"checked   {use.last_checked:%Y-%m-%d %H:%M} UTC, looks: "
        + (", ".join(sorted(look.value for look in use.complete_looks)) or "none whole"),
        *(
            f"evidence  {kind.replace('_', ' ')}: evidence/{sha256[:2]}/{sha256[2:]}"
            for kind, sha256 in use.evidence
        ),
    ]


async def _explain_saved(html: bytes, url: Url, which: ImageRef, owner: Owner) -> Explanation:
    from creditline.config import open_gate
    from creditline.credit import explain

    async with open_gate() as gate:
        return await gate.run(explain, html, url.href, which, owner)


async def _explain_page(context: Context, url: Url, which: ImageRef, owner: Owner) -> Explanation:
    from creditline.credit import explain

    visit = await context.web.page(url)
    if not visit.ok:
        raise FetchError(f"{url} cannot be read: {visit.problem}")
    return await context.gate.run(explain, visit.body, visit.final_url.href, which, owner)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror}") from error


def _lines(explanation: Explanation) -> list[str]:
    verdict = explanation.verdict
    lines = [
        f"verdict   {verdict.kind.value}{' (nofollow)' if verdict.nofollow else ''}: {verdict.reason}",
        f"image     {explanation.image or 'not found'}",
        f"role      {explanation.role or '?'}"
        + (f" ({explanation.role_note})" if explanation.role_note else ""),
        f"judge     {explanation.judge}",
        "",
        "found, heaviest first:",
    ]
    for item in explanation.found:
        evidence = item.evidence
        state = f"rejected: {evidence.rejected}" if evidence.rejected else f"weight {item.weight:g}"
        link = f" -> {evidence.href}" if evidence.href else ""
        lines.append(f"  {evidence.rule} ({evidence.where.value}): “{evidence.quote}”{link}  [{state}]")
    if not explanation.found:
        lines.append("  nothing")
    lines += ["", "looked at:"]
    for place in explanation.looked_at:
        excluded = f"  [{place.excluded}]" if place.excluded else ""
        lines.append(f"  {place.where.value}: “{place.quote}”{excluded}")
    return lines
