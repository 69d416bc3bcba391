"""A picture file to everything that is kept of it: fingerprint, size, rights, thumbnail.

`decode_image` is for strangers' bytes and runs in a disposable child; `decode_original` is for the
owner's own files. Pixels leave only as a freshly encoded thumbnail.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PIL import Image
from PIL.ImageFile import ImageFile

from creditline.errors import GateError
from creditline.fingerprint.algorithm import ALGORITHM, HASH
from creditline.fingerprint.blocks import without_descriptions
from creditline.fingerprint.details import Details
from creditline.fingerprint.hashes import hash_picture, is_flat
from creditline.fingerprint.loading import WORKING_PX, load_working, upright_size
from creditline.fingerprint.opening import format_name, open_original, open_web_image, refusing_damage
from creditline.fingerprint.rights import read_rights
from creditline.fingerprint.sides import Side
from creditline.records import Decoded, Fingerprint, GateProblem

T = TypeVar("T")

#: Longer side of the thumbnail, in pixels.
THUMBNAIL_PX = 320

#: Longer side of a picture that an explanation shows, in pixels.
SHOWN_PX = 640

_THUMBNAIL_JPEG_QUALITY = 80

#: Longer side of what is decoded where only hashes are made of it, and the thumbnail.
_HASHED_PX = THUMBNAIL_PX


def decode_image(body: bytes, algorithm: str = ALGORITHM) -> Decoded:
    """Read a picture from the web: JPEG, PNG, WebP, GIF or AVIF, 32 MB and 50 megapixels at most.

    Of an animation the first frame counts.

    Raises:
        GateError: The bytes are refused; ``kind`` says why (a `GateProblem`).
    """
    sha256 = hashlib.sha256(body).hexdigest()
    return _read(body, lambda image: _decoded(image, sha256, len(body), algorithm))


def decode_original(path: str, algorithm: str = ALGORITHM) -> Decoded:
    """Read a file of the owner's own: also TIFF, HEIC, BMP, and far larger ones.

    Raises:
        GateError: As `decode_image`; RAW and SVG are refused as unsupported, with the reason.
    """
    with open_original(Path(path)) as image:
        with Path(path).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return _decoded(image, sha256, Path(path).stat().st_size, algorithm)


def read_side(body: bytes, algorithm: str = ALGORITHM) -> Side:
    """Read a picture from the web to be compared at once: its details are made as far as they are needed.

    Raises:
        GateError: As `decode_image`.
    """
    sha256 = hashlib.sha256(body).hexdigest()

    def side(image: ImageFile) -> Side:
        fingerprint, picture = _hashed(image, sha256, algorithm)
        return Side(fingerprint, _details(fingerprint, picture))

    return _read(body, side)


def show_image(body: bytes) -> bytes:
    """A picture from the web as a fresh JPEG for people to look at, `SHOWN_PX` on its longer side at most.

    Raises:
        GateError: As `decode_image`.
    """
    return _read(body, _shown)


def show_original(path: str) -> bytes:
    """As `show_image`, of a file of the owner's own.

    Raises:
        GateError: As `decode_original`.
    """
    with open_original(Path(path)) as image:
        return _shown(image)


def _shown(image: ImageFile) -> bytes:
    return _thumbnail(load_working(image, SHOWN_PX), SHOWN_PX)


def _read(body: bytes, use: Callable[[ImageFile], T]) -> T:
    """Use a picture from the web; where it cannot be, once more without what only describes it."""
    try:
        with open_web_image(body) as image:
            return use(image)
    except GateError as error:
        bare = without_descriptions(body) if error.kind == GateProblem.DAMAGED else None
        if bare is None:
            raise
        with contextlib.suppress(GateError), open_web_image(bare) as image:
            return use(image)
        raise


def _decoded(image: ImageFile, sha256: str, bytes_len: int, algorithm: str) -> Decoded:
    fingerprint, picture = _hashed(image, sha256, algorithm)
    with refusing_damage():
        details = _details(fingerprint, picture)
        if details is not None:
            fingerprint = replace(fingerprint, features=details.packed())
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
            flat=is_flat(picture),
        )


def _hashed(image: ImageFile, sha256: str, algorithm: str) -> tuple[Fingerprint, Image.Image]:
    """The fingerprint as far as it is cheap, and the working picture for the rest of it."""
    with refusing_damage():
        width, height = upright_size(image)
        picture = load_working(image, _HASHED_PX if algorithm == HASH else WORKING_PX)
        hashes = hash_picture(picture)
        quality = 0 if is_flat(picture) else hashes.quality
        fingerprint = Fingerprint(algorithm, sha256, width, height, hashes.straight, hashes.mirrored, quality)
        return fingerprint, picture


def _details(fingerprint: Fingerprint, picture: Image.Image) -> Details | None:
    """Details where the algorithm has them and the picture is not flat."""
    if fingerprint.algorithm == HASH or not fingerprint.quality:
        return None
    return Details.of_picture(picture)


def _thumbnail(picture: Image.Image, longest_px: int = THUMBNAIL_PX) -> bytes:
    small = picture.copy()
    small.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    encoded = io.BytesIO()
    small.save(encoded, "JPEG", quality=_THUMBNAIL_JPEG_QUALITY)
    return encoded.getvalue()
