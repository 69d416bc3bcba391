"""The owner's works against each other: what several of them show proves none of them."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from creditline.fingerprint import CASCADE, PortfolioIndex, decode_image
from creditline.fingerprint.kinship import Kinship, Kinships
from creditline.fingerprint.stock import Stock
from creditline.records import MatchStatus


@pytest.fixture(scope="module")
def fingerprint(encoded):
    def make(picture):
        return decode_image(encoded(picture, quality=92), CASCADE).fingerprint

    return make


@pytest.fixture(scope="module")
def header(photo):
    """A band that a series of pictures has at its top."""
    return ImageOps.fit(photo(90), (900, 300))


def carded(header, picture):
    """Below the band of the series, with its title."""
    card = Image.new("RGB", (900, 900), "white")
    card.paste(header, (0, 0))
    ImageDraw.Draw(card).text((40, 320), "Places worth seeing", "black", ImageFont.load_default(size=64))
    card.paste(ImageOps.fit(picture, (900, 480)), (0, 420))
    return card


def a_moment(scene, people):
    """A scene with small things here and there that are elsewhere a moment later."""
    moment = scene.copy()
    for number, place in enumerate(((60, 60), (640, 90), (330, 240), (90, 430), (660, 400))):
        left, top = 150 * number, 100 * number
        moment.paste(people.crop((left, top, left + 140, top + 105)), place)
    return moment


@pytest.fixture(scope="module")
def works(photo, header):
    return {
        "card 1": carded(header, photo(1)),
        "card 2": carded(header, photo(2)),
        "photo": photo(3),
        "small photo": photo(3).resize((450, 300)),
        "scene": a_moment(photo(4), photo(5)),
        "scene later": a_moment(photo(4), photo(6)),
    }


@pytest.fixture(scope="module")
def named(works, fingerprint):
    return {name: fingerprint(picture) for name, picture in works.items()}


@pytest.fixture(scope="module")
def kinships(named):
    return Kinships(Stock.in_memory(named.items(), (), CASCADE))


@pytest.fixture(scope="module")
def portfolio(named):
    return PortfolioIndex(named.items())


def found(index, fingerprint, picture):
    return {each.work: each for each in index.identify_fingerprint(fingerprint(picture))}


def test_what_two_works_share_is_known_on_both(kinships):
    for ours, other in (("card 1", "card 2"), ("card 2", "card 1")):
        (kin,) = kinships.of(ours).kin
        assert (kin.other, kin.kinship) == (other, Kinship.SHARED)
        # The band takes the upper third; below the title each has its own picture.
        assert kin.shared[:9].mean() > 0.9
        assert not kin.shared[18:].any()


def test_sizes_of_one_picture_share_nothing_that_is_left_out(kinships):
    kindred = kinships.of("photo")
    assert [(each.other, each.kinship) for each in kindred.kin] == [("small photo", Kinship.VERSION)]
    assert not kindred.shared.any()
    assert not kindred.is_lookalike


def test_one_file_twice_shares_nothing_that_is_left_out(named):
    stock = Stock.in_memory([("one", named["photo"]), ("again", named["photo"])], (), CASCADE)
    kindred = Kinships(stock).of("one")
    assert [each.kinship for each in kindred.kin] == [Kinship.VERSION]
    assert not kindred.shared.any()


def test_a_work_without_kin_is_no_look_alike(photo, fingerprint):
    narrow = fingerprint(photo(1, (2400, 160)))  # little can be told of it
    stock = Stock.in_memory([("narrow", narrow)], (), CASCADE)
    assert stock.recognisable == ["narrow"]
    assert not Kinships(stock).of("narrow").is_lookalike


def test_works_alone_have_no_kin(photo, fingerprint):
    stock = Stock.in_memory([(str(seed), fingerprint(photo(seed))) for seed in (1, 2, 3)], (), CASCADE)
    assert [Kinships(stock).of(str(seed)).kin for seed in (1, 2, 3)] == [(), (), ()]


def test_a_moment_later_is_a_look_alike(kinships):
    assert kinships.of("scene").is_lookalike
    assert not kinships.of("card 1").is_lookalike


def test_the_shared_part_alone_is_left_to_a_person(portfolio, named, fingerprint, header, photo):
    alone = PortfolioIndex([("card 1", named["card 1"])])
    part = carded(header, photo(7)).crop((0, 0, 900, 300))
    assert found(alone, fingerprint, part)["card 1"].status is MatchStatus.CONFIRMED
    match = found(portfolio, fingerprint, part)["card 1"]
    assert match.status is MatchStatus.REVIEW
    assert "in another of your works too" in match.why


def test_a_copy_of_a_work_with_a_shared_part_is_confirmed(portfolio, works, fingerprint):
    for copy in (works["card 1"].resize((500, 500)), works["card 1"].crop((100, 350, 850, 880))):
        match = found(portfolio, fingerprint, copy)["card 1"]
        assert match.status is MatchStatus.CONFIRMED


def test_a_stranger_of_the_series_is_never_confirmed(portfolio, fingerprint, header, photo):
    matches = found(portfolio, fingerprint, carded(header, photo(7)))
    assert not [each for each in matches.values() if each.status is MatchStatus.CONFIRMED]


def test_of_look_alikes_only_a_whole_picture_is_confirmed(portfolio, works, fingerprint):
    whole = found(portfolio, fingerprint, works["scene"].resize((600, 400)))
    assert whole["scene"].status is MatchStatus.CONFIRMED
    lettered = works["scene"].copy()
    draw = ImageDraw.Draw(lettered)
    for line in range(3):
        place, font = (30, 60 + 170 * line), ImageFont.load_default(size=70)
        draw.text(place, "WORDS OVER IT ALL", "white", font, stroke_width=4, stroke_fill="black")
    matches = found(portfolio, fingerprint, lettered)
    assert matches["scene"].status is MatchStatus.REVIEW
    assert "look at both" in matches["scene"].why


def test_the_order_of_works_changes_nothing(named, kinships):
    backwards = Kinships(Stock.in_memory(reversed(named.items()), (), CASCADE))
    for name in named:
        one, other = kinships.of(name), backwards.of(name)
        assert (one.shared == other.shared).all()
        assert one.is_lookalike == other.is_lookalike


def test_a_very_slender_work_is_known_by_its_own_file_only(photo, encoded, fingerprint):
    """Laid over a picture it is less than a place wide: better said than never found."""
    strip = photo(8).resize((2400, 140))
    index = PortfolioIndex([("strip", fingerprint(strip)), ("photo", fingerprint(photo(3)))])
    assert index.unrecognisable == ("strip",)
    assert found(index, fingerprint, strip)["strip"].status is MatchStatus.CONFIRMED
