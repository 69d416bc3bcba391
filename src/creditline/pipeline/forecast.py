"""Says early how much disk a long run will take, by what its pages took so far."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from statistics import fmean

from creditline.pipeline.context import Context

#: Pages after which measuring begins: the first ones pay for what all share (robots.txt files, a grown log).
SETTLED_AFTER = 20
#: Pages after which a forecast is made, each from the stretches that a tenth of these pages makes, the first
#: one left out: what a page takes falls while a run learns what pages share.
FORECAST_AFTER = (100, 1_000, 10_000)

_MB = 1_000_000


class DiskForecast:
    """Watches one run of checks.

    Args:
        context: The run's surroundings; its observer is told.
        total: Pages of the whole run.
    """

    def __init__(self, context: Context, total: int) -> None:
        self._context = context
        self._total = total
        self._done = 0
        #: Bytes taken after so many pages.
        self._taken: dict[int, int] = {}
        #: Bytes that database and evidence are expected to take at the end; ``None`` before it can be told.
        self.expected_bytes: int | None = None

    async def page_done(self) -> None:
        """Count one more page; measure, and tell, where it is time."""
        self._done += 1
        done = self._done
        # A forecast for fewer pages than were seen is not worth its trouble.
        goal = next((each for each in FORECAST_AFTER if done <= each <= self._total / 2), None)
        if goal is None or done < SETTLED_AFTER or done % (goal // 10):
            return
        used, free = await asyncio.to_thread(self._context.store.disk_bytes)
        self._taken[done] = used
        if done < goal:
            return
        more = int(max(0.0, self._bytes_per_page(goal)) * (self._total - done))
        self.expected_bytes = used + more
        self._context.observer.note(_words(self._total - done, more, used + more, free))

    def _bytes_per_page(self, goal: int) -> float:
        """The mean of the last stretches but the heaviest and the lightest.

        One page in a thousand that took as much as a hundred others says nothing of the next thousand.
        """
        points = [(pages, used) for pages, used in self._taken.items() if pages >= goal // 10]
        rates = sorted((after - before) / (to - since) for (since, before), (to, after) in pairwise(points))
        return fmean(rates[1:-1])


def _words(pages: int, more: int, whole: int, free: int) -> str:
    text = (
        f"disk: about {_in_mb(more)} more for the {pages} pages left, {_in_mb(whole)} in all; "
        f"{_in_mb(free)} are free"
    )
    return text + "; that is not enough: make room, or check fewer pages" if more > free else text


def _in_mb(size: int) -> str:
    return f"{size / _MB:,.0f} MB" if size < 10_000 * _MB else f"{size / _MB / 1000:,.0f} GB"
