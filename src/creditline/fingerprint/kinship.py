"""The owner's works against each other: which are one picture, which merely share a part.

A title, a mark, a frame or a figure that several works show proves nothing about any of them: a stranger's
picture in the same template shows it too. So what two different works share is left out when either is
compared with a stranger's picture. Works that differ in too little for that (a burst of one scene) are
look-alikes: nothing but a picture in which nothing differs is taken for one of them.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np

from creditline.errors import FingerprintError
from creditline.fingerprint.cover import Marks
from creditline.fingerprint.geometry import Alignment
from creditline.fingerprint.pairs import Compared, compare_sides
from creditline.fingerprint.placings import Placing, placings, telling, tiers, turned
from creditline.fingerprint.proof import Proof
from creditline.fingerprint.sides import Side
from creditline.fingerprint.stock import Stock
from creditline.fingerprint.windows import (
    PLACE_PX,
    TELLING,
    Laid,
    compare_windows,
    in_places,
    lay_closely,
    spread,
)
from creditline.records import Match, MatchStatus

#: Rows and columns of the grid over a work in which shared parts are kept.
GRID = 32

#: Features on one map, and places in which the same is seen, from which on two works share a part.
_LEAST_INLIERS, _LEAST_PLACES = 12, 4

#: Share of the telling windows of a place that agree where the same is seen: less is chance.
_SEEN_SHARE = 0.6

#: Works compared with a work, by their votes: so many always, since in a portfolio of one template all have
#: as many votes; and further ones that stand out so far above the usual. Of 219 real works those that share
#: a part had 1.8-38 times the votes of the 5th to 24th.
_ALWAYS_COMPARED, _MOST_COMPARED = 3, 8
_USUAL = slice(4, 24)
_STANDS_OUT = 1.75

#: Telling windows that must be left of a work beside its shared parts: fewer prove nothing (`proof`).
_LEAST_LEFT = 60

#: All of the picture has to agree where a look-alike is asked about.
_WHOLE = frozenset({Proof.WHOLE, Proof.TONED})


class Kinship(StrEnum):
    """How two works of one owner belong together."""

    #: One picture: another size, frame or language; or one lies in the other.
    VERSION = "version"
    #: Different pictures with something in common.
    SHARED = "shared part"


@dataclass(frozen=True, slots=True, eq=False)
class Kin:
    """What a work has in common with another."""

    other: str
    kinship: Kinship
    #: (GRID, GRID) over our whole picture: what is seen in the other too. Nothing for a version.
    shared: Marks


@dataclass(frozen=True, slots=True, eq=False)
class Kindred:
    """Everything that a work has in common with others."""

    kin: tuple[Kin, ...] = ()
    #: Whether what is left beside the shared parts is too little to tell it from its kin.
    is_lookalike: bool = False

    @property
    def shared(self) -> Marks:
        """(GRID, GRID) over our whole picture: what is seen in any of the others."""
        return np.asarray(np.logical_or.reduce([no_cells(), *(each.shared for each in self.kin)]), bool)


class Kinships:
    """The works of a stock against each other; each is compared when it is first asked about."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._known: dict[str, Kindred] = {}

    def of(self, name: str) -> Kindred:
        """What a work has in common with the others.

        Raises:
            FingerprintError: A work's features are damaged.
        """
        if name not in self._known:
            self._known[name] = self._compare(name)
        return self._known[name]

    def weigh(self, name: str, compared: Compared, theirs: Side) -> Match | None:
        """What a comparison of a work with a picture proves, now that its kin are known.

        A match that rests on nothing but what other works show too is left to a person; so is one of which
        that cannot be known, since another work's features are damaged.

        Args:
            name: The work.
            compared: What the two pictures by themselves gave.
            theirs: The picture.
        """
        found = compared.match
        if found is None or found.status is not MatchStatus.CONFIRMED or compared.proof is None:
            return found
        try:
            kindred = self.of(name)
        except FingerprintError:
            return _in_review(found, "but a work that it has much in common with is damaged in the database")
        others = sum(each.kinship is Kinship.SHARED for each in kindred.kin)
        if not others:
            return found
        if kindred.is_lookalike:
            holds = compared.proof in _WHOLE
        else:
            ours = replace(self._stock.side_of(name), left_out=kindred.shared)
            again = compare_sides(ours, theirs).match
            holds = again is not None and again.status is MatchStatus.CONFIRMED
        if holds:
            return found
        works = "another of your works" if others == 1 else f"{others} others of your works"
        return _in_review(found, f"but what agrees is in {works} too")

    def _compare(self, name: str) -> Kindred:
        ours = self._stock.side_of(name)
        compared = ((other, kin_of(ours, self._stock.side_of(other))) for other in self._near(name, ours))
        kin = tuple(Kin(other, *each) for other, each in compared if each is not None)
        kindred = Kindred(kin)
        has_shared = bool(kindred.shared.any())
        return replace(kindred, is_lookalike=has_shared and _telling(ours, kindred.shared) < _LEAST_LEFT)

    def _near(self, name: str, ours: Side) -> list[str]:
        """Names of the works that may have something in common with one."""
        if ours.details is None:
            return []
        ranked = self._stock.votes.ranked(ours.details.thorough, _USUAL.stop)
        others = [(self._stock.recognisable[number], votes) for number, votes in ranked]
        others = [(other, votes) for other, votes in others if other != name]
        usual = statistics.median([votes for _, votes in others[_USUAL]] or [0])
        return [
            other
            for position, (other, votes) in enumerate(others[:_MOST_COMPARED])
            if position < _ALWAYS_COMPARED or votes > _STANDS_OUT * usual
        ]


