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
from creditline.fingerprint.geometry import Alignment
from creditline.fingerprint.slots import fills_a_slot
from creditline.fingerprint.windows import (
    AGREES,
    LEAST_VARIANCE,
    PLACE_PX,
    PLACE_WINDOWS,
    TELLING,
    WINDOW_PX,
    Laid,
    Windows,
    compare_windows,
    in_places,
    lay_closely,
    means,
    spread,
    witnessed_places,
)

#: Share of a window that may lie under an overlay before it is not free any more.
_MOST_COVERED = 0.12

#: A part grows over a row of places when so many of them are witnessed or plain in both; in a plain place so
#: many of the 16 windows are.
_GROWS, _PLAIN_WINDOWS = 0.9, 11
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
    #: Share of our picture, and of theirs, that the part which both share is.
    of_ours: float
    of_theirs: float

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
    def varied_agrees(self) -> float:
        """Agreeing share of the free windows of ours with any texture or edge."""
        return self.varied_agreeing / max(self.varied, 1)

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


def look_closely(
    theirs: NDArray[np.uint8],
    ours: NDArray[np.uint8],
    alignment: Alignment,
    left_out: Marks | None = None,
) -> Closeup | None:
    """Compare two gray pictures under a map; arguments and ``None`` as `lay_closely` has them."""
    laid = lay_closely(theirs, ours, alignment, left_out)
    return None if laid is None else _summary(laid)


def _summary(laid: Laid) -> Closeup:
    ours, theirs, inside, our_pixels = laid.ours, laid.theirs, laid.inside, laid.our_pixels
    windows = compare_windows(laid)
    agreeing_pixels = spread(windows.agreeing, WINDOW_PX)
    cover = find_cover(ours, theirs, inside, agreeing_pixels)
    uncovered = means(cover.covered.astype(np.float32)) < _MOST_COVERED
    free, open_ = windows.telling & uncovered, windows.inside & uncovered
    beside = np.asarray(cv2.dilate((~uncovered).astype(np.uint8), np.ones((3, 3), np.uint8))) > 0
    alike, varied = windows.ncc > AGREES, open_ & (windows.our_variance > LEAST_VARIANCE)
    telling, agreeing = in_places(windows.telling), in_places(windows.agreeing)
    told, witnessed = telling >= TELLING, witnessed_places(windows)
    foreign = (in_places(windows.theirs_only) >= TELLING) & ~witnessed
    plain = in_places(windows.plain) + agreeing >= _PLAIN_WINDOWS
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
            area=float(told[box].size * PLACE_PX**2 / our_pixels),
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
        fills_a_slot=_fills_a_slot(laid, agreeing_pixels, cover),
        of_ours=laid.of_ours,
        of_theirs=laid.of_theirs,
    )


def _fills_a_slot(laid: Laid, agreeing: Marks, cover: Cover) -> bool:
    """Whether what differs, much or little, fills a place that ours has for a picture."""
    ours, inside = laid.ours, laid.inside
    if fills_a_slot(ours, cover.differs, agreeing, inside):
        return True
    finely = find_differing(ours, laid.theirs, inside, agreeing, finely=True)
    return fills_a_slot(ours, finely, agreeing, inside)


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


def _soft_share(windows: Windows, box: tuple[slice, slice]) -> float:
    rows, columns = (slice(side.start * PLACE_WINDOWS, side.stop * PLACE_WINDOWS) for side in box)
    variances = windows.our_variance[rows, columns][windows.inside[rows, columns]]
    textured = variances[variances > _SOFT_VARIANCE[0]]
    return float((textured < _SOFT_VARIANCE[1]).mean()) if len(textured) else 0.0


def _even_share(ours: Levels, agreeing: Marks) -> float:
    if not agreeing.any():
        return 1.0
    square = np.ones((3, 3), np.uint8)
    steps = np.asarray(cv2.dilate(ours, square)) - np.asarray(cv2.erode(ours, square))
    return float((steps[agreeing] < _EVEN_LEVELS).mean())
