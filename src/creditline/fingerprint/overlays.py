"""Two pictures laid over each other, for people to see: which cells agree, in ours and in theirs.

The cells are those of the proof (`dense`), of the pictures as they are shown; they decide nothing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from creditline.fingerprint.dense import AGREES, AGREES_STRONGLY, Grid, lay_over
from creditline.fingerprint.features import frame_of
from creditline.fingerprint.geometry import Alignment
from creditline.records import Match

#: Colour around a picture that does not cover all of ours, and JPEG quality of the aligned picture.
_MAT = (222, 218, 210)
_QUALITY = 80

#: Corners as fractions of a picture: left top, right top, right bottom, left bottom of what is meant.
Quad = tuple[tuple[float, float], ...]

_UNIT_SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)


class CellState(StrEnum):
    """What a cell says."""

    AGREES = "agrees"
    ROUGHLY = "roughly"
    DIFFERS = "differs"
    #: Too plain to say anything.
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, where it lies in ours and in theirs."""

    state: CellState
    ours: Quad
    theirs: Quad


@dataclass(frozen=True, slots=True)
class Overlay:
    """Two pictures and how they lie on each other."""

    cells: tuple[Cell, ...]
    #: Where all of our picture would lie in theirs.
    outline: Quad
    #: Their picture as it lies on ours, a JPEG of our picture's size.
    aligned: bytes


def overlay(ours: bytes, theirs: bytes, found: Match) -> Overlay:
    """Lay two pictures over each other as a match says.

    Args:
        ours: Our picture as a JPEG of our own making.
        theirs: Theirs, likewise.
        found: The match; one of whole pictures has no map and needs none.

    Raises:
        OSError: One of them is no picture.
    """
    our_picture, their_picture = _opened(ours), _opened(theirs)
    to_ours = _map_of(found)
    back = np.linalg.inv(np.vstack((to_ours, (0, 0, 1))))[:2]
    grid = _grid(our_picture, their_picture, to_ours, mirrored=found.mirrored)
    cells = _cells(grid, frame_of(*our_picture.size), back) if grid else ()
    return Overlay(cells, _quad(_moved(_UNIT_SQUARE, back)), _aligned(their_picture, our_picture.size, back))


def _opened(body: bytes) -> Image.Image:
    with Image.open(io.BytesIO(body), formats=["JPEG"]) as image:
        return image.convert("RGB")


def _map_of(found: Match) -> NDArray[np.float64]:
    """(2, 3): from fractions of their picture to fractions of ours."""
    if found.to_ours is not None:
        return np.array(found.to_ours, np.float64).reshape(2, 3)
    return np.array([[-1, 0, 1], [0, 1, 0]] if found.mirrored else [[1, 0, 0], [0, 1, 0]], np.float64)


def _grid(
    ours: Image.Image, theirs: Image.Image, to_ours: NDArray[np.float64], *, mirrored: bool
) -> Grid | None:
    gray = np.asarray(theirs.convert("L"))
    linear, offset = to_ours[:, :2], to_ours[:, 2]
    if mirrored:  # the proof compares the mirrored picture
        gray = np.ascontiguousarray(gray[:, ::-1])
        linear, offset = linear * (-1, 1), offset + linear[:, 0]
    our_frame, their_frame = np.array(frame_of(*ours.size), float), np.array(frame_of(*theirs.size), float)
    matrix = np.column_stack((linear * our_frame[:, None] / their_frame, offset * our_frame))
    return lay_over(gray, np.asarray(ours.convert("L")), Alignment(matrix, 0))


def _cells(grid: Grid, frame: tuple[float, float], back: NDArray[np.float64]) -> tuple[Cell, ...]:
    found = []
    for row, column in zip(*np.nonzero(grid.cells.inside), strict=True):
        left, top = grid.origin[0] + column * grid.side, grid.origin[1] + row * grid.side
        corners = (_UNIT_SQUARE * grid.side + (left, top)) / frame
        found.append(Cell(_state(grid, row, column), _quad(corners), _quad(_moved(corners, back))))
    return tuple(found)


def _state(grid: Grid, row: int, column: int) -> CellState:
    cells, ncc = grid.cells, grid.cells.ncc[row, column]
    if not cells.corners[row, column]:
        varies = cells.ours_vary[row, column] or cells.theirs_vary[row, column]
        return CellState.DIFFERS if varies and ncc <= AGREES / 2 else CellState.PLAIN
    if ncc > AGREES:
        return CellState.AGREES if ncc > AGREES_STRONGLY else CellState.ROUGHLY
    return CellState.DIFFERS


def _moved(points: NDArray[np.float64], by: NDArray[np.float64]) -> NDArray[np.float64]:
    return points @ by[:, :2].T + by[:, 2]


def _quad(points: NDArray[np.float64]) -> Quad:
    return tuple((round(float(x), 5), round(float(y), 5)) for x, y in points)


def _aligned(theirs: Image.Image, size: tuple[int, int], back: NDArray[np.float64]) -> bytes:
    """Their picture on a canvas of our size, each where it lies on ours."""
    pixels = np.asarray(theirs)
    # From pixel centres of ours to pixel centres of theirs.
    linear = back[:, :2] * np.array(theirs.size, float)[:, None] / size
    offset = back[:, 2] * theirs.size + linear.sum(axis=1) / 2 - 0.5
    scale = float(np.sqrt(abs(np.linalg.det(linear))))
    if scale > 1.5:  # shrunk: smooth first
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.45 * scale), np.uint8)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(pixels, np.column_stack((linear, offset)), size, flags=flags, borderValue=_MAT)
    file = io.BytesIO()
    Image.fromarray(np.asarray(moved, np.uint8)).save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
