"""Exact search for hashes within a radius: never fewer and never more than comparing with all would find.

Up to `TABLE_RADIUS_BITS` by multi-index hashing (Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with
Multi-Index Hashing", CVPR 2012): a hash is cut into 16 parts of 16 bits. If two hashes differ in at most 31
bits, one of the parts differs in at most one (16 parts with two each would make 32), so that looking up each
part and its 16 neighbours finds all of them. Beyond that radius, and for few hashes, all are compared.

Measured at a million hashes on one thread (scripts/benchmarks/recognition): 8 times as fast as faiss
`IndexBinaryFlat`, 140 times as fast as comparing with all in numpy; built in 0.3 s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

HASH_BYTES = 32

#: Widest radius, in bits, that the tables answer.
TABLE_RADIUS_BITS = 31

#: Fewest hashes for which tables are made; below, comparing with all takes less than half a millisecond.
FEWEST_FOR_TABLES = 20_000

_PARTS, _PART_BITS = 16, 16
_PART_VALUES = 1 << _PART_BITS

#: A part itself and with each of its bits turned round.
_FLIPS = np.array([0, *(1 << bit for bit in range(_PART_BITS))], np.uint16)


class HashIndex:
    """Hashes of 256 bits, numbered from 0 in the order given."""

    def __init__(self, hashes: Sequence[bytes] | NDArray[np.uint8]) -> None:
        """Keep hashes.

        Args:
            hashes: 32 bytes each, or an array (n, 32).
        """
        if not isinstance(hashes, np.ndarray):
            hashes = np.frombuffer(b"".join(hashes), np.uint8)
        #: (n, 4) words; only ever compared with words made the same way, so byte order plays no part.
        self._words = np.ascontiguousarray(hashes).reshape(-1, HASH_BYTES).view(np.uint64)

    def __len__(self) -> int:
        return len(self._words)

    @property
    def table_bytes(self) -> int:
        """Memory beyond the hashes themselves."""
        return self._tables.bytes_len if len(self) >= FEWEST_FOR_TABLES else 0

    def within(self, asked: bytes, radius: int) -> NDArray[np.intp]:
        """Numbers of all hashes that differ from one in at most ``radius`` bits, ascending."""
        if radius <= TABLE_RADIUS_BITS and len(self) >= FEWEST_FOR_TABLES:
            return self._tables.within(np.frombuffer(asked, np.uint64), radius)
        return np.flatnonzero(self.distances(asked) <= radius)

    def distances(self, asked: bytes) -> NDArray[np.uint16]:
        """Bits in which each hash differs from one, in the order of their numbers."""
        differing = np.bitwise_count(self._words ^ np.frombuffer(asked, np.uint64))
        distances: NDArray[np.uint16] = differing.sum(axis=1, dtype=np.uint16)
        return distances

    @cached_property
    def _tables(self) -> _Tables:
        return _Tables.of(self._words)


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """For every part and value, which hashes have it: lists behind one another, 3 bytes a number."""

    words: NDArray[np.uint64]
    #: (16 * 65,536 + 1,): where the list of each part and value begins, and the last one ends.
    starts: NDArray[Any]
    #: (16 * n,): the lists; the lower 16 bits of each number, and the upper ones.
    lower: NDArray[np.uint16]
    upper: NDArray[Any]

    @classmethod
    def of(cls, words: NDArray[np.uint64]) -> _Tables:
        count = len(words)
        parts = words.view(np.uint16)
        index = np.int32 if _PARTS * count < 2**31 else np.int64
        starts = np.zeros(_PARTS * _PART_VALUES + 1, index)
        lower = np.empty(_PARTS * count, np.uint16)
        upper: NDArray[Any] = np.empty(_PARTS * count, np.uint8 if count <= 1 << 24 else np.uint16)
        for part in range(_PARTS):
            order = np.argsort(parts[:, part], kind="stable")
            place = slice(part * count, (part + 1) * count)
            lower[place], upper[place] = order & 0xFFFF, order >> 16
            sizes = np.bincount(parts[:, part], minlength=_PART_VALUES)
            first = part * _PART_VALUES + 1
            starts[first : first + _PART_VALUES] = np.cumsum(sizes) + part * count
        return cls(words, starts, lower, upper)

    @property
    def bytes_len(self) -> int:
        return self.starts.nbytes + self.lower.nbytes + self.upper.nbytes

    def within(self, asked: NDArray[np.uint64], radius: int) -> NDArray[np.intp]:
        numbers = self._candidates(asked)
        # Whole hashes are fetched as one item each: one access to memory instead of four.
        rows = self.words.view(f"V{HASH_BYTES}").ravel().take(numbers, mode="clip")
        differing = rows.view(np.uint64).reshape(-1, HASH_BYTES // 8)
        differing ^= asked
        # The four counts of a row lie in four bytes; the product adds them up in the highest one. A
        # candidate shares a part but for one bit, so that the sum stays below 256.
        sums = np.bitwise_count(differing).view(np.uint32).ravel()
        sums *= np.uint32(0x01010101)
        near: NDArray[np.intp] = np.unique(numbers[sums >> 24 <= radius])
        return near

    def _candidates(self, asked: NDArray[np.uint64]) -> NDArray[np.intp]:
        """Numbers of the hashes with an equal part or one with a bit turned round, some several times."""
        values = asked.view(np.uint16)[:, None] ^ _FLIPS
        lists = (values + (np.arange(_PARTS) * _PART_VALUES)[:, None]).ravel()
        begins = self.starts.take(lists)
        sizes = self.starts.take(lists + 1) - begins
        ends = sizes.cumsum()
        places = (begins - (ends - sizes)).repeat(sizes)
        places = places + np.arange(ends[-1])
        numbers: NDArray[np.intp] = self.upper.take(places, mode="clip").astype(np.intp)
        numbers <<= 16
        numbers |= self.lower.take(places, mode="clip")
        return numbers
