"""Two pictures laid over each other as finely as both allow, and compared in small windows."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from creditline.fingerprint.cover import Levels, Marks
from creditline.fingerprint.dense import shared_part, structure, warp
from creditline.fingerprint.features import FRAME, frame_of
from creditline.fingerprint.geometry import Alignment

#: Longer side of the shared part as compared, in pixels: what both pictures have of it, within these bounds.
_LEAST_SIDE_PX, _MOST_SIDE_PX = 120, 384

#: Side of a window in pixels, and of a place in windows.
WINDOW_PX = 6
PLACE_WINDOWS = 4
PLACE_PX = WINDOW_PX * PLACE_WINDOWS

#: A window is telling when its gray levels vary by more than 6 and bend in two directions (a corner).
LEAST_VARIANCE = 40.0
_LEAST_CORNER = 0.6

#: Edges of drawings, frames and rules run along the picture's sides; an edge tells something when it is
#: turned against them by more than this many degrees.
_SLANT_DEGREES = 10.0

#: NCC above which a telling window agrees, and below which it contradicts.
AGREES, _CONTRADICTS = 0.9, 0.5

#: A place tells something with so many telling windows; so many and such a share of them are a witness.
TELLING, _WITNESSES, _WITNESS_SHARE = 3, 2, 0.2

#: Share of the longer side left out along the rim, where the neighbours of a pasted copy shine in.
_RIM = 0.015

#: Smoothing in pixels, of both; and what is added for each octave that the other picture is coarser.
_SMOOTHING, _COARSER = 0.8, 0.4

#: Where theirs has less than this share of our sharpness, ours is blurred by this many pixels.
_BLURS = ((0.3, 2.0), (0.55, 1.2))

#: A window is plain in both when they are within these gray levels of each other, and vary no more than this.
_PLAIN_LEVELS, _PLAIN_VARIANCE = 14.0, 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """The part that two pictures share, both as large and as sharp as the poorer one."""

    ours: Levels
    theirs: Levels
    #: Which pixels are compared.
    inside: Marks
    #: Our frame units left of it and above it, pixels per unit, and our whole frame.
    corner: tuple[float, float]
    zoom: float
    frame: tuple[int, int]
    #: Pixels that our whole picture would have.
    our_pixels: float
    #: Share of our picture, and of theirs, that the part is.
    of_ours: float
    of_theirs: float


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """What is seen in each window: (rows, columns)."""

    inside: Marks
    telling: Marks
    agreeing: Marks
    contradicting: Marks
    #: Theirs has a corner where ours is plain.
    theirs_only: Marks
    #: Plain in both, of the same level.
    plain: Marks
    #: Ours has an edge there and no corner, turned against the sides.
    slanted: Marks
    our_variance: Levels
    ncc: Levels


def lay_closely(
    theirs: NDArray[np.uint8],
    ours: NDArray[np.uint8],
    alignment: Alignment,
    left_out: Marks | None = None,
) -> Laid | None:
    """Lay a gray picture over ours; ``None`` where too little is shared.

    Args:
        theirs, ours: Gray levels, of any size.
        alignment: The map from theirs to ours.
        left_out: (rows, columns) of a grid over our whole picture: what is not compared.
    """
    shared = shared_part(theirs, ours, alignment)
    if shared is None:
        return None
    polygon, (left, top), (right, bottom) = shared
    extent = max(right - left, bottom - top)
    pixels = min(extent / alignment.scale * max(theirs.shape), extent * max(ours.shape)) / FRAME
    zoom = float(np.clip(pixels, _LEAST_SIDE_PX, _MOST_SIDE_PX)) / extent
    # Whole places only; what is left over lies at the rim.
    width, height = (round(side * zoom) // PLACE_PX * PLACE_PX for side in (right - left, bottom - top))
    if min(width, height) < PLACE_PX:
        return None
    left += (right - left - width / zoom) / 2
    top += (bottom - top - height / zoom) / 2
    to_box = np.array([[zoom, 0, -left * zoom], [0, zoom, -top * zoom]])
    from_theirs = np.column_stack(
        (zoom * alignment.matrix[:, :2], zoom * (alignment.matrix[:, 2] - (left, top)))
    )
    our_part, our_scale = warp(ours, to_box, (width, height))
    their_part, their_scale = warp(theirs, from_theirs, (width, height))
    inside = _inside((polygon - (left, top)) * zoom, (width, height))
    frame = frame_of(*ours.shape[::-1])
    if left_out is not None:
        inside &= ~_on_part(left_out, (left, top), zoom, frame, (width, height))
    return Laid(
        ours=_smoothed(our_part, their_scale),
        theirs=_smoothed(their_part, our_scale),
        inside=inside,
        corner=(left, top),
        zoom=zoom,
        frame=frame,
        our_pixels=ours.size * (FRAME / max(ours.shape) * zoom) ** 2,
        of_ours=_area(polygon) / (ours.size * (FRAME / max(ours.shape)) ** 2),
        of_theirs=_area(polygon) / (theirs.size * (FRAME / max(theirs.shape) * alignment.scale) ** 2),
    )


def _area(polygon: NDArray[np.float64]) -> float:
    return float(cv2.contourArea(polygon.astype(np.float32)))


def _on_part(
    grid: Marks,
    corner: tuple[float, float],
    zoom: float,
    frame: tuple[int, int],
    size: tuple[int, int],
) -> Marks:
    """A grid over our whole picture as pixels of a part of it."""
    across, down = (
        np.clip(((np.arange(pixels) + 0.5) / zoom + start) * cells / whole, 0, cells - 1).astype(np.int64)
        for pixels, start, cells, whole in zip(size, corner, grid.shape[::-1], frame, strict=True)
    )
    return np.asarray(grid[np.ix_(down, across)], bool)


def _smoothed(levels: Levels, others_scale: float) -> Levels:
    """Smoothed lightly, and as much as the other is enlarged."""
    sigma = float(np.hypot(_SMOOTHING, _COARSER * max(0.0, others_scale - 1)))
    return np.array(cv2.GaussianBlur(levels, (0, 0), sigma), np.float32)


def _inside(polygon: NDArray[np.float64], size: tuple[int, int]) -> Marks:
    drawn = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillConvexPoly(drawn, np.rint(polygon).astype(np.int32), 1)
    rim = max(2, round(_RIM * max(size)))
    kernel = np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)
    return np.asarray(cv2.erode(drawn, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)) > 0


def compare_windows(laid: Laid) -> Windows:
    """Compare two pictures that were laid over each other, window by window."""
    theirs, inside = laid.theirs, laid.inside
    ours = _as_soft_as(theirs, laid.ours, inside)
    our_mean, their_mean = means(ours), means(theirs)
    our_variance, their_variance = means(ours * ours) - our_mean**2, means(theirs * theirs) - their_mean**2
    both = np.maximum(our_variance, 4.0) * np.maximum(their_variance, 4.0)
    ncc = (means(ours * theirs) - our_mean * their_mean) / np.sqrt(both)
    inner = means(inside.astype(np.float32)) > 0.99
    varies = our_variance > LEAST_VARIANCE
    corner, degrees = structure(ours, means)
    telling = inner & varies & (corner > _LEAST_CORNER)
    their_corner, _ = structure(theirs, means)
    theirs_tell = inner & (their_variance > LEAST_VARIANCE) & (their_corner > _LEAST_CORNER)
    turned = np.abs((degrees + 45) % 90 - 45) > _SLANT_DEGREES
    alike = np.abs(their_mean - our_mean) < _PLAIN_LEVELS
    return Windows(
        inside=inner,
        telling=telling,
        agreeing=telling & (ncc > AGREES),
        contradicting=telling & (ncc < _CONTRADICTS),
        theirs_only=theirs_tell & ~varies,
        plain=inner & ~telling & alike & (their_variance < _PLAIN_VARIANCE),
        slanted=inner & varies & ~telling & turned,
        our_variance=our_variance,
        ncc=np.asarray(ncc, np.float32),
    )


def _as_soft_as(theirs: Levels, ours: Levels, inside: Marks) -> Levels:
    """Ours, blurred where theirs is far less sharp."""
    mine, other = (
        float(np.abs(cv2.Laplacian(each, cv2.CV_32F))[inside].mean()) if inside.any() else 1.0
        for each in (ours, theirs)
    )
    for ratio, sigma in _BLURS:
        if other < ratio * mine:
            return np.array(cv2.GaussianBlur(ours, (0, 0), sigma), np.float32)
    return ours


def means(levels: Levels) -> Levels:
    """Means over windows."""
    rows, columns = levels.shape[0] // WINDOW_PX, levels.shape[1] // WINDOW_PX
    return np.asarray(cv2.resize(levels, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def witnessed_places(windows: Windows) -> Marks:
    """The places in which what ours tells is seen in theirs."""
    telling, agreeing = in_places(windows.telling), in_places(windows.agreeing)
    return (telling >= TELLING) & (agreeing >= _WITNESSES) & (agreeing >= _WITNESS_SHARE * telling)


def in_places(windows: Marks) -> NDArray[np.int64]:
    """Marked windows in each place."""
    rows, columns = windows.shape[0] // PLACE_WINDOWS, windows.shape[1] // PLACE_WINDOWS
    shaped = windows.reshape(rows, PLACE_WINDOWS, columns, PLACE_WINDOWS)
    counts: NDArray[np.int64] = shaped.sum(axis=(1, 3), dtype=np.int64)
    return counts


def spread(marks: Marks, side: int) -> Marks:
    return np.repeat(np.repeat(marks, side, axis=0), side, axis=1)
