"""Ways in which one picture may lie in another: maps that features support, each looked at coarsely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from creditline.fingerprint.dense import Agreement, compare
from creditline.fingerprint.details import Details, Gray
from creditline.fingerprint.features import Features
from creditline.fingerprint.geometry import Alignment, align, match_features

#: Maps looked at per orientation and set of features, and of both those that are looked at closely.
_MAPS_LOOKED_AT = 3
_LOOKED_AT_CLOSELY = 2

#: A placing of which fewer cells agree strongly, or that fewer features support, is chance.
_LEAST_STRONG_CELLS, _LEAST_INLIERS = 3, 7


@dataclass(frozen=True, slots=True)
class Placing:
    """Two pictures laid over each other in one way, and what was seen."""

    alignment: Alignment
    seen: Agreement
    mirrored: bool

    def worth(self) -> float:
        """For choosing among several: 0 upwards."""
        return self.alignment.inliers * self.seen.strong * self.seen.share

    @property
    def is_chance(self) -> bool:
        """Whether it is not worth a close look."""
        return self.seen.strong < _LEAST_STRONG_CELLS or self.alignment.inliers < _LEAST_INLIERS


def tiers(theirs: Details) -> Iterator[Features]:
    """Cheap features first; the dear ones are made only when somebody gets that far."""
    yield theirs.quick
    if theirs.has_thorough:
        yield theirs.thorough


def placings(ours: Details, theirs: Features, their_gray: Gray) -> list[Placing]:
    """Every map that features support, straight and mirrored, with what is seen under it; likeliest first."""
    return sorted(_placings(ours, theirs, their_gray), key=Placing.worth, reverse=True)


def telling(found: list[Placing]) -> list[Placing]:
    """Those that are worth a close look."""
    return [each for each in found if not each.is_chance][:_LOOKED_AT_CLOSELY]


def _placings(ours: Details, theirs: Features, their_gray: Gray) -> Iterator[Placing]:
    for mirrored in (False, True):
        features = theirs.mirrored() if mirrored else theirs
        gray = turned(their_gray, mirrored)
        pairs = match_features(features, ours.thorough)
        for alignment in align(features, ours.thorough, pairs)[:_MAPS_LOOKED_AT]:
            seen = compare(gray, ours.gray, alignment)
            if seen is not None:
                yield Placing(alignment, seen, mirrored)


def turned(gray: Gray, mirrored: bool) -> Gray:
    """A gray picture, mirrored where it is to be."""
    return np.ascontiguousarray(gray[:, ::-1]) if mirrored else gray
