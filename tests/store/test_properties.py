"""Properties that hold for any text and any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditline.records import (
    CreditEvidence,
    Rendition,
    RightsMetadata,
    SearchOutcome,
    SearchStatus,
    Sighting,
    Verdict,
    VerdictKind,
    Where,
)
from creditline.records.texts import MAX_TEXT_CHARS, clean_text
from creditline.store import SqlStore
from creditline.store.columns import clean_json

#: Every text, with more of what databases do not take than chance would give.
TEXTS = st.text(
    st.one_of(st.characters(codec=None), st.sampled_from("\x00\ud800\udfff\u202e'\"\\%")), max_size=40
)
#: One database serves all examples of a test; each example has an owner of its own.
SHARED = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LENGTHS = (MAX_TEXT_CHARS - 1, MAX_TEXT_CHARS, MAX_TEXT_CHARS + 1, 10 * MAX_TEXT_CHARS)
_owners = count()


@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    cleaned.encode()
    assert "\x00" not in cleaned
    assert clean_json({text: [text, (text, 1, None)]}) == {cleaned: [cleaned, [cleaned, 1, None]]}


@pytest.mark.parametrize(
    "length", [MAX_TEXT_CHARS - 1, MAX_TEXT_CHARS, MAX_TEXT_CHARS + 1, 10 * MAX_TEXT_CHARS]
)
def test_texts_are_cut_at_one_length(length: int) -> None:
    cut = clean_text("x" * length)
    assert len(cut) == min(length, MAX_TEXT_CHARS)
    assert clean_text(cut) == cut
    assert cut.endswith("\u2026") == (length > MAX_TEXT_CHARS)


@SHARED
@given(text=TEXTS, other=TEXTS)
def test_any_text_can_be_stored_everywhere(store: SqlStore, make: Any, text: str, other: str) -> None:
    key = f"{next(_owners)} {text}"
    owner = store.ensure_owner(key, [text, other], make.now)
    assert store.ensure_owner(key, [text], make.now) == owner
    work = make.work(
        title=text or None,
        exclusion_note=other,
        rights=RightsMetadata(creator=(text, other), description=text or None),
        renditions=(Rendition("file:///" + text, sha256=make.sha(text), problem=other),),
        pages=("https://jane.example/" + text,),
    )
    [saved] = store.save_works(owner, [work], make.now)
    assert saved.title == (clean_text(text) or None)
    assert saved.rights.creator == (clean_text(text), clean_text(other))
    outcome = SearchOutcome(text, SearchStatus.PARTIAL, query=other, note=text)
    claims = [Sighting(source, make.url(), work_id=text, provenance=other) for source in (text, other)]
    for _ in range(2):
        store.save_search(owner, text, outcome, claims, make.now)
    [task] = store.pages_to_check(owner, not_since=None)
    assert task.sources == tuple(sorted({clean_text(text), clean_text(other)}))
    evidence = CreditEvidence(text, other, Where.NEAR, text, (text, other), name=other, rejected=text)
    verdict = Verdict(VerdictKind.LINKED, reason=text, evidence=(evidence,), credited_name=other)
    finding = make.finding(saved.id, verdict=verdict, content_key=text, image_url=other)
    for load in ("1", "2"):
        check = make.check(finding, load=load + text, note=other, title=text or None, reason=other)
        [use] = make.save_check(store, owner, check)
    assert use.verdict.reason == clean_text(text)
    assert store.counts(owner)["verdict"] == 1
    assert store.next_slot(text, 0.0, make.now) >= 0
    lease = store.claim(text, other, text, timedelta(minutes=1), make.now)
    if lease is not None:
        store.release(lease)
    store.finish_run(store.open_run(owner, text, make.now), make.now)


NAMES = st.integers(0, 5).map(lambda number: f"{number}")


@st.composite
def _works(draw: Any) -> list[tuple[list[str], list[str]]]:
    """Works as lists of file names and of contents, from so few that many are shared."""
    return draw(
        st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=3), st.lists(NAMES, max_size=2)), max_size=5)
    )


@SHARED
@given(found=_works())
def test_saving_works_twice_is_saving_once(
    store: SqlStore, make: Any, found: list[tuple[list[str], list[str]]]
) -> None:
    owner = store.ensure_owner(str(next(_owners)), [], make.now)
    works = [
        make.work(
            url=f"https://jane.example/{files[0]}.jpg",
            renditions=tuple(
                Rendition(
                    f"https://jane.example/{name}.jpg", sha256=make.sha(contents[0]) if contents else None
                )
                for name in files
            ),
            pages=tuple(f"https://jane.example/{name}/" for name in contents),
            fingerprint=None,
        )
        for files, contents in found
    ]
    store.save_works(owner, works, make.now)
    once = store.save_works(owner, works, make.now)  # the first time may merge some
    counts = store.counts(owner)
    assert store.save_works(owner, works, make.later(days=1)) == once
    assert store.counts(owner) == counts
    every = store.works(owner)
    urls = [rendition.url for work in every for rendition in work.renditions]
    assert len(urls) == len(set(urls))
    assert {url for work in works for url in (r.url for r in work.renditions)} == set(urls)


@SHARED
@given(kinds=st.lists(st.sampled_from(list(VerdictKind)), min_size=1, max_size=5))
def test_any_history_saved_twice_is_saved_once(store: SqlStore, make: Any, kinds: list[VerdictKind]) -> None:
    owner = store.ensure_owner(str(next(_owners)), [], make.now)
    [work] = store.save_works(owner, [make.work()], make.now)
    for number, kind in enumerate(kinds):
        finding = make.finding(work.id, verdict=make.verdict(kind))
        check = make.check(finding, load=str(number), checked_at=make.later(days=number))
        first = make.save_check(store, owner, check)
        assert make.save_check(store, owner, check) == first
    [use] = store.uses(owner)
    assert (use.first_seen, use.last_checked) == (make.now, make.later(days=len(kinds) - 1))
    assert use.verdict == make.verdict(kinds[-1])
    changes = 1 + sum(one != other for one, other in pairwise(kinds))
    assert store.counts(owner)["verdict"] == changes
    assert store.counts(owner)["check_result"] == len(kinds)


@SHARED
@given(claims=st.lists(st.tuples(NAMES, NAMES, NAMES, st.integers(1, 9)), max_size=12))
def test_saving_a_search_twice_is_saving_once(
    store: SqlStore, make: Any, claims: list[tuple[str, str, str, int]]
) -> None:
    owner = store.ensure_owner(str(next(_owners)), [], make.now)
    outcome = SearchOutcome("log", SearchStatus.RESULTS)
    sightings = [
        Sighting(f"source {source}", make.url(page), image_url=make.url(image), hits=hits)
        for page, image, source, hits in claims
    ]
    new = store.save_search(owner, "r1", outcome, sightings, make.now)
    assert new == len({(page, image) for page, image, _, _ in claims})
    tasks, counts = store.pages_to_check(owner, not_since=None), store.counts(owner)
    assert store.save_search(owner, "r1", outcome, sightings, make.later(days=1)) == 0
    assert store.pages_to_check(owner, not_since=None) == tasks
    assert store.counts(owner) == counts
    assert [task.url for task in tasks] == sorted({make.url(page) for page, _, _, _ in claims})


def test_records_are_not_shared_between_calls(store: SqlStore, owner: str, make: Any) -> None:
    [work] = store.save_works(owner, [make.work()], make.now)
    assert store.works(owner) == [work]
    assert replace(work, title="changed") not in store.works(owner)
