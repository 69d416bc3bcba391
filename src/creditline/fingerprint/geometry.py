"""How one picture would lie in another: matched features to one affine map, without chance.

Every pair of matched features proposes a similarity by its two positions, sizes and angles; the proposals
that most other pairs agree with are refined by least squares to an affine map. Nothing is drawn at
random (as RANSAC does), so the same pictures always give the same answer.

Many agreeing pairs prove nothing by themselves: pictures of one scene or one template reach 170. They
only say where to look; `dense` looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from creditline.fingerprint.features import FRAME, Features

#: A pair counts when its codes differ in at most this many of 256 bits ...
_MAX_CODE_BITS = 80
#: ... and in this share of the bits by which the second nearest feature differs.
_MAX_RATIO = 0.88

#: Fewest pairs that make a map.
_LEAST_PAIRS = 4

#: How far proposals of one map may differ: octaves of scale, turn in 256ths, share of the extent.
_SCALE_TOLERANCE_OCTAVES = 0.8
_TURN_TOLERANCE = 24
_PLACE_TOLERANCE = 0.06

#: Proposals that are tried, and refined ones that are handed on.
_PROPOSALS = 300
_MAPS = 4

#: Residuals allowed while refining, as shares of the matched extent; the last is in frame units: 4 px of 800.
_REFINING_TOLERANCES = (0.03, 0.015)
_LAST_TOLERANCE = 4 * FRAME / 800

#: A map must keep the sense of turn, may not squeeze by more than this, nor scale beyond these bounds.
_MOST_SQUEEZE = 2.6
_MOST_SCALE = 25.0

#: Pairs closer than this (6 px of 800) support a map as one: bursts on one spot are one spot.
_SPOT = 6 * FRAME / 800

Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """A map from their frame to ours, both in frame units."""

    #: (2, 3): ours = matrix[:, :2] @ theirs + matrix[:, 2].
    matrix: NDArray[np.float64]
    #: Matched features that agree with it, bursts on one spot counted once.
    inliers: int

    @property
    def scale(self) -> float:
        """Our size over theirs."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))


def match_features(theirs: Features, ours: Features) -> Pairs:
    """Pair features by their codes: mutually nearest, and clearly nearer than the next."""
    if len(theirs) < _LEAST_PAIRS or len(ours) < _LEAST_PAIRS:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    faiss.omp_set_num_threads(1)
    bits, nearest = faiss.knn_hamming(theirs.codes, ours.codes, 2)
    _, back = faiss.knn_hamming(ours.codes, theirs.codes, 1)
    mutual = back[nearest[:, 0], 0] == np.arange(len(theirs))
    clear = (bits[:, 0] <= _MAX_CODE_BITS) & (bits[:, 0] < _MAX_RATIO * bits[:, 1])
    kept = np.flatnonzero(mutual & clear)
    # Best pairs first: they are the ones that propose.
    kept = kept[np.argsort(bits[kept, 0], kind="stable")]
    return kept, nearest[kept, 0]


def align(theirs: Features, ours: Features, pairs: Pairs) -> list[Alignment]:
    """Maps that the pairs support, best supported first; empty where there is none."""
    if len(pairs[0]) < _LEAST_PAIRS:
        return []
    source = theirs.xy[pairs[0]].astype(np.float64)
    target = ours.xy[pairs[1]].astype(np.float64)
    extent = max(float(np.ptp(target, axis=0).max()), FRAME / 16)
    supporters = _supporters(theirs, ours, pairs, source, target, extent)
    found: list[Alignment] = []
    for members in _distinct(supporters):
        refined = _refine(source, target, members, extent)
        if refined is not None:
            found.append(refined)
        if len(found) == _MAPS:
            break
    return sorted(found, key=lambda each: -each.inliers)


