"""How the index of local features grows: time to make, to open, to add one work, to ask; disk and memory.

The records are synthetic: codes scattered about real ones (the codebook), 320 a work, so that lists fill as
unevenly as with pictures. What a work costs from its pixels is measured beside it (`fingerprint_cascade_ms`).
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from timing import milliseconds

from creditline.fingerprint import CASCADE, codebook
from creditline.fingerprint.details import Details
from creditline.fingerprint.features import CODE_BYTES, FRAME, Features
from creditline.fingerprint.votes import VoteIndex
from creditline.pipeline.shelf import Shelf

T = TypeVar("T")

#: Features of a record, and of a picture that is asked about; share of bits that differ from the codebook.
_FEATURES, _ASKED, _SCATTER = 320, 600, 0.16
_QUERIES = 5


def figures(steps: Sequence[int]) -> dict[str, float]:
    """Figures for each number of works, the index growing from one to the next."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="creditline-growth-") as folder:
        for works in steps:
            found |= _figures(Path(folder), works)
    return found


def _figures(folder: Path, works: int) -> dict[str, float]:
    wanted = {f"w{number:012x}": f"{number:064x}"[::-1] for number in range(works)}
    made = _seconds(lambda: Shelf(folder, CASCADE).sync(wanted, _load))[1]
    opened, open_s = _seconds(lambda: _open(folder, wanted))
    asked = [_features(-1 - number, _ASKED) for number in range(_QUERIES)]
    took = sorted(milliseconds(lambda one=one: opened.candidates(one, 8), 3) for one in asked)
    more = {**wanted, "wadded": "f" * 64}
    added = _seconds(lambda: Shelf(folder, CASCADE).sync(more, _load))[1]
    disk = sum(path.stat().st_size for path in folder.glob("*.votes"))
    label = f"index_{works}"
    return {
        f"{label}_make_s": round(made, 2),
        f"{label}_open_s": round(open_s, 3),
        f"{label}_add_one_s": round(added, 3),
        f"{label}_ask_ms": round(took[len(took) // 2], 1),
        f"{label}_kb_per_work": round(disk / works / 1000, 2),
        f"{label}_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
    }


def _open(folder: Path, wanted: dict[str, str]) -> VoteIndex:
    shelf = Shelf(folder, CASCADE)
    shelf.sync(wanted, _load)
    return shelf.votes(list(wanted), wanted)


def _seconds(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def _load(names: Sequence[str]) -> dict[str, bytes]:
    return {name: _packed(int(name[1:], 16) if name != "wadded" else 1 << 40) for name in names}


def _packed(number: int) -> bytes:
    own, none = _features(number, _FEATURES), _features(number, 0)
    return Details(lambda: none, lambda: own, lambda: np.zeros((4, 4), np.uint8)).packed()


def _features(number: int, count: int) -> Features:
    random = np.random.default_rng(number % (1 << 62))
    centres = np.frombuffer(codebook.PATH.read_bytes(), np.uint8).reshape(-1, codebook.CENTRE_BYTES)
    halves = centres[random.integers(0, len(centres), (count, 2))].reshape(count, CODE_BYTES)
    noise = np.packbits(random.random((count, CODE_BYTES * 8), dtype=np.float32) < _SCATTER, axis=1)
    return Features(
        (FRAME, FRAME),
        random.integers(0, FRAME, (count, 2), dtype=np.uint16),
        random.integers(80, 160, count, dtype=np.uint8),
        random.integers(0, 256, count, dtype=np.uint8),
        halves ^ noise,
    )
