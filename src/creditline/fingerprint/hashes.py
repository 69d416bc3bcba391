"""The perceptual hash of a whole picture, and how much it can be trusted.

phash16 of imagehash: a 32-bit-wide DCT's lowest 16 x 16 coefficients against their median, 256 bits.
At a radius of 31 it finds as many copies as PDQ (40 against 41 %) and is steadier against the working
size. The mirrored picture gets its own hash, so that a mirrored copy is found by comparing twice.

Quality is PDQ's measure (Facebook, "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing
algorithm", 2019), the sum of luminance steps between neighbours of a 64 x 64 picture, lowered where few
bits of the hash are decided: of a disc on white, half of the coefficients are nought and chance alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

#: Bits along one side of the hash.
_HASH_SIDE = 16

#: The picture that hash and quality are made of; imagehash shrinks to 4 times its hash side anyway.
_SMALL_PX = 64

#: Divisor of the gradient sum (PDQ reference code).
_QUALITY_DIVISOR = 90

#: A bit is decided when its coefficient is this far from the median, in the orthonormal DCT, where noise
#: of one gray level gives coefficients of 1.
_DECIDED_COEFFICIENT = 2.3

#: Decided bits of 256 that are worth the least quality, 50. Centred discs have 158; 98 of 100 real
#: pictures have more than 174.
_DECIDED_BITS_FOR_LEAST_QUALITY = 170

#: Steps in 0..255 up to which a row, column or picture counts as one colour: JPEG noise of plain areas.
_PLAIN_STEPS = 8

#: A picture with a shorter side below this, its longer one being 320 at most, is a dot, a rule or a spacer;
#: nothing can be told of it.
_MIN_SIDE_PX = 16
_MIN_SIDE_OF_PX = 320

#: Whole pixel blocks are averaged as long as both sides stay this long; finer filters take over from there.
#: With 2 instead of 3 times, copies of 300 pixels lie 4 bits away instead of 2 (51 pictures, median).
_SHRUNK_PX = 3 * _SMALL_PX


@dataclass(frozen=True, slots=True)
class Hashes:
    """Hash straight and mirrored (32 bytes each) and quality, 0 (flat) .. 100."""

    straight: bytes
    mirrored: bytes
    quality: int


def shrink(picture: Image.Image) -> Image.Image:
    """The picture as `hash_picture` and `is_flat` want it: both cost little then."""
    factor = min(picture.size) // _SHRUNK_PX
    return picture.reduce(factor) if factor > 1 else picture


def hash_picture(picture: Image.Image) -> Hashes:
    """Hash an RGB or gray picture that came through `loading` and `shrink`."""
    gray = picture.convert("L")
    small = _small(gray)
    quality = 0 if _is_sliver(picture) else _quality(gray, small)
    return Hashes(_phash(small), _phash(ImageOps.mirror(small)), quality)


def is_flat(picture: Image.Image) -> bool:
    """Whether a picture is hardly more than one colour: 96 % of it within a few steps, or a dot."""
    if _is_sliver(picture):
        return True
    pixels = np.asarray(picture.reduce(max(1, min(picture.size) // _SMALL_PX)).convert("RGB"))
    low, high = np.percentile(pixels.reshape(-1, 3), (2, 98), axis=0)
    return bool((high - low).max() <= _PLAIN_STEPS)


def distance_bits(one: bytes, other: bytes) -> int:
    """Hamming distance of two hashes of equal length, in bits."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _is_sliver(picture: Image.Image) -> bool:
    shrunk = min(1.0, _MIN_SIDE_OF_PX / max(picture.size))
    return round(min(picture.size) * shrunk) < _MIN_SIDE_PX


def _small(gray: Image.Image) -> Image.Image:
    return gray.resize((_SMALL_PX, _SMALL_PX), Image.Resampling.LANCZOS)


def _phash(small: Image.Image) -> bytes:
    return np.packbits(imagehash.phash(small, hash_size=_HASH_SIDE).hash).tobytes()


def _quality(gray: Image.Image, small: Image.Image) -> int:
    """Quality of the picture or of what its plain borders frame, whichever is worse.

    A plain area inside a letterbox has two strong edges and would pass for a picture.
    """
    inner = _without_plain_borders(gray)
    whole = min(_gradient_quality(small), _decided_quality(small))
    return whole if inner is None else min(whole, _gradient_quality(_small(inner)))


def _decided_quality(small: Image.Image) -> int:
    spectrum = cv2.dct(np.asarray(small).astype(np.float32))[:_HASH_SIDE, :_HASH_SIDE]
    decided = np.abs(spectrum - np.median(spectrum)) > _DECIDED_COEFFICIENT
    return min(100, int(decided.sum()) * 50 // _DECIDED_BITS_FOR_LEAST_QUALITY)


def _gradient_quality(small: Image.Image) -> int:
    levels = np.asarray(small).astype(np.int32)
    steps = sum(int((np.abs(np.diff(levels, axis=axis)) * 100 // 255).sum()) for axis in (0, 1))
    return min(100, steps // _QUALITY_DIVISOR)


def _without_plain_borders(gray: Image.Image) -> Image.Image | None:
    """The inside of plain borders; ``None`` where there are none; one pixel where all is plain."""
    levels = np.asarray(gray)
    rows, columns = _busy_span(levels), _busy_span(levels.T)
    if rows is None or columns is None:
        return gray.crop((0, 0, 1, 1))
    if rows == (0, gray.height) and columns == (0, gray.width):
        return None
    return gray.crop((columns[0], rows[0], columns[1], rows[1]))


def _busy_span(lines: NDArray[np.uint8]) -> tuple[int, int] | None:
    """First and last + 1 of the lines that are not of one colour."""
    busy = np.flatnonzero(np.ptp(lines, axis=1) > _PLAIN_STEPS)
    return (int(busy[0]), int(busy[-1]) + 1) if len(busy) else None