def _supporters(
    theirs: Features,
    ours: Features,
    pairs: Pairs,
    source: NDArray[np.float64],
    target: NDArray[np.float64],
    extent: float,
) -> NDArray[np.bool_]:
    """(proposals, pairs): which pairs agree with the similarity that each of the best pairs proposes."""
    scale = ours.diameters()[pairs[1]] / theirs.diameters()[pairs[0]]
    turn = ours.angle[pairs[1]].astype(np.int16) - theirs.angle[pairs[0]].astype(np.int16)
    few = slice(_PROPOSALS)
    radians = turn[few] * (2 * np.pi / 256)
    a, b = scale[few] * np.cos(radians), scale[few] * np.sin(radians)
    x = np.outer(a, source[:, 0]) - np.outer(b, source[:, 1])
    y = np.outer(b, source[:, 0]) + np.outer(a, source[:, 1])
    own = np.arange(len(a))
    off_x = x - target[:, 0] + (target[few, 0] - x[own, own])[:, None]
    off_y = y - target[:, 1] + (target[few, 1] - y[own, own])[:, None]
    near = off_x**2 + off_y**2 < (_PLACE_TOLERANCE * extent + _LAST_TOLERANCE) ** 2
    octaves = np.log2(scale)
    like_scale = np.abs(octaves[None, :] - octaves[few, None]) < _SCALE_TOLERANCE_OCTAVES
    turned = (turn[None, :] - turn[few, None] + 128) % 256 - 128
    return np.asarray(near & like_scale & (np.abs(turned) < _TURN_TOLERANCE))


def _distinct(supporters: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """Rows by support, leaving out those most of whose supporters stood behind an earlier one."""
    used = np.zeros(supporters.shape[1], bool)
    counts = supporters.sum(axis=1)
    for row in np.argsort(-counts, kind="stable"):
        members = supporters[row]
        if counts[row] < _LEAST_PAIRS:
            return
        if 2 * int((members & used).sum()) <= counts[row]:
            used |= members
            yield members


def _refine(
    source: NDArray[np.float64], target: NDArray[np.float64], members: NDArray[np.bool_], extent: float
) -> Alignment | None:
    tolerances = [share * extent + _LAST_TOLERANCE for share in _REFINING_TOLERANCES]
    matrix: NDArray[np.float64] | None = None
    for tolerance in (*tolerances, None, None, None):
        matrix = _least_squares(source[members], target[members])
        if matrix is None or not _plausible(matrix):
            return None
        scale = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
        allowed = tolerance if tolerance is not None else max(1.0, scale) * _LAST_TOLERANCE
        residual = np.hypot(*(source @ matrix[:, :2].T + matrix[:, 2] - target).T)
        members = residual < allowed
        if int(members.sum()) < _LEAST_PAIRS:
            return None
    return (
        None if matrix is None else Alignment(matrix, min(_spots(source[members]), _spots(target[members])))
    )


def _least_squares(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """(2, 3) affine map; a similarity where so few pairs would let an affine one bend freely."""
    x, y = source[:, 0], source[:, 1]
    one, nought = np.ones(len(x)), np.zeros(len(x))
    if len(x) < 8:
        rows = np.concatenate((np.stack((x, -y, one, nought), axis=1), np.stack((y, x, nought, one), axis=1)))
        a, b, dx, dy = _solve(rows, target.T.ravel())
        return np.array([[a, -b, dx], [b, a, dy]])
    plane = np.stack((x, y, one), axis=1)
    return np.stack((_solve(plane, target[:, 0]), _solve(plane, target[:, 1])))


def _solve(rows: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.lstsq(rows, values, rcond=None)[0])


def _plausible(matrix: NDArray[np.float64]) -> bool:
    a, b, c, d = matrix[:, :2].ravel()
    determinant = a * d - b * c
    if not determinant > 0:
        return False
    # Singular values of a 2 x 2 matrix in closed form.
    mean, spread = (
        (a * a + b * b + c * c + d * d) / 2,
        np.hypot((a * a + b * b - c * c - d * d) / 2, a * c + b * d),
    )
    widest, narrowest = np.sqrt(mean + spread), np.sqrt(max(mean - spread, 1e-18))
    return bool(widest / narrowest <= _MOST_SQUEEZE and 1 / _MOST_SCALE < widest < _MOST_SCALE)


def _spots(points: NDArray[np.float64]) -> int:
    return len(np.unique((points // _SPOT).astype(np.int64), axis=0))
