"""``creditline handoff``: settle a captcha or consent page of an engine by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from creditline.cli.consent import settle_consents
from creditline.cli.options import NOT_ALL_DONE, Amount, Workspace, say, workspace_options
from creditline.cli.running import run_stage
from creditline.errors import UsageError
from creditline.render import terminal_line

if TYPE_CHECKING:
    from creditline.pipeline.context import Context
    from creditline.sources.base import Engine


@click.command("handoff")
@click.argument("engine")
@click.option(
    "--wait",
    "minutes",
    type=Amount(min=0.01, max=1440),
    default=10.0,
    show_default=True,
    help="How long the window waits for you, minutes.",
)
@click.option("--withdraw", is_flag=True, help="Take back your consent to this engine's use instead.")
@workspace_options
@click.pass_context
def command(ctx: click.Context, workspace: Workspace, engine: str, minutes: float, withdraw: bool) -> None:
    """Settle a captcha or consent page of an engine by hand, so that searches can go on.

    Opens your search browser where the engine stopped it and waits until you have seen to it. No picture
    is handed in. Then `creditline discover --resume` asks what is still open.

    \b
    Example:
      creditline handoff google_lens
    """
    source = _engine(engine)

    async def stage(context: Context) -> int:
        return await (_withdraw(context, source) if withdraw else _hand_over(context, source, minutes))

    ctx.exit(run_stage(workspace, stage))


async def _hand_over(context: Context, source: Engine, minutes: float) -> int:
    from creditline.pipeline.discover import search_context

    settle_consents(context, [source], [])
    known = search_context(context)
    if known.browser is not None:
        known.browser.attend(minutes * 60)
    why = await source.hand_over(known)
    name = source.flow(known).title
    if why is not None:
        say(terminal_line(f"{name}: not settled: {why}"))
        return NOT_ALL_DONE
    say(f"{name}: nothing stands in the way now; go on with: creditline discover --resume")
    return 0


async def _withdraw(context: Context, source: Engine) -> int:
    from creditline.pipeline.discover import search_context

    known = search_context(context)
    subject, _ = source.consent(known)
    context.store.withdraw_consent(context.owner_id, subject, context.clock.now())
    say(f"{source.flow(known).title} is not used in your browser any more, until you agree again")
    return 0


def _engine(name: str) -> Engine:
    """The source of an engine that is used in the browser.

    Raises:
        UsageError: There is none of this name.
    """
    from creditline.sources.base import Engine, all_sources

    engines = {source.name: source for source in all_sources().values() if isinstance(source, Engine)}
    if name not in engines:
        raise UsageError(f"no engine {name!r}; there are {', '.join(sorted(engines))}")
    return engines[name]
