"""A site that used one work is looked through for the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from loopback import LoopbackSite, photo

from creditline.pipeline.context import Context
from creditline.pipeline.discover import DiscoverReport, Services, discover, used_sites
from creditline.pipeline.index import index_site
from creditline.pipeline.search_plan import Wanted
from creditline.records import (
    CheckResult,
    CheckStatus,
    Disposition,
    Match,
    MatchMethod,
    MatchStatus,
    Role,
    UseFinding,
    Verdict,
    VerdictKind,
    Versions,
)
from creditline.sources import all_sources
from creditline.urls import Url

TEXT = "<p>" + "The harbour woke early that day. " * 60 + "</p>"
SNOWBALL = all_sources()["snowball"]


@pytest.fixture
def elsewhere() -> Iterator[LoopbackSite]:
    with LoopbackSite() as serving:
        yield serving


def save_use(context: Context, page: Url, status: MatchStatus = MatchStatus.CONFIRMED) -> str:
    """A use as a check would have found it; return its id."""
    store, now = context.store, context.clock.now()
    (work,) = store.works(context.owner_id)
    match = Match(work.id, status, MatchMethod.HASH, 0.9, distance=4, why="4 bits")
    finding = UseFinding(
        work.id,
        f"{page.href}copy.jpg",
        False,
        Role.CONTENT,
        match,
        Verdict(VerdictKind.UNCLEAR, reason="not judged here"),
        "ab" * 32,
        "cd" * 32,
    )
    lease = store.claim("page", page.key, "tester", timedelta(minutes=5), now)
    assert lease is not None
    versions = Versions("phash16/1", "judge/1", "0.1.0")
    result = CheckResult(page, CheckStatus.SHOWN, now, f"load-{page.key}", versions, uses=(finding,))
    (use,) = [
        each for each in store.save_check(context.owner_id, lease, result) if each.page_url == page.href
    ]
    store.release(lease)
    return use.id


async def run(context: Context) -> DiscoverReport:
    opened = context.store.open_run(context.owner_id, "discover", context.clock.now())
    services = Services(Wanted((SNOWBALL,)), lambda plan: plan)
    report = await discover((), context, run_id=opened.id, holder="me", services=services)
    context.store.finish_run(opened, context.clock.now())
    return report


def test_pages_with_pictures_of_a_site_that_used_a_work_are_to_be_checked(
    site: LoopbackSite, elsewhere: LoopbackSite, open_context: Callable[..., object]
) -> None:
    site.put("/", f'{TEXT}<img src="/fog.jpg">')
    site.put("/fog.jpg", photo(1))
    elsewhere.put("/", f'{TEXT}<a href="/gallery">g</a><a href="/words">w</a><a href="/used">u</a>')
    elsewhere.put("/used", f'{TEXT}<img src="/copy.jpg">')
    elsewhere.put("/gallery", f'{TEXT}<img src="/a.jpg"><img src="/b.jpg">')
    elsewhere.put("/words", TEXT)

    async def once() -> None:
        async with open_context(more_hosts=(elsewhere.url.host_port,)) as context:  # type: ignore[attr-defined]
            await index_site(site.url, context)
            before = await run(context)
            assert not before.is_whole
            assert "no site is known that used a work of yours" in before.lines()[0]
            save_use(context, Url.parse("/used", elsewhere.url))
            report = await run(context)
            assert report.is_whole, report.lines()
            assert report.lines()[0].startswith("snowball: 1 search, 1 pages of 1 results, 1 new")
            assert {page.path for page in report.resolved[0].pages} == {"/gallery", "/used"}
            asked = len(elsewhere.asked)
            again = await run(context)
            assert again.lines() == ["snowball: 1 answered lately and not asked again"]
            assert len(elsewhere.asked) == asked

    asyncio.run(once())


def test_what_is_no_use_of_ours_starts_no_snowball(
    site: LoopbackSite, open_context: Callable[..., object]
) -> None:
    site.put("/", f'{TEXT}<img src="/fog.jpg">')
    site.put("/fog.jpg", photo(1))

    async def once() -> None:
        async with open_context() as context:  # type: ignore[attr-defined]
            await index_site(site.url, context)
            save_use(context, Url.parse("https://doubt.example/a/"), MatchStatus.REVIEW)
            mine = save_use(context, Url.parse("https://mine.example/a/"))
            context.store.set_disposition(context.owner_id, mine, Disposition.MINE, context.clock.now())
            save_use(context, Url.parse("https://www.pinterest.com/pin/1/"))
            save_use(context, Url.parse("https://blog.example/a/b?c=1"))
            assert [each.href for each in used_sites(context)] == ["https://blog.example/"]
            assert used_sites(replace(context, owner_id="nobody")) == ()

    asyncio.run(once())
