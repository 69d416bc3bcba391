"""Services are asked as planned: nothing twice, nothing beyond the budget, nothing without a word."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import replicas
from loopback import SteppingClock, photo
from stub_service import KEY, Answered, Request, Service, serving

from creditline.errors import StoreError
from creditline.fetch.api import ApiFetcher
from creditline.fetch.base import FetchSettings
from creditline.fetch.guard import EgressPolicy, Guard
from creditline.fetch.politeness import Politeness
from creditline.pipeline.context import Context
from creditline.pipeline.discover import DiscoverReport, Services, discover, search_context
from creditline.pipeline.search_plan import DiscoveryPlan, Wanted, plan_lines
from creditline.records import Fingerprint, Rendition, SearchOutcome, SearchStatus, Sighting, Work
from creditline.settings import DiscoverSettings
from creditline.sources import all_sources
from creditline.urls import Url

OpenContext = Callable[..., Any]
SOURCES = all_sources()
VISION = "google_vision"
PRICE = 0.0035
NOTHING = {"responses": [{"webDetection": {"webEntities": [{"entityId": "/m/1"}]}}]}


@dataclass
class Engine(Service):
    """A stub that tells the canary from the owner's questions, whatever is asked first."""

    canary: Answered = field(default_factory=lambda: Answered(replicas.vision_reply(2)))
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)
    account: Answered = field(default_factory=lambda: Answered({"plan_searches_left": 3}))

    def _answer(self, asked: Request) -> Answered:
        if asked.path == "/account.json":
            return self.account
        if _is_canary(asked):
            return self.canary
        self.was_asked.set()
        number = len(self.own)
        return self.answers[min(number, len(self.answers)) - 1]

    @property
    def own(self) -> list[Request]:
        """Requests about the owner's works."""
        return [each for each in self.requests if not _is_canary(each) and each.path != "/account.json"]


def _is_canary(asked: Request) -> bool:
    return b"Mona_Lisa" in asked.body or "Mona" in str(asked.query)


def vision(*answers: Answered) -> Engine:
    return Engine(list(answers) or [Answered(replicas.vision_reply(3))])


@pytest.fixture
def asked_by(
    open_context: OpenContext, clock: SteppingClock
) -> Callable[..., Any]:  # one run's surroundings, with a way to one stub
    @asynccontextmanager
    async def opened(service: Service, source: str = VISION, **settings: Any) -> AsyncIterator[Context]:
        async with open_context() as context:
            pauses = FetchSettings(page_delay_s=0.05)
            guard = Guard(EgressPolicy(private_hosts=frozenset({f"127.0.0.1:{service.port}"})))
            api = ApiFetcher(guard, pauses, Politeness(pauses, context.store, clock), clock)
            changed = replace(context.settings, discover=DiscoverSettings(**settings))
            try:
                yield replace(
                    context,
                    api=api,
                    secret=lambda name: KEY,
                    source_options={source: {"base_url": f"http://127.0.0.1:{service.port}"}},
                    settings=changed,
                )
            finally:
                await api.close()

    return opened


def save_works(context: Context, *names: str) -> None:
    works = [
        replace(_work(name), id="", owner_id="", url=f"https://jane.example/{name}.jpg") for name in names
    ]
    context.store.save_works(context.owner_id, works, context.clock.now())


def _work(name: str) -> Work:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    bits = hashlib.sha256(sha256.encode()).digest()
    print_ = Fingerprint("phash16/1", sha256, 1600, 1200, bits, bits[::-1], 90)
    address = f"https://jane.example/{name}.jpg"
    rendition = Rendition(address, 1600, 1200, "jpeg", 1000, sha256)
    return Work(
        "", "", address, title=name, width=1600, height=1200, renditions=(rendition,), fingerprint=print_
    )


async def run(context: Context, *names: str, command: str = "discover", **wanted: Any) -> DiscoverReport:
    """One run of the command, to its end."""
    agree = wanted.pop("agree", lambda plan: plan)
    budget = wanted.pop("budget", None)
    opened = context.store.open_run(context.owner_id, command, context.clock.now())
    services = Services(Wanted(tuple(SOURCES[name] for name in names or (VISION,)), **wanted), agree, budget)
    report = await discover((), context, run_id=opened.id, holder="me", services=services)
    context.store.finish_run(opened, context.clock.now())
    return report


