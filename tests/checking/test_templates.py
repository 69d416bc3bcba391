"""What the browser adds is learnt by host and template, and what was learnt is checked now and then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from creditline.checking import AUDIT, TRUSTED_FOR, TemplateMemory, shows_more
from creditline.checking.templates import AUDIT_ONE_IN, AUDITS, ENOUGH_LOOKS, LEARNT, template_of
from creditline.page import read_page
from creditline.records import Match, MatchMethod, MatchStatus, TemplateLooks
from creditline.urls import Url

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WEAK, STRONG = (
    "script-built page: 2 content images beside scripts",
    "script-built page: empty mount node #app",
)


def pages(host: str = "blog.example", *, audited: bool = False) -> list[Url]:
    """Pages of one template: those that an audit draws, or those that it does not."""
    memory, found = TemplateMemory(), []
    for number in count():
        url = Url.parse(f"https://{host}/2026/05/story-{number}")
        if (memory.need(url, None, expected=False) == AUDIT) == audited:
            found.append(url)
        if len(found) == 20:
            return found
    raise AssertionError("unreachable")


def test_without_experience_signals_decide() -> None:
    memory, url = TemplateMemory(), pages()[0]
    assert memory.need(url, None, expected=False) is None
    assert memory.need(url, WEAK, expected=False) == WEAK


def test_a_template_that_showed_more_is_looked_at_without_a_signal() -> None:
    memory, (first, second, *_) = TemplateMemory(), pages()
    memory.learn(first, gained=True)
    assert memory.need(second, None, expected=False) == LEARNT
    assert memory.need(pages("other.example")[0], None, expected=False) is None


def test_a_weak_signal_that_never_led_to_anything_is_followed_no_more() -> None:
    memory, urls = TemplateMemory(), pages()
    for url in urls[:ENOUGH_LOOKS]:
        assert memory.need(url, WEAK, expected=False) == WEAK
        memory.learn(url, gained=False)
    last = urls[-1]
    assert memory.need(last, WEAK, expected=False) is None
    assert memory.need(last, WEAK, expected=True) == WEAK
    assert memory.need(last, STRONG, expected=False) == STRONG
    memory.learn(last, gained=True)
    assert memory.need(last, WEAK, expected=False) == WEAK


@pytest.mark.parametrize(
    ("looks", "needed"),
    [
        (None, WEAK),
        (TemplateLooks(ENOUGH_LOOKS, 0, NOW - TRUSTED_FOR), None),
        (TemplateLooks(ENOUGH_LOOKS, 0, NOW - TRUSTED_FOR - timedelta(seconds=1)), WEAK),
        (TemplateLooks(ENOUGH_LOOKS - 1, 0, NOW), WEAK),
        (TemplateLooks(100, 1, NOW), WEAK),
    ],
)
def test_what_earlier_runs_learnt_spares_looks_but_makes_none(
    looks: TemplateLooks | None, needed: str | None
) -> None:
    memory, (first, second, *_) = TemplateMemory(), pages()
    assert not memory.knows(first)
    memory.recall(first, looks, NOW)
    assert memory.knows(second)
    assert memory.need(second, WEAK, expected=False) == needed
    assert memory.need(second, WEAK, expected=True) == WEAK
    assert memory.need(second, STRONG, expected=False) == STRONG
    assert memory.need(second, None, expected=False) is None


def test_this_run_knows_better_than_earlier_ones() -> None:
    memory, (first, second, *_) = TemplateMemory(), pages()
    memory.learn(first, gained=True)
    memory.recall(second, TemplateLooks(100, 0, NOW), NOW)
    assert memory.need(second, WEAK, expected=False) == WEAK


def test_a_small_share_is_looked_at_all_the_same() -> None:
    memory, audited = TemplateMemory(), pages(audited=True)
    for url in audited[:ENOUGH_LOOKS]:
        memory.learn(url, gained=False)
    assert memory.need(audited[-1], WEAK, expected=False) == WEAK
    assert memory.need(audited[-1], None, expected=False) is None, "enough audits without a signal"
    drawn = sum(
        TemplateMemory().need(Url.parse(f"https://a.example/{n}"), None, expected=False) == AUDIT
        for n in range(5000)
    )
    assert 0.5 < drawn / (5000 / AUDIT_ONE_IN) < 1.5
    assert AUDITS < ENOUGH_LOOKS


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("/2026/05/fog", "/2024/11/rain", True),
        ("/fog", "/rain", True),
        ("/blog/fog", "/shop/fog", False),
        ("/fog", "/a/fog", False),
    ],
)
def test_templates_are_told_by_the_shape_of_the_path(one: str, other: str, alike: bool) -> None:
    found = {template_of(Url.parse("https://a.example" + path)) for path in (one, other)}
    assert (len(found) == 1) is alike


def test_more_is_a_picture_or_a_work_that_the_source_did_not_name() -> None:
    def reading(*names: str):
        figures = "".join(f'<p>{name}<img src="/{name}.jpg" width=600 height=400>' for name in names)
        return read_page(f"<article>{figures}</article>", "https://a.example/")

    match = Match("w1", MatchStatus.CONFIRMED, MatchMethod.HASH, 0.9, why="alike")
    assert not shows_more(reading("a", "b"), [], reading("a"), [])
    assert shows_more(reading("a"), [], reading("a", "b"), [])
    assert shows_more(reading("a"), [], reading("a"), [match])
    assert not shows_more(reading("a"), [match], reading("a"), [match])
