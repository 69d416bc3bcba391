"""A picture file to everything that is kept of it: fingerprint, size, rights, thumbnail.

`decode_image` is for strangers' bytes and runs in a disposable child; `decode_original` is for the
owner's own files. Pixels leave only as a freshly encoded thumbnail.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from PIL import Image
from PIL.ImageFile import ImageFile

from creditline.errors import GateError
from creditline.fingerprint.algorithm import ALGORITHM, HASH
from creditline.fingerprint.blocks import without_descriptions
from creditline.fingerprint.details import Details
from creditline.fingerprint.hashes import hash_picture, is_flat, shrink
from creditline.fingerprint.loading import WORKING_PX, load_coarse, load_working, upright_size
from creditline.fingerprint.opening import format_name, open_original, open_web_image, refusing_damage
from creditline.fingerprint.rights import read_rights
from creditline.fingerprint.sides import Side
from creditline.records import Decoded, Fingerprint, GateProblem

T = TypeVar("T")

#: Longer side of the thumbnail, in pixels, at most; of a JPEG it is never less than 256 for that.
THUMBNAIL_PX = 320

#: Longer side of a picture that an explanation shows, in pixels.
SHOWN_PX = 640

_THUMBNAIL_JPEG_QUALITY = 80

#: Longer side, at least, of what hashes, flatness and the thumbnail are made of: with it most JPEGs of pages
#: are decoded at a quarter (2.0 times as fast as plain imagehash; 1.6 times with 320).
_HASHED_PX = 256

#: Formats that are decoded at a fraction of their size: for another size they are decoded anew.
_SCALED_FORMATS = ("JPEG", "MPO")

#: Opens the same picture once more.
_Again = Callable[[], AbstractContextManager[ImageFile]]


def decode_image(body: bytes, algorithm: str = ALGORITHM, thorough: bool = True) -> Decoded:
    """Read a picture from the web: JPEG, PNG, WebP, GIF or AVIF, 32 MB and 50 megapixels at most.

    Of an animation the first frame counts.

    Args:
        body: The file's bytes.
        algorithm: Version of the fingerprint.
        thorough: Whether the dear features are made too. A work needs them; of a stranger's picture the quick
            ones tell whether it does (`PortfolioIndex.explain`).

    Raises:
        GateError: The bytes are refused; ``kind`` says why (a `GateProblem`).
    """
    sha256 = hashlib.sha256(body).hexdigest()
    return _read(body, lambda image, again: _decoded(image, again, sha256, len(body), algorithm, thorough))


def decode_original(path: str, algorithm: str = ALGORITHM) -> Decoded:
    """Read a file of the owner's own: also TIFF, HEIC, BMP, and far larger ones.

    Raises:
        GateError: As `decode_image`; RAW and SVG are refused as unsupported, with the reason.
    """
    with open_original(Path(path)) as image:
        with Path(path).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return _decoded(
            image, lambda: open_original(Path(path)), sha256, Path(path).stat().st_size, algorithm
        )


def read_side(body: bytes, algorithm: str = ALGORITHM) -> Side:
    """Read a picture from the web to be compared at once: its details are made as far as they are needed.

    Raises:
        GateError: As `decode_image`.
    """
    sha256 = hashlib.sha256(body).hexdigest()

    def side(image: ImageFile, again: _Again) -> Side:
        fingerprint, _ = _hashed(image, sha256, algorithm)
        if not _has_details(fingerprint):
            return Side(fingerprint, None)
        details = cache(lambda: _details(None, again))
        return Side(
            fingerprint,
            Details(lambda: details().quick, lambda: details().thorough, lambda: details().gray),
        )

    return _read(body, side)


def show_image(body: bytes) -> bytes:
    """A picture from the web as a fresh JPEG for people to look at, `SHOWN_PX` on its longer side at most.

    Raises:
        GateError: As `decode_image`.
    """
    return _read(body, lambda image, _: _shown(image))


def show_original(path: str) -> bytes:
    """As `show_image`, of a file of the owner's own.

    Raises:
        GateError: As `decode_original`.
    """
    with open_original(Path(path)) as image:
        return _shown(image)


def thumbnail_size(thumbnail: bytes) -> tuple[int, int]:
    """Width and height in pixels of a thumbnail made here."""
    with Image.open(io.BytesIO(thumbnail), formats=("JPEG",)) as picture:
        return picture.size


def _shown(image: ImageFile) -> bytes:
    return _thumbnail(load_working(image, SHOWN_PX), SHOWN_PX)


def _read(body: bytes, use: Callable[[ImageFile, _Again], T]) -> T:
    """Use a picture from the web; where it cannot be, once more without what only describes it."""
    try:
        with open_web_image(body) as image:
            return use(image, lambda: open_web_image(body))
    except GateError as error:
        bare = without_descriptions(body) if error.kind == GateProblem.DAMAGED else None
        if bare is None:
            raise
        with contextlib.suppress(GateError), open_web_image(bare) as image:
            return use(image, lambda: open_web_image(bare))
        raise


def _decoded(
    image: ImageFile, again: _Again, sha256: str, bytes_len: int, algorithm: str, thorough: bool = True
) -> Decoded:
    fingerprint, picture = _hashed(image, sha256, algorithm)
    with refusing_damage():
        if _has_details(fingerprint):
            fingerprint = replace(fingerprint, features=_details(image, again).packed(thorough))
        return Decoded(
            sha256=sha256,
            format=format_name(image),
            width=fingerprint.width,
            height=fingerprint.height,
            bytes_len=bytes_len,
            fingerprint=fingerprint,
            # After the pixels: a PNG may carry its texts behind them.
            rights=read_rights(image),
            thumbnail=_thumbnail(picture),
            flat=is_flat(shrink(picture)),
        )


def _hashed(image: ImageFile, sha256: str, algorithm: str) -> tuple[Fingerprint, Image.Image]:
    """The fingerprint as far as it is cheap, and the coarse picture that it was made of."""
    with refusing_damage():
        width, height = upright_size(image)
        picture = load_coarse(image, _HASHED_PX)
        small = shrink(picture)
        hashes = hash_picture(small)
        quality = 0 if is_flat(small) else hashes.quality
        fingerprint = Fingerprint(algorithm, sha256, width, height, hashes.straight, hashes.mirrored, quality)
        return fingerprint, picture


def _has_details(fingerprint: Fingerprint) -> bool:
    """Whether the algorithm has details and the picture is not flat."""
    return fingerprint.algorithm != HASH and fingerprint.quality > 0


def _details(image: ImageFile | None, again: _Again) -> Details:
    """Details of the working picture, decoded anew unless the whole of it is still there."""
    if image is not None and image.format not in _SCALED_FORMATS:
        return Details.of_picture(load_working(image, WORKING_PX))
    with again() as fresh:
        return Details.of_picture(load_working(fresh, WORKING_PX))


def _thumbnail(picture: Image.Image, longest_px: int = THUMBNAIL_PX) -> bytes:
    small = picture.copy()
    # Half as dear as LANCZOS; people do not see the difference, and nothing is computed from thumbnails.
    small.thumbnail((longest_px, longest_px), Image.Resampling.HAMMING)
    encoded = io.BytesIO()
    small.save(encoded, "JPEG", quality=_THUMBNAIL_JPEG_QUALITY)
    return encoded.getvalue()
