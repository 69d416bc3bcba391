"""A long run says what disk it will take, by what its first pages took."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from loopback import Watcher

from creditline.pipeline.forecast import SETTLED_AFTER, DiskForecast

MB = 1_000_000


def run(total: int, per_page: int, free: int) -> tuple[DiskForecast, list[str]]:
    """Check ``total`` pages of one size each, after a start that took 50 MB."""
    done = 0

    def disk_bytes() -> tuple[int, int]:
        return 50 * MB + done * per_page, free

    watcher = Watcher()
    context: Any = SimpleNamespace(store=SimpleNamespace(disk_bytes=disk_bytes), observer=watcher)
    forecast = DiskForecast(context, total)

    async def check_all() -> None:
        nonlocal done
        for _ in range(total):
            done += 1
            await forecast.page_done()

    asyncio.run(check_all())
    return forecast, watcher.notes


@pytest.mark.parametrize("total", [SETTLED_AFTER, 150])
def test_short_runs_say_nothing(total: int) -> None:
    forecast, notes = run(total, MB, 10**12)
    assert (forecast.expected_bytes, notes) == (None, [])


def test_the_forecast_counts_what_pages_take_and_not_what_the_start_took() -> None:
    forecast, notes = run(2000, MB, 10**12)
    assert forecast.expected_bytes == 2050 * MB
    assert notes == [
        "disk: about 1,900 MB more for the 1900 pages left, 2,050 MB in all; 1,000 GB are free",
        "disk: about 1,000 MB more for the 1000 pages left, 2,050 MB in all; 1,000 GB are free",
    ]


def test_too_little_room_is_said_with_what_to_do() -> None:
    (note,) = run(500, MB, 100 * MB)[1]
    assert note.endswith("100 MB are free; that is not enough: make room, or check fewer pages")
