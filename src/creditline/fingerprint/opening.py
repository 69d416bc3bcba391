"""Bytes to an opened, not yet decoded picture: allow list, caps, typed refusals.

Size caps are checked on the header, before a decoder allocates a canvas. What is refused is refused
by a `GateError` whose ``kind`` is a `GateProblem`; nothing else leaves these functions.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import AvifImagePlugin, Image, UnidentifiedImageError
from PIL.ImageFile import ImageFile

from creditline.errors import GateError
from creditline.records import GateProblem

#: Largest picture file from the web, in bytes; `fetch` reads no more either.
MAX_WEB_BYTES = 32_000_000

#: Most pixels of a web picture (imgproxy's default too): 200 MB once decoded.
MAX_WEB_PIXELS = 50_000_000

#: Most bytes that decoding an AVIF from the web may hold at once: its planes, and its pixels twice. With what
#: the libraries take, a child stays below 512 MB (measured; scripts/evaluation/hostile).
MAX_AVIF_BYTES = 380_000_000

_AV1_CONFIGURATION = re.compile(rb"av1C..(.)", re.DOTALL)
#: How far into a file its AV1 configuration is looked for, bytes: it stands among the first boxes.
_AVIF_HEAD = 16_384

#: Longest side of any picture, pixels: JPEG and GIF end there, WebP and AVIF before. A PNG of one pixel
#: by 40 million takes a gigabyte to decode, for its rows alone.
MAX_SIDE_PX = 65_535

#: Most pixels of an owner's original. JPEG is decoded at a fraction of its size, so that the largest
#: stitched panoramas fit; every other format is decoded whole at 4 bytes a pixel.
MAX_ORIGINAL_JPEG_PIXELS = 400_000_000
MAX_ORIGINAL_PIXELS = 200_000_000

#: Formats by Pillow's names. The rest of Pillow's decoders never see a stranger's bytes.
WEB_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
ORIGINAL_FORMATS = (*WEB_FORMATS, "TIFF", "BMP", "HEIF")

#: File endings of camera raw formats: sensor data, whose picture is a matter of taste and program.
_RAW_ENDING = re.compile(
    r"\.(3fr|arw|cr[23w]|dng|erf|fff|iiq|kdc|mef|mos|mrw|nef|nrw|orf|pef|ra[fw]|rw[2l]|sr[2fw]|x3f)$",
    re.IGNORECASE,
)

#: What refused or damaged files are, by their first bytes: (offset, bytes, name, one of ours).
_SIGNATURES: tuple[tuple[int, bytes, str, str | None], ...] = (
    (0, b"\xff\xd8\xff", "JPEG", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG", "PNG"),
    (0, b"GIF87a", "GIF", "GIF"),
    (0, b"GIF89a", "GIF", "GIF"),
    (8, b"WEBP", "WebP", "WEBP"),
    (4, b"ftypavi", "AVIF", "AVIF"),
    (4, b"ftyphe", "HEIC", "HEIF"),
    (4, b"ftypmif1", "HEIF", "HEIF"),
    (0, b"II*\0", "TIFF", "TIFF"),
    (0, b"MM\0*", "TIFF", "TIFF"),
    (0, b"II+\0", "BigTIFF", "TIFF"),
    (0, b"MM\0+", "BigTIFF", "TIFF"),
    (0, b"BM", "BMP", "BMP"),
    (4, b"jP  ", "JPEG 2000", None),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000", None),
    (0, b"\xff\x0a", "JPEG XL", None),
    (4, b"JXL ", "JPEG XL", None),
    (0, b"8BPS", "Photoshop document", None),
    (0, b"\0\0\1\0", "icon", None),
    (0, b"%!PS", "PostScript", None),
    (0, b"%PDF", "PDF", None),
)

_OPENING = threading.Lock()


def open_web_image(body: bytes) -> ImageFile:
    """Open a picture from a stranger.

    Raises:
        GateError: Too large, too many pixels, not an allowed format, damaged, not an image.
    """
    if len(body) > MAX_WEB_BYTES:
        raise refusal(
            GateProblem.TOO_LARGE, f"{len(body):,} bytes, more than the {MAX_WEB_BYTES:,} that are read"
        )
    image = _open(io.BytesIO(body), body[:512], WEB_FORMATS, MAX_WEB_PIXELS)
    if image.format == "AVIF":
        needed = image.width * image.height * _avif_bytes_per_pixel(body[:_AVIF_HEAD], image.mode == "RGBA")
        if needed > MAX_AVIF_BYTES:
            image.close()
            raise refusal(GateProblem.TOO_MANY_PIXELS, f"an AVIF whose decoding takes {needed:,.0f} bytes")
    return image


@contextmanager
def open_original(path: Path) -> Iterator[ImageFile]:
    """Open a file of the owner's own.

    Raises:
        GateError: As `open_web_image`; also for RAW and SVG, which are named with the reason.
    """
    if _RAW_ENDING.search(path.name):
        raise refusal(
            GateProblem.UNSUPPORTED,
            f"{path.name}: camera raw file; export it as JPEG or TIFF to have it indexed",
        )
    _register_heif()
    try:
        file = path.open("rb")
    except OSError as e:
        raise refusal(GateProblem.DAMAGED, f"{path.name} cannot be read: {e.strerror}") from e
    with file:
        head = file.read(512)
        cap = MAX_ORIGINAL_JPEG_PIXELS if head.startswith(b"\xff\xd8") else MAX_ORIGINAL_PIXELS
        file.seek(0)
        with _open(file, head, ORIGINAL_FORMATS, cap) as image:
            yield image


#: OpenCV's code for a failed allocation (cv::Error::StsNoMem).
_CV_NO_MEMORY = -4


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turn whatever Pillow raises on bad bytes while it decodes into a `GateError`."""
    try:
        yield
    except GateError:
        raise
    except MemoryError as e:
        raise refusal(GateProblem.OUT_OF_MEMORY, "no memory left to decode the picture") from e
    except Image.DecompressionBombError as e:
        raise refusal(GateProblem.TOO_MANY_PIXELS, "more pixels than are decoded") from e
    # Pillow's plugins answer bad bytes with nearly every built-in exception (its own fuzz targets list
    # them); in the one place where bytes meet a decoder, anything means that they are damaged.
    except Exception as e:
        if getattr(e, "code", None) == _CV_NO_MEMORY:
            raise refusal(GateProblem.OUT_OF_MEMORY, "no memory left to decode the picture") from e
        raise refusal(GateProblem.DAMAGED, f"cannot be decoded: {e}"[:200]) from e


