"""Which images of a page are worth comparing, and which file of each."""

from __future__ import annotations

from collections.abc import Callable

from creditline.records import GateProblem, ImageCandidate, Placement, Role
from creditline.urls import Url

#: Declared sizes below this (CSS pixels, both sides) cannot show a picture that a person would credit;
#: the web's icons and tracking pixels live there.
MIN_DECLARED_PX = 48

#: Width in pixels that recognition works at (`fingerprint`); a larger file brings nothing.
USEFUL_WIDTH_PX = 800

#: What the gate says of bytes that no browser shows as a photograph. Everything else it refuses (too
#: large, too slow, a decoder that died) may be a picture, and even the owner's: of a file that broke off
#: on its way a browser shows what came.
_NO_PICTURE = (GateProblem.NOT_AN_IMAGE, GateProblem.UNSUPPORTED)

_VECTOR_SUFFIXES = (".svg", ".svgz", ".ico")


def worth_comparing(placement: Placement) -> str | None:
    """Why an image need not be compared; ``None`` when it must be."""
    if placement.role is Role.LOGO:
        return "logo or icon"
    sides = (placement.declared_width, placement.declared_height)
    if all(side is not None and side < MIN_DECLARED_PX for side in sides):
        return "too small"
    if placement.candidates and all(
        candidate.url.path.lower().endswith(_VECTOR_SUFFIXES) for candidate in placement.candidates
    ):
        return "vector graphic"
    return None


def may_be_a_picture(problem: GateProblem | None) -> bool:
    """Whether a file that was not decoded may show a work all the same.

    Args:
        problem: What the gate said; ``None`` when the bytes never reached it.
    """
    return problem not in _NO_PICTURE


def choose_candidate(placement: Placement, is_ours: Callable[[Url], bool]) -> list[ImageCandidate]:
    """The files of a placement in the order in which they should be asked for.

    The owner's own file first (a hot-link needs no download to be proven), then the smallest one
    that is still as wide as recognition works at, then the others from wide to narrow, so that a
    missing file is not the end.
    """

    def order(candidate: ImageCandidate) -> tuple[int, int]:
        if is_ours(candidate.url):
            return (0, 0)
        if candidate.width is None:
            return (2 if candidate.attribute == "href" else 1, 0)
        if candidate.width >= USEFUL_WIDTH_PX:
            return (1, candidate.width)
        return (3, -candidate.width)

    raster = [c for c in placement.candidates if not c.url.path.lower().endswith(_VECTOR_SUFFIXES)]
    return sorted(raster, key=order)
