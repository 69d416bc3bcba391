"""A match called wrong never comes back, by whatever page, source, run or file; taking it back ends that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from loopback import LoopbackSite, SteppingClock, photo
from PIL import Image, ImageDraw

from creditline.pipeline.check import check_pages
from creditline.pipeline.index import index_site
from creditline.records import CheckStatus, Disposition, Use
from creditline.urls import Url

Open = Callable[..., object]

STORY = "<p>" + "A long walk along the harbour, told in many words. " * 30 + "</p>"


def lookalike(quality: int = 85, longest: int | None = None) -> bytes:
    """Another picture, so like the work that its hash takes it for a copy."""
    picture = Image.open(BytesIO(photo(1, (1200, 800)))).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((520, 320, 680, 480), fill="yellow")
    if longest:
        picture.thumbnail((longest, longest))
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


@pytest.fixture
def run(site: LoopbackSite, open_context: Open, clock: SteppingClock) -> Callable[..., list[Use]]:
    """Checks pages in a run of its own, after the owner has said what is given; returns all uses."""
    site.put("/", f"<title>Works</title>{STORY}<img src=/pier.jpg>")
    site.put("/pier.jpg", photo(1, (1200, 800)))

    def once(*pages: Url, source: str = "page list", say: tuple[str, Disposition] | None = None) -> list[Use]:
        async def all_of() -> list[Use]:
            async with open_context() as context:  # type: ignore[attr-defined]
                if say is not None:
                    context.store.set_disposition(context.owner_id, *say, context.clock.now())
                await index_site(site.url, context)
                now = context.clock.now()
                context.store.add_pages(context.owner_id, pages, source, now)
                await check_pages(context, "test", not_since=now, only=pages)
                return context.store.uses(context.owner_id)

        clock.step(timedelta(days=1))
        return asyncio.run(all_of())

    return once


def test_a_wrong_match_never_comes_back(site: LoopbackSite, run: Callable[..., list[Use]]) -> None:
    site.put("/theirs.jpg", lookalike())
    story = site.put("/story", f"<title>Story</title>{STORY}<img src=/theirs.jpg>")
    (use,) = run(story)
    assert use.disposition is Disposition.OPEN

    site.put("/theirs.jpg?v=2", lookalike())
    site.put("/small.jpg", lookalike(quality=60, longest=500))
    busted = site.put("/busted", f"<title>Busted</title>{STORY}<img src='/theirs.jpg?v=2'>")
    small = site.put("/small", f"<title>Small</title>{STORY}<img src=/small.jpg>")
    said = (use.id, Disposition.NOT_MY_IMAGE)
    uses = run(story, busted, small, source="server_log", say=said)
    assert [(each.id, each.disposition) for each in uses] == [(use.id, Disposition.NOT_MY_IMAGE)]
    assert uses[0].check_status is not CheckStatus.SHOWN

    site.put("/true.jpg", photo(1, (600, 400)))
    true_copy = site.put("/copy", f"<title>Copy</title>{STORY}<img src=/true.jpg><img src=/small.jpg>")
    uses = run(story, busted, small, true_copy, source="searxng")
    assert [Url(each.image_url).path for each in uses if each.disposition is Disposition.OPEN] == [
        "/true.jpg"
    ]


def test_a_wrong_match_that_is_taken_back_is_found_again(
    site: LoopbackSite, run: Callable[..., list[Use]]
) -> None:
    site.put("/theirs.jpg", lookalike())
    pages = [
        site.put(f"/story{number}", f"<title>Story</title>{STORY}<img src=/theirs.jpg>") for number in (1, 2)
    ]
    (use,) = run(pages[0])
    assert len(run(*pages, say=(use.id, Disposition.NOT_MY_IMAGE))) == 1
    uses = run(*pages, say=(use.id, Disposition.OPEN))
    assert [(each.disposition, each.check_status) for each in uses] == [
        (Disposition.OPEN, CheckStatus.SHOWN)
    ] * 2
