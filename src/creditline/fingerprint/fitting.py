"""A map made to fit by the pixels: features are found to a pixel or two, windows want half of one.

Tiles of ours are looked for in theirs nearby (normalised cross-correlation); where they are found sharply, an
affine correction is fitted to how far they are off, without those that fit no other.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from creditline.fingerprint.cover import Levels
from creditline.fingerprint.dense import shared_part, warp
from creditline.fingerprint.geometry import Alignment

#: Longer side of the shared part as fitted, side of a tile, and how far it is looked for in each round, in
#: pixels. About so many tiles are looked for.
_MOST_SIDE_PX, _TILE_PX, _REACH_PX, _TILES = 384, 32, (4, 2), 150

#: A tile counts with this variance, and where its NCC has a peak so high and so sharp in both directions.
_LEAST_VARIANCE, _LEAST_NCC, _LEAST_SHARPNESS = 40.0, 0.7, 0.004

#: Fewest tiles that correct a map, and how far one may be from the others' correction, in pixels.
_LEAST_TILES, _OUTLIER_PX = 6, 0.5

_Points = NDArray[np.float64]


def fit(theirs: NDArray[np.uint8], ours: NDArray[np.uint8], alignment: Alignment) -> Alignment:
    """The map, corrected; as it was where too little of it can be seen sharply."""
    for reach in _REACH_PX:
        corrected = _corrected(theirs, ours, alignment, reach)
        if corrected is None:
            break
        alignment = corrected
    return alignment


def _corrected(
    theirs: NDArray[np.uint8], ours: NDArray[np.uint8], alignment: Alignment, reach: int
) -> Alignment | None:
    shared = shared_part(theirs, ours, alignment)
    if shared is None:
        return None
    _, (left, top), (right, bottom) = shared
    zoom = _MOST_SIDE_PX / max(right - left, bottom - top)
    size = (round((right - left) * zoom), round((bottom - top) * zoom))
    to_box = np.array([[zoom, 0, -left * zoom], [0, zoom, -top * zoom]])
    offset = zoom * (alignment.matrix[:, 2] - (left, top))
    their_map = np.column_stack((zoom * alignment.matrix[:, :2], offset))
    parts = (warp(ours, to_box, size)[0], warp(theirs, their_map, size)[0])
    mine, other = (np.array(cv2.GaussianBlur(each, (0, 0), 1.0), np.float32) for each in parts)
    correction = _affine(*_shifts(mine, other, reach))
    if correction is None:
        return None
    box, matrix = np.vstack((to_box, (0, 0, 1))), np.vstack((alignment.matrix, (0, 0, 1)))
    moved = np.linalg.inv(box) @ np.linalg.inv(correction) @ box @ matrix
    return Alignment(moved[:2], alignment.inliers)


def _shifts(ours: Levels, theirs: Levels, reach: int) -> tuple[_Points, _Points]:
    """(n, 2) middles of tiles, and how far theirs is off."""
    height, width = ours.shape
    step = max(_TILE_PX // 2, round((width * height / _TILES) ** 0.5))
    middles, shifts = [], []
    for top in range(reach, height - _TILE_PX - reach + 1, step):
        for left in range(reach, width - _TILE_PX - reach + 1, step):
            tile = ours[top : top + _TILE_PX, left : left + _TILE_PX]
            if tile.var() < _LEAST_VARIANCE:
                continue
            around = theirs[top - reach : top + _TILE_PX + reach, left - reach : left + _TILE_PX + reach]
            shift = _peak(np.asarray(cv2.matchTemplate(around, tile, cv2.TM_CCOEFF_NORMED)))
            if shift is not None:
                middles.append((left + _TILE_PX / 2, top + _TILE_PX / 2))
                shifts.append((shift[0] - reach, shift[1] - reach))
    return np.array(middles, float).reshape(-1, 2), np.array(shifts, float).reshape(-1, 2)


def _peak(ncc: Levels) -> tuple[float, float] | None:
    """Column and row of a sharp peak, between pixels by a parabola; ``None`` at the rim or if dull."""
    row, column = divmod(int(ncc.argmax()), ncc.shape[1])
    inner = 0 < row < ncc.shape[0] - 1 and 0 < column < ncc.shape[1] - 1
    if not inner or ncc[row, column] < _LEAST_NCC:
        return None
    across, down = ncc[row, column - 1 : column + 2], ncc[row - 1 : row + 2, column]
    bends = [2 * float(line[1]) - float(line[0]) - float(line[2]) for line in (across, down)]
    if min(bends) <= _LEAST_SHARPNESS:
        return None
    off = [float(line[2] - line[0]) / (2 * bend) for line, bend in zip((across, down), bends, strict=True)]
    return column + off[0], row + off[1]


def _affine(middles: _Points, shifts: _Points) -> _Points | None:
    """(3, 3) map from a place of ours to where theirs is."""
    kept = np.ones(len(middles), bool)
    plane = np.column_stack((middles, np.ones(len(middles))))
    solved: NDArray[Any] = np.zeros((3, 2))
    for _ in range(4):
        if int(kept.sum()) < _LEAST_TILES:
            return None
        solved = np.asarray(np.linalg.lstsq(plane[kept], shifts[kept], rcond=None)[0], np.float64)
        residual = np.hypot(*(plane @ solved - shifts).T)
        kept = residual < max(_OUTLIER_PX, 2 * float(np.median(residual[kept])))
    linear = np.eye(2) + solved[:2].T
    return np.vstack((np.column_stack((linear, solved[2])), (0, 0, 1)))
