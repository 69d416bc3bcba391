"""What the gate makes of files: one work in every form, and typed refusals."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from creditline.errors import GateError
from creditline.fingerprint import CASCADE, HASH, THUMBNAIL_PX, decode_image, decode_original
from creditline.fingerprint.decode import read_side
from creditline.fingerprint.details import Details
from creditline.fingerprint.hashes import distance_bits
from creditline.records import GateProblem

#: Hash bits by which two encodings of one picture may differ here; a palette costs most, up to 12.
SAME_BITS = 16


#: The picture of the HEIC test as a HEIC file: nothing here can write one.
HEIC = (
    "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<00042ZDn*}000000000XXk=`10000000000aA{+700000000000000000000B"
    "57=IV*mgE07O6l0RRC200001dH?|c0000000D0R001LtX>Mi!000000RR916=`l}WdZ;I000310BCk&F#rGn01j|zbZr0t00"
    "0010002iX>f9I0002DX>en20001ZXm(>m0RwOV0058x000009`FGC{rLC*01pFT0096PKmiN^|NjGU00093kN^M!000939=Z"
    "ZRVE_RDD?$MQ18@KU0|1Z!00RI30{|YNFo6Y@>PacCZUPz%2mk;B0LTCU0{{p>VgLaE2SfqEa<C#m0000JV{dG7ZewhC0096"
    "E00w{n000zeb8uw<00000003YB002M$000nhX?SS>000032nYxO000+haBX1#00000000310R({p0|Wp70e5X=VRQfh0c$7$"
    "uQs+<9l0}2{idx5JAX95KPUqa`~;QyAyV2&6f-w7S|RfL8~S_OyXu7IJ|sNKbp*&thn=W821)ro;cMug{>(2?V-"
    "rg9%Gsr3sDWBGO%Xn@&N0_fe!exN0(ZLjUc~P?3bf>6<_^cs)cBlao74U!k=X3Y(>{khWQE1n65Ew_)G@JL?fjf%Hii2{GZ&"
    "zU+gJlm?(wcokl1qi#%dN`Hp;sj+H+L%ZC9{A$K<<AEJz4wufwE>`+{*=cstu|Lo>tx`J)j>t(_^35<y!Euc+n>SWZLpoYS)"
    "_qHB{rF5kpz#(O<4+bJg?bqID*Tb4q2g9#3alD|xajhz_H87qkJ1a2umt{uvZb!0YDLF2~~=yp_*g~Ft+Gsa4YgLgqu<@BMd"
    "3dPXXRpmpr7f+=!SbQmJdXLg$WW>qg`$3|QA*$$yfiL+gmc^L_nOHFN%AeDAvw6btF#PGzpUUI71^"
)


def assert_same_work(one, other):
    assert distance_bits(one.fingerprint.phash, other.fingerprint.phash) <= SAME_BITS
    assert (one.width, one.height) == (other.width, other.height)


@pytest.mark.parametrize(
    ("file_format", "options"),
    [
        ("JPEG", {"quality": 60}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("WEBP", {"quality": 70}),
        ("WEBP", {"lossless": True}),
        ("GIF", {}),
        ("AVIF", {"quality": 60}),
    ],
)
def test_every_web_format_is_one_work(photo, encoded, file_format, options):
    plain = decode_image(encoded(photo(1), "PNG"))
    decoded = decode_image(encoded(photo(1), file_format, **options))
    assert_same_work(plain, decoded)
    assert decoded.format == file_format.lower()


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "I;16", "1"])
def test_every_pixel_mode_is_one_work(photo, encoded, mode):
    source = photo(2)
    if mode == "I;16":
        wide = np.asarray(source.convert("L")).astype(np.uint16) << 8
        body = encoded(Image.fromarray(wide), "PNG")
    else:
        body = encoded(source.convert(mode), "JPEG" if mode == "CMYK" else "PNG")
    assert_same_work(decode_image(encoded(source, "PNG")), decode_image(body))


def test_transparency_lies_on_white(photo, encoded):
    chart = photo(3).convert("RGBA")
    alpha = Image.new("L", chart.size, 0)
    alpha.paste(255, (100, 100, 800, 500))
    chart.putalpha(alpha)
    on_white = Image.new("RGB", chart.size, "white")
    on_white.paste(chart, mask=alpha)
    assert_same_work(decode_image(encoded(on_white, "PNG")), decode_image(encoded(chart, "PNG")))


def test_all_exif_orientations_are_one_work(photo, encoded):
    upright = photo(4)
    turned_back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    plain = decode_image(encoded(upright))
    for orientation, operation in turned_back.items():
        stored = upright if operation is None else upright.transpose(operation)
        exif = Image.Exif()
        exif[0x0112] = orientation
        body = encoded(stored, exif=exif)
        assert ImageOps.exif_transpose(Image.open(io.BytesIO(body))).size == upright.size
        assert_same_work(plain, decode_image(body))


def test_first_frame_of_an_animation_counts(photo, encoded):
    body = encoded(photo(5), "GIF", save_all=True, append_images=[photo(6), photo(7)])
    assert_same_work(decode_image(encoded(photo(5), "PNG")), decode_image(body))


def test_scaled_decode_does_not_change_the_hash(photo, encoded):
    large = photo(8).resize((3600, 2400), Image.Resampling.BICUBIC)
    scaled = decode_image(encoded(large, "JPEG", quality=95))
    full = decode_image(encoded(large, "PNG"))
    assert_same_work(full, scaled)


def test_large_pictures_are_read_strip_by_strip(photo, encoded):
    large = photo(8).resize((4500, 3000), Image.Resampling.BICUBIC)
    assert (
        distance_bits(
            decode_image(encoded(photo(8), "PNG")).fingerprint.phash,
            decode_image(encoded(large, "PNG", compress_level=1)).fingerprint.phash,
        )
        <= SAME_BITS
    )


def test_thumbnail_is_fresh_and_small(photo, encoded):
    exif = Image.Exif()
    exif[0x013B] = "Somebody"
    thumbnail = Image.open(io.BytesIO(decode_image(encoded(photo(9), exif=exif)).thumbnail))
    assert thumbnail.format == "JPEG"
    assert max(thumbnail.size) == THUMBNAIL_PX
    assert not thumbnail.getexif()


def test_flat_pictures_are_said_to_be_flat(encoded):
    for colour, size in (("white", (800, 600)), ((3, 120, 40), (1, 1)), ((0, 0, 0, 0), (300, 300))):
        mode = "RGBA" if len(colour) == 4 and isinstance(colour, tuple) else "RGB"
        decoded = decode_image(encoded(Image.new(mode, size, colour), "PNG"))
        assert decoded.flat
        assert decoded.fingerprint.quality == 0


def test_a_letterboxed_plain_area_has_no_quality(encoded):
    boxed = ImageOps.expand(Image.new("RGB", (900, 500), (200, 190, 180)), (0, 200), "black")
    assert decode_image(encoded(boxed)).fingerprint.quality < 10


def png_header(width, height):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", GateProblem.NOT_AN_IMAGE),
        (b"<!doctype html><title>Not found</title>", GateProblem.NOT_AN_IMAGE),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", GateProblem.UNSUPPORTED),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", GateProblem.UNSUPPORTED),
        (b"\0\0\0\x0cjP  \r\n\x87\n", GateProblem.UNSUPPORTED),
        (b"II*\0" + bytes(100), GateProblem.UNSUPPORTED),
        (b"\xff\xd8\xff\xe0" + bytes(100), GateProblem.DAMAGED),
        (png_header(10_000, 5_001), GateProblem.TOO_MANY_PIXELS),
        (png_header(100_000, 100_000), GateProblem.TOO_MANY_PIXELS),
        (png_header(100, 100), GateProblem.DAMAGED),
        (bytes(32_000_001), GateProblem.TOO_LARGE),
    ],
)
def test_what_is_refused_is_refused_by_kind(body, problem):
    with pytest.raises(GateError) as refused:
        decode_image(body)
    assert refused.value.kind == problem
    assert str(refused.value).startswith(problem.value)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("kept", [0.02, 0.3, 0.9])
def test_a_cut_file_is_never_taken_for_a_whole_one(photo, encoded, file_format, kept):
    body = encoded(photo(10), file_format)
    with pytest.raises(GateError) as refused:
        decode_image(body[: int(len(body) * kept)])
    assert refused.value.kind in (GateProblem.DAMAGED, GateProblem.NOT_AN_IMAGE)


def test_pillows_own_limit_is_left_as_it_was(photo, encoded):
    before = Image.MAX_IMAGE_PIXELS
    decode_image(encoded(photo(1)))
    with pytest.raises(GateError):
        decode_image(png_header(100_000, 100_000))
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize("name", ["scan.tif", "old.bmp", "web.jpg"])
def test_originals_may_be_of_more_formats(photo, tmp_path, name):
    path = tmp_path / name
    photo(11).save(path)
    photo(11).save(tmp_path / "plain.png")
    assert_same_work(decode_original(str(tmp_path / "plain.png")), decode_original(str(path)))


def test_a_heic_file_of_a_phone_is_read(photo, tmp_path):
    """The file shows ``photo(11)``; it was encoded once, since the decoder we ship cannot write."""
    photo(11).save(tmp_path / "plain.png")
    sample = Path(__file__).parent / "cases" / "phone.heic"
    assert_same_work(decode_original(str(tmp_path / "plain.png")), decode_original(str(sample)))


def test_a_heic_original_is_read(tmp_path):
    picture = Image.new("RGB", (96, 64), (30, 60, 120))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((10, 8, 40, 30), fill=(240, 200, 60))
    draw.ellipse((50, 20, 88, 58), fill=(200, 40, 40))
    draw.rectangle((5, 40, 30, 60), fill=(250, 250, 250))
    draw.ellipse((60, 2, 80, 16), fill=(20, 200, 80))
    picture.save(tmp_path / "plain.png")
    (tmp_path / "phone.heic").write_bytes(base64.b85decode(HEIC))
    decoded = decode_original(str(tmp_path / "phone.heic"))
    assert decoded.format == "heif"
    assert_same_work(decode_original(str(tmp_path / "plain.png")), decoded)
    with pytest.raises(GateError, match="HEIC is not read here"):
        decode_image(base64.b85decode(HEIC))


def test_a_sixteen_bit_tiff_is_read(photo, tmp_path):
    wide = np.asarray(photo(11).convert("L")).astype(np.uint16) << 8
    Image.fromarray(wide).save(tmp_path / "scan.tif")
    photo(11).convert("L").save(tmp_path / "plain.png")
    assert_same_work(
        decode_original(str(tmp_path / "plain.png")), decode_original(str(tmp_path / "scan.tif"))
    )


def test_originals_beyond_the_web_cap_are_read(tmp_path, photo):
    path = tmp_path / "panorama.jpg"
    photo(12).resize((9600, 6400)).save(path, quality=40)
    decoded = decode_original(str(path))
    assert (decoded.width, decoded.height) == (9600, 6400)
    with pytest.raises(GateError, match="too many pixels"):
        decode_image(path.read_bytes())


@pytest.mark.parametrize(
    ("name", "words"), [("a.nef", "camera raw"), ("b.DNG", "camera raw"), ("c.svg", "drawing program")]
)
def test_raw_and_svg_are_named_with_the_reason(tmp_path, name, words):
    (tmp_path / name).write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    with pytest.raises(GateError, match=words) as refused:
        decode_original(str(tmp_path / name))
    assert refused.value.kind == GateProblem.UNSUPPORTED


def test_a_missing_original_is_refused_in_words(tmp_path):
    with pytest.raises(GateError, match=r"gone\.jpg"):
        decode_original(str(tmp_path / "gone.jpg"))


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_both_algorithms_make_the_same_hash(photo, encoded, file_format):
    body = encoded(photo(3, (2400, 1600)), file_format)
    plain, detailed = (decode_image(body, algorithm).fingerprint for algorithm in (HASH, CASCADE))
    assert (plain.phash, plain.phash_mirrored, plain.quality) == (
        detailed.phash,
        detailed.phash_mirrored,
        detailed.quality,
    )
    assert bool(detailed.features) > bool(plain.features)


def test_a_sides_hash_is_made_without_its_details(photo, encoded, monkeypatch):
    made = []
    of_picture = Details.of_picture
    monkeypatch.setattr(
        Details, "of_picture", lambda picture: made.append(picture.size) or of_picture(picture)
    )
    body = encoded(photo(3, (2400, 1600)))
    side = read_side(body, CASCADE)
    assert made == []
    assert side.details.gray.shape == (341, 512)
    assert made == [(800, 533)]
    assert side.fingerprint == replace(decode_image(body, CASCADE).fingerprint, features=b"")


@pytest.mark.parametrize("longest", [300, 640, 1000, 1280, 1900])
def test_copies_of_any_size_stay_within_the_sure_radius(photo, encoded, longest):
    ours = decode_image(encoded(photo(3, (2400, 1600)))).fingerprint
    copy = photo(3, (2400, 1600)).resize((longest, longest * 2 // 3), Image.Resampling.LANCZOS)
    for options in ({"quality": 60}, {"quality": 85, "progressive": True}, {"file_format": "PNG"}):
        theirs = decode_image(encoded(copy, **options)).fingerprint
        assert distance_bits(ours.phash, theirs.phash) <= 12
