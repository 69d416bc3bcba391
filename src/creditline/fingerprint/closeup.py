"""The second look: small windows at the finest size that both pictures have.

Where two pictures are one, nearly every window in which ours shows something agrees, whatever lies beside
the copy. Where something lies over the copy (lettering, a box), the windows between the letters still do,
and what differs is of few colours. Where only the dress is the same (template, frame, mark), windows
inside it agree by chance (0-19 % of them), and what differs is another picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from creditline.fingerprint.cover import Cover, Levels, Marks, find_cover, find_differing
from creditline.fingerprint.dense import shared_part, structure, warp
from creditline.fingerprint.features import FRAME
from creditline.fingerprint.geometry import Alignment
from creditline.fingerprint.slots import fills_a_slot

#: Longer side of the shared part as compared, in pixels: what both pictures have of it, within these bounds.
_LEAST_SIDE_PX, _MOST_SIDE_PX = 120, 384

#: Side of a window in pixels, and of a place in windows.
_WINDOW_PX = 6
_PLACE_WINDOWS = 4
_PLACE_PX = _WINDOW_PX * _PLACE_WINDOWS

#: A window is telling when its gray levels vary by more than 6 and bend in two directions (a corner).
_LEAST_VARIANCE = 40.0
_LEAST_CORNER = 0.6

#: Edges of drawings, frames and rules run along the picture's sides; an edge tells something when it is
#: turned against them by more than this many degrees.
_SLANT_DEGREES = 10.0

#: NCC above which a telling window agrees, and below which it contradicts.
_AGREES, _CONTRADICTS = 0.9, 0.5

#: A place tells something with so many telling windows; so many and such a share of them are a witness.
_TELLING, _WITNESSES, _WITNESS_SHARE = 3, 2, 0.2

#: Share of a window that may lie under an overlay before it is not free any more.
_MOST_COVERED = 0.12

#: Share of the longer side left out along the rim, where the neighbours of a pasted copy shine in.
_RIM = 0.015

#: Smoothing in pixels, of both; and what is added for each octave that the other picture is coarser.
_SMOOTHING, _COARSER = 0.8, 0.4

#: Where theirs has less than this share of our sharpness, ours is blurred by this many pixels.
_BLURS = ((0.3, 2.0), (0.55, 1.2))

#: A part grows over a row of places when so many of them are witnessed or plain in both; in a plain place so
#: many of the 16 windows are, within these gray levels of each other, and with this variance at most.
_GROWS, _PLAIN_WINDOWS, _PLAIN_LEVELS, _PLAIN_VARIANCE = 0.9, 11, 14.0, 60.0
#: And it is trimmed of rows of which less than this is.
_TRIMS = 0.6

#: Windows whose levels vary between these are soft: photographs have many, drawings and lettering few. And
#: 3 x 3 pixels that differ by less than this are even, as they are inside letters and drawn shapes.
_SOFT_VARIANCE = (6.0, 100.0)
_EVEN_LEVELS = 4.0


@dataclass(frozen=True, slots=True)
class Part:
    """A box of ours that is shown, from place to place."""

    #: Its share of our whole picture, and how many places in it are witnessed.
    area: float
    witnessed: int
    #: Telling windows in it, how many agree, and the share of its places that something else is shown in.
    telling: int
    agreeing: int
    foreign: float


@dataclass(frozen=True, slots=True, eq=False)
class Closeup:
    """What the windows say."""

    #: Windows of ours with a corner in them, how many of these agree, and how many contradict.
    telling: int
    agreeing: int
    contradicting: int
    #: Places where ours has something to tell, how many are witnessed by agreeing windows, and places where
    #: only theirs has something.
    places: int
    witnessed: int
    foreign: int
    cover: Cover
    #: Telling windows that the overlay leaves free, and how many of them agree.
    free: int
    free_agreeing: int
    part: Part
    #: Soft share of the windows of the part with any texture, and even share of the agreeing windows.
    soft: float
    even: float
    #: Agreeing free windows right beside the overlay, and those with nothing but a slanted edge of ours.
    cut: int
    slanted: int
    #: Free windows of ours with any texture or edge, and how many agree.
    varied: int
    varied_agreeing: int
    #: Share of all windows that lie under the overlay.
    covered: float
    #: Whether what differs fills a place that ours has for a picture.
    fills_a_slot: bool

    @property
    def agrees(self) -> float:
        """Agreeing share of the telling windows."""
        return self.agreeing / max(self.telling, 1)

    @property
    def contradicts(self) -> float:
        """Contradicting share of the telling windows."""
        return self.contradicting / max(self.telling, 1)

    @property
    def witness(self) -> float:
        """Witnessed share of the places where ours has something to tell."""
        return self.witnessed / max(self.places, 1)

    @property
    def others(self) -> float:
        """Share of the places where either has something that are not witnessed."""
        return 1 - self.witnessed / max(self.places + self.foreign, 1)

    @property
    def free_agrees(self) -> float:
        """Agreeing share of the free windows."""
        return self.free_agreeing / max(self.free, 1)

    @property
    def cuts(self) -> float:
        """Share of the agreeing free windows that the overlay cuts off from others."""
        return self.cut / max(self.free_agreeing, 1)

    @property
    def crowding(self) -> float:
        """How many times as often the overlay lies on what ours has to tell as on anything.

        About 1 for what somebody laid over a copy; more where other words stand in the place of ours.
        """
        return (1 - self.free / max(self.telling, 1)) / max(self.covered, 0.02)


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    """(rows, columns) of windows."""

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


@dataclass(slots=True)
class _Box:
    """Rows from top to before bottom, columns from left to before right."""

    top: int
    bottom: int
    left: int
    right: int

    def trim(self, passable: Marks) -> bool:
        """Leave out the worst of the four outer lines, if it is a bad one."""
        if self.bottom - self.top < 2 or self.right - self.left < 2:
            return False
        rows, columns = slice(self.top, self.bottom), slice(self.left, self.right)
        lines = {
            "top": passable[self.top, columns],
            "bottom": passable[self.bottom - 1, columns],
            "left": passable[rows, self.left],
            "right": passable[rows, self.right - 1],
        }
        worst = min(lines, key=lambda side: float(lines[side].mean()))
        if lines[worst].mean() >= _TRIMS:
            return False
        setattr(self, worst, getattr(self, worst) + (1 if worst in ("top", "left") else -1))
        return True

    def grow(self, passable: Marks) -> bool:
        """Take in every passable line around."""
        before = (self.top, self.bottom, self.left, self.right)
        columns = slice(self.left, self.right)
        if self.top and passable[self.top - 1, columns].mean() >= _GROWS:
            self.top -= 1
        if self.bottom < len(passable) and passable[self.bottom, columns].mean() >= _GROWS:
            self.bottom += 1
        rows = slice(self.top, self.bottom)
        if self.left and passable[rows, self.left - 1].mean() >= _GROWS:
            self.left -= 1
        if self.right < passable.shape[1] and passable[rows, self.right].mean() >= _GROWS:
            self.right += 1
        return before != (self.top, self.bottom, self.left, self.right)


def look_closely(theirs: NDArray[np.uint8], ours: NDArray[np.uint8], alignment: Alignment) -> Closeup | None:
    """Compare two gray pictures under a map; ``None`` where too little is shared."""
    shared = shared_part(theirs, ours, alignment)
    if shared is None:
        return None
    polygon, (left, top), (right, bottom) = shared
    extent = max(right - left, bottom - top)
    pixels = min(extent / alignment.scale * max(theirs.shape), extent * max(ours.shape)) / FRAME
    zoom = float(np.clip(pixels, _LEAST_SIDE_PX, _MOST_SIDE_PX)) / extent
    # Whole places only; what is left over lies at the rim.
    width, height = (round(side * zoom) // _PLACE_PX * _PLACE_PX for side in (right - left, bottom - top))
    if min(width, height) < _PLACE_PX:
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
    unit = FRAME / max(ours.shape) * zoom
    return _summary(
        _smoothed(our_part, their_scale),
        _smoothed(their_part, our_scale),
        inside,
        ours.size * unit**2,
    )


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


def _summary(ours: Levels, theirs: Levels, inside: Marks, our_pixels: float) -> Closeup:
    windows = _compare(_as_soft_as(theirs, ours, inside), theirs, inside)
    agreeing_pixels = _spread(windows.agreeing, _WINDOW_PX)
    cover = find_cover(ours, theirs, inside, agreeing_pixels)
    uncovered = _means(cover.covered.astype(np.float32)) < _MOST_COVERED
    free, open_ = windows.telling & uncovered, windows.inside & uncovered
    beside = np.asarray(cv2.dilate((~uncovered).astype(np.uint8), np.ones((3, 3), np.uint8))) > 0
    alike, varied = windows.ncc > _AGREES, open_ & (windows.our_variance > _LEAST_VARIANCE)
    telling, agreeing = _in_places(windows.telling), _in_places(windows.agreeing)
    told = telling >= _TELLING
    witnessed = told & (agreeing >= _WITNESSES) & (agreeing >= _WITNESS_SHARE * telling)
    foreign = (_in_places(windows.theirs_only) >= _TELLING) & ~witnessed
    plain = _in_places(windows.plain) + agreeing >= _PLAIN_WINDOWS
    box = _grown(witnessed, witnessed | (plain & ~foreign & ~told))
    return Closeup(
        telling=int(windows.telling.sum()),
        agreeing=int(windows.agreeing.sum()),
        contradicting=int(windows.contradicting.sum()),
        places=int(told.sum()),
        witnessed=int(witnessed.sum()),
        foreign=int(foreign.sum()),
        cover=cover,
        free=int(free.sum()),
        free_agreeing=int((free & windows.agreeing).sum()),
        part=Part(
            area=float(told[box].size * _PLACE_PX**2 / our_pixels),
            witnessed=int(witnessed[box].sum()),
            telling=int(telling[box].sum()),
            agreeing=int(agreeing[box].sum()),
            foreign=float(
                ((told & ~witnessed) | foreign)[box].sum() / max(int((told | foreign)[box].sum()), 1)
            ),
        ),
        soft=_soft_share(windows, box),
        even=_even_share(ours, agreeing_pixels),
        cut=int((free & windows.agreeing & beside).sum()),
        slanted=int((windows.slanted & uncovered & alike).sum()),
        varied=int(varied.sum()),
        varied_agreeing=int((varied & alike).sum()),
        covered=1 - float(open_.sum() / max(int(windows.inside.sum()), 1)),
        fills_a_slot=fills_a_slot(
            ours, find_differing(ours, theirs, inside, agreeing_pixels), agreeing_pixels, inside
        ),
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


def _compare(ours: Levels, theirs: Levels, inside: Marks) -> _Windows:
    our_mean, their_mean = _means(ours), _means(theirs)
    our_variance, their_variance = _means(ours * ours) - our_mean**2, _means(theirs * theirs) - their_mean**2
    both = np.maximum(our_variance, 4.0) * np.maximum(their_variance, 4.0)
    ncc = (_means(ours * theirs) - our_mean * their_mean) / np.sqrt(both)
    inner = _means(inside.astype(np.float32)) > 0.99
    varies = our_variance > _LEAST_VARIANCE
    corner, degrees = structure(ours, _means)
    telling = inner & varies & (corner > _LEAST_CORNER)
    their_corner, _ = structure(theirs, _means)
    theirs_tell = inner & (their_variance > _LEAST_VARIANCE) & (their_corner > _LEAST_CORNER)
    turned = np.abs((degrees + 45) % 90 - 45) > _SLANT_DEGREES
    alike = np.abs(their_mean - our_mean) < _PLAIN_LEVELS
    return _Windows(
        inside=inner,
        telling=telling,
        agreeing=telling & (ncc > _AGREES),
        contradicting=telling & (ncc < _CONTRADICTS),
        theirs_only=theirs_tell & ~varies,
        plain=inner & ~telling & alike & (their_variance < _PLAIN_VARIANCE),
        slanted=inner & varies & ~telling & turned,
        our_variance=our_variance,
        ncc=np.asarray(ncc, np.float32),
    )


def _means(levels: Levels) -> Levels:
    """Means over windows."""
    rows, columns = levels.shape[0] // _WINDOW_PX, levels.shape[1] // _WINDOW_PX
    return np.asarray(cv2.resize(levels, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def _in_places(windows: Marks) -> NDArray[np.int64]:
    """Marked windows in each place."""
    rows, columns = windows.shape[0] // _PLACE_WINDOWS, windows.shape[1] // _PLACE_WINDOWS
    shaped = windows.reshape(rows, _PLACE_WINDOWS, columns, _PLACE_WINDOWS)
    counts: NDArray[np.int64] = shaped.sum(axis=(1, 3), dtype=np.int64)
    return counts


def _spread(marks: Marks, side: int) -> Marks:
    return np.repeat(np.repeat(marks, side, axis=0), side, axis=1)


def _grown(witnessed: Marks, passable: Marks) -> tuple[slice, slice]:
    """The box around the largest group of witnessed places, grown while all around it is passable."""
    if not witnessed.any():  # OpenCV ends the process where there is nothing at all
        return slice(0, 0), slice(0, 0)
    _, _, stats, _ = cv2.connectedComponentsWithStats(witnessed.astype(np.uint8), connectivity=8)
    left, top, width, height, _ = (
        int(side) for side in stats[1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))]
    )
    box = _Box(top, top + height, left, left + width)
    while box.trim(passable):
        pass
    while box.grow(passable):
        pass
    return slice(box.top, box.bottom), slice(box.left, box.right)


def _soft_share(windows: _Windows, box: tuple[slice, slice]) -> float:
    rows, columns = (slice(side.start * _PLACE_WINDOWS, side.stop * _PLACE_WINDOWS) for side in box)
    variances = windows.our_variance[rows, columns][windows.inside[rows, columns]]
    textured = variances[variances > _SOFT_VARIANCE[0]]
    return float((textured < _SOFT_VARIANCE[1]).mean()) if len(textured) else 0.0


def _even_share(ours: Levels, agreeing: Marks) -> float:
    if not agreeing.any():
        return 1.0
    square = np.ones((3, 3), np.uint8)
    steps = np.asarray(cv2.dilate(ours, square)) - np.asarray(cv2.erode(ours, square))
    return float((steps[agreeing] < _EVEN_LEVELS).mean())
