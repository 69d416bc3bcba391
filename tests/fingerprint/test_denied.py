"""What the owner called a wrong match is not found again; true copies of the work still are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from creditline.fingerprint import CASCADE, HASH, PortfolioIndex, decode_image
from creditline.fingerprint.hashes import distance_bits
from creditline.records import MatchStatus, WrongMatch


def lookalike(photo):
    """The work with something else in the middle: near enough to be taken for it, another picture."""
    other = photo(1)
    draw = ImageDraw.Draw(other)
    draw.ellipse((330, 180, 570, 420), fill=(250, 240, 30))
    draw.ellipse((380, 230, 520, 370), fill=(20, 30, 160))
    return other


def fingerprint(body, algorithm=HASH):
    return decode_image(body, algorithm).fingerprint


@pytest.fixture(scope="module")
def pair(photo, encoded):
    """The work's fingerprint, and the look-alike's file, which the hash takes for the work."""
    ours, theirs = fingerprint(encoded(photo(1))), encoded(lookalike(photo))
    assert 0 < distance_bits(ours.phash, fingerprint(theirs).phash) <= 44
    return ours, theirs


def denying(ours, theirs, algorithm=HASH):
    wrong = WrongMatch("u1", "w1", theirs.sha256, (theirs,))
    return PortfolioIndex([("w1", ours), ("w2", ours)], (), algorithm, [wrong])


def test_a_picture_called_wrong_is_not_taken_for_that_work_again(pair):
    ours, theirs = pair
    assert [match.work for match in PortfolioIndex([("w1", ours)], (), HASH).identify(theirs)] == ["w1"]
    index = denying(ours, fingerprint(theirs))
    assert [match.work for match in index.identify(theirs)] == ["w2"]
    assert index.identify(theirs, "w1") == []


@pytest.mark.parametrize("change", ["smaller", "worse", "mirrored"])
def test_nor_is_a_new_file_of_it(pair, photo, encoded, change):
    ours, theirs = pair
    picture = lookalike(photo)
    again = {
        "smaller": lambda: encoded(picture.resize((450, 300)), quality=70),
        "worse": lambda: encoded(picture, quality=35),
        "mirrored": lambda: encoded(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), quality=70),
    }[change]()
    assert denying(ours, fingerprint(theirs)).identify(again, "w1") == []


def test_true_copies_are_still_found(pair, photo, encoded):
    ours, theirs = pair
    index = denying(ours, fingerprint(theirs))
    for copy in (photo(1).resize((300, 200)), photo(1).transpose(Image.Transpose.FLIP_LEFT_RIGHT)):
        (found,) = index.identify(encoded(copy, quality=40), "w1")
        assert found.status is MatchStatus.CONFIRMED


def test_bytes_count_where_no_fingerprint_was_kept(pair):
    ours, theirs = pair
    wrong = WrongMatch("u1", "w1", fingerprint(theirs).sha256)
    assert PortfolioIndex([("w1", ours)], (), HASH, [wrong]).identify(theirs) == []


def test_even_the_works_own_file_when_the_owner_says_so(pair, photo, encoded):
    ours, _ = pair
    wrong = WrongMatch("u1", "w1", ours.sha256, (ours,))
    assert PortfolioIndex([("w1", ours)], (), HASH, [wrong]).identify(encoded(photo(1))) == []


def with_sign(photo):
    """The work with a sign in its middle: parts of it are taken for the work, too."""
    other = photo(1)
    draw = ImageDraw.Draw(other)
    draw.rectangle((330, 250, 570, 330), fill=(250, 250, 250))
    draw.rectangle((350, 270, 550, 310), fill=(20, 30, 160))
    return other


@pytest.mark.parametrize("thorough", [True, False])
def test_a_part_of_a_denied_picture_is_not_the_work_either(photo, encoded, thorough):
    ours = fingerprint(encoded(photo(1)), CASCADE)
    theirs = decode_image(encoded(with_sign(photo)), CASCADE, thorough).fingerprint
    part = encoded(with_sign(photo).crop((40, 100, 860, 500)), quality=80)
    plain = PortfolioIndex([("w1", ours)], (), CASCADE)
    denied = denying(ours, theirs, CASCADE)
    assert [found.status for found in plain.identify(part)] == [MatchStatus.CONFIRMED]
    assert denied.identify(part, "w1") == []
    (true_part,) = denied.identify(encoded(photo(1).crop((100, 50, 600, 450))), "w1")
    assert true_part.status is MatchStatus.CONFIRMED


def test_damaged_features_of_a_denied_picture_break_nothing(photo, encoded):
    ours = fingerprint(encoded(photo(1)), CASCADE)
    theirs = replace(fingerprint(encoded(lookalike(photo)), CASCADE), features=b"broken")
    (found,) = denying(ours, theirs, CASCADE).identify(encoded(photo(1).crop((100, 50, 600, 450))), "w1")
    assert found.status is MatchStatus.CONFIRMED