def _in_review(found: Match, reason: str) -> Match:
    """A confirmed match, left to a person."""
    why = f"{found.why}; {reason}: look at both"
    return replace(found, status=MatchStatus.REVIEW, score=round(found.score / 2, 4), why=why)


def kin_of(ours: Side, other: Side) -> tuple[Kinship, Marks] | None:
    """Compare two works of one owner; ``None`` where they have nothing in common.

    Args:
        ours: The work.
        other: Another one.

    Returns:
        How they belong together, and where ours shows what the other shows too, as `Kin` has it.
    """
    is_same_file = ours.fingerprint.sha256 == other.fingerprint.sha256
    if is_same_file or compare_sides(ours, other).proof not in (None, Proof.PART):
        return Kinship.VERSION, no_cells()
    parts = (_shared(each, ours, other) for each in _placings(ours, other))
    best = max(parts, key=np.count_nonzero, default=no_cells())
    return (Kinship.SHARED, best) if best.any() else None


def no_cells() -> Marks:
    """A grid in which nothing is shared."""
    return np.zeros((GRID, GRID), bool)


def _telling(ours: Side, left_out: Marks) -> int:
    """Telling windows of a work beside what is left out."""
    if ours.details is None:
        return 0
    as_it_is = Alignment(np.eye(2, 3), 0)
    laid = lay_closely(ours.details.gray, ours.details.gray, as_it_is, left_out)
    return 0 if laid is None else int(compare_windows(laid).telling.sum())


def _placings(ours: Side, other: Side) -> Iterator[Placing]:
    """Ways in which the other may lie over ours that enough features support."""
    if ours.details is None or other.details is None:
        return
    for features in tiers(other.details):
        for each in telling(placings(ours.details, features, other.details.gray)):
            if each.alignment.inliers >= _LEAST_INLIERS:
                yield each


def _shared(placing: Placing, ours: Side, other: Side) -> Marks:
    """Where ours shows what the other shows in the same place; nowhere where that is next to nothing."""
    if ours.details is None or other.details is None:
        return no_cells()
    laid = lay_closely(turned(other.details.gray, placing.mirrored), ours.details.gray, placing.alignment)
    if laid is None:
        return no_cells()
    windows = compare_windows(laid)
    telling, agreeing = in_places(windows.telling), in_places(windows.agreeing)
    seen = (telling >= TELLING) & (agreeing >= _SEEN_SHARE * telling)
    if seen.sum() < _LEAST_PLACES:
        return no_cells()
    # What lies between shared places, and right beside them, is of the same thing.
    square = np.ones((3, 3), np.uint8)
    joined = cv2.morphologyEx(np.pad(seen.astype(np.uint8), 1), cv2.MORPH_CLOSE, square)[1:-1, 1:-1]
    cells = _on_grid(spread(np.asarray(joined) > 0, PLACE_PX), laid)
    return np.asarray(cv2.dilate(cells.astype(np.uint8), square)) > 0


def _on_grid(pixels: Marks, laid: Laid) -> Marks:
    """Pixels of the compared part as cells of the grid: each by the pixel in its middle."""
    cells = (np.arange(GRID) + 0.5) / GRID
    marks = no_cells()
    across, down = (
        np.floor((cells * whole - start) * laid.zoom).astype(np.int64)
        for whole, start in zip(laid.frame, laid.corner, strict=True)
    )
    height, width = pixels.shape
    rows, columns = (
        np.flatnonzero((down >= 0) & (down < height)),
        np.flatnonzero((across >= 0) & (across < width)),
    )
    marks[np.ix_(rows, columns)] = pixels[np.ix_(down[rows], across[columns])]
    return marks
