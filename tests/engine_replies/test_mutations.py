"""However a reply changes: fewer results never come with an outcome that says that all is well."""

from __future__ import annotations

import pytest
from mutations import mutations
from replicas import COUNT, FAMILIES, YANDEX_API, Family, reply

from creditline.engine_replies import Reading, yandex_api
from creditline.records import SearchStatus

#: Least number of mutations of one family, by the project's own word.
LEAST = 300
#: The signs by which these say themselves that they have nothing; no other sign exists.
OWN_WORD_FOR_NOTHING = {
    ("wikimedia", "query/pages/0/globalusage = []"),
    ("searxng", "results = []"),
    ("yandex api", "images = []"),
}
#: Dialects of one engine count together.
GROUPS = {
    "lens": ["lens exact", "lens all"],
    "bing": ["bing", "bing old"],
    "yandex": ["yandex page", "yandex json"],
    "tineye": ["tineye web", "tineye api"],
    "vision": ["vision", "vision wire"],
    "serp": ["serp exact", "serp visual", "serp yandex"],
    "wikimedia": ["wikimedia"],
    "urlscan": ["urlscan"],
    "searxng": ["searxng"],
}


def claims_of(reading: Reading) -> set[tuple[str, str | None]]:
    """What would become sightings: pages, and the images on them."""
    return {
        (card.page_url.href, card.image_url.href if card.image_url else None)
        for card in reading.cards
        if card.page_url is not None
    }


@pytest.mark.parametrize("group", GROUPS)
def test_no_result_is_lost_in_silence(group: str) -> None:
    tried = 0
    for name in GROUPS[group]:
        family = FAMILIES[name]
        whole = family.whole(COUNT)
        before = claims_of(family.read(reply(whole)))
        for label, text in mutations(whole):
            tried += 1
            reading = family.read(reply(text))
            lost = before - claims_of(reading)
            if not lost or (name, label) in OWN_WORD_FOR_NOTHING:
                continue
            assert reading.status not in (SearchStatus.RESULTS, SearchStatus.NONE_CONFIRMED), (name, label)
            assert reading.note, (name, label)
    assert tried >= LEAST


def test_nothing_of_yandex_is_lost_in_silence() -> None:
    whole = yandex_api_whole()
    before = claims_of(yandex_api.read(reply(whole)))
    labels = 0
    for label, text in mutations(whole):
        labels += 1
        reading = yandex_api.read(reply(text))
        is_whole = reading.status is SearchStatus.PARTIAL and reading.note is None
        if before - claims_of(reading):
            assert not is_whole, label
            assert reading.status is not SearchStatus.RESULTS, label
            is_said = ("yandex api", label) in OWN_WORD_FOR_NOTHING
            assert is_said == (reading.status is SearchStatus.NONE_CONFIRMED), label
    assert labels >= LEAST


def yandex_api_whole() -> dict[str, object]:
    family: Family = YANDEX_API
    whole = family.whole(COUNT)
    assert isinstance(whole, dict)
    return whole


@pytest.mark.parametrize("name", FAMILIES)
def test_the_mutations_do_something(name: str) -> None:
    """At least every tenth mutation must be noticed, or the test above proves nothing."""
    family = FAMILIES[name]
    readings = [family.read(reply(text)) for _, text in mutations(family.whole(COUNT))]
    noticed = sum(reading.status is not SearchStatus.RESULTS for reading in readings)
    assert noticed > len(readings) / 10
