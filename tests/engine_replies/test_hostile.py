"""Whatever comes: no reader raises, and none calls it an answer that it is not."""

from __future__ import annotations

import json
import pickle
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from replicas import COUNT, FAMILIES, YANDEX_API, lens_page, reply, vision_reply

from creditline.engine_replies import google_lens, google_vision
from creditline.engine_replies.json_reply import int_of, load_object, plain_text_of
from creditline.records import SearchStatus

ALL = FAMILIES | {"yandex api": YANDEX_API}
#: Every key that any dialect uses, so that made-up replies come near to real ones.
KEYS = sorted(
    {key for family in ALL.values() for key in re.findall(r'"(\w+)":', json.dumps(family.whole(2)))}
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(
        ["", "Success", "PagesIncluding", "https://place.example/a", "https://", "\ud800", "\0", "1e999"]
    )
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)


@pytest.mark.parametrize("name", ALL)
@given(value=VALUES)
@settings(max_examples=150)
def test_no_json_breaks_a_reader(name: str, value: Any) -> None:
    reading = ALL[name].read(reply(json.dumps(value)))
    assert reading.status is not SearchStatus.RESULTS or reading.cards
    assert reading.seen >= reading.parsed >= 0


@pytest.mark.parametrize("name", ALL)
@given(body=st.binary(max_size=300), status=st.sampled_from([200, 200, 200, 403, 429]))
@settings(max_examples=50)
def test_no_bytes_break_a_reader(name: str, body: bytes, status: int) -> None:
    reading = ALL[name].read(reply(body, status=status))
    assert not reading.cards
    assert not reading.status.was_searched


@pytest.mark.parametrize("name", ALL)
def test_readings_cross_to_another_process(name: str) -> None:
    reading = ALL[name].read(reply(ALL[name].whole(COUNT)))
    assert pickle.loads(pickle.dumps(reading)) == reading


def test_deep_and_long_json_is_refused_or_read_quickly() -> None:
    began = time.process_time()
    for body in (b"[" * 200_000, b'{"a":' * 200_000, b'{"a": ' + b"9" * 100_000 + b"}"):
        assert load_object(body)[0] is None
    title = "<b" * 200_000 + "&lt;" * 100_000
    assert plain_text_of({"title": title}, "title")
    assert time.process_time() - began < 3


def test_a_page_of_many_results_is_read_quickly() -> None:
    whole = lens_page(400)
    began = time.process_time()
    assert len(google_lens.read(reply(whole)).cards) == 400
    assert time.process_time() - began < 3


def test_titles_lose_markup_and_keep_signs() -> None:
    assert plain_text_of({"t": " a <b>bold</b>  claim &amp; more "}, "t") == "a bold claim & more"
    assert plain_text_of({"t": "1 < 2 > 0"}, "t") == "1 < 2 > 0"
    assert plain_text_of({"t": "<b></b>"}, "t") is None
    assert plain_text_of({"t": 7}, "t") is None


@pytest.mark.parametrize(
    ("value", "number"), [(7, 7), ("7", 7), (7.0, 7), (True, None), ("-1", None), ("x", None), (7.5, None)]
)
def test_whole_numbers_are_read_as_protobuf_writes_them(value: Any, number: int | None) -> None:
    assert int_of({"n": value}, "n") == number


def test_only_web_addresses_are_pages() -> None:
    whole = vision_reply()
    for address in ("javascript:alert(1)", "ftp://place.example/", "data:text/html,x", "/place.example"):
        whole["responses"][0]["webDetection"]["pagesWithMatchingImages"][0]["url"] = address
        reading = google_vision.read(reply(whole))
        assert reading.status is SearchStatus.UNKNOWN_LAYOUT or reading.parsed < reading.seen
        assert all(card.page_url is None or card.page_url.scheme == "https" for card in reading.cards)
