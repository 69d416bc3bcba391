"""A second run needs no browser where the first one learnt that it shows nothing more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from loopback import SteppingClock

from creditline.checking import TRUSTED_FOR
from creditline.checking.templates import AUDIT, ENOUGH_LOOKS, LEARNT
from creditline.pipeline.experience import Experience
from creditline.urls import Url

Open = Callable[..., object]

WEAK = "script-built page: 2 content images beside scripts"


async def _plain(experience: Experience, host: str) -> list[Url]:
    """Pages of one template that no audit draws."""
    urls = [Url.parse(f"https://{host}/2026/story-{number}") for number in range(40)]
    return [url for url in urls if await experience.need(url, None, expected=False) != AUDIT]


def test_what_one_run_learnt_spares_the_next_one_its_browser(
    open_context: Open, clock: SteppingClock
) -> None:
    async def run() -> str | None:
        """See as many pages as one run learns from; say why another one needs the browser first."""
        async with open_context() as context:  # type: ignore[attr-defined]
            experience = Experience(context)
            first, *others = await _plain(experience, "blog.example")
            need = await experience.need(first, WEAK, expected=False)
            for url in others[:ENOUGH_LOOKS]:
                await experience.learn(url, gained=False)
            return need

    assert asyncio.run(run()) == WEAK
    assert asyncio.run(run()) is None
    clock.step(TRUSTED_FOR + timedelta(seconds=1))
    assert asyncio.run(run()) == WEAK


def test_a_gain_of_an_earlier_run_sends_no_page_to_the_browser(open_context: Open) -> None:
    async def run() -> list[str | None]:
        async with open_context() as context:  # type: ignore[attr-defined]
            experience = Experience(context)
            first, second, *_ = await _plain(experience, "shop.example")
            before = await experience.need(second, None, expected=False)
            await experience.learn(first, gained=True)
            return [before, await experience.need(second, None, expected=False)]

    assert asyncio.run(run()) == [None, LEARNT]
    assert asyncio.run(run()) == [None, LEARNT]
