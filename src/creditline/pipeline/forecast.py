"""Says early how much disk a long run will take, by what its first pages took."""

from __future__ import annotations

import asyncio

from creditline.pipeline.context import Context

#: Pages after which measuring begins: the first ones pay for what all share (robots.txt files, a grown log).
SETTLED_AFTER = 20
#: Pages after which a forecast is made, each from all pages since `SETTLED_AFTER`.
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
        self._settled_bytes = 0
        #: Bytes that database and evidence are expected to take at the end; ``None`` before it can be told.
        self.expected_bytes: int | None = None

    async def page_done(self) -> None:
        """Count one more page; measure, and tell, where it is time."""
        self._done += 1
        done = self._done
        if done != SETTLED_AFTER and (done not in FORECAST_AFTER or self._total < 2 * done):
            return
        used, free = await asyncio.to_thread(self._context.store.disk_bytes)
        if done == SETTLED_AFTER:
            self._settled_bytes = used
            return
        per_page = max(0, used - self._settled_bytes) / (done - SETTLED_AFTER)
        more = int(per_page * (self._total - done))
        self.expected_bytes = used + more
        self._context.observer.note(_words(self._total - done, more, used + more, free))


def _words(pages: int, more: int, whole: int, free: int) -> str:
    text = (
        f"disk: about {_in_mb(more)} more for the {pages} pages left, {_in_mb(whole)} in all; "
        f"{_in_mb(free)} are free"
    )
    return text + "; that is not enough: make room, or check fewer pages" if more > free else text


def _in_mb(size: int) -> str:
    return f"{size / _MB:,.0f} MB" if size < 10_000 * _MB else f"{size / _MB / 1000:,.0f} GB"
