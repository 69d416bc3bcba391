"""The entry point: finds the command, turns our errors into one line and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module

import click
from click.utils import PacifyFlushWrapper

from creditline import __version__
from creditline.errors import CreditlineError

#: Every command and what it gives, in the order of the help. Each lives in the file of its name and is
#: imported only when it is called: help answers at once.
COMMANDS = {
    "scan": "Do it all: index your site, find pages, check them, write letters and the report.",
    "init": "Say who you are: names, domains, profiles.",
    "index": "Learn your works from your site or a folder of originals.",
    "works": "List your works, or say which are yours.",
    "discover": "Read page lists, logs and link exports for pages that may show your works.",
    "handoff": "Settle a captcha or consent page of an engine by hand, so that searches can go on.",
    "check": "Visit pages, see whether they show your works and credit you.",
    "recheck": "Visit the pages with uses again and see what changed.",
    "identify": "Ask which of your works a picture shows.",
    "uses": "List the uses found, or say what you think of one.",
    "explain": "Show why a page was judged as it was.",
    "report": "Write the report: HTML, CSV, JSON Lines.",
    "outreach": "Draft, list and export letters.",
    "verify": "Check that no stored evidence was edited or lost.",
    "evidence": "Say how much evidence is kept, or take old evidence away.",
    "doctor": "Test browser, database, disk, clock and settings.",
    "demo": "Run everything on a miniature web that comes along.",
}

#: The exit code of an interrupted run (128 + SIGINT, as shells have it), and its last words.
INTERRUPTED = 130
STOPPED = "\ncreditline: stopped. What was done is kept; the same command goes on from here."


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's file; each holds a click command of the name ``command``."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"creditline.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command meant; for a mistyped one name the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="creditline")
def cli() -> None:
    """Find the pages that show your pictures and see whether they credit you.

    Nothing is ever sent by itself: letters are drafts until you send them.

    \b
    Example:
      creditline init --name "Jane Doe" --domain jane.example
      creditline scan https://jane.example/ --log access.log
    """


def main() -> None:
    """Run the command line.

    Exit codes: 0 done, 1 failed, 2 usage, 3 something asked for could not be done, 130 interrupted.
    """
    try:
        code = cli.main(standalone_mode=False, prog_name="creditline")
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.Abort:
        code = _interrupted()
    except KeyboardInterrupt:
        code = _interrupted()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except CreditlineError as error:
        click.echo(f"creditline: {error}", err=True)
        code = error.exit_code
    except SystemExit as stop:
        # click's own answer to a reader who has had enough (``| head``); to us nothing failed.
        code = 0 if type(sys.stdout) is PacifyFlushWrapper else stop.code
    sys.exit(code if isinstance(code, int) else 0)


def _interrupted() -> int:
    click.echo(STOPPED, err=True)
    return INTERRUPTED
