"""The one loading rule: an opened picture to upright RGB pixels on white, at a working size.

Both sides of a comparison pass through here, the owner's original and the copy on a page; every
difference in loading would be a difference in fingerprint. Measured: without the orientation step
120-128 of 256 hash bits differ, without white below transparency 188, with 16-bit clipped 127.

Memory: the decoded canvas (4 bytes a pixel) plus one strip; JPEG is decoded at a fraction of its size.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

from creditline.fingerprint.opening import refusal, refusing_damage
from creditline.records import GateProblem

#: Longer side of the working picture, in pixels: beyond 800 local features cost more and find no more.
WORKING_PX = 800

#: Reduce by whole pixel blocks as long as this many times the wanted size is left for the fine filter.
_REDUCING_GAP = 2

#: Pixels converted at a time.
_STRIP_PIXELS = 4_000_000

#: Still WebP pictures of more pixels are decoded by OpenCV; Pillow's decoder of animations holds them four
#: times: 49 million pixels took a child to 820 MB, so to 354 (measured; scripts/evaluation/hostile).
_LARGE_WEBP_PIXELS = 16_000_000

#: AVIF pictures of more pixels are taken from the decoder as they are; Pillow's own canvas of four bytes a
#: pixel would come on top: 49 million pixels took a child to 670 MB.
_LARGE_AVIF_PIXELS = 16_000_000

#: Gives the rows from one to before another of a decoded picture.
_Strips = Callable[[int, int], Image.Image]

_ORIENTATION_TAG = 0x0112

#: Exif orientation to what makes the picture upright (Exif 2.3, tag 0x0112).
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright_size(image: ImageFile) -> tuple[int, int]:
    """Width and height as a browser shows them; call before `load_working`, which shrinks."""
    width, height = image.size
    return (height, width) if _orientation(image) >= 5 else (width, height)


def load_working(image: ImageFile, longest_px: int = WORKING_PX) -> Image.Image:
    """Decode a picture: first frame, upright, RGB on white, at most ``longest_px`` on its longer side.

    A smaller picture keeps its size.

    Raises:
        GateError: It is damaged, cut off, in colours that have no RGB, or does not fit into memory.
    """
    wanted = _size_within(image.size, longest_px)
    return _load(image, wanted, wanted)


def load_coarse(image: ImageFile, longest_px: int) -> Image.Image:
    """As `load_working`, but 1 to 4 times that size: shrunk only as far as whole pixel blocks go.

    The fine filter costs as much as decoding a web picture; hashes do without it.

    Raises:
        GateError: As `load_working`.
    """
    return _load(image, _size_within(image.size, longest_px), None)


def _size_within(size: tuple[int, int], longest_px: int) -> tuple[int, int]:
    ratio = min(1.0, longest_px / max(size))
    return max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))


def _load(image: ImageFile, least: tuple[int, int], wanted: tuple[int, int] | None) -> Image.Image:
    """Decode at the smallest size from ``least`` on that costs little, then at ``wanted`` exactly."""
    orientation = _orientation(image)
    with refusing_damage():
        image.draft("RGB", least)
        picture = _reduced_on_white(image.size, _strips(image), least)
        if wanted is not None and picture.size != wanted:
            picture = picture.resize(wanted, Image.Resampling.LANCZOS)
        return picture.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else picture


def _orientation(image: ImageFile) -> int:
    """Exif orientation 1..8; 1 where there is none or it cannot be read."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    # A broken Exif block must not make a readable picture unreadable; see `refusing_damage` on "anything".
    except Exception:
        return 1
    return value if value in _UPRIGHT else 1


def _strips(image: ImageFile) -> _Strips:
    """Decode a picture; its rows from one to another are asked for afterwards."""
    large_still = getattr(image, "n_frames", 1) == 1 and image.width * image.height > _LARGE_WEBP_PIXELS
    strips = _large_webp(image) if image.format == "WEBP" and large_still else None
    if image.format == "AVIF" and image.width * image.height > _LARGE_AVIF_PIXELS:
        strips = _large_avif(image)
    if strips is not None:
        return strips
    image.load()
    # A crop is a copy: none is made where the whole picture is asked for.
    return lambda top, bottom: (
        image if (top, bottom) == (0, image.height) else image.crop((0, top, image.width, bottom))
    )


def _large_webp(image: ImageFile) -> _Strips | None:
    """A large WebP by OpenCV; ``None`` where Pillow has to decide whether it is damaged."""
    if image.fp is None:
        return None
    image.fp.seek(0)
    pixels = cv2.imdecode(np.frombuffer(image.fp.read(), dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.ndim != 3 or pixels.shape[:2] != (image.height, image.width):
        return None
    order = cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return lambda top, bottom: Image.fromarray(cv2.cvtColor(pixels[top:bottom], order))


def _large_avif(image: ImageFile) -> _Strips | None:
    """The first frame of a large AVIF as Pillow's decoder gives it; ``None`` where it cannot be had so."""
    decoder = getattr(image, "_decoder", None)
    if decoder is None or image.mode not in ("RGB", "RGBA"):
        return None
    pixels = memoryview(decoder.get_frame(0)[0])
    mode, width, row = image.mode, image.width, image.width * len(image.mode)
    if len(pixels) != row * image.height:
        return None
    return lambda top, bottom: Image.frombytes(mode, (width, bottom - top), pixels[top * row : bottom * row])


def _reduced_on_white(size: tuple[int, int], strips: _Strips, wanted: tuple[int, int]) -> Image.Image:
    """Convert strip by strip, shrunk by whole blocks, so that only the decoded canvas is large."""
    width, height = size
    factor = max(1, min(width // wanted[0], height // wanted[1]) // _REDUCING_GAP)
    rows = max(factor, _STRIP_PIXELS // width // factor * factor)
    if rows >= height:
        whole = _on_white(strips(0, height))
        return whole.reduce(factor) if factor > 1 else whole
    reduced = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        strip = strips(top, min(height, top + rows))
        reduced.paste(_on_white(strip).reduce(factor), (0, top // factor))
    return reduced


def _on_white(image: Image.Image) -> Image.Image:
    """RGB of any mode: 16 bits to 8 by shifting, transparency onto white."""
    if image.mode == "F":
        raise refusal(GateProblem.UNSUPPORTED, "floating-point pixels have no agreed white")
    if image.mode.startswith("I"):
        eight_bits = np.clip(np.asarray(image).astype(np.int64) >> 8, 0, 255).astype(np.uint8)
        return Image.fromarray(eight_bits).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, layered).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")
