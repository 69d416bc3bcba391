"""Strangers' pictures are read quickly; what is in doubt, or said to be there, is read thoroughly."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

import pytest
from loopback import LoopbackSite, photo, scene

from creditline import fingerprint
from creditline.pipeline.context import Context
from creditline.pipeline.index import index_site
from creditline.pipeline.portfolio_index import portfolio_of
from creditline.pipeline.recogniser import Copy, Recogniser
from creditline.records import Placement, PlacementKind, Role
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
        shown = {each.placement.ordinal for each in found}
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