def test_answers_costs_and_disclosures_are_stored(asked_by: Callable[..., Any]) -> None:
    async def once() -> None:
        async with serving(vision()) as service, asked_by(service) as context:
            save_works(context, "fog")
            report = await run(context)
            assert report.is_whole, report.lines()
            assert report.lines() == [
                f"google vision: 1 search, 3 pages of {report.outcomes[0].seen} results, 3 new; 0.0070 USD"
            ]
            assert len(service.requests) == 2, "the canary and the work"
            assert context.store.spent_usd(context.owner_id) == 2 * PRICE
            canary, sent = context.store.disclosures(context.owner_id)
            assert (sent.recipient, sent.work_id) == ("127.0.0.1", report.outcomes[0].query)
            assert sent.what == "the picture's address https://jane.example/fog.jpg"
            assert sent.why == "google vision: never searched for"
            assert canary.work_id is None
            (evidence,) = report.outcomes[0].evidence
            assert b"webDetection" in context.store.get(evidence)
            tasks = context.store.pages_to_check(context.owner_id, not_since=None)
            assert {task.url.href for task in tasks} == {replicas.page(n) for n in range(3)}

    asyncio.run(once())


def test_a_question_is_not_asked_again_before_its_time(
    asked_by: Callable[..., Any], clock: SteppingClock
) -> None:
    async def months() -> list[int]:
        asked = []
        async with serving(vision()) as service, asked_by(service, again_days=30) as context:
            save_works(context, "fog")
            for days in (0, 1, 28, 2):
                clock.step(timedelta(days=days))
                report = await run(context)
                assert report.is_whole
                asked.append(len(service.own))
            lines = (await run(context)).lines()
            assert lines == ["google vision: 1 answered lately and not asked again"]
            await run(context, again=True)
            asked.append(len(service.own))
        return asked

    assert asyncio.run(months()) == [1, 1, 1, 2, 3]


def test_the_budget_is_never_exceeded(asked_by: Callable[..., Any]) -> None:
    async def once() -> None:
        async with serving(vision()) as service, asked_by(service) as context:
            save_works(context, *(f"work{n}" for n in range(6)))
            report = await run(context, budget=PRICE * 4.5)
            assert len(service.requests) == 4
            assert context.store.spent_usd(context.owner_id) == 4 * PRICE
            assert not report.is_whole
            (line,) = report.lines()
            assert line.startswith("google vision: ONLY PARTLY SEARCHED, 3 searches")
            assert "3 of 6 searches: not enabled" in line
            assert "would exceed the budget" in line
            report = await run(context, budget=1)
            assert report.is_whole
            assert len(service.own) == 6

    asyncio.run(once())


def test_the_months_limit_holds_over_runs(asked_by: Callable[..., Any], clock: SteppingClock) -> None:
    async def months() -> None:
        async with serving(vision()) as service, asked_by(service, month_usd=PRICE * 2) as context:
            save_works(context, "fog", "sea", "sun")
            for _ in range(3):
                report = await run(context)
            assert len(service.requests) == 2
            assert not report.is_whole
            clock.step(timedelta(days=11))
            await run(context)
            assert len(service.requests) == 4, "another month"

    asyncio.run(months())


@pytest.mark.parametrize("later", [0, 1])
def test_what_was_paid_for_and_lost_is_not_asked_again(
    asked_by: Callable[..., Any], clock: SteppingClock, later: int
) -> None:
    """Killed while the service had the request: the price is spent, the answer lost, both are said."""

    async def killed() -> None:
        async with serving(vision(Answered({}, is_silent=True))) as service:
            async with asked_by(service) as context:
                save_works(context, "fog")
                task = asyncio.create_task(run(context))
                await asyncio.wait_for(service.was_asked.wait(), 20)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            service.answers = [Answered(replicas.vision_reply(3))]
            async with asked_by(service) as context:
                clock.step(timedelta(days=later))
                for _ in range(2):
                    report = await run(context)
                    assert not report.is_whole
                    assert "not asked again, so as not to pay twice" in report.lines()[0]
                assert len(service.own) == 1
                assert context.store.spent_usd(context.owner_id) == 2 * PRICE
                report = await run(context, again=True)
                assert report.is_whole
                assert (len(service.own), context.store.spent_usd(context.owner_id)) == (2, 3 * PRICE)

    asyncio.run(killed())


