"""Which of our works is this? The portfolio as something that can be asked.

Hashes lie in one array and are compared by brute force: exact by nature, and 100,000 works take about a
millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from creditline.fingerprint.algorithm import ALGORITHM, REVIEW_RADIUS_BITS
from creditline.fingerprint.decode import decode_image, decode_original
from creditline.fingerprint.pairs import match, match_bytes
from creditline.records import Fingerprint, Match, MatchStatus, Work

_HASH_BYTES = 32


class PortfolioIndex:
    """Works by name, each with its fingerprint; built once, asked often."""

    def __init__(
        self, named: Iterable[tuple[str, Fingerprint]], files: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Build it.

        Args:
            named: Name and fingerprint of every work, in the order in which ties are broken.
            files: SHA-256 of further files of a work (its renditions), and the work's name.
        """
        everything = list(named)
        self._fingerprints = {name: each for name, each in everything if each.algorithm == ALGORITHM}
        #: Names of works whose fingerprint is of another version: only their own files are known.
        self.outdated = tuple(name for name, each in everything if each.algorithm != ALGORITHM)
        self._names = list(self._fingerprints)
        self._hashes = _stacked([each.phash for each in self._fingerprints.values()])
        self._mirrored = _stacked([each.phash_mirrored for each in self._fingerprints.values()])
        flat = {name for name, each in everything if not each.quality}
        own_files = ((each.sha256, name) for name, each in everything)
        self._files = {sha256: name for sha256, name in [*files, *own_files] if name not in flat}

    @classmethod
    def from_images(cls, paths: Iterable[str | Path]) -> Self:
        """Index picture files; each work's name is the path as given.

        Raises:
            GateError: A file is not a picture that is read.
        """
        names = [str(path) for path in paths]
        return cls((name, decode_original(name).fingerprint) for name in names)

    @classmethod
    def from_works(cls, works: Iterable[Work]) -> Self:
        """Index works by their ids; excluded, merged and never decoded ones take no part."""
        taking_part = [
            work for work in works if work.excluded is None and work.merged_into is None and work.fingerprint
        ]
        return cls(
            ((work.id, work.fingerprint) for work in taking_part if work.fingerprint),
            ((each.sha256, work.id) for work in taking_part for each in work.renditions if each.sha256),
        )

    def __len__(self) -> int:
        return len(self._names)

    def identify(self, picture: str | Path | bytes, work: str | None = None) -> list[Match]:
        """Say which works a picture shows.

        Args:
            picture: A path, or the file's bytes.
            work: Ask about this work only.

        Returns:
            Best first; empty when it is none of ours.

        Raises:
            GateError: It is not a picture that is read.
        """
        body = picture if isinstance(picture, bytes) else Path(picture).read_bytes()
        return self.identify_fingerprint(decode_image(body).fingerprint, work)

    def identify_fingerprint(self, theirs: Fingerprint, work: str | None = None) -> list[Match]:
        """Say which works a picture shows, by its fingerprint; as `identify`."""
        if not theirs.quality:
            return []
        found = {}
        for name in self._candidates(theirs) if work is None else [work]:
            proof = match(self._fingerprints[name], theirs) if name in self._fingerprints else None
            if proof:
                found[name] = replace(proof, work=name)
        owner = self._files.get(theirs.sha256)
        if owner and work in (None, owner):
            found[owner] = replace(match_bytes(theirs), work=owner)
        return sorted(found.values(), key=_rank)

    def _candidates(self, theirs: Fingerprint) -> list[str]:
        """Names of the works within the widest radius, in index order."""
        asked = np.frombuffer(theirs.phash, np.uint64)
        near = np.minimum(_distances(self._hashes, asked), _distances(self._mirrored, asked))
        return [self._names[i] for i in np.flatnonzero(near <= REVIEW_RADIUS_BITS)]


def _rank(found: Match) -> tuple[bool, float]:
    return found.status is not MatchStatus.CONFIRMED, -found.score


def _stacked(hashes: Sequence[bytes]) -> NDArray[np.uint64]:
    return np.frombuffer(b"".join(hashes), np.uint64).reshape(len(hashes), _HASH_BYTES // 8)


def _distances(hashes: NDArray[np.uint64], asked: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Hamming distances of one hash to all, in bits."""
    distances: NDArray[np.uint16] = np.bitwise_count(hashes ^ asked).sum(axis=1, dtype=np.uint16)
    return distances
