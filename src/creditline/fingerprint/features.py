"""Local features: points of a picture that are found again after cropping, scaling and pasting.

SIFT (Lowe, IJCV 2004) as RootSIFT (Arandjelovic and Zisserman, CVPR 2012), each descriptor reduced to 256
bits by the signs of fixed random projections: a sixteenth of the size, and nearest neighbours are found
as well as with the floats (research figures: rank-1 .921 against .919).

The projections come in pairs, the second being the first seen in a mirror. So the code of the mirrored
picture is the code with its two halves exchanged, and a mirrored copy is looked for without a second
extraction.

Positions and sizes are in frame units: `FRAME` of them make the longer side of the upright picture,
whatever its size in pixels.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

#: Units along the longer side of every picture.
FRAME = 16384

#: Bytes of one code: 128 bits and their mirror partners.
CODE_BYTES = 32

#: Detector settings: half of OpenCV's contrast threshold finds points in dim areas and below watermarks.
_CONTRAST_THRESHOLD = 0.02
_EDGE_THRESHOLD = 12.0

#: Points are spread over a grid of this many cells a side, so that a caption cannot take all of them.
_GRID = 8

#: Keypoint sizes are kept as steps of a sixteenth of an octave above one frame unit.
_STEPS_PER_OCTAVE = 16

#: Seed of the projections; part of the algorithm's version.
_PROJECTION_SEED = 20


#: What RootSIFT bins are on average (x 512), symmetric to the mirror; measured on 60 mixed pictures. Any
#: symmetric numbers near these would do.
# fmt: off
_MEAN_DESCRIPTOR = (
    35, 29, 28, 30, 38, 24, 19, 23, 58, 41, 31, 31, 38, 26, 23, 34,
    63, 38, 26, 26, 34, 26, 26, 39, 39, 25, 20, 23, 33, 26, 23, 28,
    44, 31, 29, 35, 47, 30, 22, 27, 78, 47, 33, 38, 48, 32, 26, 43,
    82, 47, 28, 32, 43, 33, 28, 45, 49, 29, 22, 28, 40, 30, 25, 31,
    44, 27, 22, 30, 47, 35, 29, 31, 78, 43, 26, 32, 48, 38, 33, 47,
    82, 45, 28, 33, 43, 32, 28, 47, 49, 31, 25, 30, 40, 28, 22, 29,
    35, 23, 19, 24, 38, 30, 28, 29, 58, 34, 23, 26, 38, 31, 31, 41,
    63, 39, 26, 26, 34, 26, 26, 38, 39, 28, 23, 26, 33, 23, 20, 25,
)
# fmt: on


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The local features of one picture, n of them."""

    #: Width and height in frame units; the larger one is `FRAME`.
    frame: tuple[int, int]
    #: (n, 2) positions in frame units, origin top left, pixel centres at half units.
    xy: NDArray[np.uint16]
    #: (n,) diameter as sixteenths of an octave above one frame unit, and angle in 256ths of a turn.
    size: NDArray[np.uint8]
    angle: NDArray[np.uint8]
    #: (n, 32) codes.
    codes: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.codes)

    def mirrored(self) -> Features:
        """The features of the mirrored picture."""
        xy = self.xy.copy()
        xy[:, 0] = self.frame[0] - xy[:, 0]
        half = CODE_BYTES // 2
        codes = np.ascontiguousarray(np.concatenate((self.codes[:, half:], self.codes[:, :half]), axis=1))
        return Features(
            self.frame, xy, self.size, (128 - self.angle.astype(np.int16)).astype(np.uint8), codes
        )

    def diameters(self) -> NDArray[np.float64]:
        """Diameters in frame units."""
        return np.exp2(self.size.astype(np.float64) / _STEPS_PER_OCTAVE)

    def first(self, count: int) -> Features:
        """The first ``count`` features: the most telling ones."""
        part = slice(count)
        return Features(self.frame, self.xy[part], self.size[part], self.angle[part], self.codes[part])


def frame_of(width: int, height: int) -> tuple[int, int]:
    """A picture's width and height in frame units."""
    longest = max(width, height)
    return max(1, round(width * FRAME / longest)), max(1, round(height * FRAME / longest))


