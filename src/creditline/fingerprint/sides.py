"""One side of a comparison: a fingerprint with its details at hand, stored or fresh."""

from __future__ import annotations

from dataclasses import dataclass, replace

from creditline.fingerprint.algorithm import HASH, MIN_FEATURES, MIN_QUALITY, MOST_SLENDER
from creditline.fingerprint.cover import Marks
from creditline.fingerprint.details import Details
from creditline.records import Fingerprint


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A picture as `pairs` compares it."""

    fingerprint: Fingerprint
    #: ``None`` where the algorithm has none, or the picture is flat.
    details: Details | None
    #: A grid over the picture: what several works of one owner show proves none of them (`kinship`).
    left_out: Marks | None = None

    @classmethod
    def stored(cls, fingerprint: Fingerprint) -> Side:
        """A fingerprint as a database or a child gives it.

        Raises:
            FingerprintError: Its features are damaged.
        """
        return cls(fingerprint, Details.unpacked(fingerprint.features) if fingerprint.features else None)

    @property
    def has_thorough(self) -> bool:
        """Whether there are thorough features."""
        return self.details is not None and self.details.has_thorough

    def without_thorough(self) -> Side:
        """The same, as if it had been read quickly."""
        return replace(self, details=self.details and self.details.without_thorough())

    @property
    def is_recognisable(self) -> bool:
        """Whether more than identical bytes may be told of this work."""
        if not may_be_told_apart(self.fingerprint):
            return False
        if self.fingerprint.algorithm == HASH:
            return True
        return self.details is not None and self.has_thorough and len(self.details.thorough) >= MIN_FEATURES


def may_be_told_apart(work: Fingerprint) -> bool:
    """Whether a work's fingerprint, its features aside, tells enough for more than identical bytes."""
    sides = sorted((work.width, work.height))
    return work.quality >= MIN_QUALITY and sides[1] < MOST_SLENDER * sides[0]
