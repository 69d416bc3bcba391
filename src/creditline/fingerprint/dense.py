"""The proof: two pictures laid over each other, compared cell by cell.

Both are warped to the part they share. Only cells with a corner in them count: straight frames, rules
and shadows agree between pictures that have nothing else in common. Each such cell is compared by
normalised cross-correlation (NCC), which does not mind brightness, contrast or tint.

True copies have a median NCC of 1.00 (1st percentile .95); other pictures of the same scene .87-.94; the
same template filled otherwise .75-.97, but over a small part only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from creditline.fingerprint.features import FRAME, frame_of
from creditline.fingerprint.geometry import Alignment
from creditline.records import Region

#: Longer side of the shared part as compared, in pixels.
_SIDE_PX = 256

#: Side of a cell in pixels; smaller ones where the shared part is small or narrow.
_CELL_PX = 16
_LEAST_CELL_PX = 6

#: A cell has a corner when our gray levels vary by more than 5 and bend in two directions.
_LEAST_VARIANCE = 25.0
_LEAST_CORNER = 0.6

#: Agreement of a cell, and strong agreement.
AGREES = 0.6
AGREES_STRONGLY = 0.8
#: Below this the two show different things.
_DIFFERS = 0.5

_Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the cells say."""

    #: Cells with a corner, cells of these that agree, that agree strongly, and the largest connected
    #: group of strongly agreeing ones.
    corners: int
    agreeing: int
    strong: int
    block: int
    #: Agreeing share of the cells with a corner.
    share: float
    #: Median NCC of the agreeing cells.
    median: float
    #: Cells that show different things far from any group of strongly agreeing ones, as shares of all cells:
    #: both show something, only ours does, only theirs does.
    replaced: float
    covered: float
    added: float
    #: The box around the largest group: its share of our picture, and the share of its cells that differ.
    block_of_ours: float
    block_foreign: float
    #: Agreeing area as a share of our whole picture, and of theirs.
    of_ours: float
    of_theirs: float
    #: Box around the agreeing cells in ours, in theirs.
    our_region: Region
    region: Region


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """(rows, columns) of cells."""

    #: Wholly inside the shared part.
    inside: NDArray[np.bool_]
    #: Inside, with a corner in ours.
    corners: NDArray[np.bool_]
    #: Inside, with levels that vary, in ours and in theirs.
    ours_vary: NDArray[np.bool_]
    theirs_vary: NDArray[np.bool_]
    ncc: _Levels


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The cells of the part that two pictures share, as they were compared."""

    cells: Cells
    #: Side of a cell, and left and top of the first one, in our frame units.
    side: float
    origin: tuple[float, float]


def compare(theirs: NDArray[np.uint8], ours: NDArray[np.uint8], alignment: Alignment) -> Agreement | None:
    """Compare two gray pictures of any size under a map; ``None`` where they do not even overlap."""
    grid = lay_over(theirs, ours, alignment)
    if grid is None:
        return None
    return _summary(
        grid.cells,
        grid.side,
        grid.origin,
        alignment,
        frame_of(*ours.shape[::-1]),
        frame_of(*theirs.shape[::-1]),
    )


def lay_over(theirs: NDArray[np.uint8], ours: NDArray[np.uint8], alignment: Alignment) -> Grid | None:
    """Lay one gray picture over another and compare cell by cell; ``None`` where there is no cell."""
    shared = shared_part(theirs, ours, alignment)
    if shared is None:
        return None
    polygon, (left, top), (right, bottom) = shared
    zoom = _SIDE_PX / max(right - left, bottom - top)
    size = (max(8, round((right - left) * zoom)), max(8, round((bottom - top) * zoom)))
    to_box = np.array([[zoom, 0, -left * zoom], [0, zoom, -top * zoom]])
    our_part = _smoothed(warp(ours, to_box, size)[0])
    linear = zoom * alignment.matrix[:, :2]
    their_map = np.column_stack((linear, zoom * (alignment.matrix[:, 2] - (left, top))))
    their_part = _smoothed(warp(theirs, their_map, size)[0])
    inside = np.zeros((size[1], size[0]), np.float32)
    cv2.fillConvexPoly(inside, np.rint((polygon - (left, top)) * zoom).astype(np.int32), 1.0)
    cell = max(_LEAST_CELL_PX, min(_CELL_PX, max(size) // 8))
    if min(size) < cell:
        return None
    return Grid(_cells(our_part, their_part, inside, cell), cell / zoom, (left, top))


def _corners_of(frame: tuple[float, float]) -> NDArray[np.float64]:
    width, height = frame
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def shared_part(
    theirs: NDArray[np.uint8], ours: NDArray[np.uint8], alignment: Alignment
) -> tuple[NDArray[np.float64], tuple[float, float], tuple[float, float]] | None:
    """The part of ours that theirs covers, in our frame units, and its bounding box."""
    placed = _corners_of(frame_of(*theirs.shape[::-1])) @ alignment.matrix[:, :2].T + alignment.matrix[:, 2]
    area, polygon = cv2.intersectConvexConvex(
        placed.astype(np.float32), _corners_of(frame_of(*ours.shape[::-1])).astype(np.float32)
    )
    if area <= 1 or polygon is None:
        return None
    points = polygon.reshape(-1, 2).astype(np.float64)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    if min(right - left, bottom - top) < FRAME / 200:
        return None
    return points, (float(left), float(top)), (float(right), float(bottom))


def warp(
    gray: NDArray[np.uint8], to_box: NDArray[np.float64], size: tuple[int, int]
) -> tuple[_Levels, float]:
    """Warp from frame units, smoothed before shrinking.

    Returns:
        The levels, and by how much the picture was enlarged (below 1: shrunk).
    """
    unit = FRAME / max(gray.shape)
    # Pixel centres lie at half pixels in frame units and at whole ones in OpenCV.
    matrix = np.column_stack(
        (to_box[:, :2] * unit, to_box[:, 2] + to_box[:, :2].sum(axis=1) * unit / 2 - 0.5)
    )
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale < 0.7:
        gray = np.asarray(cv2.GaussianBlur(gray, (0, 0), 0.45 / scale), np.uint8)
    warped = cv2.warpAffine(gray, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.array(warped, np.float32), scale


def _smoothed(levels: _Levels) -> _Levels:
    """To one sharpness."""
    return np.array(cv2.GaussianBlur(levels, (0, 0), 1.0), np.float32)


def _cells(ours: _Levels, theirs: _Levels, inside: _Levels, cell: int) -> Cells:
    """Compare cell by cell."""

    def mean(levels: _Levels) -> _Levels:
        return np.array(cv2.blur(levels, (cell, cell)), np.float32)[cell // 2 :: cell, cell // 2 :: cell]

    our_mean, their_mean = mean(ours), mean(theirs)
    our_variance = mean(ours * ours) - our_mean**2
    their_variance = mean(theirs * theirs) - their_mean**2
    covariance = mean(ours * theirs) - our_mean * their_mean
    ncc = covariance / np.sqrt(np.maximum(our_variance, 4.0) * np.maximum(their_variance, 4.0))
    inner = mean(inside) > 0.95
    ours_vary = inner & (our_variance > _LEAST_VARIANCE)
    return Cells(
        inside=inner,
        corners=ours_vary & (structure(ours, mean)[0] > _LEAST_CORNER),
        ours_vary=ours_vary,
        theirs_vary=inner & (their_variance > _LEAST_VARIANCE),
        ncc=np.asarray(ncc, np.float32),
    )


def structure(levels: _Levels, mean: Callable[[_Levels], _Levels]) -> tuple[_Levels, _Levels]:
    """How far and in which direction the levels of each cell bend.

    Returns:
        Smaller eigenvalue of the structure tensor (Shi and Tomasi, CVPR 1994), large where there is a corner;
        direction of the steepest slope in degrees, -90 to 90.
    """
    dx = np.array(cv2.Sobel(levels, cv2.CV_32F, 1, 0, ksize=3, scale=0.125), np.float32)
    dy = np.array(cv2.Sobel(levels, cv2.CV_32F, 0, 1, ksize=3, scale=0.125), np.float32)
    xx, yy, xy = mean(dx * dx), mean(dy * dy), mean(dx * dy)
    corner = (xx + yy) / 2 - np.sqrt(((xx - yy) / 2) ** 2 + xy * xy)
    degrees = np.rad2deg(np.arctan2(2 * xy, xx - yy)) / 2
    return np.asarray(corner, np.float32), np.asarray(degrees, np.float32)


def _summary(
    cells: Cells,
    cell_units: float,
    origin: tuple[float, float],
    alignment: Alignment,
    our_frame: tuple[float, float],
    their_frame: tuple[float, float],
) -> Agreement:
    corners, ncc = cells.corners, cells.ncc
    agreeing = corners & (ncc > AGREES)
    strong = corners & (ncc > AGREES_STRONGLY)
    area = int(agreeing.sum()) * cell_units**2
    ours_box, theirs_box = _boxes(agreeing, cell_units, origin, alignment, our_frame, their_frame)
    differs = cells.inside & (ncc < _DIFFERS)
    far = differs & ~_around_groups(strong)
    all_cells = max(int(cells.inside.sum()), 1)
    block, box = _largest_group(strong)
    boxed = max(int(cells.inside[box].sum()), 1)
    our_area = our_frame[0] * our_frame[1]
    return Agreement(
        corners=int(corners.sum()),
        agreeing=int(agreeing.sum()),
        strong=int(strong.sum()),
        block=block,
        share=float(agreeing.sum() / max(int(corners.sum()), 1)),
        median=float(np.median(ncc[agreeing])) if agreeing.any() else 0.0,
        replaced=float((far & cells.ours_vary & cells.theirs_vary).sum() / all_cells),
        covered=float((far & cells.ours_vary & ~cells.theirs_vary).sum() / all_cells),
        added=float((far & ~cells.ours_vary & cells.theirs_vary).sum() / all_cells),
        block_of_ours=float(cells.inside[box].size * cell_units**2 / our_area),
        block_foreign=float((differs & (cells.ours_vary | cells.theirs_vary))[box].sum() / boxed),
        of_ours=area / our_area,
        of_theirs=area / alignment.scale**2 / (their_frame[0] * their_frame[1]),
        our_region=ours_box,
        region=theirs_box,
    )


def _largest_group(marked: NDArray[np.bool_]) -> tuple[int, tuple[slice, slice]]:
    """Size in cells of the largest connected group of marked cells, and the box around it."""
    if not marked.any():  # OpenCV ends the process where there are no cells at all
        return 0, (slice(0, 0), slice(0, 0))
    _, _, stats, _ = cv2.connectedComponentsWithStats(marked.astype(np.uint8), connectivity=8)
    x, y, width, height, size = stats[1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))]
    return int(size), (slice(y, y + height), slice(x, x + width))


def _around_groups(strong: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells within two of a strongly agreeing cell that has two such neighbours: chance makes single ones."""
    levels = strong.astype(np.float32)
    neighbours = np.array(cv2.filter2D(levels, -1, np.ones((3, 3)), borderType=cv2.BORDER_CONSTANT))
    grouped = (strong & (neighbours >= 3)).astype(np.uint8)
    return np.array(cv2.dilate(grouped, np.ones((5, 5), np.uint8))) > 0


def _boxes(
    agreeing: NDArray[np.bool_],
    cell_units: float,
    origin: tuple[float, float],
    alignment: Alignment,
    our_frame: tuple[float, float],
    their_frame: tuple[float, float],
) -> tuple[Region, Region]:
    """Boxes around the agreeing cells, as fractions of ours and of theirs."""
    rows, columns = np.nonzero(agreeing)
    if not len(rows):
        return (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)
    left, right = origin[0] + columns.min() * cell_units, origin[0] + (columns.max() + 1) * cell_units
    top, bottom = origin[1] + rows.min() * cell_units, origin[1] + (rows.max() + 1) * cell_units
    box = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    back = np.linalg.inv(alignment.matrix[:, :2])
    placed = (box - alignment.matrix[:, 2]) @ back.T
    return _fractions(box, our_frame), _fractions(placed, their_frame)


def _fractions(points: NDArray[np.float64], frame: tuple[float, float]) -> Region:
    low = np.clip(points.min(axis=0) / frame, 0, 1)
    high = np.clip(points.max(axis=0) / frame, 0, 1)
    return (
        round(float(low[0]), 4),
        round(float(low[1]), 4),
        round(float(high[0]), 4),
        round(float(high[1]), 4),
    )
