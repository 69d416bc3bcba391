"""Copies that no hash finds: parts, pasted, covered; and the pictures that only look alike."""

from __future__ import annotations

import zlib
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from creditline.errors import FingerprintError
from creditline.fingerprint import CASCADE, PortfolioIndex, decode_image, match
from creditline.fingerprint.closeup import look_closely
from creditline.fingerprint.decode import read_side
from creditline.fingerprint.dense import compare
from creditline.fingerprint.details import Details
from creditline.fingerprint.features import FRAME, extract, frame_of
from creditline.fingerprint.geometry import Alignment, align, match_features
from creditline.records import MatchMethod, MatchStatus


@pytest.fixture(scope="module")
def fingerprint(encoded):
    def make(picture, **options):
        return decode_image(encoded(picture, **options), CASCADE).fingerprint

    return make


def pasted(picture, width, background, place=(150, 120)):
    page = background.copy()
    page.paste(picture.resize((width, width * picture.height // picture.width)), place)
    return page


def lettered(picture, lines=4):
    picture = picture.copy()
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=60)
    for line in range(lines):
        draw.text(
            (20, 20 + 150 * line), "WORDS OVER ALL OF IT", "white", font, stroke_width=4, stroke_fill="black"
        )
    return picture


CHANGES = {
    "crop": lambda p, _: p.crop((300, 150, 700, 450)),
    "mirrored crop": lambda p, _: ImageOps.mirror(p.crop((100, 100, 600, 500))),
    "screenshot": lambda p, _: pasted(p, 420, Image.new("RGB", (1100, 800), "white")),
    "picture in picture": lambda p, other: pasted(p, 400, other.resize((1200, 800))),
    "lettering": lambda p, _: lettered(p),
    "rotation": lambda p, _: p.rotate(12, expand=True, fillcolor="white"),
    "quarter turn": lambda p, _: p.transpose(Image.Transpose.ROTATE_90),
    "border": lambda p, _: ImageOps.expand(p, 150, "black"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_copies_are_confirmed(fingerprint, photo, change):
    theirs = CHANGES[change](photo(1), photo(50))
    found = match(fingerprint(photo(1)), fingerprint(theirs, quality=60))
    assert found is not None
    assert (found.status, found.method) == (MatchStatus.CONFIRMED, MatchMethod.GEOMETRY)
    assert found.mirrored == change.startswith("mirrored")


def test_the_match_says_where(fingerprint, photo):
    page = pasted(photo(1), 450, photo(50).resize((1200, 800)), (300, 200))
    found = match(fingerprint(photo(1)), fingerprint(page))
    assert found.region == pytest.approx((300 / 1200, 200 / 800, 750 / 1200, 500 / 800), abs=0.05)
    assert found.our_region == pytest.approx((0, 0, 1, 1), abs=0.07)
    assert found.scale == pytest.approx(0.5, rel=0.02)
    assert found.rotation == pytest.approx(0, abs=0.5)


def test_region_of_a_mirrored_part_is_in_their_picture_as_it_is(fingerprint, photo):
    page = pasted(ImageOps.mirror(photo(1)), 450, photo(50).resize((1200, 800)), (700, 400))
    found = match(fingerprint(photo(1)), fingerprint(page))
    assert found.mirrored
    assert found.region == pytest.approx((700 / 1200, 400 / 800, 1150 / 1200, 700 / 800), abs=0.05)


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_match_maps_their_picture_to_ours(fingerprint, photo, mirrored):
    copy = ImageOps.mirror(photo(1)) if mirrored else photo(1)
    page = pasted(copy, 450, photo(50).resize((1200, 800)), (300, 200))
    a, b, c, d, e, f = match(fingerprint(photo(1)), fingerprint(page)).to_ours
    for u, v, x, y in ((300, 200, 0, 0), (750, 500, 1, 1), (300, 500, 0, 1)):
        u, v, x = u / 1200, v / 800, 1 - x if mirrored else x
        assert (a * u + b * v + c, d * u + e * v + f) == pytest.approx((x, y), abs=0.01)


def test_the_turn_is_told_clockwise(fingerprint, photo):
    theirs = photo(1).rotate(-20, expand=True, fillcolor="white")
    assert match(fingerprint(photo(1)), fingerprint(theirs)).rotation == pytest.approx(20, abs=1)


@pytest.fixture(scope="module")
def portfolio(photo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("works")
    paths = [str(folder / f"{seed}.png") for seed in range(12)]
    for seed, path in enumerate(paths):
        photo(seed).save(path)
    return PortfolioIndex.from_images(paths, CASCADE), paths


@pytest.mark.parametrize("change", CHANGES)
def test_the_portfolio_says_which_work_it_is(portfolio, photo, encoded, change):
    index, paths = portfolio
    body = encoded(CHANGES[change](photo(4), photo(60)), quality=60)
    assert [(each.work, each.status) for each in index.identify(body)] == [(paths[4], MatchStatus.CONFIRMED)]


def test_a_collage_of_two_works_shows_both(portfolio, photo, encoded):
    index, paths = portfolio
    page = pasted(photo(2), 500, Image.new("RGB", (1200, 900), "white"), (20, 20))
    page.paste(photo(9).resize((500, 333)), (600, 500))
    assert {each.work for each in index.identify(encoded(page))} == {paths[2], paths[9]}


def framed(picture):
    """A template: the same lettering and frame round every picture."""
    page = Image.new("RGB", (1000, 1000), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=54)
    draw.rectangle((10, 10, 989, 989), outline="black", width=8)
    draw.text((60, 30), "THE SAME OLD TEMPLATE", "black", font)
    draw.text((60, 900), "follow for more - page 7", "black", font)
    page.paste(picture.resize((900, 600)), (50, 200))
    return page


def with_logo(picture):
    """A large mark, drawn the same on every picture."""
    picture = picture.copy()
    mark = Image.new("RGB", (300, 200), "white")
    draw = ImageDraw.Draw(mark)
    for step in range(6):
        draw.regular_polygon(
            (40 + 45 * step, 60 + 25 * (step % 3), 30), 3 + step, rotation=17 * step, fill="navy"
        )
    draw.text((20, 140), "Example & Co", "black", ImageFont.load_default(size=40))
    picture.paste(mark, (560, 370))
    return picture


@pytest.mark.parametrize("dressed", [framed, with_logo])
def test_the_same_dress_is_not_the_same_work(fingerprint, photo, dressed):
    found = match(fingerprint(dressed(photo(1))), fingerprint(dressed(photo(2))))
    assert found is None or found.status is MatchStatus.REVIEW


@pytest.mark.parametrize("dressed", [framed, with_logo])
def test_a_dressed_work_is_recognised_as_itself(fingerprint, photo, dressed):
    found = match(fingerprint(dressed(photo(1))), fingerprint(dressed(photo(1)).crop((0, 0, 890, 580))))
    assert found.status is MatchStatus.CONFIRMED


def test_another_view_of_the_scene_is_not_the_same_work(fingerprint, photo):
    seen = np.asarray(photo(1)).astype(np.float32)
    rows, columns = np.mgrid[0:600, 0:900].astype(np.float32)
    # Parallax: near things move more than far ones.
    depth = cv2.GaussianBlur(np.random.default_rng(3).random((600, 900)).astype(np.float32), (0, 0), 40)
    depth = (depth - depth.min()) / np.ptp(depth)
    moved = cv2.remap(
        seen, columns + 60 * depth, rows + 25 * depth, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    found = match(fingerprint(photo(1)), fingerprint(Image.fromarray(moved.astype(np.uint8))))
    assert found is None or found.status is MatchStatus.REVIEW


def test_none_of_many_strangers_is_ours(portfolio, photo, encoded):
    index, _ = portfolio
    for seed in range(100, 115):
        assert index.identify(encoded(photo(seed, (600, 400)))) == []


def test_fresh_and_stored_details_are_the_same(photo, encoded):
    body = encoded(photo(5))
    fresh = read_side(body, CASCADE).details
    stored = Details.unpacked(decode_image(body, CASCADE).fingerprint.features)
    assert fresh.packed() == stored.packed()
    assert (fresh.gray == stored.gray).all()
    for one, other in ((fresh.quick, stored.quick), (fresh.thorough, stored.thorough)):
        assert one.frame == other.frame
        for name in ("xy", "size", "angle", "codes"):
            assert (getattr(one, name) == getattr(other, name)).all()


def test_fingerprints_do_not_depend_on_the_number_of_threads(photo, encoded):
    body = encoded(lettered(photo(6)))
    first = decode_image(body, CASCADE).fingerprint
    threads = cv2.getNumThreads()
    try:
        cv2.setNumThreads(8)
        assert decode_image(body, CASCADE).fingerprint == first
    finally:
        cv2.setNumThreads(threads)


def test_verdicts_are_the_same_stored_or_fresh(portfolio, photo, encoded):
    index, _ = portfolio
    for change in CHANGES.values():
        body = encoded(change(photo(3), photo(70)), quality=50)
        assert index.identify(body) == index.identify_fingerprint(decode_image(body, CASCADE).fingerprint)


def test_how_our_file_was_decoded_changes_no_verdict(photo, encoded):
    """JPEG is decoded at a fraction of its size, PNG whole."""
    large = photo(8).resize((2400, 1600))
    theirs = decode_image(encoded(large.crop((700, 300, 1900, 1300)), quality=60), CASCADE).fingerprint
    stranger = decode_image(encoded(photo(90)), CASCADE).fingerprint
    for file_format, options in (("JPEG", {"quality": 92}), ("JPEG", {"progressive": True}), ("PNG", {})):
        ours = decode_image(encoded(large, file_format, **options), CASCADE).fingerprint
        found = match(ours, theirs)
        assert (found.status, found.method) == (MatchStatus.CONFIRMED, MatchMethod.GEOMETRY)
        assert match(ours, stranger) is None


def test_plain_and_tiny_pictures_match_nothing(fingerprint, photo):
    for picture in (
        Image.new("RGB", (600, 400), "white"),
        Image.new("RGB", (1, 1)),
        Image.new("L", (90, 2), 9),
    ):
        plain = fingerprint(picture)
        assert match(fingerprint(photo(1)), plain) is None
        assert match(plain, fingerprint(photo(1))) is None
        assert match(plain, plain) is None


def test_mirrored_features_are_those_of_the_mirrored_picture(photo):
    gray = photo(7).convert("L").resize((400, 267))
    straight = extract(np.asarray(ImageOps.mirror(gray)), frame_of(400, 267), 500)
    turned = extract(np.asarray(gray), frame_of(400, 267), 500).mirrored()
    best = align(turned, straight, match_features(turned, straight))[0]
    assert best.inliers > 200
    assert best.matrix[:, :2] == pytest.approx(np.eye(2), abs=0.01)
    assert best.matrix[:, 2] == pytest.approx((0, 0), abs=FRAME / 200)


def test_a_picture_without_anything_has_no_features():
    assert len(extract(np.full((300, 400), 128, np.uint8), frame_of(400, 300), 500)) == 0


def test_stored_features_are_as_small_as_promised(fingerprint, photo):
    assert len(fingerprint(photo(1)).features) < 150_000


def test_an_unpacking_bomb_does_not_unpack(fingerprint, photo):
    ours = fingerprint(photo(1)).features
    packed_gray = len(zlib_tail(ours))
    bomb = ours[:-packed_gray] + zlib.compress(bytes(50_000_000))
    with pytest.raises(FingerprintError, match="damaged"):
        Details.unpacked(bomb).gray  # noqa: B018


def zlib_tail(packed):
    """The end of packed details that is the gray picture."""
    for start in range(len(packed) - 2, 0, -1):
        if packed[start : start + 2] == b"\x78\x9c":
            try:
                zlib.decompress(packed[start:])
            except zlib.error:
                continue
            return packed[start:]
    raise AssertionError("no gray picture")


def test_changing_one_bit_of_stored_features_crashes_nothing(fingerprint, photo):
    ours = fingerprint(photo(1))
    theirs = fingerprint(photo(1).crop((200, 100, 700, 500)))
    random = np.random.default_rng(1)
    for place in random.integers(0, len(ours.features), 40):
        broken = bytearray(ours.features)
        broken[place] ^= 1 << int(random.integers(0, 8))
        try:
            match(replace(ours, features=bytes(broken)), theirs)
        except FingerprintError:
            continue


def test_a_sliver_of_a_picture_crashes_nothing(photo, fingerprint):
    ours = Details.unpacked(fingerprint(photo(1)).features).gray
    for scale in (0.04, 0.3, 5.0, 24.0):
        for place in (-0.99, -0.5, 0.0, 0.5, 0.97, 0.999):
            matrix = np.array([[scale, 0, place * FRAME], [0, scale, place * FRAME * scale]])
            seen = compare(ours, ours, Alignment(matrix, 5))
            assert seen is None or 0 <= seen.share <= 1
            close = look_closely(ours, ours, Alignment(matrix, 5))
            assert close is None or 0 <= close.agrees <= 1


def test_a_hash_alone_confirms_nothing(fingerprint, photo):
    ours = fingerprint(photo(1))
    other = replace(fingerprint(photo(2)), phash=ours.phash, phash_mirrored=ours.phash_mirrored)
    found = match(ours, other)
    assert found is None or found.status is MatchStatus.REVIEW


def test_damaged_features_are_refused_in_words(fingerprint, photo):
    ours = fingerprint(photo(1))
    for broken in (ours.features[:10], ours.features[:2000], b"\x09" + ours.features[1:]):
        with pytest.raises(FingerprintError, match="creditline index"):
            match(ours, replace(ours, sha256="other", features=broken))
