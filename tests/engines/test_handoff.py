"""Walls without a person, cooling down, and settling them by hand."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from driving import BY_ADDRESS, BY_FILE, ENGINES, consent_of, desk, known, pages

from creditline.engine_flows import consent_subject
from creditline.records import Question, SearchContext, SearchPicture
from creditline.records import SearchStatus as S
from creditline.sources import all_sources
from creditline.sources.google_lens import SOURCE as LENS


@pytest.mark.parametrize(
    ("engine", "switches", "status"),
    [
        *[(engine, {"captcha_at": 1}, S.CAPTCHA) for engine in ENGINES],
        ("google_lens", {"consent": True}, S.CONSENT),
        ("bing_visual", {"consent": True}, S.CONSENT),
    ],
    ids=str,
)
def test_without_a_person_a_wall_is_told_and_the_engine_left_alone(sitting, engine, switches, status):
    at = sitting.desk
    replica = at.set_up(engine, **switches)
    at.browser.attend(0)
    first = sitting.run(at.search(engine, BY_FILE))[-1].outcome
    assert first.status is status
    assert f"creditline handoff {engine}" in first.note
    asked = replica.pages
    second = sitting.run(at.search(engine, BY_ADDRESS))[-1].outcome
    assert second.status is status
    assert "left alone until" in second.note
    assert second.retry_after_s is None, "a person may settle it at any time"
    assert replica.pages == asked, "the engine heard nothing of the second question"
    assert at.notes == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_person_settles_a_captcha_by_hand_and_searches_go_on(sitting, engine):
    at = sitting.desk
    replica = at.set_up(engine, captcha_at=1)
    at.browser.attend(0)
    assert sitting.run(at.search(engine))[-1].outcome.status is S.CAPTCHA
    searches = replica.searches
    at.browser.attend(30)
    assert sitting.run(at.hand_over(engine)) is None
    assert replica.searches <= searches + 1, "a wall's own way back may lead to the question"
    found = sitting.run(at.search(engine))
    assert found[-1].outcome.status is S.RESULTS, found[-1].outcome.note
    assert pages(found) == known()


def test_nobody_comes_and_that_is_told(sitting):
    sitting.desk.set_up("tineye_web", captcha_at=1)
    sitting.desk.browser.attend(0.6)
    why = sitting.run(sitting.desk.hand_over("tineye_web", person=None))
    assert "handoff tineye_web" in why
    sitting.desk.browser.attend(30)


def test_the_window_that_a_person_closes_is_opened_again(sitting):
    at = sitting.desk
    at.set_up("tineye_web")
    assert sitting.run(at.search("tineye_web"))[-1].outcome.status is S.RESULTS
    sitting.run(at.browser.tab("tineye_web").page.close())
    assert sitting.run(at.search("tineye_web"))[-1].outcome.status is S.NETWORK_ERROR
    assert sitting.run(at.search("tineye_web"))[-1].outcome.status is S.RESULTS


def test_an_answer_that_does_not_come_is_told(tmp_path):
    async def scenario():
        async with desk(tmp_path, answer_s=2.0) as at:
            at.set_up("bing_visual", slow_s=6.0)
            return await at.search("bing_visual")

    outcome = asyncio.run(scenario())[-1].outcome
    assert outcome.status is S.NETWORK_ERROR
    assert "in time" in outcome.note


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_asked_without_consent(sitting, engine):
    replica = sitting.desk.set_up(engine)
    source = all_sources()[engine]

    async def ask():
        return [batch async for batch in source.search(BY_FILE, sitting.desk.context())]

    outcome = sitting.run(ask())[-1].outcome
    assert outcome.status is S.NOT_ENABLED
    assert "agreed" in outcome.note
    assert replica.pages == 0
    assert source.plan(BY_FILE, sitting.desk.context()).problems


def test_consent_to_other_words_is_none(sitting):
    flow = sitting.desk.browser.flow("google_lens")
    known_words = sitting.desk.context("google_lens")
    assert not LENS.plan(BY_FILE, known_words).problems
    other = SearchContext(
        owner=known_words.owner,
        browser=known_words.browser,
        gate=known_words.gate,
        consents={consent_subject(flow): (consent_of("google_lens") + " And more.",)},
    )
    assert "agreed" in LENS.plan(BY_FILE, other).problems[0]


@pytest.mark.parametrize(
    ("question", "complaint"),
    [
        (Question(), "give one or its address"),
        (Question(picture=SearchPicture(b"x" * 21_000_000, "image/jpeg")), "send a smaller copy"),
        (Question(picture=SearchPicture(b"x", "image/tiff")), "takes no image/tiff"),
    ],
)
def test_a_picture_that_the_form_does_not_take_is_not_handed_in(sitting, question, complaint):
    plan = LENS.plan(question, sitting.desk.context("google_lens"))
    assert complaint in plan.problems[0]


def test_what_is_sent_is_disclosed_before_it_is_sent(sitting):
    at, told = sitting.desk, []
    replica = at.set_up("tineye_web")
    context = at.context("tineye_web", disclose=lambda to, what: told.append((to, what, replica.pages)))
    source = all_sources()["tineye_web"]

    async def ask():
        return [batch async for batch in source.search(BY_FILE, context)]

    sitting.run(ask())
    assert [(to, pages_before) for to, _, pages_before in told] == [("tineye.com", 0)]
    assert "a copy of the picture" in told[0][1]


def test_the_days_share_holds_for_searches_too(tmp_path):
    from creditline.fetch.engine_browser import PaceSettings

    async def scenario():
        async with desk(tmp_path, pace=PaceSettings(a_day=2)) as at:
            replica = at.set_up("tineye_web")
            first = await at.search("tineye_web")
            second = await at.search("tineye_web")
            return first, second, replica.searches, list(at.clock.slept)

    first, second, searches, slept = asyncio.run(scenario())
    assert first[-1].outcome.status is S.RESULTS
    assert second[-1].outcome.status is S.RATE_LIMITED, "the canary was the second search of the day"
    assert searches == 2
    assert sum(45 - 5 <= pause <= 90 for pause in slept) == 1, "the canary waited for its turn"
    assert timedelta(seconds=sum(slept)) < timedelta(minutes=3)
