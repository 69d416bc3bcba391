"""What a fingerprint keeps beyond hashes, and its binary form.

Two sets of local features (a quick one of a small copy of the picture, a thorough one of a larger copy)
and a small gray picture for the dense check. They are made when they are first asked for: most copies are
recognised, and most strangers ruled out, before the dear ones are needed. Packed or fresh, they are the same
to the last bit; without the thorough ones they are made in a third of the time.

The bytes come back from a child that read a stranger's file, and from a database. So every length is
checked, and no picture codec runs on them: the gray picture is stored as differences under zlib.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from creditline.errors import FingerprintError
from creditline.fingerprint.features import CODE_BYTES, FRAME, Features, extract, frame_of

#: Longer side in pixels of what quick and thorough features are looked for in, and how many are kept.
QUICK_PX, QUICK_FEATURES = 400, 600
THOROUGH_PX, THOROUGH_FEATURES = 800, 1500

#: Longer side of the gray picture, in pixels. Six bits a pixel: a third less to store, and the dense check
#: smooths more than that away.
GRAY_PX = 512
_GRAY_BITS = 6

#: Form of the bytes, frame width and height, numbers of features, gray width and height.
_HEADER = struct.Struct("<B6H")
_FORM, _QUICK_FORM = 1, 2
_FEATURE_BYTES = 4 + 1 + 1 + CODE_BYTES

Gray = NDArray[np.uint8]


class Details:
    """The dear part of a fingerprint, made or unpacked part by part on first use."""

    def __init__(
        self,
        quick: Callable[[], Features],
        thorough: Callable[[], Features] | None,
        gray: Callable[[], Gray],
    ) -> None:
        self._make_quick, self._make_thorough, self._make_gray = quick, thorough, gray

    def without_thorough(self) -> Details:
        """The same, as if it had been read quickly."""
        return Details(lambda: self.quick, None, lambda: self.gray)

    @property
    def has_thorough(self) -> bool:
        """Whether `thorough` can be asked for."""
        return self._make_thorough is not None

    @classmethod
    def of_picture(cls, picture: Image.Image) -> Self:
        """Of a picture that came through `loading`."""
        gray = picture.convert("L")
        frame = frame_of(*picture.size)
        return cls(
            lambda: extract(_levels(gray, QUICK_PX), frame, QUICK_FEATURES),
            lambda: extract(_levels(gray, THOROUGH_PX), frame, THOROUGH_FEATURES),
            lambda: _coarse(_levels(gray, GRAY_PX)),
        )

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """From the bytes that `packed` made.

        Raises:
            FingerprintError: They are not such bytes.
        """
        form, width, height, quick, thorough, gray_width, gray_height = _read_header(packed)
        frame = (width, height)
        split = _HEADER.size + quick * _FEATURE_BYTES
        end = split + thorough * _FEATURE_BYTES
        is_quick = form == _QUICK_FORM and not thorough
        if not (is_quick or form == _FORM) or max(frame) != FRAME or len(packed) < end:
            raise FingerprintError("stored features are damaged; run `creditline index --refresh`")
        return cls(
            lambda: _read_features(packed[_HEADER.size : split], quick, frame),
            None if is_quick else lambda: _read_features(packed[split:end], thorough, frame),
            lambda: _read_gray(packed[end:], gray_width, gray_height),
        )

    @cached_property
    def quick(self) -> Features:
        """Features of the small copy."""
        return self._make_quick()

    @cached_property
    def thorough(self) -> Features:
        """Features of the larger copy.

        Raises:
            ValueError: They were never made, see `has_thorough`.
        """
        if self._make_thorough is None:
            raise ValueError("no thorough features were made of this picture")
        return self._make_thorough()

    @cached_property
    def gray(self) -> Gray:
        """(height, width) gray levels, at most `GRAY_PX` on the longer side."""
        return self._make_gray()

    def packed(self, thorough: bool = True) -> bytes:
        """Everything as bytes, with the thorough features or without them."""
        height, width = self.gray.shape
        count, dear = (len(self.thorough), _feature_bytes(self.thorough)) if thorough else (0, b"")
        form = _FORM if thorough else _QUICK_FORM
        header = _HEADER.pack(form, *self.quick.frame, len(self.quick), count, width, height)
        return header + _feature_bytes(self.quick) + dear + _gray_bytes(self.gray)


def is_thorough(packed: bytes) -> bool:
    """Whether no more than these stored details can be made of a picture; a flat one has none at all."""
    return packed[:1] != bytes([_QUICK_FORM])


def _levels(gray: Image.Image, longest_px: int) -> Gray:
    small = gray.copy()
    small.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    return np.asarray(small)


def _coarse(levels: Gray) -> Gray:
    lost = 8 - _GRAY_BITS
    return np.asarray(((levels >> lost) << lost) + (1 << (lost - 1)), np.uint8)


def _read_header(packed: bytes) -> tuple[int, ...]:
    if len(packed) < _HEADER.size:
        raise FingerprintError("stored features are cut off; run `creditline index --refresh`")
    return _HEADER.unpack_from(packed)


def _feature_bytes(features: Features) -> bytes:
    arrays = (features.xy.astype("<u2"), features.size, features.angle, features.codes)
    return b"".join(array.tobytes() for array in arrays)


def _read_features(packed: bytes, count: int, frame: tuple[int, int]) -> Features:
    ends = [count * size for size in (4, 5, 6, _FEATURE_BYTES)]
    return Features(
        frame,
        np.frombuffer(packed[: ends[0]], "<u2").astype(np.uint16).reshape(count, 2),
        np.frombuffer(packed[ends[0] : ends[1]], np.uint8),
        np.frombuffer(packed[ends[1] : ends[2]], np.uint8),
        np.frombuffer(packed[ends[2] : ends[3]], np.uint8).reshape(count, CODE_BYTES),
    )


def _gray_bytes(gray: Gray) -> bytes:
    """What is left of each pixel after its left, upper and upper left neighbours, modulo 256."""
    levels = gray >> (8 - _GRAY_BITS)
    across = np.diff(levels, axis=1, prepend=np.uint8(0))
    return zlib.compress(np.diff(across, axis=0, prepend=np.uint8(0)).tobytes(), 6)


def _read_gray(packed: bytes, width: int, height: int) -> Gray:
    try:
        # Bounded: a few bytes of zlib can hold gigabytes.
        left = zlib.decompressobj().decompress(packed, width * height + 1)
        differences = np.frombuffer(left, np.uint8).reshape(height, width)
    except (zlib.error, ValueError) as e:
        raise FingerprintError("stored gray picture is damaged; run `creditline index --refresh`") from e
    down = np.cumsum(differences, axis=0, dtype=np.uint8)
    levels: Gray = np.cumsum(down, axis=1, dtype=np.uint8)
    return _coarse(np.left_shift(levels, 8 - _GRAY_BITS, dtype=np.uint8))
