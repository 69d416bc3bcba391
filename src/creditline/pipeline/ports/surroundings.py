"""What every stage has around it: time, and somebody who watches."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from creditline.records import (
    Progress,
)


class Clock(Protocol):
    """Time, injected so that tests decide it."""

    def now(self) -> datetime:
        """Aware UTC wall time, for what is recorded."""

    def monotonic(self) -> float:
        """Seconds that never go back, for durations."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class Observer(Protocol):
    """Who is told how long work goes on: a progress bar, a log, or nobody."""

    def progress(self, step: Progress) -> None:
        """One more step was done."""

    def note(self, message: str) -> None:
        """One line that a person should read; the work goes on."""
