"""A picture file to everything that is kept of it: fingerprint, size, rights, thumbnail.

`decode_image` is for strangers' bytes and runs in a disposable child; `decode_original` is for the
owner's own files. Pixels leave only as a freshly encoded thumbnail.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from PIL import Image
from PIL.ImageFile import ImageFile

from creditline.fingerprint.algorithm import ALGORITHM
from creditline.fingerprint.hashes import hash_picture, is_flat
from creditline.fingerprint.loading import load_working, upright_size
from creditline.fingerprint.opening import format_name, open_original, open_web_image, refusing_damage
from creditline.fingerprint.rights import read_rights
from creditline.records import Decoded, Fingerprint

#: Longer side of the thumbnail, in pixels.
THUMBNAIL_PX = 320

_THUMBNAIL_JPEG_QUALITY = 80


def decode_image(body: bytes) -> Decoded:
    """Read a picture from the web: JPEG, PNG, WebP, GIF or AVIF, 32 MB and 50 megapixels at most.

    Of an animation the first frame counts.

    Raises:
        GateError: The bytes are refused; ``kind`` says why (a `GateProblem`).
    """
    with open_web_image(body) as image:
        return _decoded(image, hashlib.sha256(body).hexdigest(), len(body))


def decode_original(path: str) -> Decoded:
    """Read a file of the owner's own: also TIFF, HEIC, BMP, and far larger ones.

    Raises:
        GateError: As `decode_image`; RAW and SVG are refused as unsupported, with the reason.
    """
    with open_original(Path(path)) as image:
        with Path(path).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return _decoded(image, sha256, Path(path).stat().st_size)


def _decoded(image: ImageFile, sha256: str, bytes_len: int) -> Decoded:
    with refusing_damage():
        width, height = upright_size(image)
        picture = load_working(image)
        # After the pixels: a PNG may carry its texts behind them.
        rights = read_rights(image)
        flat = is_flat(picture)
        hashes = hash_picture(picture)
        fingerprint = Fingerprint(
            algorithm=ALGORITHM,
            sha256=sha256,
            width=width,
            height=height,
            phash=hashes.straight,
            phash_mirrored=hashes.mirrored,
            quality=0 if flat else hashes.quality,
        )
        return Decoded(
            sha256=sha256,
            format=format_name(image),
            width=width,
            height=height,
            bytes_len=bytes_len,
            fingerprint=fingerprint,
            rights=rights,
            thumbnail=_thumbnail(picture),
            flat=flat,
        )


def _thumbnail(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    encoded = io.BytesIO()
    small.save(encoded, "JPEG", quality=_THUMBNAIL_JPEG_QUALITY)
    return encoded.getvalue()
