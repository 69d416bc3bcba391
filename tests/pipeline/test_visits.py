"""Asking for pages and pictures: nothing twice, nothing lost, every failure told."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from loopback import LoopbackSite, SteppingClock, photo

from creditline.pipeline.context import Context
from creditline.records import GateProblem
from creditline.urls import Url

Open = Callable[..., object]


def within(open_context: Open, do: Callable[[Context], Awaitable[None]]) -> None:
    """Do something in a fresh process's surroundings."""

    async def opened() -> None:
        async with open_context() as context:  # type: ignore[attr-defined]
            await do(context)

    asyncio.run(opened())


def test_a_page_is_the_same_after_a_304(site: LoopbackSite, open_context: Open) -> None:
    url = site.put("/a", "<title>Fog</title><img src=/x.jpg>", x_robots_tag="nofollow")

    async def visit(context: Context) -> None:
        first = await context.web.page(url)
        second = await context.web.page(url)
        assert (first.ok, second.ok) == (True, True)
        assert (first.reply.not_modified, second.reply.not_modified) == (False, True)
        assert first.body == second.body
        assert first.sha256 == second.sha256
        assert second.status == 200
        assert second.reply.header("x-robots-tag") == "nofollow"
        assert await context.web.reading(first) == await context.web.reading(second)
        assert (await context.web.reading(second)).title == "Fog"

    within(open_context, visit)


def test_a_page_without_its_kept_body_is_fetched_anew(
    site: LoopbackSite, open_context: Open, tmp_path: object
) -> None:
    url = site.put("/a", "<title>Fog</title>")

    async def visit(context: Context) -> None:
        first = await context.web.page(url)
        for file in (tmp_path / "evidence").rglob("*"):  # type: ignore[operator]
            if file.is_file():
                file.unlink()
        second = await context.web.page(url)
        assert not second.reply.not_modified
        assert second.body == first.body

    within(open_context, visit)


def test_replies_of_the_unfinished_run_are_taken_as_they_are(
    site: LoopbackSite, open_context: Open, clock: SteppingClock
) -> None:
    url = site.put("/a", "one", etag=False)
    picture = site.put("/a.jpg", photo(1), etag=False)

    async def visit(context: Context) -> None:
        began = clock.now()
        await context.web.page(url)
        await context.web.picture(picture)
        clock.step(timedelta(hours=1))
        context.web.fresh_since = began
        assert (await context.web.page(url)).body == b"one"
        assert (await context.web.picture(picture)).decoded is not None
        assert (site.count("/a"), site.count("/a.jpg")) == (1, 1)
        context.web.fresh_since = None
        await context.web.page(url)
        await context.web.picture(picture)
        assert (site.count("/a"), site.count("/a.jpg")) == (2, 2)

    within(open_context, visit)


