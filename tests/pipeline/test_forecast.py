"""A long run says what disk it will take, by what its first pages took."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from loopback import Watcher

from creditline.pipeline.forecast import SETTLED_AFTER, DiskForecast

MB = 1_000_000


def run(
    total: int, per_page: int, free: int, *, extra: Callable[[int], int] = lambda _: 0
) -> tuple[DiskForecast, list[str]]:
    """Check ``total`` pages of one size each, and some ``extra``, after a start that took 50 MB."""
    done = 0

    def disk_bytes() -> tuple[int, int]:
        return 50 * MB + done * per_page + extra(done), free

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


def test_one_heavy_page_does_not_mislead() -> None:
    forecast, _ = run(5000, MB, 10**12, extra=lambda done: 100 * MB if done > 950 else 0)
    assert forecast.expected_bytes == 5150 * MB


def test_what_only_the_first_pages_take_is_not_expected_again() -> None:
    forecast, _ = run(5000, MB, 10**12, extra=lambda done: min(done, 95) * 20 * MB)
    assert forecast.expected_bytes == 5050 * MB + 95 * 20 * MB


def test_disk_is_measured_seldom() -> None:
    measured: list[int] = []
    run(40_000, MB, 10**12, extra=lambda done: measured.append(done) or 0)
    assert measured == [*range(20, 100, 10), *range(100, 1000, 100), *range(1000, 10_001, 1000)]
