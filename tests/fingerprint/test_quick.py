"""A picture that was read quickly: rules strangers out, and says when a thorough look could show more."""

from __future__ import annotations

import pytest

from creditline.errors import FingerprintError
from creditline.fingerprint import CASCADE, PortfolioIndex, decode_image, is_thorough, match
from creditline.fingerprint.details import Details
from creditline.records import MatchMethod, MatchStatus


@pytest.fixture(scope="module")
def read(encoded):
    def make(picture, *, thorough):
        return decode_image(encoded(picture, quality=80), CASCADE, thorough).fingerprint

    return make


@pytest.fixture(scope="module")
def index(read, photo):
    return PortfolioIndex([(str(seed), read(photo(seed), thorough=True)) for seed in range(1, 7)])


def test_it_is_the_thorough_reading_without_its_dear_part(read, photo):
    quick, thorough = (read(photo(1), thorough=each) for each in (False, True))
    assert (is_thorough(quick.features), is_thorough(thorough.features)) == (False, True)
    assert len(quick.features) < len(thorough.features) * 0.7
    ours, theirs = Details.unpacked(thorough.features), Details.unpacked(quick.features)
    assert (ours.quick.codes == theirs.quick.codes).all()
    assert (ours.gray == theirs.gray).all()
    with pytest.raises(ValueError, match="no thorough features"):
        _ = theirs.thorough


def test_a_flat_picture_has_no_more_to_give():
    assert is_thorough(b"")


def test_a_stranger_is_settled_at_once(index, read, photo):
    answer = index.explain(read(photo(77), thorough=False))
    assert answer.matches == ()
    assert not answer.is_unsettled


def test_a_whole_copy_is_settled_at_once(index, read, photo):
    answer = index.explain(read(photo(3).resize((500, 333)), thorough=False))
    (found,) = answer.matches
    assert (found.work, found.status, found.method) == ("3", MatchStatus.CONFIRMED, MatchMethod.HASH)
    assert not answer.is_unsettled


def test_a_part_is_found_and_worth_a_thorough_look(index, read, photo):
    crop = photo(3).crop((250, 100, 700, 500))
    quick, thorough = (index.explain(read(crop, thorough=each)) for each in (False, True))
    assert [each.work for each in quick.matches] == [each.work for each in thorough.matches] == ["3"]
    assert (quick.is_unsettled, thorough.is_unsettled) == (True, False)


def test_a_work_cannot_be_told_by_a_quick_reading(read, photo):
    assert (
        match(read(photo(1), thorough=False), read(photo(1).crop((90, 60, 810, 540)), thorough=True)) is None
    )


def test_a_quick_reading_that_counts_thorough_features_is_damaged(read, photo):
    whole = read(photo(1), thorough=True).features
    with pytest.raises(FingerprintError, match="damaged"):
        Details.unpacked(b"\2" + whole[1:])
