"""How the benchmarks measure: CPU time of one thread, medians of repeats."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

REPEATS = 5


def milliseconds(ask: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median CPU time of one call."""
    took = []
    for _ in range(repeats):
        start = time.process_time()
        ask()
        took.append((time.process_time() - start) * 1000)
    return statistics.median(took)
