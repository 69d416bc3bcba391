"""A person's pace: pauses, the day's share, leaving an engine alone after a block."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from driving import SkippingClock

from creditline.errors import FetchError
from creditline.fetch.engine_browser.pace import FILE_NAME, Pace, PaceSettings
from creditline.records import SearchStatus as S

ENGINE = "google_lens"
NEAR = timedelta(minutes=1)


@pytest.fixture
def clock():
    return SkippingClock()


def pace_in(folder, clock, **settings):
    return Pace(folder, PaceSettings(**settings), clock, jitter=lambda least, most: (least + most) / 2)


def take_turns(pace, count, engine=ENGINE):
    for _ in range(count):
        asyncio.run(pace.turn(engine))


def test_a_pause_lies_between_two_queries(tmp_path, clock):
    pace = pace_in(tmp_path, clock)
    take_turns(pace, 3)
    assert len(clock.slept) == 2, "the first query waits for nothing"
    assert all(67 < slept <= 67.5 for slept in clock.slept)


def test_another_run_keeps_the_pause_too(tmp_path, clock):
    take_turns(pace_in(tmp_path, clock), 1)
    take_turns(pace_in(tmp_path, clock), 1)
    assert len(clock.slept) == 1


def test_engines_do_not_wait_for_each_other(tmp_path, clock):
    pace = pace_in(tmp_path, clock)
    take_turns(pace, 1)
    take_turns(pace, 1, "bing_visual")
    assert clock.slept == []


def test_the_days_share_is_kept_over_runs(tmp_path, clock):
    take_turns(pace_in(tmp_path, clock, a_day=3), 2)
    pace = pace_in(tmp_path, clock, a_day=3)
    assert pace.why_not(ENGINE) is None
    take_turns(pace, 1)
    why = pace.why_not(ENGINE)
    assert why is not None
    assert why.status is S.RATE_LIMITED
    assert "3 searches are used up" in why.note
    clock.step(timedelta(seconds=why.retry_after_s) + NEAR)
    assert pace.why_not(ENGINE) is None


def test_a_turn_is_noted_before_anything_is_asked(tmp_path, clock):
    pace = pace_in(tmp_path, clock)
    take_turns(pace, 1)
    assert len(json.loads((tmp_path / FILE_NAME).read_text())[ENGINE]["asked"]) == 1


@pytest.mark.parametrize("status", [S.CAPTCHA, S.BLOCKED, S.RATE_LIMITED, S.REGION_BLOCKED, S.CONSENT])
def test_a_block_stops_further_queries_for_a_day(tmp_path, clock, status):
    pace = pace_in(tmp_path, clock)
    pace.remember(ENGINE, status, None, "https://www.google.com/sorry/index")
    why = pace_in(tmp_path, clock).why_not(ENGINE)
    assert why is not None
    assert why.status is status
    assert f"creditline handoff {ENGINE}" in why.note
    assert pace.wall(ENGINE) == "https://www.google.com/sorry/index"
    assert pace.why_not("bing_visual") is None
    clock.step(timedelta(days=1) + NEAR)
    assert pace.why_not(ENGINE) is None


def test_each_further_block_doubles_the_time(tmp_path, clock):
    pace = pace_in(tmp_path, clock)
    for days in (1, 2, 4, 8, 16, 16):
        pace.remember(ENGINE, S.BLOCKED, None, None)
        clock.step(timedelta(days=days) - NEAR)
        assert pace.why_not(ENGINE) is not None
        clock.step(2 * NEAR)
        assert pace.why_not(ENGINE) is None


def test_an_answer_ends_the_doubling(tmp_path, clock):
    pace = pace_in(tmp_path, clock)
    pace.remember(ENGINE, S.BLOCKED, None, None)
    clock.step(timedelta(days=2))
    pace.remember(ENGINE, S.RESULTS, None, None)
    pace.remember(ENGINE, S.BLOCKED, None, None)
    clock.step(timedelta(days=1) + NEAR)
    assert pace.why_not(ENGINE) is None


def test_a_longer_wish_of_the_engine_is_followed(tmp_path, clock):
    pace = pace_in(tmp_path, clock)
    pace.remember(ENGINE, S.RATE_LIMITED, 3 * 86_400, None)
    clock.step(timedelta(days=3) - NEAR)
    assert pace.why_not(ENGINE) is not None


def test_a_person_settles_it(tmp_path, clock):
    pace = pace_in(tmp_path, clock)
    pace.remember(ENGINE, S.CAPTCHA, None, None)
    pace.settle(ENGINE)
    assert pace.why_not(ENGINE) is None


@pytest.mark.parametrize("status", [S.UNKNOWN_LAYOUT, S.NETWORK_ERROR, S.BAD_INPUT])
def test_what_is_no_block_stops_nothing(tmp_path, clock, status):
    pace = pace_in(tmp_path, clock)
    pace.remember(ENGINE, status, None, None)
    assert pace.why_not(ENGINE) is None


def test_only_the_real_engine_proves_a_flow(tmp_path, clock):
    pace = pace_in(tmp_path, clock)
    pace.remember_canary(ENGINE, 7, found=True, proves=False)
    assert pace.canary(ENGINE).proven_versions == frozenset()
    assert pace.canary(ENGINE).passed_at is not None
    pace.remember_canary(ENGINE, 8, found=True, proves=True)
    pace.remember_canary(ENGINE, 9, found=False, proves=True)
    assert pace.canary(ENGINE).proven_versions == {8}
    assert pace.canary(ENGINE).failed_at is not None


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_damaged_notes_do_not_pass_for_none(tmp_path, clock, text):
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(FetchError, match="remove it"):
        pace_in(tmp_path, clock).why_not(ENGINE)


def test_a_clock_that_was_put_back_makes_nobody_wait(tmp_path, clock):
    for ahead in (timedelta(hours=3), timedelta(days=400)):
        later = (clock.now() + ahead).isoformat()
        (tmp_path / FILE_NAME).write_text(json.dumps({ENGINE: {"asked": [later]}}))
        take_turns(pace_in(tmp_path, clock), 1)
    assert [round(slept) for slept in clock.slept] == [68], "one pause, for the one that may be of today"


@pytest.mark.parametrize(
    "note", [{"blocks": 10**9}, {"blocks": "x"}, {"blocks": -3}, {"asked": 7}, {"asked": [7, "x"]}]
)
def test_notes_that_somebody_edited_break_nothing(tmp_path, clock, note):
    (tmp_path / FILE_NAME).write_text(json.dumps({ENGINE: note}))
    pace = pace_in(tmp_path, clock)
    take_turns(pace, 1)
    pace.remember(ENGINE, S.CAPTCHA, None, None)
    assert pace.why_not(ENGINE) is not None
