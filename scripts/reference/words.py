"""What the pages share: tables and the heading that says where a page comes from."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by scripts/docs from the code; changes made here are lost. -->"


def heading(title: str, introduction: str) -> list[str]:
    """The first lines of a page."""
    return [NOTICE, "", f"# {title}", "", introduction, ""]


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table, followed by an empty line."""
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return [*lines, ""]


def first_sentence(thing: object) -> str:
    """The first paragraph of a docstring, in one line.

    Raises:
        SystemExit: There is none: everything on these pages explains itself.
    """
    text = inspect.getdoc(thing)
    if not text:
        raise SystemExit(f"{thing!r} has no docstring; docs/reference needs its first sentence")
    return plain(text.split("\n\n")[0])


def plain(text: str) -> str:
    """A docstring's text for Markdown: one line, single backquotes."""
    return " ".join(text.split()).replace("``", "`")


def joined(lines: Iterable[str]) -> str:
    """The page as it is written: one line end at its end."""
    return "\n".join(lines).rstrip() + "\n"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")
