"""docs/reference/commands.md: the help of every command."""

from __future__ import annotations

from collections.abc import Iterator

import click

from creditline.cli.main import cli
from reference.words import heading, joined

#: Characters in a line of help; the help of a terminal is as wide as the terminal.
HELP_WIDTH = 100


def page() -> str:
    """The whole page."""
    lines = heading(
        "Commands",
        "What `scripts/creditline COMMAND --help` prints. Results go to standard output, everything else to "
        "standard error; what `--json` prints stands in [json.md](json.md), the exit codes in "
        "[exit-codes.md](exit-codes.md).",
    )
    for context in contexts():
        level = "##" if context.parent and not context.parent.parent else "###"
        if context.parent:
            lines += [f"{level} {context.command_path.removeprefix('creditline ')}", ""]
        lines += ["```", context.command.get_help(context).rstrip(), "```", ""]
    return joined(lines)


def contexts() -> Iterator[click.Context]:
    """Every command with its place in the tree, in the order of the help."""
    yield from _below(_context(cli, None, "creditline"))


def _below(context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is None:
                raise SystemExit(f"creditline {name}: listed, but there is no such command")
            yield from _below(_context(command, context, name))


def _context(command: click.Command, parent: click.Context | None, name: str) -> click.Context:
    return click.Context(
        command, parent=parent, info_name=name, terminal_width=HELP_WIDTH, max_content_width=HELP_WIDTH
    )
