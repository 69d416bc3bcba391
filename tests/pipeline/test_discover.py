"""Discovery: sources to the store, and hosts to pages, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from loopback import LoopbackSite, SteppingClock, photo
from source_samples import SAMPLES

from creditline.errors import InputFileError, SourceError
from creditline.pipeline.context import Context
from creditline.pipeline.discover import DiscoverReport, Search, discover
from creditline.pipeline.index import index_site
from creditline.records import (
    Batch,
    PageUrlKind,
    Question,
    SearchContext,
    SearchOutcome,
    SearchStatus,
    Sighting,
)
from creditline.sources import all_sources
from creditline.urls import Url

TEXT = "<p>" + "The harbour woke early that day. " * 60 + "</p>"
SOURCES = all_sources()


def ask(name: str, path: Path) -> Search:
    return Search(SOURCES[name], Question(path=path, label=path.name))


async def run(context: Context, *searches: Search) -> DiscoverReport:
    opened = context.store.open_run(context.owner_id, "discover", context.clock.now())
    report = await discover(searches, context, run_id=opened.id, holder="me")
    context.store.finish_run(opened, context.clock.now())
    return report


def pages(context: Context, kind: PageUrlKind = PageUrlKind.PAGE) -> list[str]:
    tasks = context.store.pages_to_check(context.owner_id, not_since=None)
    return sorted(task.url.href for task in tasks if task.kind is kind)


def test_pages_of_every_source_are_merged(tmp_path: Path, open_context: Callable[..., object]) -> None:
    (tmp_path / "pages.txt").write_text("https://blog.example/a?utm_source=x\nhttps://www.jane.example/own\n")
    (tmp_path / "links.csv").write_text("Linking page,Last crawled\nhttps://blog.example/a,2026-10-01\n")

    async def twice() -> None:
        async with open_context() as context:  # type: ignore[attr-defined]
            report = await run(
                context, ask("page_list", tmp_path / "pages.txt"), ask("link_export", tmp_path / "links.csv")
            )
            assert report.is_whole
            assert report.lines() == [
                "page list pages.txt: 2 lines, 1 different addresses; 1 on your own sites left out; 1 new",
                "link export links.csv: Search Console export, 1 rows, 1 different addresses; 0 new",
            ]
            (task,) = context.store.pages_to_check(context.owner_id, not_since=None)
            assert task.url.href == "https://blog.example/a"
            assert set(task.sources) == {"page_list", "link_export"}
            again = await run(context, ask("page_list", tmp_path / "pages.txt"))
            assert again.searched[0].new == 0
            assert pages(context) == ["https://blog.example/a"]

    asyncio.run(twice())


def test_outcomes_of_every_source_are_stored(tmp_path: Path, open_context: Callable[..., object]) -> None:
    (tmp_path / "pages.txt").write_text("https://blog.example/a\n")
    (tmp_path / "bad.log").write_text("no log\n")

    async def one_bad() -> None:
        async with open_context() as context:  # type: ignore[attr-defined]
            report = await run(
                context, ask("server_log", tmp_path / "bad.log"), ask("page_list", tmp_path / "pages.txt")
            )
            assert not report.is_whole
            assert "NOT SEARCHED, bad input: " in report.lines()[0]
            assert "bad.log is not a log in the combined format" in report.lines()[0]
            with pytest.raises(InputFileError, match=r"bad\.log is not a log in the combined format"):
                await run(context, ask("server_log", tmp_path / "bad.log"))
            outcomes = {o.source: o.status for o in context.store.search_outcomes(context.owner_id)}
            assert outcomes == {"page_list": SearchStatus.RESULTS, "server_log": SearchStatus.BAD_INPUT}
            assert pages(context) == ["https://blog.example/a"]

    asyncio.run(one_bad())


class Scripted:
    """A source that yields what it was given, then fails or breaks off."""

    name = "scripted"

    def __init__(self, batches: list[Batch], error: Exception | None = None) -> None:
        self._batches, self._error = batches, error

    async def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        for batch in self._batches:
            yield batch
        if self._error:
            raise self._error


def batch(status: SearchStatus, *addresses: str, is_last: bool = False) -> Batch:
    sightings = tuple(Sighting("scripted", Url.parse(address)) for address in addresses)
    return Batch(sightings, SearchOutcome("scripted", status, note="n", kept=len(sightings)), is_last)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (Scripted([]), "scripted: ONLY PARTLY SEARCHED, broken off at once; 0 new"),
        (
            Scripted([batch(SearchStatus.PARTIAL, "https://b.example/1")]),
            "scripted: ONLY PARTLY SEARCHED, n; 1 new",
        ),
        (Scripted([batch(SearchStatus.CAPTCHA, is_last=True)]), "scripted: NOT SEARCHED, captcha: n"),
        (
            Scripted([], SourceError("no key; set one")),
            "scripted: NOT SEARCHED, not enabled: no key; set one",
        ),
    ],
)
def test_what_was_not_searched_is_said(
    open_context: Callable[..., object], source: Scripted, line: str
) -> None:
    async def once() -> None:
        async with open_context() as context:  # type: ignore[attr-defined]
            report = await run(context, Search(source, Question()))
            assert report.lines() == [line]
            assert not report.is_whole

    asyncio.run(once())


def test_own_pages_of_careless_sources_are_dropped(open_context: Callable[..., object]) -> None:
    source = Scripted(
        [batch(SearchStatus.RESULTS, "https://shop.jane.example/x", "https://b.example/1", is_last=True)]
    )

    async def once() -> None:
        async with open_context() as context:  # type: ignore[attr-defined]
            await run(context, Search(source, Question()))
            assert pages(context) == ["https://b.example/1"]

    asyncio.run(once())


@pytest.fixture
def elsewhere() -> object:
    """A stranger's site that shows one of the owner's pictures on one of its pages."""
    with LoopbackSite() as serving:
        yield serving


def fill(elsewhere: LoopbackSite, image: str, *, by_sitemap: bool) -> None:
    links = "".join(f'<a href="/tag/t{n}">t</a>' for n in range(60))
    elsewhere.put("/", f'{TEXT}{links}<a href="/blog/about-fog-and-sea">fog</a><img src="/logo.png">')
    for n in range(60):
        elsewhere.put(f"/tag/t{n}", f'{TEXT}<img src="/teaser.jpg">')
    elsewhere.put("/blog/about-fog-and-sea", f'{TEXT}<img src="{image}">')
    elsewhere.put("/blog/hidden-one", f'{TEXT}<img src="{image}?w=300">')
    if by_sitemap:
        address = f"{elsewhere.url.href}blog/hidden-one"
        elsewhere.put("/sitemap.xml", f"<urlset><url><loc>{address}</loc></url></urlset>")


@pytest.mark.parametrize("by_sitemap", [True, False])
def test_an_origin_is_resolved_to_the_pages_that_show_our_file(
    site: LoopbackSite,
    elsewhere: LoopbackSite,
    tmp_path: Path,
    open_context: Callable[..., object],
    by_sitemap: bool,
) -> None:
    site.put("/", f'{TEXT}<img src="/fog.jpg">')
    image = site.put("/fog.jpg", photo(1))
    fill(elsewhere, image.href, by_sitemap=by_sitemap)

    async def once() -> None:
        async with open_context(more_hosts=(elsewhere.url.host_port,)) as context:  # type: ignore[attr-defined]
            await index_site(site.url, context)
            origin = Sighting("scripted", elsewhere.url, PageUrlKind.ORIGIN, image_url=image)
            outcome = SearchOutcome("scripted", SearchStatus.RESULTS, kept=1)
            source = Scripted([Batch((origin,), outcome, is_last=True)])
            report = await run(context, Search(source, Question()))
            found = {page.path for resolved in report.resolved for page in resolved.pages}
            assert found == {"/blog/about-fog-and-sea"} | ({"/blog/hidden-one"} if by_sitemap else set())
            assert report.is_whole
            assert {Url.parse(page).path for page in pages(context)} == found
            asked = len(elsewhere.asked)
            assert asked < 50
            again = await run(context)
            assert again.resolved == ()
            assert len(elsewhere.asked) == asked

    asyncio.run(once())


def test_a_host_that_does_not_answer_is_said_and_not_forgotten(
    elsewhere: LoopbackSite, tmp_path: Path, open_context: Callable[..., object]
) -> None:
    elsewhere.put("/robots.txt", "User-agent: *\nDisallow: /\n")
    (tmp_path / "sites.txt").write_text(f"{elsewhere.url.href}\nhttps://www.pinterest.com/\n")

    async def once() -> None:
        async with open_context(more_hosts=(elsewhere.url.host_port,)) as context:  # type: ignore[attr-defined]
            report = await run(context, ask("watch_list", tmp_path / "sites.txt"))
            assert not report.is_whole
            assert report.lines()[1:] == [
                "0 of 2 sites looked through: 0 pages to check",
                f"not looked through: {elsewhere.url.href}: robots",
                "not looked through: https://www.pinterest.com/: a platform too large to look through; "
                "give the pages' own addresses",
            ]
            again = await run(context)
            assert again.lines() == report.lines()[1:], "what could not be done is told again, not forgotten"

    asyncio.run(once())


def test_a_host_that_another_process_has_is_not_called_looked_through(
    tmp_path: Path, site: LoopbackSite, open_context: Callable[..., object]
) -> None:
    (tmp_path / "sites.txt").write_text(f"{site.url}\n")

    async def both() -> None:
        async with open_context() as context:  # type: ignore[attr-defined]
            own, site_list = context.owner_id, ask("watch_list", tmp_path / "sites.txt")
            now = context.clock.now()
            context.store.save_search(
                own,
                "r0",
                SearchOutcome("watch_list", SearchStatus.RESULTS),
                [Sighting("watch_list", site.url, PageUrlKind.ORIGIN)],
                now,
            )
            (task,) = context.store.pages_to_check(own, not_since=None)
            context.store.claim("origin", f"origin/{task.page_id}", "another", timedelta(hours=1), now)
            report = await run(context, site_list)
            assert not report.is_whole
            assert any("another process" in line for line in report.lines())

    asyncio.run(both())


def test_platforms_in_a_log_are_named_but_no_failure(open_context: Callable[..., object]) -> None:
    origin = Sighting("scripted", Url.parse("https://www.pinterest.com/"), PageUrlKind.ORIGIN)
    outcome = SearchOutcome("scripted", SearchStatus.RESULTS, note="n", kept=1)
    source = Scripted([Batch((origin,), outcome, is_last=True)])

    async def once() -> None:
        async with open_context() as context:  # type: ignore[attr-defined]
            report = await run(context, Search(source, Question()))
            assert "not looked through: https://www.pinterest.com/" in report.lines()[-1]
            assert report.is_whole

    asyncio.run(once())


def test_watched_sites_are_looked_through_again_every_day(
    elsewhere: LoopbackSite, clock: SteppingClock, tmp_path: Path, open_context: Callable[..., object]
) -> None:
    elsewhere.put("/", f'{TEXT}<img src="/a.jpg">')
    (tmp_path / "sites.txt").write_text(elsewhere.url.href + "\n")

    async def days() -> list[int]:
        found = []
        async with open_context(more_hosts=(elsewhere.url.host_port,)) as context:  # type: ignore[attr-defined]
            for hours in (0, 1, 24):
                clock.step(timedelta(hours=hours))
                report = await run(context, ask("watch_list", tmp_path / "sites.txt"))
                found.append(len(report.resolved))
        return found

    assert asyncio.run(days()) == [1, 0, 1]


def test_a_host_that_refuses_most_pages_is_not_called_looked_through(
    elsewhere: LoopbackSite, tmp_path: Path, open_context: Callable[..., object]
) -> None:
    links = "".join(f"<a href=/page-{n}>{n}</a>" for n in range(4))
    start = elsewhere.put("/", f"<title>Start</title>{links}<img src=/a.jpg width=600 height=400>")
    for number, status in enumerate((200, 403, 403, 403)):
        page = f"<title>Page {number}</title><img src=/{number}.jpg width=600 height=400>"
        elsewhere.put(f"/page-{number}", page, status=status)
    (tmp_path / "sites.txt").write_text(f"{start.href}\n")

    async def twice() -> None:
        async with open_context(more_hosts=(elsewhere.url.host_port,)) as context:  # type: ignore[attr-defined]
            report = await run(context, ask("watch_list", tmp_path / "sites.txt"))
            assert not report.is_whole
            why = "3 of 5 addresses gave no page: http 403"
            assert report.lines()[-1] == f"not looked through: {start.href}: {why}"
            assert {Url(href).path for href in pages(context)} == {"/", "/page-0"}
            assert not (await run(context)).is_whole
            for number in (1, 2):
                elsewhere.put(f"/page-{number}", "<title>Open</title>")
            assert (await run(context)).is_whole

    asyncio.run(twice())


def test_a_watched_sites_pages_with_pictures_are_checked(
    elsewhere: LoopbackSite, tmp_path: Path, open_context: Callable[..., object]
) -> None:
    elsewhere.put("/", f'{TEXT}<a href="/gallery">g</a><a href="/words">w</a><a href="/linking">l</a>')
    elsewhere.put("/gallery", f'{TEXT}<img src="/a.jpg"><img src="/b.jpg"><img src="/c.jpg">')
    elsewhere.put("/words", TEXT)
    elsewhere.put("/linking", f'{TEXT}<a href="https://jane.example/">Jane</a>')
    (tmp_path / "sites.txt").write_text(elsewhere.url.href + "\n")

    async def once() -> None:
        async with open_context(more_hosts=(elsewhere.url.host_port,)) as context:  # type: ignore[attr-defined]
            report = await run(context, ask("watch_list", tmp_path / "sites.txt"))
            assert [page.path for page in report.resolved[0].pages] == ["/linking", "/gallery"]
            assert report.resolved[0].note == (
                "4 pages read; 1 of them show your files or link to you; 2 to check"
            )

    asyncio.run(once())


def test_a_long_file_that_was_read_is_not_read_again_when_the_run_is_taken_up(
    tmp_path: Path, clock: SteppingClock, open_context: Callable[..., object]
) -> None:
    archive = tmp_path / "CC-MAIN.wat"
    archive.write_bytes(SAMPLES["common_crawl"].content)

    async def killed() -> None:
        async with open_context() as context:  # type: ignore[attr-defined]
            opened = context.store.open_run(context.owner_id, "discover", context.clock.now())
            search = ask("common_crawl", archive)
            first = await discover([search], context, run_id=opened.id, holder="me")
            assert first.searched[0].new == 1
            archive.unlink()
            again = context.store.open_run(context.owner_id, "discover", context.clock.now())
            assert again.resumed
            report = await discover([search], context, run_id=again.id, holder="me")
            assert report.searched[0].outcome == first.searched[0].outcome
            context.store.finish_run(again, context.clock.now())
            clock.step(timedelta(minutes=1))
            with pytest.raises(InputFileError, match="no such file"):
                await run(context, search)

    asyncio.run(killed())
