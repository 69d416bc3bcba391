"""Does what differs fill a place that our picture has for a picture?

A page, a room or a card with a place for pictures shows another one with the same edges around it. A box or a
caption that somebody laid over a copy lies where it falls: along its sides our picture has no edge. So a
difference with straight edges of ours on three of its sides is another picture in the same surroundings,
however much of the surroundings agrees.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from creditline.fingerprint.cover import Levels, Marks

#: Least share of the compared part that the largest difference, and the box around it, take.
_LEAST_DIFFERING, _LEAST_BOX = 0.05, 0.1

#: Differences nearer to each other than this share of the longer side are one.
_JOINED_SHARE = 0.04

#: Rows and columns of the difference with this share of the longest one belong to its box.
_FULL_SHARE = 0.3

#: A side has an edge when, on a line within so many pixels of it, gray levels step along so much of it ...
_SEARCHED_PX, _EDGE_SHARE = 4, 0.9
#: ... (a slope of 3 levels a pixel is a step), and the line stands out so many times among lines beside it.
_STEP_LEVELS, _STANDS_OUT = 3.0, 1.6
_BESIDE_PX = (-16, -11, 11, 16)

#: A row or column of which no more than this share lies in agreeing windows has nothing that agrees.
_BARE_SHARE = 0.05

#: Shortest side that is looked at, in pixels, and how many of the four need an edge.
_LEAST_SIDE_PX, _SIDES = 8, 3

#: A frame is broken where the picture in it is as light as the wall beside it: then steps that stand out
#: along so much of each side, and of all four together, are enough.
_BROKEN_SIDE, _BROKEN_FRAME = 0.5, 0.75


#: Top, bottom, left, right.
Box = tuple[int, int, int, int]


def fills_a_slot(ours: Levels, differing: Marks, agreeing: Marks, inside: Marks) -> bool:
    """Whether the largest difference is framed in ours.

    Args:
        ours: Our part of the shared picture.
        differing: Which pixels differ.
        agreeing: Which lie in windows that agree.
        inside: Which are compared.
    """
    box = _box(differing, int(inside.sum()))
    return box is not None and (_is_framed(ours, box) or _is_framed(ours, _grown(box, agreeing)))


def _grown(box: Box, agreeing: Marks) -> Box:
    """The box with the plain rows and columns around it: another picture may have bare margins."""
    top, bottom, left, right = box

    def is_bare(part: Marks) -> bool:
        return float(part.mean()) <= _BARE_SHARE

    while top > 0 and is_bare(agreeing[top - 1, left:right]):
        top -= 1
    while bottom < len(agreeing) and is_bare(agreeing[bottom, left:right]):
        bottom += 1
    while left > 0 and is_bare(agreeing[top:bottom, left - 1]):
        left -= 1
    while right < agreeing.shape[1] and is_bare(agreeing[top:bottom, right]):
        right += 1
    return top, bottom, left, right


def _is_framed(ours: Levels, box: Box) -> bool:
    """Whether ours has edges along three of its sides, or along most of all four."""
    top, bottom, left, right = box
    down, across = _slope(ours, 0), np.ascontiguousarray(_slope(ours, 1).T)
    edges = [
        _edge(*side)
        for side in (
            (down, top, left, right),
            (down, bottom, left, right),
            (across, left, top, bottom),
            (across, right, top, bottom),
        )
    ]
    shares = [each.standing_out for each in edges]
    is_broken_frame = min(shares) >= _BROKEN_SIDE and sum(shares) >= _BROKEN_FRAME * len(shares)
    return sum(each.is_whole for each in edges) >= _SIDES or is_broken_frame


def _box(differing: Marks, pixels: int) -> Box | None:
    """Top, bottom, left, right of the largest difference; ``None`` where it is small."""
    side = max(3, round(_JOINED_SHARE * max(differing.shape))) | 1
    framed = np.pad(differing.astype(np.uint8), side)
    joined = np.asarray(cv2.morphologyEx(framed, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)))
    number, labels, stats, _ = cv2.connectedComponentsWithStats(
        joined[side:-side, side:-side], connectivity=8
    )
    if number < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    if stats[largest, cv2.CC_STAT_AREA] < _LEAST_DIFFERING * pixels:
        return None
    marks = np.asarray(labels) == largest
    (top, bottom), (left, right) = _span(marks.sum(axis=1)), _span(marks.sum(axis=0))
    return (top, bottom, left, right) if (bottom - top) * (right - left) >= _LEAST_BOX * pixels else None


def _span(lengths: NDArray[np.int64]) -> tuple[int, int]:
    full = np.flatnonzero(lengths >= _FULL_SHARE * lengths.max())
    return int(full[0]), int(full[-1]) + 1


def _slope(levels: Levels, axis: int) -> Levels:
    slope = cv2.Sobel(levels, cv2.CV_32F, axis, 1 - axis, ksize=3, scale=0.125)
    return np.abs(np.asarray(slope, np.float32))


@dataclass(frozen=True, slots=True)
class _Edge:
    """How ours steps across a line near a row."""

    #: Whether it does so all along a part of it, more than beside it.
    is_whole: bool
    #: Share of that part along which the step stands out from what lies beside it.
    standing_out: float


def _edge(slope: Levels, place: int, start: int, stop: int) -> _Edge:
    def line(row: int) -> Levels:
        return np.asarray(slope[row - 1 : row + 2, start:stop].max(axis=0), np.float32)

    rows = range(max(1, place - _SEARCHED_PX), min(len(slope) - 1, place + _SEARCHED_PX + 1))
    if stop - start < _LEAST_SIDE_PX or not len(rows):
        return _Edge(is_whole=False, standing_out=0.0)
    best = max(rows, key=lambda row: float((line(row) > _STEP_LEVELS).mean()))
    steps = line(best)
    beside = [float(np.median(line(best + by))) for by in _BESIDE_PX if 1 <= best + by < len(slope) - 1]
    usual = _STANDS_OUT * max(float(np.mean(beside)) if beside else 0.0, 1.0)
    return _Edge(
        is_whole=bool((steps > _STEP_LEVELS).mean() >= _EDGE_SHARE and np.median(steps) >= usual),
        standing_out=float((steps > max(_STEP_LEVELS, usual)).mean()),
    )
