"""Small pictures of large ones, freshly encoded, for reports."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from creditline.records import Region

#: Size of a preview of a screenshot, in pixels: readable beside the words of a card, 30-60 KB each.
PREVIEW_WIDTH = 720
PREVIEW_HEIGHT = 900
_QUALITY = 74

#: Largest side of each picture in an overlay, the gap between the two, and the frame, in pixels.
OVERLAY_PX = 420
_GAP_PX = 12
_FRAME_PX = 3
_FRAME_COLOUR = (208, 2, 27)


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


def match_overlay(ours: bytes, theirs: bytes, our_region: Region, region: Region) -> bytes:
    """Put two thumbnails side by side, the owner's left, and frame in each the part that both show.

    Args:
        ours: JPEG of the work.
        theirs: JPEG of the copy.
        our_region: The part of the work that the copy shows.
        region: Where that part lies in the copy.

    Raises:
        OSError: One of them is not a whole JPEG.
    """
    pictures = [_framed(ours, our_region), _framed(theirs, region)]
    width = sum(picture.width for picture in pictures) + _GAP_PX
    sheet = Image.new("RGB", (width, max(picture.height for picture in pictures)), (255, 255, 255))
    sheet.paste(pictures[0], (0, 0))
    sheet.paste(pictures[1], (pictures[0].width + _GAP_PX, 0))
    out = BytesIO()
    sheet.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _framed(jpeg: bytes, region: Region) -> Image.Image:
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((OVERLAY_PX, OVERLAY_PX))
    left, right = (min(max(x, 0.0), 1.0) * (picture.width - 1) for x in (region[0], region[2]))
    top, bottom = (min(max(y, 0.0), 1.0) * (picture.height - 1) for y in (region[1], region[3]))
    box = (left, top, max(left, right), max(top, bottom))
    ImageDraw.Draw(picture).rectangle(box, outline=_FRAME_COLOUR, width=_FRAME_PX)
    return picture
