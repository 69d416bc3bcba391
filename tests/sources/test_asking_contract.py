"""What every source that asks a service must do: against a stub on loopback, through the real way out."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
from replicas import page
from stub_service import CASES, KEY, Answered, Service, asking, context_for, search, serving

from creditline.errors import SourceError
from creditline.records import Batch, Question, SearchStatus
from creditline.sources import BATCH, all_sources
from creditline.sources._asking import AskingSource

SOURCES = {name: source for name, source in all_sources().items() if isinstance(source, AskingSource)}
pytestmark = pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)

FAILURES = {
    "401": (Answered({}, 401), SearchStatus.AUTH_FAILED),
    "403": (Answered({}, 403), SearchStatus.AUTH_FAILED),
    "402": (Answered({}, 402), SearchStatus.QUOTA_EXHAUSTED),
    "429": (Answered({}, 429, {"Retry-After": "120"}), SearchStatus.RATE_LIMITED),
    "500": (Answered({}, 500), SearchStatus.NETWORK_ERROR),
    "redirect": (
        Answered({}, 302, {"Location": "http://127.0.0.1:9/elsewhere"}),
        SearchStatus.UNKNOWN_LAYOUT,
    ),
    "html": (Answered("<html><body>Hello</body></html>"), SearchStatus.UNKNOWN_LAYOUT),
    "nothing at all": (Answered({}), SearchStatus.UNKNOWN_LAYOUT),
    "half a reply": (Answered('{"results": [{"url"'), SearchStatus.UNKNOWN_LAYOUT),
    "hangs up": (Answered({}, hangs_up=True), SearchStatus.NETWORK_ERROR),
}


def whole_search(source: AskingSource) -> tuple[list[Batch], Service]:
    case = CASES[source.name]
    service = case.service()
    return search(source, service, case.question), service


def test_it_says_what_it_is(source: AskingSource) -> None:
    assert isinstance(source, AskingSource)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", source.name)
    assert source.description.endswith(".")
    assert source.name in CASES, f"add a case of {source.name} to stub_service.py"
    assert source.key_name is None or re.fullmatch(r"CREDITLINE_[A-Z_]+", source.key_name)
    assert source.base_url.startswith(("https://", "http://localhost"))
    assert source.price_usd == 0 or source.price_note != "free"


def test_it_finds_the_pages(source: AskingSource) -> None:
    batches, _ = whole_search(source)
    last = batches[-1].outcome
    assert last.status is SearchStatus.RESULTS, last.note
    found = {sighting.page_url.href for batch in batches for sighting in batch.sightings}
    assert {page(n) for n in range(3)} <= found
    assert [batch.is_last for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert all(batch.outcome.status is SearchStatus.PARTIAL for batch in batches[:-1])
    assert last.kept == sum(len(batch.sightings) for batch in batches)
    assert last.seen >= last.parsed >= last.kept > 0
    assert all(len(batch.sightings) <= BATCH for batch in batches)
    assert sum(len(batch.replies) for batch in batches) >= 1


def test_its_sightings_say_where_they_are_from(source: AskingSource) -> None:
    batches, _ = whole_search(source)
    for sighting in (sighting for batch in batches for sighting in batch.sightings):
        assert sighting.source == source.name
        assert sighting.work_id == "w000000000001"
        assert sighting.provenance
        assert sighting.page_url.registrable_domain != "jane.example"


def test_it_gives_the_same_again(source: AskingSource) -> None:
    one, other = (whole_search(source)[0] for _ in range(2))
    assert [(b.sightings, b.outcome) for b in one] == [(b.sightings, b.outcome) for b in other]


def test_own_pages_are_left_out(source: AskingSource) -> None:
    case = CASES[source.name]
    batches = search(source, case.service(), case.question, own_domains=frozenset({"place1.example"}))
    pages = [sighting.page_url.host for batch in batches for sighting in batch.sightings]
    assert pages
    assert "place1.example" not in pages
    assert "on your own sites left out" in (batches[-1].outcome.note or "")


def test_none_is_said_only_with_a_sign(source: AskingSource) -> None:
    case = CASES[source.name]
    outcome = search(source, case.service(Answered(case.nothing())), case.question)[-1].outcome
    assert outcome.status is SearchStatus.NONE_CONFIRMED, outcome.note
    assert outcome.note


def test_parts_are_put_together(source: AskingSource) -> None:
    case = CASES[source.name]
    if not case.parts:
        assert source.most_parts == 1
        return
    service = case.service(*(Answered(part()) for part in case.parts))
    batches = search(source, service, case.question)
    assert batches[-1].outcome.status is SearchStatus.RESULTS, batches[-1].outcome.note
    assert len(service.searches) == len(case.parts)
    assert len(
        {request.query.items() | {request.body} and str(request) for request in service.searches}
    ) == len(case.parts)
    keys = [(s.page_url, s.image_url) for batch in batches for s in batch.sightings]
    assert len(keys) == len(set(keys)) > 3
    assert batches[-1].outcome.cost_usd == pytest.approx(source.price_usd * len(case.parts), abs=1e-9)


@pytest.mark.parametrize("failure", FAILURES)
def test_failures_are_named_and_not_paid_for(source: AskingSource, failure: str) -> None:
    case = CASES[source.name]
    answer, expected = FAILURES[failure]
    service = case.service(answer)
    batches = search(source, service, case.question)
    outcome = batches[-1].outcome
    if (source.name, failure) == ("searxng", "403"):
        expected = SearchStatus.NOT_ENABLED
    assert outcome.status is expected, outcome.note
    assert outcome.note
    assert not any(batch.sightings for batch in batches)
    assert len(service.searches) == 1
    refused = expected in (SearchStatus.AUTH_FAILED, SearchStatus.QUOTA_EXHAUSTED, SearchStatus.RATE_LIMITED)
    if refused:
        assert outcome.cost_usd == 0
    if failure == "hangs up":
        assert outcome.cost_usd == source.price_usd
    assert outcome.retry_after_s == (120.0 if failure == "429" else None)


def test_a_failure_after_results_keeps_them(source: AskingSource) -> None:
    case = CASES[source.name]
    if not case.parts:
        return
    service = case.service(Answered(case.parts[0]()), Answered({}, 429))
    batches = search(source, service, case.question)
    outcome = batches[-1].outcome
    assert outcome.status is SearchStatus.PARTIAL
    assert outcome.kept > 0
    assert "rate limited" in (outcome.note or "")
    assert outcome.cost_usd == source.price_usd


def test_what_costs_is_said_before_it_is_asked(source: AskingSource) -> None:
    case = CASES[source.name]

    async def go() -> None:
        async with serving(case.service()) as service, asking(service) as api:
            context = context_for(source, service, api)
            found = source.search(case.question, context)
            first = await anext(found)
            if source.price_usd > 0:
                assert service.requests == []
                assert first.outcome.cost_usd == source.price_usd
                assert first.outcome.status is SearchStatus.PARTIAL
            await found.aclose()  # type: ignore[attr-defined]

    asyncio.run(go())


@pytest.mark.parametrize("killed_after", [1, 2, 3])
def test_nothing_is_paid_twice_after_a_kill(source: AskingSource, killed_after: int) -> None:
    """Whatever was stored last, the search goes on from there and asks no part a second time."""
    case = CASES[source.name]
    answers = [Answered(part()) for part in case.parts or (lambda: case.whole(3),)]

    async def go() -> None:
        async with serving(case.service(*answers)) as service, asking(service) as api:
            context = context_for(source, service, api)
            found, stored = source.search(case.question, context), []
            async for batch in found:
                stored.append(batch)
                if len(stored) == killed_after:
                    break
            await found.aclose()  # type: ignore[attr-defined]
            paid = len(service.searches)
            last = stored[-1].outcome
            if stored[-1].is_last:
                return
            again = [
                batch async for batch in source.search(replace(case.question, cursor=last.cursor), context)
            ]
            outcome = again[-1].outcome
            if source.price_usd > 0 and killed_after % 2:
                assert len(service.searches) == paid
                assert outcome.status is SearchStatus.PARTIAL
                assert "not asked again" in (outcome.note or "")
                assert outcome.cost_usd == last.cost_usd
                return
            assert len(service.searches) <= len(answers) + (0 if source.price_usd > 0 else 1)
            assert outcome.cost_usd == pytest.approx(source.price_usd * len(service.searches), abs=1e-9)
            everything = [(s.page_url, s.image_url) for b in [*stored, *again] for s in b.sightings]
            assert outcome.kept >= len(set(everything)) > 0

    asyncio.run(go())


def test_a_search_that_is_over_is_not_gone_on_with(source: AskingSource) -> None:
    batches, _ = whole_search(source)
    assert batches[-1].outcome.cursor is None


def test_the_budget_holds(source: AskingSource) -> None:
    case = CASES[source.name]
    service = case.service()
    batches = search(source, service, case.question, budget_usd=source.price_usd / 2)
    if source.price_usd > 0:
        assert service.requests == []
        assert batches[-1].outcome.status is SearchStatus.NOT_ENABLED
        assert "budget" in (batches[-1].outcome.note or "")
        assert batches[-1].outcome.cost_usd == 0
    else:
        assert batches[-1].outcome.status is SearchStatus.RESULTS
    if case.parts and source.price_usd > 0:
        service = case.service(*(Answered(part()) for part in case.parts))
        outcome = search(source, service, case.question, budget_usd=source.price_usd * 1.5)[-1].outcome
        assert len(service.searches) == 1
        assert (outcome.status, outcome.cost_usd) == (SearchStatus.PARTIAL, source.price_usd)
        assert outcome.cursor


def test_it_asks_nothing_without_a_key(source: AskingSource) -> None:
    case = CASES[source.name]
    service = case.service()
    batches = search(source, service, case.question, secret=lambda name: None)
    if source.key_name is not None and source.is_key_needed:
        assert service.requests == []
        assert batches[-1].outcome.status is SearchStatus.NOT_ENABLED
        assert source.key_name in (batches[-1].outcome.note or "")
    else:
        assert batches[-1].outcome.status is SearchStatus.RESULTS


@pytest.mark.parametrize("key", ["one\ntwo", "schlüssel", "\udcff\udcfe"])
def test_a_key_that_cannot_be_sent_is_told_before_anything_is(source: AskingSource, key: str) -> None:
    case = CASES[source.name]
    service = case.service()
    outcome = search(source, service, case.question, secret=lambda name: key)[-1].outcome
    if source.key_name is not None:
        assert (outcome.status, service.requests) == (SearchStatus.NOT_ENABLED, [])
        assert f"the key in {source.key_name}" in (outcome.note or "")
        assert outcome.cost_usd == 0
        assert key not in (outcome.note or "")


def test_a_service_may_stand_below_a_path(source: AskingSource) -> None:
    case = CASES[source.name]
    service = case.service()

    async def go() -> None:
        async with serving(service), asking(service) as api:
            below = {source.name: {"base_url": f"http://127.0.0.1:{service.port}/below/this/"}}
            context = context_for(source, service, api, options=below)
            if case.upload is None:
                assert [batch async for batch in source.search(case.question, context)]

    asyncio.run(go())
    assert all(asked.path.startswith("/below/this/") for asked in service.requests)


def test_nobody_pays_for_a_service_that_is_not_there(source: AskingSource) -> None:
    case = CASES[source.name]
    service = case.service()

    async def go() -> None:
        async with serving(service):
            pass
        async with asking(service) as api:
            context = context_for(source, service, api)
            outcome = [batch async for batch in source.search(case.question, context)][-1].outcome
        assert (outcome.status, outcome.cost_usd) == (SearchStatus.NETWORK_ERROR, 0)

    asyncio.run(go())


def test_it_refuses_a_question_without_anything_to_ask(source: AskingSource) -> None:
    service = CASES[source.name].service()
    outcome = search(source, service, Question(), own_domains=frozenset())[-1].outcome
    assert service.requests == []
    assert outcome.status is SearchStatus.BAD_INPUT
    assert outcome.note


def test_it_needs_a_way_out_and_a_cursor_of_its_own(source: AskingSource) -> None:
    case = CASES[source.name]
    service = Service([Answered({})])

    async def ask(question: Question) -> None:
        async for _ in source.search(question, context_for(source, service, None)):
            pass

    with pytest.raises(SourceError, match="no way out"):
        asyncio.run(ask(case.question))
    for cursor in ("nonsense", '{"what": 1}', "[]", "7"):
        with pytest.raises(SourceError, match="search anew"):
            asyncio.run(ask(replace(case.question, cursor=cursor)))


def test_the_plan_sends_nothing_and_says_what_would_be_sent(source: AskingSource) -> None:
    case = CASES[source.name]
    service = case.service()
    context = context_for(source, service, None)
    plan = source.plan(case.question, context)
    assert plan.problems == ()
    assert plan.most_usd == pytest.approx(plan.price_usd * plan.most_calls)
    assert plan.recipient == "127.0.0.1"
    assert plan.sends
    assert plan.price_note
    assert plan.unproven is source.unproven
    assert service.requests == []
    without = source.plan(Question(), replace(context, own_domains=frozenset()))
    assert len(without.problems) == 1


def test_the_same_question_has_one_key(source: AskingSource) -> None:
    case = CASES[source.name]
    service = case.service()
    context = context_for(source, service, None)
    key = source.plan(case.question, context).query_key
    assert re.fullmatch(r"[0-9a-f]{64}", key)
    assert search(source, service, case.question)[-1].outcome.query_key == key
    others = {other.query_key(case.question, context) for other in SOURCES.values() if other is not source}
    assert key not in others


def test_no_record_holds_the_key_of_the_service(source: AskingSource) -> None:
    case = CASES[source.name]
    if source.key_name is None:
        return
    for service in (case.service(), case.service(Answered({"error": f"Invalid API key {KEY}"}, 401))):
        batches = search(source, service, case.question)
        assert KEY not in repr(batches)
        asked = service.requests[-1]
        assert KEY in repr(asked.headers) + repr(asked.query)


def test_unproven_is_said_in_every_outcome(source: AskingSource) -> None:
    for outcome in (
        whole_search(source)[0][-1].outcome,
        search(source, Service([Answered({}, 500)]))[-1].outcome,
    ):
        assert outcome.unproven is source.unproven
        assert ("unproven" in (outcome.note or "")) is source.unproven


def test_the_owners_price_outranks_the_list_price(source: AskingSource) -> None:
    case = CASES[source.name]
    service = case.service()
    context = context_for(source, service, None)
    options = {source.name: {**context.options[source.name], "price_usd": "0.5"}}
    assert source.plan(case.question, replace(context, options=options)).price_usd == 0.5
    options[source.name]["price_usd"] = "a lot"
    with pytest.raises(SourceError, match="price_usd"):
        source.plan(case.question, replace(context, options=options))