def test_the_same_bytes_are_decoded_once(
    site: LoopbackSite, open_context: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [site.put(f"/{name}.jpg", photo(1)) for name in "abc"]

    async def visit(context: Context) -> None:
        runs = []
        real = context.gate.run

        async def counted(function: Callable[..., object], *args: object, **options: object) -> object:
            runs.append(function.__name__)
            return await real(function, *args, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(context.gate, "run", counted)
        pictures = [await context.web.picture(url) for url in urls]
        assert len({picture.decoded for picture in pictures}) == 1
        assert runs == ["decode_image"]

    within(open_context, visit)


def test_whoever_asks_at_the_same_time_shares_one_request(site: LoopbackSite, open_context: Open) -> None:
    page, picture = site.put("/a", "x"), site.put("/a.jpg", photo(1))

    async def visit(context: Context) -> None:
        pages = await asyncio.gather(*(context.web.page(page) for _ in range(5)))
        pictures = await asyncio.gather(*(context.web.picture(picture) for _ in range(5)))
        assert len(set(pages)) == 1
        assert len(set(pictures)) == 1
        assert (site.count("/a"), site.count("/a.jpg")) == (1, 1)

    within(open_context, visit)


def test_own_files_without_validators_are_trusted_for_days(
    site: LoopbackSite, open_context: Open, clock: SteppingClock
) -> None:
    url = site.put("/a.jpg", photo(1), etag=False)

    async def visit(context: Context) -> None:
        for days, times in ((0, 1), (6, 1), (2, 2)):
            clock.step(timedelta(days=days))
            assert (await context.own.picture(url)).decoded is not None
            assert site.count("/a.jpg") == times
        await context.web.picture(url)
        assert site.count("/a.jpg") == 3

    within(open_context, visit)


def test_broken_pictures_say_so_without_another_download(site: LoopbackSite, open_context: Open) -> None:
    broken = site.put("/broken.jpg", photo(1)[:3000])
    page = site.put("/page.jpg", "<html>not found</html>")

    async def visit(context: Context) -> None:
        first, second = await context.web.picture(broken), await context.web.picture(broken)
        assert first.decoded is None
        assert second.gate_problem is first.gate_problem is GateProblem.DAMAGED
        assert second.reply.not_modified
        assert second.reply.bytes_moved == 0
        assert (await context.web.picture(page)).gate_problem is GateProblem.NOT_AN_IMAGE

    within(open_context, visit)


def test_failures_are_told_and_not_remembered(site: LoopbackSite, open_context: Open) -> None:
    missing = Url.parse("/none.jpg", site.url)
    refused = Url.parse("http://127.0.0.1:1/a.jpg")
    forbidden = site.put("/secret.jpg", "no", status=403)

    async def visit(context: Context) -> None:
        gone = await context.web.picture(missing)
        assert (gone.problem, gone.is_missing) == ("http 404", True)
        assert (await context.web.picture(forbidden)).problem == "http 403"
        assert (await context.web.picture(refused)).problem == "refused port"
        assert (await context.web.page(missing)).problem == "http 404"
        site.put("/none.jpg", photo(1))
        assert (await context.web.picture(missing)).decoded is not None

    within(open_context, visit)


def test_a_redirected_page_keeps_both_addresses(site: LoopbackSite, open_context: Open) -> None:
    old = site.put("/old", "", status=302, location="/new")
    new = site.put("/new", "<title>New</title>")

    async def visit(context: Context) -> None:
        for _ in range(2):
            found = await context.web.page(old)
            assert (found.url, found.final_url) == (old, new)

    within(open_context, visit)


def test_a_reading_that_is_not_whole_says_so(site: LoopbackSite, open_context: Open) -> None:
    url = site.put("/deep", "<div>" * 1_200_000)

    async def visit(context: Context) -> None:
        reading = await context.web.reading(await context.web.page(url))
        assert "too complex" in (reading.incomplete or "")

    within(open_context, visit)


def test_anew_means_that_nothing_known_is_taken(site: LoopbackSite, open_context: Open) -> None:
    page, picture = site.put("/a", "<title>Fog</title>"), site.put("/a.jpg", photo(1))

    async def visit(context: Context) -> None:
        await context.own.page(page)
        first = await context.own.picture(picture)
        sent = site.bytes_sent
        context.own.anew = True
        assert not (await context.own.page(page)).reply.not_modified
        again = await context.own.picture(picture)
        assert again.decoded == first.decoded
        assert site.bytes_sent - sent > len(photo(1))

    within(open_context, visit)


def test_a_failure_that_nobody_waits_for_any_more_is_not_shouted(
    site: LoopbackSite, open_context: Open
) -> None:
    """A disk that fills ends the run with one line, not with a stack trace of every request under way."""
    complaints: list[dict[str, object]] = []

    async def scenario() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, said: complaints.append(said))
        async with open_context() as context:  # type: ignore[attr-defined]
            failing = asyncio.Event()

            async def fail() -> None:
                await failing.wait()
                raise OSError("no room left")

            waiter = asyncio.ensure_future(context.web._shared(("page", "x"), fail))
            await asyncio.sleep(0)
            waiter.cancel()
            await asyncio.gather(waiter, return_exceptions=True)
            del waiter
            failing.set()
            await asyncio.sleep(0.01)
            gc.collect()

    asyncio.run(scenario())
    assert complaints == []
