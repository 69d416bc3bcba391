"""One pair by its hashes, and the whole portfolio: what matches and what never may."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from creditline.errors import FingerprintError
from creditline.fingerprint import HASH, PortfolioIndex, decode_image, match
from creditline.fingerprint.algorithm import CONFIRM_RADIUS_BITS, REVIEW_RADIUS_BITS
from creditline.fingerprint.hashes import distance_bits
from creditline.records import Exclusion, Match, MatchMethod, MatchStatus, Rendition, Work


@pytest.fixture(scope="module")
def fingerprint(encoded):
    def make(picture, file_format="JPEG", **options):
        return decode_image(encoded(picture, file_format, **options), HASH).fingerprint

    return make


def test_the_same_bytes_are_confirmed(fingerprint, photo):
    ours = fingerprint(photo(1))
    found = match(ours, ours)
    assert isinstance(found, Match)
    assert (found.method, found.status, found.score) == (MatchMethod.BYTES, MatchStatus.CONFIRMED, 1.0)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.resize((300, 200)),
        lambda p: p.resize((160, 107)),
        lambda p: p.convert("L"),
        ImageOps.autocontrast,
        lambda p: p.resize((700, 600)),
    ],
)
@pytest.mark.parametrize("quality", [90, 30])
def test_copies_are_confirmed(fingerprint, photo, change, quality):
    found = match(fingerprint(photo(1)), fingerprint(change(photo(1)), quality=quality))
    assert found is not None
    assert found.status is MatchStatus.CONFIRMED
    assert not found.mirrored


def test_a_mirrored_copy_is_confirmed_and_said_to_be_mirrored(fingerprint, photo):
    found = match(fingerprint(photo(1)), fingerprint(ImageOps.mirror(photo(1)).resize((450, 300))))
    assert found is not None
    assert found.status is MatchStatus.CONFIRMED
    assert found.mirrored


def test_other_pictures_do_not_match(fingerprint, photo):
    prints = [fingerprint(photo(seed, (600, 400))) for seed in range(24)]
    assert not [(i, j) for i in range(24) for j in range(i) if match(prints[i], prints[j])]


def test_flat_blank_and_one_pixel_pictures_match_nothing(fingerprint, photo):
    ours = fingerprint(photo(1))
    for size in ((1, 1), (2, 2), (600, 400)):
        flat = fingerprint(Image.new("RGB", size, "white"))
        assert match(ours, flat) is None
        assert match(flat, flat) is None
        assert match(flat, fingerprint(Image.new("RGB", (300, 200), "white"))) is None


def test_poor_pictures_match_by_identical_bytes_only(fingerprint):
    sign = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(sign).ellipse((60, 60, 340, 340), fill="navy")
    ours = fingerprint(sign)
    assert 0 < ours.quality < 50
    assert match(ours, ours).method is MatchMethod.BYTES
    assert match(ours, fingerprint(sign.resize((300, 300)))) is None


def test_other_algorithms_are_not_compared(fingerprint, photo):
    ours = fingerprint(photo(1))
    with pytest.raises(FingerprintError, match="creditline index"):
        match(replace(ours, algorithm="phash16/0"), fingerprint(photo(2)))


def flipped(ours, bits):
    changed = int.from_bytes(ours.phash) ^ ((1 << bits) - 1)
    return replace(ours, sha256="other", phash=changed.to_bytes(32))


def test_the_radii_are_kept_to_the_bit(fingerprint, photo):
    ours = fingerprint(photo(1))
    at = {
        bits: match(ours, flipped(ours, bits))
        for bits in (CONFIRM_RADIUS_BITS, CONFIRM_RADIUS_BITS + 1, REVIEW_RADIUS_BITS, REVIEW_RADIUS_BITS + 1)
    }
    assert at[CONFIRM_RADIUS_BITS].status is MatchStatus.CONFIRMED
    assert at[CONFIRM_RADIUS_BITS + 1].status is MatchStatus.REVIEW
    assert at[REVIEW_RADIUS_BITS].status is MatchStatus.REVIEW
    assert at[REVIEW_RADIUS_BITS + 1] is None


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_distance_is_a_metric(one, other):
    assert distance_bits(one, other) == distance_bits(other, one)
    assert (distance_bits(one, other) == 0) == (one == other)
    assert 0 <= distance_bits(one, other) <= 256


@pytest.fixture(scope="module")
def portfolio(photo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("originals")
    paths = []
    for seed in range(12):
        paths.append(str(folder / f"{seed}.jpg"))
        photo(seed).save(paths[-1], quality=92)
    return PortfolioIndex.from_images(paths, HASH), paths


def test_the_portfolio_names_the_path_it_was_given(portfolio, photo, encoded):
    index, paths = portfolio
    for seed in (0, 7, 11):
        found = index.identify(encoded(photo(seed).resize((450, 300)), quality=60))
        assert [each.work for each in found] == [paths[seed]]
    assert [each.method for each in index.identify(paths[3])] == [MatchMethod.BYTES]


def test_a_stranger_is_none_of_ours(portfolio, photo, encoded):
    index, _ = portfolio
    assert index.identify(encoded(photo(99))) == []


def test_a_question_about_one_work_gets_no_other_answer(portfolio, photo, encoded):
    index, paths = portfolio
    copy = encoded(photo(5).resize((450, 300)))
    assert [each.work for each in index.identify(copy, work=paths[5])] == [paths[5]]
    assert index.identify(copy, work=paths[6]) == []
    assert index.identify(paths[5], work=paths[6]) == []
    assert index.identify(copy, work="unknown") == []


def make_work(name, fingerprint, **more):
    return Work(id=name, owner_id="o", url=f"https://ada.example/{name}.jpg", fingerprint=fingerprint, **more)


def test_works_are_asked_by_id_and_excluded_ones_take_no_part(fingerprint, photo):
    works = [
        make_work("a", fingerprint(photo(1)), renditions=(Rendition(url="x", sha256="ff" * 32),)),
        make_work("b", fingerprint(photo(2)), exclusion=Exclusion.LOGO),
        make_work("c", fingerprint(photo(3)), merged_into="a"),
        make_work("d", None),
    ]
    index = PortfolioIndex.from_works(works, algorithm=HASH)
    assert len(index) == 1
    assert [each.work for each in index.identify_fingerprint(fingerprint(photo(1), quality=50))] == ["a"]
    assert index.identify_fingerprint(fingerprint(photo(2))) == []
    rendition = replace(fingerprint(photo(9)), sha256="ff" * 32)
    assert [(each.work, each.method) for each in index.identify_fingerprint(rendition)] == [
        ("a", MatchMethod.BYTES)
    ]


def test_works_of_another_algorithm_are_named_as_outdated(fingerprint, photo):
    ours = replace(fingerprint(photo(1)), algorithm="phash16/0")
    index = PortfolioIndex.from_works([make_work("a", ours)], algorithm=HASH)
    assert index.outdated == ("a",)
    assert index.identify_fingerprint(fingerprint(photo(1).resize((300, 200)))) == []
    assert [each.work for each in index.identify_fingerprint(fingerprint(photo(1)))] == ["a"]


def test_an_empty_portfolio_knows_nothing(fingerprint, photo):
    assert PortfolioIndex.from_works([], algorithm=HASH).identify_fingerprint(fingerprint(photo(1))) == []
