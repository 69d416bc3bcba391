"""What lies over a copy: lettering, boxes, marks. Patches of few colours that differ from ours.

An overlay differs from a picture of the same dress in this: nearly all that differs lies under patches of
two or three colours, and what they leave free is ours. A patch counts as a whole, so that the white of a
page does not pass for an overlay where our ink is missing from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

#: Gray levels by which a pixel differs, after the tone of one picture was fitted to the other's.
_DIFFERS_LEVELS = 24.0

#: Looked at finely, by so many times what all but 5 % of the agreeing pixels differ by; at least by this.
_NOISE_TIMES, _NOISE_PERCENTILE, _FINE_LEVELS = 2.0, 95, 10.0

#: An overlay has at most so many colours, each with this share of the differing pixels, so many levels wide:
#: wide for the soft edges of letters, narrow for a box beside a picture of nearly its level.
_COLOURS, _COLOUR_SHARE, _COLOUR_LEVELS = 3, 0.08, (14.0, 7.0)
_BIN_LEVELS = 8

#: A patch of such a colour is overlay when so much of it differs from ours; smaller ones are noise.
_PATCH_DIFFERS, _LEAST_PATCH_PX = 0.5, 6

#: Fewest differing pixels that are looked at.
_LEAST_DIFFERING_PX = 20

#: Pixels around a patch that are spoilt too: soft edges and compression.
_HALO_PX = 2

#: Of an overlay that part is solid (a box, not lettering) which a square of this share of the side fits into.
_SOLID_SHARE = 0.11

#: Levels around the median within which a box is of one colour.
_BOX_LEVELS = 6.0

#: The tone is followed in steps of so many gray levels, each of at least so many pixels.
_TONE_STEP_LEVELS, _LEAST_FITTED_PX = 16, 20

Levels = NDArray[np.float32]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """What lies over their picture, and what differs without lying under it."""

    #: Pixels that differ, whether it explains them or not, and pixels under it.
    differs: Marks
    covered: Marks
    #: Share of the shared part that it covers, and that solid parts of it cover.
    share: float
    solid: float
    #: Share of the solid parts that is of one colour; 1 where there are none.
    plain: float
    #: Differing pixels as a share of the shared part, the share of them that it explains, and the others as a
    #: share of the shared part.
    differing: float
    explains: float
    unexplained: float


def find_cover(ours: Levels, theirs: Levels, inside: Marks, agreeing: Marks) -> Cover:
    """Tell an overlay from a difference.

    Args:
        ours, theirs: The shared part, laid over each other.
        inside: Which pixels are shared.
        agreeing: Which pixels are known to show the same; the tone is fitted to them.
    """
    differing = find_differing(ours, theirs, inside, agreeing)
    patches = np.zeros(ours.shape, bool)
    for colour in _colours(theirs[differing]):
        for levels in _COLOUR_LEVELS:
            found = _patches((np.abs(theirs - colour) <= levels) & inside, differing)
            patches |= _without_leaks(found, differing)
    halo = np.ones((2 * _HALO_PX + 1,) * 2, np.uint8)
    covered = np.asarray(cv2.dilate(patches.astype(np.uint8), halo)) > 0
    solid = _solid(covered) & inside
    box = theirs[solid]
    pixels, wrong = max(int(inside.sum()), 1), int(differing.sum())
    unexplained = int((differing & ~covered).sum())
    return Cover(
        differs=differing,
        covered=covered,
        share=float((covered & inside).sum() / pixels),
        solid=float(solid.sum() / pixels),
        plain=float((np.abs(box - np.median(box)) <= _BOX_LEVELS).mean()) if len(box) else 1.0,
        differing=wrong / pixels,
        explains=1 - unexplained / wrong if wrong else 1.0,
        unexplained=unexplained / pixels,
    )


def find_differing(
    ours: Levels, theirs: Levels, inside: Marks, agreeing: Marks, *, finely: bool = False
) -> Marks:
    """Pixels that are of another level than ours becomes by the tone; arguments as `find_cover` has them.

    Args:
        finely: Let a pixel differ by less where the agreeing ones hardly differ at all.
    """
    tone = _tone(ours[agreeing], theirs[agreeing])
    expected = tone[np.clip(np.rint(ours), 0, 255).astype(np.int64)]
    off = np.abs(theirs - expected)
    known = off[agreeing & inside]
    noise = float(np.percentile(known, _NOISE_PERCENTILE)) if finely and len(known) else _DIFFERS_LEVELS
    levels = min(max(_NOISE_TIMES * noise, _FINE_LEVELS), _DIFFERS_LEVELS)
    return np.asarray(inside & (off > levels), bool)


def _tone(ours: Levels, theirs: Levels) -> NDArray[np.float64]:
    """What each of our 256 levels became in theirs: the median over steps of our levels, in between a line.

    Contrast, brightness and gamma are followed whatever their curve. Where a step has too few pixels its
    neighbours decide, with a slope of 1 beyond the last of them.
    """
    steps = np.clip(ours / _TONE_STEP_LEVELS, 0, 255 // _TONE_STEP_LEVELS).astype(np.int64)
    known = [step for step in range(256 // _TONE_STEP_LEVELS) if (steps == step).sum() >= _LEAST_FITTED_PX]
    levels = np.arange(256.0)
    if not known:
        return levels
    x = np.array([np.median(ours[steps == step]) for step in known], np.float64)
    y = np.array([np.median(theirs[steps == step]) for step in known], np.float64)
    beyond = np.minimum(levels - x[0], 0) + np.maximum(levels - x[-1], 0)
    return np.asarray(np.interp(levels, x, y) + beyond, np.float64)


def _colours(levels: Levels) -> Iterator[float]:
    """The gray levels that most of these pixels are near to, most frequent first."""
    if len(levels) < _LEAST_DIFFERING_PX:
        return
    bins = np.clip(levels / _BIN_LEVELS, 0, 255 // _BIN_LEVELS).astype(np.int64)
    counts = np.bincount(bins, minlength=256 // _BIN_LEVELS)
    middles = (np.arange(len(counts)) + 0.5) * _BIN_LEVELS
    for _ in range(_COLOURS):
        groups = np.convolve(counts, (1, 1, 1), "same")
        best = int(groups.argmax())
        if groups[best] < _COLOUR_SHARE * len(levels):
            return
        near = slice(max(0, best - 1), best + 2)
        yield float((counts[near] * middles[near]).sum() / counts[near].sum())
        counts[near] = 0


def _patches(coloured: Marks, differing: Marks) -> Marks:
    """The connected patches of a colour that mostly differ from ours."""
    number, labels, stats, _ = cv2.connectedComponentsWithStats(coloured.astype(np.uint8), connectivity=8)
    sizes = stats[:, cv2.CC_STAT_AREA]
    wrong = np.bincount(np.asarray(labels)[differing], minlength=number)
    kept = (wrong >= _PATCH_DIFFERS * sizes) & (sizes >= _LEAST_PATCH_PX)
    kept[0] = False
    return np.asarray(kept[labels], bool)


def _without_leaks(patches: Marks, differing: Marks) -> Marks:
    """Patches; of one with a solid part (a box), what runs on beside that only where it differs.

    A box beside a picture of nearly its level runs on into it.
    """
    solid = _solid(patches)
    if not solid.any():
        return patches
    number, labels, _, _ = cv2.connectedComponentsWithStats(patches.astype(np.uint8), connectivity=8)
    boxed = np.zeros(number, bool)
    boxed[np.unique(np.asarray(labels)[solid])] = True
    boxed[0] = False
    near = np.asarray(cv2.dilate(solid.astype(np.uint8), np.ones((2 * _HALO_PX + 1,) * 2, np.uint8))) > 0
    return np.asarray(patches & (~boxed[labels] | near | differing), bool)


def _solid(covered: Marks) -> Marks:
    side = max(3, round(_SOLID_SHARE * max(covered.shape)))
    framed = np.pad(covered.astype(np.uint8), side)
    opened = cv2.morphologyEx(framed, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return np.asarray(opened)[side:-side, side:-side] > 0
