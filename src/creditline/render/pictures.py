"""Small pictures of large ones, freshly encoded, for reports."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

#: Size of a preview of a screenshot, in pixels: readable beside the words of a card, 30-60 KB each.
PREVIEW_WIDTH = 720
PREVIEW_HEIGHT = 900
_QUALITY = 74


def preview(png: bytes) -> bytes:
    """Make a JPEG preview of a screenshot of ours; what does not fit in height is cut at the bottom.

    Raises:
        OSError: The bytes are not a whole PNG.
    """
    with Image.open(BytesIO(png), formats=["PNG"]) as screenshot:
        picture = screenshot.convert("RGB")
    if picture.width > PREVIEW_WIDTH:
        height = max(1, round(picture.height * PREVIEW_WIDTH / picture.width))
        picture = picture.resize((PREVIEW_WIDTH, height), Image.Resampling.LANCZOS, reducing_gap=3)
    picture = picture.crop((0, 0, picture.width, min(picture.height, PREVIEW_HEIGHT)))
    out = BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
