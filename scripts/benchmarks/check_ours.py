"""Our worker over the pages of `check_site`, for `check`: run as a process of its own.

``look`` visits pages and moves the files of their pictures, without reading one: what crawlers do. ``check``
is the product's whole check: it also decodes, hashes, recognises, judges and stores. The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from check_pictures import picture_id

from creditline import checking
from creditline.config import holder, open_context
from creditline.fingerprint import PortfolioIndex, decode_image
from creditline.pipeline.check import check_pages
from creditline.pipeline.context import Context
from creditline.pipeline.ports import Gate
from creditline.records import PageReading, Progress
from creditline.settings import Settings, load_settings
from creditline.urls import Url


class Silent:
    """Nobody watches."""

    def progress(self, step: Progress) -> None:
        """Nothing."""

    def note(self, message: str) -> None:
        """Nothing."""


def main() -> None:
    """Do what the arguments say and print what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=("look", "check"))
    parser.add_argument("workspace", type=Path)
    parser.add_argument("pages", type=Path, help="addresses, one a line")
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--screenshots", action="store_true")
    arguments = parser.parse_args()
    urls = [Url.parse(line) for line in arguments.pages.read_text("utf-8").split()]
    settings = load_settings(arguments.workspace, {})
    settings = replace(
        settings,
        fetch=replace(
            settings.fetch,
            proxy=arguments.proxy,
            page_delay_s=0.05,
            image_delay_s=0.01,
            workers=arguments.workers,
        ),
        check=replace(settings.check, screenshots=arguments.screenshots),
    )
    work = look_at_all if arguments.mode == "look" else check_all
    said = asyncio.run(work(arguments.workspace, settings, urls))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({**said, "own_cpu_s": round(usage.ru_utime + usage.ru_stime, 1)}))


async def check_all(workspace: Path, settings: Settings, urls: list[Url]) -> dict[str, object]:
    """The product's own check of pages that some crawl passed by."""
    async with open_context(workspace, settings, Silent()) as context:
        decoded, compared = count_decoding(context.gate), count_comparing()
        context.store.add_pages(context.owner_id, urls, "link on a page", context.clock.now())
        report = await check_pages(context, holder(), not_since=None)
        uses = context.store.uses(context.owner_id)
    return {
        "statuses": {status.value: count for status, count in report.statuses.items()},
        "verdicts": {verdict.value: count for verdict, count in report.verdicts.items()},
        "uses": len(uses),
        "reasons": dict(report.reasons),
        "quick": decoded[False],
        "thorough": decoded[True],
        "compared_ms": round(sum(compared) * 1000, 1),
    }


def count_decoding(gate: Gate) -> Counter[bool]:
    """Count the pictures that the gate reads, quickly (``False``) and thoroughly."""
    counted: Counter[bool] = Counter()
    run = gate.run

    def counting(function: Callable[..., Any], *args: Any, timeout_s: float | None = None) -> Awaitable[Any]:
        if function is decode_image:
            counted[bool(args[2])] += 1
        return run(function, *args, timeout_s=timeout_s)

    gate.run = counting  # type: ignore[method-assign, assignment]
    return counted


def count_comparing() -> list[float]:
    """Gets the processor seconds that each picture's comparison takes: its hash, then its local features."""
    took: list[float] = []
    explain = PortfolioIndex.explain

    def counting(*args: Any, **options: Any) -> Any:
        before = time.thread_time()
        try:
            return explain(*args, **options)
        finally:
            took.append(time.thread_time() - before)

    PortfolioIndex.explain = counting  # type: ignore[method-assign]
    return took


async def look_at_all(workspace: Path, settings: Settings, urls: list[Url]) -> dict[str, object]:
    """Visit pages as a check does, by the product's own parts, and move every picture worth comparing."""
    rendered = 0
    pictures: set[tuple[int, int]] = set()
    waiting = list(reversed(urls))

    async with open_context(workspace, settings, Silent()) as context:

        async def worker() -> None:
            nonlocal rendered
            while waiting:
                reading, was_rendered = await _reading(context, waiting.pop())
                rendered += was_rendered
                pictures.update(await _move_pictures(context, reading))

        await asyncio.gather(*(worker() for _ in range(settings.fetch.workers)))
    return {"rendered": rendered, "pictures": len(pictures)}


async def _reading(context: Context, url: Url) -> tuple[PageReading, bool]:
    visit = await context.web.page(url)
    reading = await context.web.reading(visit)
    if checking.browser_need(reading, [], expected=False, unmatched_raw=True) is None:
        return reading, False
    rendering = await context.browser.render(visit.final_url)
    return await context.web.read(rendering.html, rendering.final_url, rendering.headers), True


async def _move_pictures(context: Context, reading: PageReading) -> list[tuple[int, int]]:
    files = [
        checking.choose_candidate(placement, lambda _url: False)[0].url
        for placement in reading.placements
        if placement.candidates and checking.worth_comparing(placement) is None
    ]
    # The file's bytes alone: the product always decodes what it fetches.
    fetcher = context.web._fetcher
    replies = await asyncio.gather(*(fetcher.fetch_image(url) for url in files))
    return [found for reply in replies if reply.ok and (found := picture_id(reply.url.path))]


if __name__ == "__main__":
    main()