def refusal(problem: GateProblem, message: str) -> GateError:
    """The error that refuses some bytes."""
    return GateError(problem.value, f"{problem.value}: {message}")


def format_name(image: ImageFile) -> str:
    """Lower-case Pillow name; a JPEG with several pictures (MPO) is a JPEG."""
    name = (image.format or "").lower()
    return "jpeg" if name == "mpo" else name


def _open(file: BinaryIO, head: bytes, formats: tuple[str, ...], max_pixels: int) -> ImageFile:
    """Open with every size check at ``max_pixels``; the lock guards Pillow's global limit."""
    # One decoding thread: a child has one processor, and answers must not depend on how many there are.
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    before = Image.MAX_IMAGE_PIXELS
    with _OPENING, warnings.catch_warnings(), refusing_damage():
        warnings.simplefilter("ignore")
        # Pillow raises at twice its limit, and some decoders ask only for that.
        Image.MAX_IMAGE_PIXELS = max_pixels // 2
        try:
            return _identified(file, head, formats)
        finally:
            Image.MAX_IMAGE_PIXELS = before


def _identified(file: BinaryIO, head: bytes, formats: tuple[str, ...]) -> ImageFile:
    try:
        image = Image.open(file, formats=formats)
    except UnidentifiedImageError as e:
        raise _unidentified(head, formats) from e
    if min(image.size) < 1:
        image.close()
        raise refusal(GateProblem.DAMAGED, "a picture without pixels")
    if max(image.size) > MAX_SIDE_PX:
        image.close()
        raise refusal(GateProblem.TOO_MANY_PIXELS, f"a side of more than {MAX_SIDE_PX:,} pixels")
    return image


def _avif_bytes_per_pixel(head: bytes, has_alpha: bool) -> float:
    """What decoding holds for each pixel, by the AV1 configuration (AV1-ISOBMFF, section 2.3.3)."""
    # Alpha is a picture of its own with a configuration of its own; without any, the dearest is taken.
    found = [match[1][0] for match in _AV1_CONFIGURATION.finditer(head)] or [0b0100_0000]
    samples = [2 if flags & 0b0100_0000 else 1 for flags in found]
    colours = [
        0.0 if flags & 0b0001_0000 else 2.0 / (1 + bool(flags & 0b1000)) / (1 + bool(flags & 0b0100))
        for flags in found
    ]
    return max(samples) * (1 + max(colours) + has_alpha) + 2 * (4 if has_alpha else 3)


def _unidentified(head: bytes, formats: tuple[str, ...]) -> GateError:
    """Say why Pillow knew nothing: a format that is not read, damage, or no picture at all."""
    for offset, signature, name, pillow_name in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            if pillow_name in formats:
                return refusal(GateProblem.DAMAGED, f"{name} header is broken")
            return refusal(
                GateProblem.UNSUPPORTED, f"{name} is not read here; JPEG, PNG, WebP, GIF, AVIF are"
            )
    if b"<svg" in head.lower():
        return refusal(GateProblem.UNSUPPORTED, "SVG is a drawing program, not pixels; it is never run")
    return refusal(GateProblem.NOT_AN_IMAGE, "empty" if not head else f"begins with {head[:12]!r}")


def _register_heif() -> None:
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
