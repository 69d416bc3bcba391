"""Exact search within a radius: ours, faiss brute force, numpy brute force, and imagehash itself.

A quarter of the hashes are near one another, as those of a series of pictures are; the rest is random.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import faiss
import imagehash
import numpy as np
from numpy.typing import NDArray
from timing import milliseconds

from creditline.fingerprint.hash_index import TABLE_RADIUS_BITS, HashIndex

_QUERIES = 60
#: imagehash compares object by object; it is asked about so many and counted up.
_IMAGEHASH_COUNT = 20_000
_MILLION = 1_000_000


def figures(count: int) -> dict[str, float]:
    """Milliseconds per search among ``count`` hashes, and how the answers compare."""
    hashes, asked = _hashes(count), _asked(count)
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexBinaryFlat(256)
    flat.add(hashes)
    index = HashIndex(hashes)
    built = milliseconds(lambda: index.within(bytes(32), TABLE_RADIUS_BITS), 1)
    wrong = sum(not _same(index, flat, one) for one in asked)
    words = hashes.view(np.uint64)

    def by_numpy(one: NDArray[np.uint8]) -> object:
        differing = np.bitwise_count(words ^ one.view(np.uint64)).sum(axis=1, dtype=np.uint16)
        return np.flatnonzero(differing <= TABLE_RADIUS_BITS)

    took = {
        "lookup_ms": _median(asked, lambda one: index.within(one.tobytes(), TABLE_RADIUS_BITS)),
        "lookup_faiss_flat_ms": _median(
            asked, lambda one: flat.range_search(one[None], TABLE_RADIUS_BITS + 1)
        ),
        "lookup_numpy_ms": _median(asked[:5], by_numpy),
        "lookup_imagehash_ms": _by_imagehash(hashes[:_IMAGEHASH_COUNT], asked[0]) * count,
    }
    return {
        **{name: round(value, 3) for name, value in took.items()},
        "lookup_times_faiss_flat": round(took["lookup_faiss_flat_ms"] / took["lookup_ms"], 1),
        "lookup_build_s": round(built / 1000, 2),
        "lookup_extra_bytes_per_hash": round(index.table_bytes / count, 1),
        "lookup_queries": len(asked),
        "lookup_wrong_answers": wrong,
    }


def _hashes(count: int) -> NDArray[np.uint8]:
    random = np.random.default_rng(1)
    hashes = random.integers(0, 256, (count, 32), dtype=np.uint8)
    near = count // 4
    centres = hashes[random.integers(0, max(near // 100, 1), near)]
    hashes[count - near :] = centres ^ _noise(near, 0.06, random)
    return hashes


def _asked(count: int) -> NDArray[np.uint8]:
    """Hashes to ask for: half of them 0 to 40 bits away from one that is there."""
    random = np.random.default_rng(2)
    asked = random.integers(0, 256, (_QUERIES, 32), dtype=np.uint8)
    hashes = _hashes(count)
    for number in range(0, _QUERIES, 2):
        asked[number] = hashes[random.integers(0, count)] ^ _noise(1, random.uniform(0, 0.16), random)[0]
    return asked


def _noise(count: int, share: float, random: np.random.Generator) -> NDArray[np.uint8]:
    """Masks that turn a share of the bits round."""
    masks = np.empty((count, 32), np.uint8)
    for start in range(0, count, 50_000):
        part = masks[start : start + 50_000]
        part[:] = np.packbits(random.random((len(part), 256), dtype=np.float32) < share, axis=1)
    return masks


def _same(index: HashIndex, flat: faiss.IndexBinaryFlat, one: NDArray[np.uint8]) -> bool:
    _, _, expected = flat.range_search(one[None], TABLE_RADIUS_BITS + 1)
    return index.within(one.tobytes(), TABLE_RADIUS_BITS).tolist() == sorted(expected.tolist())


def _median(asked: NDArray[np.uint8], search: Callable[[NDArray[np.uint8]], object]) -> float:
    return statistics.median(milliseconds(lambda one=one: search(one), 3) for one in asked)


def _by_imagehash(hashes: NDArray[np.uint8], one: NDArray[np.uint8]) -> float:
    """Milliseconds per hash compared."""
    kept = [imagehash.ImageHash(np.unpackbits(each).reshape(16, 16)) for each in hashes]
    asked = imagehash.ImageHash(np.unpackbits(one).reshape(16, 16))
    took = milliseconds(lambda: [n for n, each in enumerate(kept) if each - asked <= TABLE_RADIUS_BITS], 1)
    return took / len(hashes)