def test_nothing_is_believed_of_a_service_that_finds_its_canary(asked_by: Callable[..., Any]) -> None:
    async def once() -> None:
        async with serving(vision(Answered(NOTHING))) as service, asked_by(service) as context:
            save_works(context, "fog")
            report = await run(context)
            assert report.outcomes[0].status is SearchStatus.NONE_CONFIRMED
            assert report.is_whole

    asyncio.run(once())


def test_a_service_without_its_canary_is_not_trusted(asked_by: Callable[..., Any]) -> None:
    async def once() -> None:
        async with serving(vision(Answered(NOTHING))) as service, asked_by(service) as context:
            service.canary = Answered(NOTHING)
            save_works(context, "fog")
            report = await run(context)
            assert report.outcomes[0].status is SearchStatus.UNKNOWN_LAYOUT
            assert not report.is_whole
            (line,) = report.lines()
            assert "a picture that it must know was not found either" in line
            stored = context.store.search_outcomes(context.owner_id)
            assert {each.query: each.status for each in stored if each.query != "canary"} == {
                report.outcomes[0].query: SearchStatus.UNKNOWN_LAYOUT
            }

    asyncio.run(once())


def test_a_canary_of_a_clock_that_was_wrong_holds_no_longer(
    asked_by: Callable[..., Any], clock: SteppingClock
) -> None:
    async def once() -> None:
        async with serving(vision()) as service, asked_by(service) as context:
            save_works(context, "fog")
            clock.step(timedelta(days=400))
            await run(context)
            clock.step(timedelta(days=-400))
            save_works(context, "sea")
            await run(context)
            assert len(service.requests) - len(service.own) == 2, "the canary is asked for again"

    asyncio.run(once())


def test_a_canary_that_was_found_proves_a_reader(asked_by: Callable[..., Any]) -> None:
    async def once() -> None:
        wiki = Engine([Answered(replicas.wikimedia_reply(2))], canary=Answered(replicas.wikimedia_reply(2)))
        async with serving(wiki) as service, asked_by(service, "wikimedia") as context:
            work = replace(_work("fog"), url="https://upload.wikimedia.org/wikipedia/commons/a/ab/Fog.jpg")
            context.store.save_works(context.owner_id, [work], context.clock.now())
            report = await run(context, "wikimedia")
            assert "unproven" in report.lines()[0], "an instance of one's own proves nothing"
            known = replace(context, source_options={})
            assert search_context(known).proven == {"wikimedia"}
            assert search_context(context).proven == frozenset()

    asyncio.run(once())


def test_what_cannot_be_asked_is_said_until_it_was(asked_by: Callable[..., Any]) -> None:
    async def once() -> None:
        async with serving(vision()) as service, asked_by(service) as context:
            save_works(context, "fog")
            without = replace(context, secret=lambda name: None)
            report = await run(without)
            assert report.lines() == [
                "google vision: NOT SEARCHED, no key: set CREDITLINE_GOOGLE_VISION_KEY in the environment "
                "or the keyring"
            ]
            assert not report.is_whole
            (stored,) = context.store.search_outcomes(context.owner_id)
            assert (stored.source, stored.status) == (VISION, SearchStatus.NOT_ENABLED)
            await run(context)
            statuses = {each.status for each in context.store.search_outcomes(context.owner_id)}
            assert statuses == {SearchStatus.RESULTS}

    asyncio.run(once())


def test_a_service_that_wants_to_be_left_alone_is(asked_by: Callable[..., Any], clock: SteppingClock) -> None:
    async def hours() -> None:
        limited = Answered({}, 429, {"Retry-After": "3600"})
        async with serving(vision(limited)) as service:
            async with asked_by(service) as context:
                save_works(context, "fog")
                first = await run(context)
                assert "rate limited 12:" in first.lines()[0]
                again = await run(context)
                assert "asked to be left alone until 2026-11-20 13:" in again.lines()[0]
                assert len(service.own) == 1
            service.answers = [Answered(replicas.vision_reply(3))]
            clock.step(timedelta(hours=1, seconds=5))
            async with asked_by(service) as context:
                report = await run(context, only_unfinished=True)
                assert report.is_whole, report.lines()
                assert context.store.spent_usd(context.owner_id) == 2 * PRICE

    asyncio.run(hours())


