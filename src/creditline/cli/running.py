"""Runs stages of the pipeline from a command: builds the surroundings, shows progress, cleans up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from creditline.cli.interrupt import interrupts
from creditline.cli.options import Workspace
from creditline.cli.progress import observer
from creditline.cli.request_log import request_log
from creditline.errors import CreditlineError

if TYPE_CHECKING:
    from creditline.pipeline.context import Context

T = TypeVar("T")


def run_stage(
    workspace: Workspace,
    stage: Callable[[Context], Awaitable[T]],
    *,
    fresh_since: datetime | None = None,
) -> T:
    """Run a stage with its surroundings and a progress display; return what it returns.

    Raises:
        CreditlineError: The stage's own failure, even where several tasks were under way.
        KeyboardInterrupt: Ctrl-C was pressed; whatever else failed while stopping is its consequence.
    """
    from creditline.config import open_context

    verbose = workspace.verbose
    with observer(verbose) as watcher, request_log(verbose), interrupts() as ctrl_c:

        async def work() -> T:
            ctrl_c.watch_this_task()
            async with open_context(
                workspace.folder, workspace.settings, watcher, fresh_since=fresh_since
            ) as context:
                return await stage(context)

        try:
            return asyncio.run(work())
        except (Exception, asyncio.CancelledError, BaseExceptionGroup) as error:
            if ctrl_c.asked:
                raise KeyboardInterrupt from error
            if isinstance(error, BaseExceptionGroup):
                raise first_cause(error) from error
            raise


def first_cause(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error to show of several: ours if there is one, else the first."""
    leaves: list[BaseException] = []
    waiting: list[BaseException] = [group]
    while waiting:
        error = waiting.pop(0)
        if isinstance(error, BaseExceptionGroup):
            waiting[:0] = error.exceptions
        else:
            leaves.append(error)
    return next((error for error in leaves if isinstance(error, CreditlineError)), leaves[0])
