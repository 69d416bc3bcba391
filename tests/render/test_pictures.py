from io import BytesIO

import pytest
from PIL import Image

from creditline.render.pictures import PREVIEW_HEIGHT, PREVIEW_WIDTH, preview


def png(width, height):
    out = BytesIO()
    Image.effect_noise((width, height), 60).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(("size", "expected"), [((400, 300), (400, 300)), ((1440, 900), (720, 450))])
def test_a_preview_is_a_jpeg_no_wider_than_a_card(size, expected):
    with Image.open(BytesIO(preview(png(*size)))) as picture:
        assert (picture.format, picture.size) == ("JPEG", expected)


def test_a_very_tall_screenshot_is_cut():
    with Image.open(BytesIO(preview(png(PREVIEW_WIDTH, 3 * PREVIEW_HEIGHT)))) as picture:
        assert picture.size == (PREVIEW_WIDTH, PREVIEW_HEIGHT)


def test_bytes_that_are_no_png_are_refused():
    with pytest.raises(OSError, match="cannot identify"):
        preview(b"<svg/>")
