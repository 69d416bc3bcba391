"""Local-feature codes of many works on disk: written once, memory-mapped, merged by appending.

A segment is an inverted file (faiss IndexBinaryIVF) over the fixed centres of `codebook`. Several segments
answer together exactly as one of all their works would: the same lists are looked into, and the nearest codes
of all are the nearest of the nearest.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from creditline.errors import FingerprintError
from creditline.fingerprint.codebook import CENTRE_BYTES, CENTRES, centres

_Codes = NDArray[np.uint8]


class Segment:
    """Codes of works that are numbered from 0; a number may have no codes."""

    def __init__(self, index: faiss.IndexBinaryIVF) -> None:
        self._index = index

    @classmethod
    def of(cls, works: Sequence[_Codes]) -> Segment:
        """Make one of the codes of each work, (n, `CENTRE_BYTES`) each."""
        index = _empty()
        owners = np.repeat(np.arange(len(works)), [len(codes) for codes in works])
        if len(owners):
            codes = np.ascontiguousarray(np.concatenate(works))
            faiss.omp_set_num_threads(1)
            index.add_with_ids(codes, owners)
        return cls(index)

    @classmethod
    def merged(cls, parts: Sequence[tuple[Segment, NDArray[np.int64]]]) -> Segment:
        """Make one of several; each with the new number of each of its works, below 0 for those left out."""
        index = _empty()
        for part, numbers in parts:
            for number in range(CENTRES):
                owners, codes = part.codes_of(number)
                renamed = numbers[owners]
                kept = renamed >= 0
                if kept.any():
                    owners, codes = np.ascontiguousarray(renamed[kept]), np.ascontiguousarray(codes[kept])
                    index.invlists.add_entries(
                        number, len(owners), faiss.swig_ptr(owners), faiss.swig_ptr(codes)
                    )
        index.ntotal = sum(index.invlists.list_size(number) for number in range(CENTRES))
        return cls(index)

    @classmethod
    def opened(cls, path: Path) -> Segment:
        """Map a file; nothing is read until it is asked for.

        Raises:
            FingerprintError: It is not a segment.
        """
        try:
            index = faiss.read_index_binary(str(path), faiss.IO_FLAG_MMAP)
        except RuntimeError as e:
            raise FingerprintError(f"{path} is not a part of the index: {e}"[:200]) from e
        if not isinstance(index, faiss.IndexBinaryIVF) or index.nlist != CENTRES:
            raise FingerprintError(f"{path} is a part of another index")
        return cls(index)

    def write(self, path: Path) -> None:
        """Write it to a file; the caller sees to it that it appears whole."""
        faiss.write_index_binary(self._index, str(path))

    def __len__(self) -> int:
        """How many codes it holds."""
        return int(self._index.ntotal)

    def codes_of(self, centre: int) -> tuple[NDArray[np.int64], _Codes]:
        """The works and codes filed under one centre: (n,) and (n, `CENTRE_BYTES`)."""
        lists: Any = self._index.invlists
        size = lists.list_size(centre)
        if not size:
            return np.zeros(0, np.int64), np.zeros((0, CENTRE_BYTES), np.uint8)
        owners = faiss.rev_swig_ptr(lists.get_ids(centre), size).copy()
        codes = faiss.rev_swig_ptr(lists.get_codes(centre), size * CENTRE_BYTES).copy()
        return owners, codes.reshape(size, CENTRE_BYTES)

    def nearest(
        self, asked: _Codes, lists: NDArray[np.int64], bits: NDArray[np.int32], most: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The nearest codes of each that is asked for, among those filed under certain centres.

        Args:
            asked: (n, `CENTRE_BYTES`).
            lists: (n, m) numbers of centres.
            bits: (n, m) how far they are.
            most: How many neighbours.

        Returns:
            (n, most) distances in bits and numbers of the works, -1 where there are not so many.
        """
        self._index.nprobe = lists.shape[1]
        found: tuple[NDArray[np.int32], NDArray[np.int64]] = self._index.search_preassigned(
            asked, most, lists, bits
        )
        return found


def _empty() -> faiss.IndexBinaryIVF:
    index = faiss.IndexBinaryIVF(centres(), CENTRE_BYTES * 8, CENTRES)
    index.is_trained = True
    return index