def test_what_is_not_agreed_to_is_not_asked(asked_by: Callable[..., Any]) -> None:
    seen: list[DiscoveryPlan] = []

    def no(plan: DiscoveryPlan) -> DiscoveryPlan:
        seen.append(plan)
        return plan.without_paid("you did not agree to what it costs")

    async def once() -> None:
        async with serving(vision()) as service, asked_by(service) as context:
            save_works(context, "fog")
            report = await run(context, agree=no)
            assert service.requests == []
            assert report.lines() == ["google vision: NOT SEARCHED, you did not agree to what it costs"]
            assert not report.is_whole
            assert context.store.disclosures(context.owner_id) == []
        lines = plan_lines(seen[0])
        assert lines[0].startswith(
            "google vision (127.0.0.1): 2 searches, one of them its canary; sends the picture's address"
        )
        assert "at most 2 requests and 0.0070 USD" in lines[0]
        assert lines[-1] == "in all 2 searches, at most 0.0070 USD, about 1 min"

    asyncio.run(once())


def test_the_works_that_promise_most_come_first(asked_by: Callable[..., Any]) -> None:
    async def once() -> None:
        async with serving(vision()) as service, asked_by(service, max_works=2) as context:
            save_works(context, "fog", "sea", "sun")
            image = Url.parse("https://jane.example/sun.jpg")
            seen = Sighting("server_log", Url.parse("https://b.example/"), image_url=image, hits=40)
            log = SearchOutcome("server_log", SearchStatus.RESULTS)
            context.store.save_search(context.owner_id, "r0", log, [seen], context.clock.now())
            report = await run(context)
            first = service.own[0].json["requests"][0]["image"]["source"]["imageUri"]
            assert first == image.href
            assert len(service.own) == 2
            assert "ONLY PARTLY SEARCHED" in report.lines()[0]
            assert "1 of 3 searches: wait for another run: one run asks about 2 works" in report.lines()[0]
            assert not report.is_whole

    asyncio.run(once())


def test_originals_at_home_are_shown_as_small_copies(asked_by: Callable[..., Any], tmp_path: Path) -> None:
    async def once() -> None:
        path = tmp_path / "harbour at dawn.jpg"
        path.write_bytes(photo(3))
        async with serving(vision()) as service, asked_by(service, copy_px=400) as context:
            work = replace(_work("x"), url=path.as_uri(), renditions=())
            context.store.save_works(context.owner_id, [work], context.clock.now())
            report = await run(context)
            assert report.is_whole, report.lines()
            image = service.own[0].json["requests"][0]["image"]
            sent = base64.b64decode(image["content"])
            assert sent[:3] == b"\xff\xd8\xff"
            assert len(sent) < 480_000
            ledger = context.store.disclosures(context.owner_id)[-1]
            assert "400 x" in ledger.what
            assert ledger.sha256 is not None
            assert "harbour" not in repr(service.own[0].body)
        async with asked_by(service, copy_px=500) as context:
            assert (await run(context)).is_whole
            assert len(service.own) == 1, "another size is no other question"

    asyncio.run(once())


def test_two_processes_do_not_ask_the_same(asked_by: Callable[..., Any]) -> None:
    async def both() -> None:
        async with serving(vision()) as service, asked_by(service) as one, asked_by(service) as other:
            save_works(one, "fog", "sea")
            reports = await asyncio.gather(run(one, command="a"), run(other, command="b"))
            assert len(service.own) == 2
            assert len(service.requests) == 3, "one canary"
            assert one.store.spent_usd(one.owner_id) == 3 * PRICE
            assert any(report.is_whole for report in reports) or all(
                "another process" in report.lines()[0] for report in reports
            )

    asyncio.run(both())


def test_a_question_that_stopped_goes_on_where_it_stood(asked_by: Callable[..., Any]) -> None:
    """SerpApi's further parts: a budget that lasts for one of two, then more money."""
    parts = [
        Answered(_serp_part(0, more=True)),
        Answered(_serp_part(2, more=False)),
    ]

    async def twice() -> None:
        service = Engine(parts, canary=Answered(replicas.serp_exact_reply(2)))
        async with serving(service), asked_by(service, "serpapi") as context:
            save_works(context, "fog")
            report = await run(context, "serpapi", budget=0.031)
            assert "ONLY PARTLY SEARCHED" in report.lines()[0]
            assert len(service.own) == 1
            report = await run(context, "serpapi", only_unfinished=True, budget=1)
            assert report.is_whole, report.lines()
            assert len(service.own) == 2
            assert context.store.spent_usd(context.owner_id) == 0.045
            (outcome,) = report.outcomes
            assert (outcome.cost_usd, outcome.kept) == (0.03, 4)
            tasks = context.store.pages_to_check(context.owner_id, not_since=None)
            assert len(tasks) == 4

    asyncio.run(twice())


