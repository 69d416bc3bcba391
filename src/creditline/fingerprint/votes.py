"""Which works are worth a comparison? Votes of local features over the whole portfolio.

Each feature of the asked picture votes for the works that own its nearest codes, by how much nearer they
are than the fifth (after Nister and Stewenius, CVPR 2006, and the soft weights of Jegou et al., ECCV 2008,
in their simplest form). The votes prove nothing; they only choose who is compared.

Weights are whole numbers and nought for the farthest neighbour looked at, so that neither the order in which
codes lie in the index nor ties among them change who is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from creditline.fingerprint.codebook import CENTRE_BYTES, CENTRES, centres
from creditline.fingerprint.features import Features
from creditline.fingerprint.segments import Segment

#: Codes per work. At 16 bytes and an 8-byte number each, 7.2 KB.
CODES_PER_WORK = 300

#: Features of the asked picture that vote.
_VOTERS = 700

#: Nearest codes looked at per feature; the last one sets the scale of the weights.
_NEAREST = 5

#: More neighbours looked for where some codes belong to works that are not known any more.
_SLACK = 10

#: Weight of a vote by an equal code.
_FULL_VOTE = 1000

#: Lists looked into per feature: enough to meet about so many codes, within these bounds.
_CODES_MET = 1500
_FEWEST_LISTS, _MOST_LISTS = 8, 64

#: A segment, and for each of its works the number under which it is known here; below 0: not at all.
Part = tuple[Segment, NDArray[np.int64]]


class VoteIndex:
    """Feature codes of many works, numbered from 0."""

    def __init__(self, parts: Iterable[Part], works: int) -> None:
        """Ask several segments as one.

        Args:
            parts: The segments.
            works: How many works there are.
        """
        self._parts = [part for part in parts if len(part[0])]
        self._works = works
        codes = sum(len(segment) for segment, _ in self._parts)
        wanted = _CODES_MET * CENTRES // max(codes, 1)
        self._lists = int(np.clip(wanted, _FEWEST_LISTS, _MOST_LISTS))

    @classmethod
    def of(cls, works: Sequence[Features]) -> VoteIndex:
        """Of works in memory, numbered in the order given."""
        segment = Segment.of([chosen_codes(features) for features in works])
        return cls([(segment, np.arange(len(works), dtype=np.int64))], len(works))

    def candidates(self, theirs: Features, most: int) -> list[int]:
        """Numbers of the works with most votes, straight or mirrored, best first."""
        return [number for number, _ in self.ranked(theirs, most)]

    def ranked(self, theirs: Features, most: int) -> list[tuple[int, int]]:
        """As `candidates`, each with the weight of its votes."""
        if not self._parts or not len(theirs):
            return []
        voters = theirs.first(_VOTERS)
        votes = np.maximum(self._votes(voters.codes), self._votes(voters.mirrored().codes))
        # Ties by number: the order must not depend on the sorting algorithm.
        order = np.argsort(-votes, kind="stable")[:most]
        return [(int(number), int(votes[number])) for number in order if votes[number] > 0]

    def _votes(self, codes: NDArray[np.uint8]) -> NDArray[np.int64]:
        """(works,) weights of all votes."""
        faiss.omp_set_num_threads(1)
        asked = np.ascontiguousarray(codes[:, :CENTRE_BYTES])
        far, lists = centres().search(asked, self._lists)
        found = [self._nearest(part, asked, lists, far) for part in self._parts]
        bits = np.concatenate([each[0] for each in found], axis=1)
        owners = np.concatenate([each[1] for each in found], axis=1)
        order = np.argsort(bits, axis=1, kind="stable")[:, :_NEAREST]
        bits, owners = np.take_along_axis(bits, order, 1), np.take_along_axis(owners, order, 1)
        is_there = owners >= 0
        last = np.maximum(np.where(is_there, bits, 0).max(axis=1, keepdims=True), 1)
        weights = np.maximum(_FULL_VOTE * (last - bits) // last, 0)
        counts = np.bincount(owners[is_there], weights[is_there], self._works)
        return counts.astype(np.int64)

    @staticmethod
    def _nearest(
        part: Part, asked: NDArray[np.uint8], lists: NDArray[np.int64], far: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Distances and numbers of the nearest codes in one segment; those not known here come last."""
        segment, numbers = part
        wanted = _NEAREST + _SLACK if (numbers < 0).any() else _NEAREST
        bits, positions = segment.nearest(asked, lists, far, wanted)
        owners = np.where(positions >= 0, numbers[np.maximum(positions, 0)], -1)
        return np.where(owners >= 0, bits, np.iinfo(np.int32).max).astype(np.int64), owners


def chosen_codes(features: Features) -> NDArray[np.uint8]:
    """Half the largest features, which survive shrinking; the rest the strongest of what is left."""
    by_size = np.argsort(-features.size.astype(np.int16), kind="stable")
    large = by_size[: CODES_PER_WORK // 2]
    rest = np.setdiff1d(np.arange(len(features)), large)[: CODES_PER_WORK - len(large)]
    return features.codes[np.concatenate((large, rest)), :CENTRE_BYTES]
