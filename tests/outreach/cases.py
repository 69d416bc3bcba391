"""Uses and works for the tests, and hypothesis strategies that draw any of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from creditline.records import (
    CheckStatus,
    Disposition,
    Exclusion,
    Look,
    Match,
    MatchMethod,
    MatchStatus,
    Owner,
    Role,
    Use,
    Verdict,
    VerdictKind,
    Work,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OWNER = Owner(names=("Jane Doe",), domains=("jane.example",), profiles=("https://pictures.example/@jane",))
BOTH_LOOKS = frozenset(Look)


def work(**changes: Any) -> Work:
    """A work of the owner's, indexed from their site."""
    plain = Work(
        id="w1",
        owner_id="o1",
        url="https://jane.example/img/pier.jpg",
        title="The pier at dawn",
        width=2400,
        height=1600,
        pages=("https://jane.example/pier/",),
    )
    return replace(plain, **changes)


def use(**changes: Any) -> Use:
    """A use that fulfils every condition of a missing credit."""
    plain = Use(
        id="u1",
        owner_id="o1",
        work_id="w1",
        work_url="https://jane.example/img/pier.jpg",
        page_url="https://blog.example/post",
        image_url="https://blog.example/pier.jpg",
        hotlinked=False,
        role=Role.CONTENT,
        verdict=Verdict(VerdictKind.NONE, reason="no credit found"),
        match=Match("w1", MatchStatus.CONFIRMED, MatchMethod.HASH, 0.98, distance=6),
        disposition=Disposition.OPEN,
        first_seen=NOW - timedelta(days=3),
        last_checked=NOW - timedelta(hours=1),
        page_title="A walk by the sea",
        complete_looks=BOTH_LOOKS,
        width=800,
        height=533,
    )
    return replace(plain, **changes)


verdicts = st.builds(
    Verdict,
    kind=st.sampled_from(VerdictKind),
    reason=st.text(max_size=30),
    page_links_owner=st.booleans(),
)

#: Any state that a use can be in, near the border of the conditions.
any_use = st.builds(
    use,
    role=st.sampled_from(Role),
    verdict=verdicts,
    match=st.builds(
        Match,
        work=st.just("w1"),
        status=st.sampled_from(MatchStatus),
        method=st.sampled_from(MatchMethod),
        score=st.floats(0, 1),
    ),
    disposition=st.sampled_from(Disposition),
    check_status=st.sampled_from(CheckStatus),
    complete_looks=st.frozensets(st.sampled_from(Look)),
    last_checked=st.timedeltas(timedelta(hours=-1), timedelta(hours=100)).map(lambda age: NOW - age),
    verdict_by_owner=st.none() | st.sampled_from(VerdictKind),
    work_id=st.sampled_from(["w1", "w1", "w1", "w2"]),
)

any_work = st.builds(
    work,
    exclusion=st.none() | st.sampled_from(Exclusion),
    owner_says=st.none() | st.booleans(),
    merged_into=st.sampled_from([None, None, "w9"]),
    owner_id=st.sampled_from(["o1", "o1", "o1", "o2"]),
)
