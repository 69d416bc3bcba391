"""``creditline demo``: everything, on a miniature web that comes along."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click
import tomli_w

from creditline.cli.lead_files import LeadFiles, asked_for
from creditline.cli.options import Workspace, say
from creditline.cli.scan import run_scan
from creditline.cli.stored import opened_store
from creditline.render import terminal_line
from creditline.settings import FILE_NAME, load_settings

#: The miniature web lies on this machine, so it may be asked as fast as politeness ever allows.
_QUICK = {"page_delay_s": 0.05, "image_delay_s": 0.01, "timeout_s": 4.0, "workers": 6}

#: How many differences from the truth are printed.
_SHOWN = 40


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("creditline-demo"),
    show_default=True,
    help="Workspace for the demo; run again, it goes on from there.",
)
@click.option("-v", "--verbose", count=True, help="Say more on stderr.")
@click.pass_context
def command(ctx: click.Context, out: Path, verbose: int) -> None:
    """Run everything on a miniature web that comes along: index, discover, check, letters, report.

    A dozen made-up sites are served on this machine; nothing leaves it. Exits 0 exactly when the
    result equals what is known to be true.

    \b
    Example:
      creditline demo --out demo-out
    """
    from creditline.demo import places
    from creditline.demo.server import MiniatureWeb

    prepare(out)
    with MiniatureWeb() as web:
        settings = load_settings(out, os.environ)
        fetch = replace(settings.fetch, proxy=web.address.proxy_url, proxy_ca=str(web.address.ca_file))
        workspace = Workspace(out, replace(settings, fetch=fetch), verbose)
        leads = places.sources()
        files = LeadFiles(leads.pages, leads.logs, leads.links, leads.sites)
        run_scan(workspace, places.SITE, asked_for(files))
    differences = compare_with_truth(workspace)
    for line in differences[:_SHOWN]:
        click.echo(terminal_line(line))
    if differences:
        say(f"{len(differences)} differences from the truth")
    else:
        say("the result equals the truth in every row")
    say(f"look at {out / 'report' / 'report.html'}")
    ctx.exit(1 if differences else 0)


def prepare(out: Path) -> None:
    """Write the settings of the miniature web's photographer, unless they are there."""
    from creditline.config import make_folder
    from creditline.demo.places import OWNER

    make_folder(out)
    path = out / FILE_NAME
    if path.exists():
        return
    owner = {
        "names": list(OWNER.names),
        "domains": list(OWNER.domains),
        "profiles": list(OWNER.profiles),
        "credit_line": OWNER.credit_line or "",
    }
    path.write_text(tomli_w.dumps({"owner": owner, "fetch": _QUICK}), encoding="utf-8")


def compare_with_truth(workspace: Workspace) -> list[str]:
    """How the workspace differs from the miniature web's truth, one line each."""
    from creditline import fingerprint, report
    from creditline.demo import places, truth

    with opened_store(workspace) as (store, owner_id):
        works = store.works(owner_id)
        by_id = {work.id: work for work in works}
        uses = [report.use_row(use, by_id.get(use.work_id)) for use in store.uses(owner_id)]
        checks = [report.page_check_row(check) for check in store.page_checks(owner_id)]
    differences = truth.compare(
        uses, checks, [report.work_row(work) for work in works], places.web_root(), fingerprint.METHODS
    )
    return [str(difference) for difference in differences]
