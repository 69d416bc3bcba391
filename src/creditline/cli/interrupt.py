"""Ctrl-C: once stops cleanly, twice at once. Either way everything done is kept."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from creditline.cli.main import INTERRUPTED, STOPPED

_STOPPING = "\ncreditline: stopping; press Ctrl-C again to stop at once\n"
#: Progress bars hide the cursor; a process that ends at once has to bring it back (ECMA-48, DECTCEM).
_SHOW_CURSOR = "\x1b[?25h"


class Interrupts:
    """Whether Ctrl-C was pressed, and what is to be cancelled then."""

    def __init__(self) -> None:
        self.asked = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[object] | None = None

    def watch_this_task(self) -> None:
        """Name the running task as the one that Ctrl-C cancels."""
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()

    def handle(self, _signal: int, _frame: FrameType | None) -> None:
        """Cancel at the first signal; end the process at the second.

        Ending it like that is safe, since nothing rests on tidying up: the store keeps what was done, and
        children notice that their parent is gone.
        """
        if self.asked:
            _tell(STOPPED + "\n" + (_SHOW_CURSOR if sys.stderr.isatty() else ""))
            os._exit(INTERRUPTED)
        self.asked = True
        if self._loop is None or self._task is None:
            raise KeyboardInterrupt
        _tell(_STOPPING)
        self._loop.call_soon_threadsafe(self._task.cancel)


@contextmanager
def interrupts() -> Iterator[Interrupts]:
    """Handle Ctrl-C our way while a stage runs; other threads than the main one cannot, and do not."""
    watcher = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield watcher
        return
    before = signal.signal(signal.SIGINT, watcher.handle)
    try:
        yield watcher
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(message: str) -> None:
    """Write to stderr past Python's buffers, which a signal may have caught half-way."""
    try:
        os.write(2, message.encode())
    except OSError:
        return
