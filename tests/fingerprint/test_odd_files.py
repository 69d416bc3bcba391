"""Files that browsers show and decoders stumble over: broken descriptions, large WebP, endless sides."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from creditline.errors import GateError
from creditline.fingerprint import decode_image, loading, opening
from creditline.fingerprint.blocks import without_descriptions
from creditline.fingerprint.opening import MAX_SIDE_PX, open_web_image
from creditline.records import GateProblem


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def in_png(png: bytes, extra: bytes, *, behind_pixels: bool = False) -> bytes:
    at = len(png) - 12 if behind_pixels else 33
    return png[:at] + extra + png[at:]


@pytest.mark.parametrize("broken", [segment(0xEE, b"Adobe"), segment(0xE0, b"JFIF\0")])
def test_a_jpeg_with_a_segment_cut_short_is_read(photo, encoded, broken):
    body = encoded(photo(1), "JPEG")
    decoded = decode_image(body[:2] + broken + body[2:])
    assert decoded.fingerprint.phash == decode_image(body).fingerprint.phash
    assert decoded.bytes_len == len(body) + len(broken)


@pytest.mark.parametrize("behind_pixels", [False, True])
@pytest.mark.parametrize(
    "head", [(b"zTXt", b"Comment\0\0"), (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0"), (b"iCCP", b"x\0\0")]
)
def test_a_png_with_an_enormous_text_is_read(photo, encoded, head, behind_pixels):
    kind, start = head
    body = encoded(photo(1), "PNG")
    bomb = chunk(kind, start + zlib.compress(b"x" * 20_000_000, 9))
    decoded = decode_image(in_png(body, bomb, behind_pixels=behind_pixels))
    assert decoded.fingerprint.phash == decode_image(body).fingerprint.phash


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_what_is_cut_off_stays_damaged(photo, encoded, file_format):
    body = encoded(photo(1), file_format)
    extra = segment(0xFE, b"words") if file_format == "JPEG" else b""
    with pytest.raises(GateError) as refused:
        decode_image((body[:2] + extra + body[2:])[: len(body) // 2])
    assert refused.value.kind == GateProblem.DAMAGED


def test_colours_and_orientation_stay_where_descriptions_go():
    exif, adobe, comment = (
        segment(0xE1, b"Exif\0\0x"),
        segment(0xEE, b"Adobe" + b"\0" * 7),
        segment(0xFE, b"x"),
    )
    pixels = b"\xff\xda\0\2" + comment
    bare = without_descriptions(b"\xff\xd8" + exif + comment + adobe + pixels)
    assert bare == b"\xff\xd8" + exif + adobe + pixels
    assert without_descriptions(b"\xff\xd8" + exif + pixels) is None
    assert without_descriptions(b"GIF89a") is None
    for cut in range(len(exif + comment) + 2):
        without_descriptions((b"\xff\xd8" + exif + comment)[:cut])


@pytest.mark.parametrize("options", [{"quality": 80}, {"lossless": True}])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_a_large_webp_is_read_as_a_small_one(photo, encoded, monkeypatch, mode, options):
    picture = photo(1).convert(mode)
    if mode == "RGBA":
        picture.putalpha(photo(2).convert("L"))
    body = encoded(picture, "WEBP", **options)
    with open_web_image(body) as image:
        usual = np.asarray(loading.load_working(image)).astype(int)
    monkeypatch.setattr(loading, "_LARGE_WEBP_PIXELS", 1)
    monkeypatch.setattr(loading, "_STRIP_PIXELS", 50_000)
    with open_web_image(body) as image:
        large = np.asarray(loading.load_working(image))
    assert np.abs(usual - large).mean() <= 1
    with pytest.raises(GateError) as refused, open_web_image(body[: len(body) // 2]) as image:
        loading.load_working(image)
    assert refused.value.kind == GateProblem.DAMAGED


def test_a_large_animation_is_its_first_frame(photo, encoded, monkeypatch):
    body = encoded(photo(1), "WEBP", save_all=True, append_images=[photo(2)])
    before = decode_image(body)
    monkeypatch.setattr(loading, "_LARGE_WEBP_PIXELS", 1)
    assert decode_image(body).fingerprint == before.fingerprint


def test_a_picture_of_one_endless_column_is_refused():
    header = struct.pack(">IIBBBBB", 1, MAX_SIDE_PX + 1, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\0" * (MAX_SIDE_PX + 1))
    body = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    with pytest.raises(GateError) as refused:
        decode_image(body)
    assert refused.value.kind == GateProblem.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("mode", "subsampling", "per_pixel"),
    [("RGB", "4:2:0", 7.5), ("RGB", "4:4:4", 9), ("RGBA", "4:2:0", 10.5)],
)
def test_an_avif_that_takes_too_much_memory_is_refused(
    photo, encoded, monkeypatch, mode, subsampling, per_pixel
):
    picture = photo(1).convert("RGB")
    if mode == "RGBA":
        picture.putalpha(128)
    body = encoded(picture, "AVIF", subsampling=subsampling)
    monkeypatch.setattr(opening, "MAX_AVIF_BYTES", 900 * 600 * per_pixel)
    assert decode_image(body).format == "avif"
    monkeypatch.setattr(opening, "MAX_AVIF_BYTES", 900 * 600 * per_pixel - 1)
    with pytest.raises(GateError) as refused:
        decode_image(body)
    assert refused.value.kind == GateProblem.TOO_MANY_PIXELS


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_large_avif_is_read_as_a_small_one_is(photo, encoded, monkeypatch, mode):
    picture = photo(1).convert("RGB")
    if mode == "RGBA":
        picture.putalpha(128)
    body = encoded(picture, "AVIF")
    usual = decode_image(body)
    monkeypatch.setattr(loading, "_LARGE_AVIF_PIXELS", 1000)
    assert decode_image(body) == usual