def extract(gray: NDArray[np.uint8], frame: tuple[int, int], most: int) -> Features:
    """Find at most ``most`` features in a gray picture, spread over it, most telling first.

    Args:
        gray: The picture at the size at which it is looked through.
        frame: Its width and height in frame units (`frame_of` its full size).
        most: How many are kept.
    """
    height, width = gray.shape
    unit = FRAME / max(width, height)
    points, descriptors = _detector(2 * most).detectAndCompute(gray, None)
    if descriptors is None:
        return _none(frame)
    table = np.array([(*p.pt, p.size, p.angle, p.response) for p in points])
    chosen = _spread(table, width, height, most)
    table, descriptors = table[chosen], descriptors[chosen]
    per_pixel = (frame[0] / width, frame[1] / height)
    xy = np.clip(np.rint((table[:, :2] + 0.5) * per_pixel), 0, FRAME).astype(np.uint16)
    steps = np.rint(np.log2(np.maximum(table[:, 2] * unit, 1.0)) * _STEPS_PER_OCTAVE)
    size = np.clip(steps, 0, 255).astype(np.uint8)
    angle = (np.rint(table[:, 3] / 360 * 256).astype(np.int64) % 256).astype(np.uint8)
    return Features(frame, xy, size, angle, _codes(descriptors))


@cache
def _detector(most: int) -> Any:
    # More threads would find the same points, but not in an order that can be relied on.
    cv2.setNumThreads(1)
    return cv2.SIFT.create(most, 3, _CONTRAST_THRESHOLD, _EDGE_THRESHOLD, 1.6, enable_precise_upscale=True)


def _none(frame: tuple[int, int]) -> Features:
    empty = np.zeros(0, np.uint8)
    return Features(frame, np.zeros((0, 2), np.uint16), empty, empty, np.zeros((0, CODE_BYTES), np.uint8))


def _spread(table: NDArray[np.float64], width: int, height: int, most: int) -> NDArray[np.intp]:
    """Indexes of the points to keep: round by round the strongest left of every grid cell."""
    column = np.minimum((table[:, 0] * _GRID / width).astype(int), _GRID - 1)
    row = np.minimum((table[:, 1] * _GRID / height).astype(int), _GRID - 1)
    cell = row * _GRID + column
    # Ties are broken by place and angle: the order must not depend on how OpenCV happened to list them.
    strongest = np.lexsort((table[:, 3], table[:, 1], table[:, 0], -table[:, 4]))
    by_cell = strongest[np.argsort(cell[strongest], kind="stable")]
    starts = np.searchsorted(cell[by_cell], cell[by_cell])
    rounds = np.arange(len(by_cell)) - starts
    order = by_cell[np.lexsort((-table[by_cell, 4], rounds))]
    return order[:most]


def _codes(descriptors: NDArray[np.float32]) -> NDArray[np.uint8]:
    """RootSIFT, then the signs of the projections. Whole numbers throughout, so exact in any order."""
    norm = np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-6)
    rooted = np.rint(np.sqrt(descriptors / norm) * 512).clip(0, 255).astype(np.float32)
    straight, mean = _projections()
    codes = [np.packbits((rooted - mean) @ part > 0, axis=1) for part in (straight, straight[_mirror_bins()])]
    return np.ascontiguousarray(np.concatenate(codes, axis=1))


@cache
def _projections() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(128, 128) projections of -1 and 1, each with sum 0, and what is taken off every descriptor bin."""
    source = random.Random(_PROJECTION_SEED)  # noqa: S311  (nothing secret: the same numbers for everybody)
    columns = [source.sample([1] * 64 + [-1] * 64, 128) for _ in range(128)]
    return np.array(columns, np.float32).T.copy(), np.array(_MEAN_DESCRIPTOR, np.float32)


@cache
def _mirror_bins() -> NDArray[np.intp]:
    """Where each bin of a SIFT descriptor (4 x 4 cells, 8 directions) goes in the mirrored picture."""
    bins = np.arange(128).reshape(4, 4, 8)
    directions = [(8 - direction) % 8 for direction in range(8)]
    return bins[::-1][:, :, directions].ravel()
