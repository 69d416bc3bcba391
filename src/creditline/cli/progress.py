"""Shows how long work goes on: a bar with counts and time left on a terminal, one line per stage else."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

import click

from creditline.records import Progress
from creditline.render import terminal_line

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

#: Stages longer than this many characters are cut, so that the bar's columns stay in line.
_STAGE_CHARS = 22


class QuietObserver:
    """For pipes and logs: notes only, and every step when ``verbose``."""

    def __init__(self, verbose: int) -> None:
        self._verbose = verbose

    def progress(self, step: Progress) -> None:
        """Print the step when asked to."""
        if self._verbose:
            total = f"/{step.total}" if step.total is not None else ""
            click.echo(terminal_line(f"{step.stage}: {step.done}{total} {step.item}"), err=True)

    def note(self, message: str) -> None:
        """Print one line."""
        click.echo(terminal_line(message), err=True)

    def __enter__(self) -> QuietObserver:
        return self

    def __exit__(self, *exc: object) -> None:
        return None


class BarObserver:
    """For terminals: a bar per stage on stderr, with counts and time left."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> BarObserver:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[item]}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def progress(self, step: Progress) -> None:
        """Move the stage's bar."""
        if self._bar is None:
            return
        item = "".join(c for c in step.item if c.isprintable())[:60]
        if step.stage not in self._tasks:
            self._tasks[step.stage] = self._bar.add_task(
                step.stage[:_STAGE_CHARS], total=step.total, item=item
            )
        self._bar.update(self._tasks[step.stage], completed=step.done, total=step.total, item=item)

    def note(self, message: str) -> None:
        """Print one line above the bars."""
        if self._bar is not None:
            self._bar.console.print(terminal_line(message), markup=False, highlight=False)


def observer(verbose: int) -> BarObserver | QuietObserver:
    """The right observer for where stderr goes."""
    if sys.stderr.isatty() and not verbose:
        return BarObserver()
    return QuietObserver(verbose)