def _serp_part(first: int, *, more: bool) -> dict[str, Any]:
    whole = replicas.serp_exact_reply(4)
    whole["exact_matches"] = whole["exact_matches"][first : first + 2]
    for number, item in enumerate(whole["exact_matches"], 1):
        item["position"] = number
    link = "https://elsewhere.example/search.json?engine=changed&p=1"
    return whole | ({"serpapi_pagination": {"next": link}} if more else {})


def test_what_is_left_of_a_quota_is_known_before_anything_is_agreed_to(asked_by: Callable[..., Any]) -> None:
    seen: list[DiscoveryPlan] = []

    def no(plan: DiscoveryPlan) -> DiscoveryPlan:
        seen.append(plan)
        return plan.without_paid("you did not agree to what it costs")

    async def once() -> None:
        service = Engine([Answered(_serp_part(0, more=False))], canary=Answered(replicas.serp_exact_reply(2)))
        async with serving(service), asked_by(service, "serpapi") as context:
            save_works(context, "fog")
            await run(context, "serpapi", agree=no)
            assert [each.path for each in service.requests] == ["/account.json"]
            assert context.store.disclosures(context.owner_id) == []

    asyncio.run(once())
    assert "serpapi: 3 requests left by its own count, fewer than the 6 that this may take" in plan_lines(
        seen[0]
    )


def test_what_could_not_be_asked_beside_answers_is_missing(asked_by: Callable[..., Any]) -> None:
    """One work was answered before the key was taken away: the other one is no silent omission."""

    async def once() -> None:
        async with serving(vision()) as service, asked_by(service) as context:
            save_works(context, "fog")
            assert (await run(context)).is_whole
            save_works(context, "sea")
            report = await run(replace(context, secret=lambda name: None))
            assert not report.is_whole
            assert "ONLY PARTLY SEARCHED, 1 answered lately" in report.lines()[0]
            assert "1 of 2 searches: no key" in report.lines()[0]
            told = {each.status: each.note for each in context.store.search_outcomes(context.owner_id)}
            assert "1 of 2 searches: no key" in (told[SearchStatus.NOT_ENABLED] or ""), "as in every report"
            assert (await run(context)).is_whole
            kinds = {each.status for each in context.store.search_outcomes(context.owner_id)}
            assert kinds == {SearchStatus.RESULTS}

    asyncio.run(once())


def test_an_answer_that_is_due_again_does_not_stand_for_a_search(
    asked_by: Callable[..., Any], clock: SteppingClock
) -> None:
    async def once() -> None:
        async with serving(vision()) as service, asked_by(service, again_days=30) as context:
            save_works(context, "fog")
            assert (await run(context)).is_whole
            without = replace(context, secret=lambda name: None)
            assert (await run(without)).is_whole, "nothing is due"
            clock.step(timedelta(days=31))
            report = await run(without)
            assert not report.is_whole
            assert report.lines()[0].startswith("google vision: NOT SEARCHED, no key")

    asyncio.run(once())


def test_works_that_a_service_cannot_hold_are_not_missed(asked_by: Callable[..., Any]) -> None:
    async def once() -> None:
        wiki = Engine([Answered(replicas.wikimedia_reply(2))], canary=Answered(replicas.wikimedia_reply(2)))
        async with serving(wiki) as service, asked_by(service, "wikimedia") as context:
            save_works(context, "sea")
            on_commons = replace(
                _work("fog"), url="https://upload.wikimedia.org/wikipedia/commons/a/ab/Fog.jpg"
            )
            context.store.save_works(context.owner_id, [on_commons], context.clock.now())
            report = await run(context, "wikimedia")
            assert report.is_whole, report.lines()
            assert "1 of 2 searches: no address of this work is on Wikimedia Commons" in report.lines()[0]

    asyncio.run(once())


