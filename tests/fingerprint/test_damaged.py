"""Works whose stored features are damaged: what could not be compared is said, and the others still are."""

from __future__ import annotations

import pytest
from PIL import Image

from creditline.errors import FingerprintError
from creditline.fingerprint import CASCADE, PortfolioIndex, decode_image
from creditline.fingerprint.kinship import Kinships
from creditline.fingerprint.stock import Stock
from creditline.records import MatchStatus


@pytest.fixture(scope="module")
def works(photo, encoded):
    files = {
        "pier": encoded(photo(1)),
        "boat": encoded(photo(2)),
        "pier, small": encoded(photo(1, (450, 300))),
    }
    return {name: decode_image(file, CASCADE).fingerprint for name, file in files.items()}


def stock_of(works, damaged, *names, left=0.5):
    """Works of which one's features were spoilt after they were indexed: this share of the bytes is left."""
    whole = Stock.in_memory([(name, works[name]) for name in names], (), CASCADE)
    features = {name: each.features for name, each in works.items()}
    features[damaged] = features[damaged][: round(left * len(features[damaged]))]
    return Stock.on_demand(whole.prints, whole.recognisable, whole.votes, features.__getitem__, {})


@pytest.fixture(scope="module")
def picture(photo, encoded):
    """A part of the boat beside a part of the pier, as a page shows them."""

    def of(*seeds):
        page = Image.new("RGB", (1300, 600), "white")
        for place, seed in enumerate(seeds):
            page.paste(photo(seed).resize((600, 400)), (20 + 640 * place, 100))
        return decode_image(encoded(page, quality=88), CASCADE).fingerprint

    return of


@pytest.mark.parametrize("left", [0.5, 0])
def test_a_damaged_work_is_named_where_nothing_else_is_found(works, picture, left):
    index = PortfolioIndex.of_stock(stock_of(works, "boat", "pier", "boat", left=left))
    answer = index.explain(picture(2))
    assert not answer.matches
    assert "work boat are damaged; run `creditline index --refresh`" in answer.problem
    with pytest.raises(FingerprintError, match="work boat are damaged"):
        index.identify_fingerprint(picture(2))


def test_the_others_are_found_beside_a_damaged_work(works, picture):
    index = PortfolioIndex.of_stock(stock_of(works, "boat", "pier", "boat"))
    found = index.identify_fingerprint(picture(2, 1))
    assert [each.work for each in found] == ["pier"]


def test_what_a_damaged_work_may_share_is_left_to_a_person(works, picture):
    stock = stock_of(works, "pier, small", "pier", "boat", "pier, small")
    with pytest.raises(FingerprintError):
        Kinships(stock).of("pier")
    match = {each.work: each for each in PortfolioIndex.of_stock(stock).identify_fingerprint(picture(1))}[
        "pier"
    ]
    assert match.status is MatchStatus.REVIEW
    assert "damaged" in match.why
