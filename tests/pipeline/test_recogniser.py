"""Strangers' pictures are read quickly; what is in doubt, or said to be there, is read thoroughly."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from loopback import LoopbackSite, photo, scene

from creditline import fingerprint
from creditline.pipeline.check import check_pages
from creditline.pipeline.context import Context
from creditline.pipeline.index import index_site
from creditline.pipeline.portfolio_index import portfolio_of
from creditline.pipeline.recogniser import Copy, Recogniser
from creditline.records import CheckStatus, PageCheck, Placement, PlacementKind, Role
from creditline.urls import Url

Open = Callable[..., object]


def placement(number: int) -> Placement:
    return Placement(ordinal=number, kind=PlacementKind.IMG, role=Role.CONTENT, candidates=())


def pasted(seed: int) -> bytes:
    """A scene within another one, as in a collage."""
    page, file = scene(30, (1100, 800)).copy(), io.BytesIO()
    page.paste(scene(seed), (100, 90))
    page.save(file, "JPEG", quality=85)
    return file.getvalue()


def recognised(open_context: Open, site: LoopbackSite, *urls: Url, expected: bool, times: int = 1) -> list:
    """Of every time: which works were found, and which pictures were read thoroughly in the end."""
    site.put("/", "<title>Works</title><img src=/pier.jpg>")
    site.put("/pier.jpg", photo(1, (1200, 800)))

    async def asked(context: Context) -> tuple[list[bool], list[bool]]:
        recogniser = Recogniser(portfolio_of(context), context.web)
        pictures = [await context.web.picture(url) for url in urls]
        copies = [
            Copy(placement(n), url.href, False, p)
            for n, (url, p) in enumerate(zip(urls, pictures, strict=True))
        ]
        found = await recogniser.settled(copies, expected=expected)
        shown = {each.placement.ordinal for each in found.found}
        kept = [
            context.store.known_decoded(each.decoded.sha256, fingerprint.ALGORITHM)
            for each in pictures
            if each.decoded
        ]
        thorough = [fingerprint.is_thorough(each.fingerprint.features) for each in kept if each]
        return [number in shown for number in range(len(urls))], thorough

    async def all_of() -> list:
        answers = []
        for _ in range(times):
            async with open_context() as context:  # type: ignore[attr-defined]
                await index_site(site.url, context)
                answers.append(await asked(context))
        return answers

    return asyncio.run(all_of())


@pytest.mark.parametrize("expected", [False, True])
def test_only_what_is_in_doubt_is_read_thoroughly(
    site: LoopbackSite, open_context: Open, expected: bool
) -> None:
    stranger, part = site.put("/stranger.jpg", photo(9)), site.put("/part.jpg", pasted(1))
    answers = recognised(open_context, site, stranger, part, expected=expected)
    assert answers == [([False, True], [False, True])]


def test_where_a_work_is_said_to_be_and_none_is_found_all_are(site: LoopbackSite, open_context: Open) -> None:
    urls = [site.put(f"/stranger{seed}.jpg", photo(seed)) for seed in (8, 9)]
    assert recognised(open_context, site, *urls, expected=True) == [([False, False], [True, True])]
    assert [site.count(url.path) for url in urls] == [1, 1]


def test_a_picture_whose_file_is_not_at_hand_is_fetched_again(site: LoopbackSite, open_context: Open) -> None:
    url = site.put("/stranger.jpg", photo(9))
    assert recognised(open_context, site, url, expected=False) == [([False], [False])]
    assert recognised(open_context, site, url, expected=True, times=2) == [([False], [True])] * 2
    # Once anew; then it was known to be unchanged (304), and for a thorough look whole once more; then a 304.
    assert site.count("/stranger.jpg") == 4


def test_one_that_stands_many_times_is_fetched_again_once(site: LoopbackSite, open_context: Open) -> None:
    url = site.put("/stranger.jpg", photo(9))
    recognised(open_context, site, url, expected=False)
    assert recognised(open_context, site, url, url, url, expected=True) == [([False] * 3, [True] * 3)]
    # Once anew; then three times known to be unchanged (304), and for all of them whole once more.
    assert site.count("/stranger.jpg") == 5


def test_a_picture_that_was_exchanged_meanwhile_counts(site: LoopbackSite, open_context: Open) -> None:
    url = site.put("/copy.jpg", photo(9))
    recognised(open_context, site, url, expected=False)
    status, _, headers = site._answers[url.path]
    site._answers[url.path] = (status, photo(1), headers)  # unchanged (304), says a server that is mistaken
    ((shown, _),) = recognised(open_context, site, url, expected=True)
    assert shown == [True]


def test_nothing_is_ruled_out_where_a_thorough_look_could_not_be_had(
    site: LoopbackSite, open_context: Open
) -> None:
    site.put("/", "<title>Works</title><img src=/pier.jpg>")
    site.put("/pier.jpg", photo(1, (1200, 800)))
    text = "<p>" + "A long walk along the harbour, told in many words. " * 30
    story = site.put("/story", f"<title>Story</title>{text}<img src=/stranger.jpg>")

    async def checked(source: str) -> PageCheck:
        async with open_context() as context:  # type: ignore[attr-defined]
            await index_site(site.url, context)
            now = context.clock.now()
            context.store.add_pages(context.owner_id, [story], source, now)
            await check_pages(context, "test", not_since=now, only=[story])
            context.clock.step(timedelta(days=2))
            (page,) = context.store.page_checks(context.owner_id)
            return page

    site.put("/stranger.jpg", photo(9))
    passed_by = asyncio.run(checked("watch_list"))
    assert passed_by.status is CheckStatus.NOT_SHOWN
    assert "1 of 1 images compared" in (passed_by.note or "")
    site.put("/stranger.jpg", photo(9), status=403)  # unchanged (304), but not to be had any more
    named = asyncio.run(checked("page list"))
    assert named.status is CheckStatus.COULD_NOT_CHECK
    assert "1 not to be had (127.0.0.1: could not be read a second time)" in (named.note or "")


def test_what_is_known_from_other_pages_changes_no_answer(site: LoopbackSite, open_context: Open) -> None:
    asked: list[bool] = []

    class Watched:
        def explain(self, *_: object, quickly: bool, **__: object) -> fingerprint.Answer:
            asked.append(quickly)
            return fingerprint.Answer(())

    async def ask() -> None:
        async with open_context() as context:  # type: ignore[attr-defined]
            url = site.put("/stranger.jpg", photo(9))
            thorough = await context.web.thorough(await context.web.picture(url))
            assert thorough.is_thorough
            recogniser = Recogniser(Watched(), context.web)  # type: ignore[arg-type]
            await recogniser.settled([Copy(placement(0), url.href, False, thorough)], expected=False)

    asyncio.run(ask())
    assert asked == [True]