def test_a_wish_to_be_left_alone_holds_for_every_question_and_the_canary(
    asked_by: Callable[..., Any], clock: SteppingClock
) -> None:
    async def hours() -> None:
        limited = Answered({}, 429, {"Retry-After": "3600"})
        async with serving(Engine([limited], canary=limited)) as service:
            for _ in range(2):
                async with asked_by(service) as context:
                    save_works(context, "fog", "sea")
                    report = await run(context)
                    assert not report.is_whole
                assert len(service.requests) == 1, "the canary of the first run, and nothing since"
            assert "it asked to be left alone until 2026-11-20 13:" in report.lines()[0]
            service.answers = [Answered(replicas.vision_reply(3))]
            service.canary = Answered(replicas.vision_reply(3))
            clock.step(timedelta(hours=1, seconds=5))
            async with asked_by(service) as context:
                assert (await run(context)).is_whole

    asyncio.run(hours())


@pytest.mark.parametrize(
    ("answer", "asked", "spent"),
    [
        (Answered("<html>maintenance</html>"), 3, 3 * PRICE),
        (Answered({"error": {"code": 16, "message": "no such key"}}, 401), 3, 0.0),
        (Answered({"error": {"code": 8, "message": "quota of the project"}}, 429), 1, 0.0),
    ],
)
def test_a_service_that_refuses_is_not_asked_about_every_work(
    asked_by: Callable[..., Any], answer: Answered, asked: int, spent: float
) -> None:
    async def once() -> None:
        async with serving(Engine([answer], canary=answer)) as service, asked_by(service) as context:
            save_works(context, *(f"work{n}" for n in range(6)))
            report = await run(context)
            assert len(service.requests) == asked
            assert context.store.spent_usd(context.owner_id) == spent
            assert len(context.store.disclosures(context.owner_id)) == asked, "what was sent, and no more"
            (line,) = report.lines()
            assert line.startswith("google vision: NOT SEARCHED")
            assert "not asked" in line
            assert not report.is_whole
            service.answers = [Answered(replicas.vision_reply(3))]
            service.canary = service.answers[0]
        async with serving(service), asked_by(service) as context:
            report = await run(context, only_unfinished=True, again=True)
            assert report.is_whole, "what was not asked is known, and is asked when one goes on"

    asyncio.run(once())


def test_answers_that_are_not_believed_are_no_failures(asked_by: Callable[..., Any]) -> None:
    """The canary may have gone from the index: what the service does find is worth asking for."""

    async def once() -> None:
        nothing, found = Answered(NOTHING), Answered(replicas.vision_reply(3))
        async with (
            serving(Engine([nothing] * 4 + [found], canary=nothing)) as service,
            asked_by(service) as context,
        ):
            save_works(context, *(f"work{n}" for n in range(5)))
            report = await run(context)
            assert len(service.own) == 5
            assert sum(each.kept for each in report.outcomes) == 3

    asyncio.run(once())


@pytest.mark.parametrize(
    "cursor", ["[1,2", '{"parts": "x"}', '{"cost_usd": "x"}', '{"cost_usd": -1}', '{"state": "odd"}', "7"]
)
def test_a_damaged_place_to_go_on_from_stops_that_question_only(
    asked_by: Callable[..., Any], cursor: str
) -> None:
    async def once() -> None:
        async with serving(vision()) as service, asked_by(service) as context:
            save_works(context, "fog")
            (good,) = (await run(context)).outcomes
            damaged = replace(good, status=SearchStatus.PARTIAL, cursor=cursor)
            context.store.save_search(context.owner_id, "r0", damaged, (), context.clock.now())
            save_works(context, "sea")
            report = await run(context)
            assert not report.is_whole
            assert "1 of 2 searches: the place to go on from cannot be read" in report.lines()[0]
            assert len(service.own) == 2
            assert (await run(context, again=True)).is_whole

    asyncio.run(once())


def test_an_answer_that_was_paid_for_is_kept_where_evidence_cannot_be(
    asked_by: Callable[..., Any], tmp_path: Path
) -> None:
    async def once() -> None:
        async with serving(vision()) as service, asked_by(service) as context:
            save_works(context, "fog", "sea")
            assert (await run(context)).is_whole
            folder = tmp_path / "evidence"
            shutil.rmtree(folder)
            folder.write_text("no folder")
            with pytest.raises(StoreError, match="evidence"):
                await run(context, again=True)
            assert len(service.own) == 3, "nothing more is asked"
            stored = context.store.search_outcomes(context.owner_id)
            last = max(stored, key=lambda each: each.searched_at or context.clock.now())
            assert (last.status, last.kept) == (SearchStatus.RESULTS, 3)

    asyncio.run(once())
