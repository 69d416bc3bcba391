"""The whole way through every engine's replica, by a real browser, with every switch of the replica."""

from __future__ import annotations

import pytest
from driving import BY_ADDRESS, BY_FILE, COUNT, ENGINES, known, pages

from creditline.records import SearchStatus as S

QUESTIONS = {"file": BY_FILE, "address": BY_ADDRESS}
#: The page requests of a search by file at which a wall can stand.
PAGE_REQUESTS = {"bing_visual": 3, "google_lens": 4, "tineye_web": 1, "yandex_images": 4}
#: A consent page, or banner, is known of these.
WITH_CONSENT = ("bing_visual", "google_lens")
TABS = {"bing_visual": "pages", "google_lens": "exact", "tineye_web": "matches", "yandex_images": "sites"}


@pytest.mark.parametrize("way", QUESTIONS)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_page_is_found(sitting, engine, way):
    replica = sitting.desk.set_up(engine)
    batches = sitting.run(sitting.desk.search(engine, QUESTIONS[way]))
    outcome = batches[-1].outcome
    assert outcome.status is S.RESULTS, outcome.note
    assert pages(batches) == known()
    assert (outcome.seen, outcome.parsed, outcome.kept) == (COUNT, COUNT, COUNT)
    assert outcome.selected_tab == TABS[engine]
    assert outcome.unproven, "a replica proves nothing"
    assert "unproven" in outcome.note
    assert [batch.is_last for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert sum(len(batch.replies) for batch in batches) >= 1
    assert replica.searches <= 2, "one for the picture, one for the canary"
    assert all(sighting.source == engine for batch in batches for sighting in batch.sightings)


@pytest.mark.parametrize("engine", WITH_CONSENT)
def test_a_person_agrees_and_the_same_query_goes_on(sitting, engine):
    replica = sitting.desk.set_up(engine, consent=True)
    batches = sitting.run(sitting.desk.search_with_person(engine, BY_FILE))
    assert batches[-1].outcome.status is S.RESULTS, batches[-1].outcome.note
    assert pages(batches) == known()
    assert len(sitting.desk.notes) == 1
    assert replica.searches <= 2


@pytest.mark.parametrize(
    ("engine", "number"),
    # The first and the last; `scripts/evaluation/engines` has a wall at every one of them.
    sorted({(engine, number) for engine in ENGINES for number in (1, PAGE_REQUESTS[engine])}),
)
def test_a_person_solves_a_captcha_wherever_it_stands(sitting, engine, number):
    replica = sitting.desk.set_up(engine, captcha_at=number)
    batches = sitting.run(sitting.desk.search_with_person(engine, BY_FILE))
    assert batches[-1].outcome.status is S.RESULTS, batches[-1].outcome.note
    assert pages(batches) == known()
    assert len(sitting.desk.notes) == 1, "the person is called once"
    assert replica.searches <= 3


@pytest.mark.parametrize(
    ("engine", "status"),
    [(engine, S.NONE_CONFIRMED) for engine in ("google_lens", "tineye_web", "yandex_images")],
)
def test_nothing_is_believed_of_an_engine_that_finds_the_canary(sitting, engine, status):
    sitting.desk.forget_canaries()
    sitting.desk.set_up(engine, count=0)
    outcome = sitting.run(sitting.desk.search(engine))[-1].outcome
    assert outcome.status is status, outcome.note


@pytest.mark.parametrize("engine", ["google_lens", "tineye_web", "yandex_images"])
def test_nothing_is_not_believed_of_an_engine_that_misses_the_canary(sitting, engine):
    sitting.desk.forget_canaries()
    sitting.desk.set_up(engine, count=0, knows_canary=False)
    outcome = sitting.run(sitting.desk.search(engine))[-1].outcome
    assert outcome.status is S.UNKNOWN_LAYOUT
    assert "must know" in outcome.note


@pytest.mark.parametrize("engine", ["bing_visual", "google_lens", "yandex_images"])
def test_an_empty_answer_without_a_sign_is_no_none(sitting, engine):
    sitting.desk.set_up(engine, count=0, is_mute=True)
    assert sitting.run(sitting.desk.search(engine))[-1].outcome.status is S.UNKNOWN_LAYOUT


@pytest.mark.parametrize(
    ("engine", "switches", "status"),
    [
        *[
            (engine, {"is_redesigned": True}, S.UNKNOWN_LAYOUT)
            for engine in ENGINES
            if engine != "google_lens"
        ],
        *[(engine, {"refuse": 403}, S.BLOCKED) for engine in ENGINES],
        ("google_lens", {"refuse": 429, "retry_after_s": 7200}, S.RATE_LIMITED),
        ("google_lens", {"is_tab_missing": True}, S.UNKNOWN_LAYOUT),
        ("google_lens", {"is_tab_wrong": True}, S.UNKNOWN_LAYOUT),
        ("yandex_images", {"is_tab_missing": True}, S.UNKNOWN_LAYOUT),
        ("yandex_images", {"region_blocked": True}, S.REGION_BLOCKED),
    ],
    ids=str,
)
def test_what_is_no_answer_is_told(sitting, engine, switches, status):
    sitting.desk.set_up(engine, **switches)
    batches = sitting.run(sitting.desk.search(engine, BY_FILE))
    assert batches[-1].outcome.status is status, batches[-1].outcome.note
    assert pages(batches) == set()
    assert batches[-1].outcome.retry_after_s == switches.get("retry_after_s")


def test_a_lens_page_without_its_headings_is_read_by_its_pictures_and_doubted(sitting):
    sitting.desk.set_up("google_lens", is_redesigned=True)
    batches = sitting.run(sitting.desk.search("google_lens"))
    assert batches[-1].outcome.status is S.PARTIAL, batches[-1].outcome.note
    assert pages(batches) == known()


#: What is wrong with a page's own requests, and what the first part's failure is.
BROKEN = {
    "cut": S.NETWORK_ERROR,
    "error": S.NETWORK_ERROR,
    "html": S.UNKNOWN_LAYOUT,
    "damaged": S.UNKNOWN_LAYOUT,
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("engine", ["bing_visual", "tineye_web"])
def test_a_broken_answer_is_no_answer(sitting, engine, how):
    sitting.desk.set_up(engine, broken=how)
    batches = sitting.run(sitting.desk.search(engine))
    assert batches[-1].outcome.status is BROKEN[how], batches[-1].outcome.note
    assert pages(batches) == set()


@pytest.mark.parametrize(
    ("engine", "how"),
    [(e, how) for e in ("bing_visual", "tineye_web", "yandex_images") for how in BROKEN]
    + [("google_lens", "cut"), ("google_lens", "error")],
)
def test_a_broken_further_part_makes_the_answer_partial(sitting, engine, how):
    sitting.desk.set_up(engine, broken=how, broken_from=2)
    batches = sitting.run(sitting.desk.search(engine))
    assert batches[-1].outcome.status is S.PARTIAL, batches[-1].outcome.note
    assert pages(batches) < known()
    assert len(pages(batches)) == 10


@pytest.mark.parametrize("engine", ENGINES)
def test_slow_parts_are_waited_for(sitting, engine):
    sitting.desk.set_up(engine, slow_s=0.7, count=12)
    batches = sitting.run(sitting.desk.search(engine))
    assert batches[-1].outcome.status is S.RESULTS, batches[-1].outcome.note
    assert pages(batches) == known(12)
