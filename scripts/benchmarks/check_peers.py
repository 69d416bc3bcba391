"""Other crawlers over the pages of `check_site`, for `check`: run in an environment that has them.

``python check_peers.py NAME PAGES --proxy URL`` visits every page the way the named peer is best used and
prints which content pictures it found, as one line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

_PICTURE = re.compile(r"/i/(\d+)/(\d+)-\d+\.jpg")
#: Pages at the same time, for everybody.
_AT_ONCE = 4
#: How long "the network is idle" is waited for: some pages never rest, ms.
_IDLE_MS = 15_000
_UNWANTED = ("image", "font", "media", "stylesheet")
_UNWANTED_URLS = ["*.jpg", "*.png", "*.gif", "*.woff2", "*.css", "*adnet.example*", "*counting.example*"]
_READ = """() => [...document.querySelectorAll('img')].map(image =>
  [image.currentSrc, image.src, image.srcset, image.dataset.src].join(' ')).join(' ')"""
_LOADED = """() => [...document.querySelectorAll('img')].map(image => image.currentSrc).join(' ')"""

Found = set[tuple[int, int]]


def pictures_in(text: str) -> Found:
    """Page and number of the content pictures that a text names."""
    return {(int(page), int(number)) for page, number in _PICTURE.findall(text)}


def _browser_path() -> str | None:
    return os.environ.get("BENCHMARK_BROWSER")


def _launch() -> dict[str, Any]:
    return {"executable_path": _browser_path(), "headless": True, "chromium_sandbox": False}


# --- Playwright -----------------------------------------------------------------------------------


async def playwright_networkidle(urls: list[str], proxy: str) -> Found:
    """What most people write: a context for each page, wait until the network is idle, read the images."""
    from playwright.async_api import Error, async_playwright

    found: Found = set()
    waiting = list(reversed(urls))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**_launch(), proxy={"server": proxy})

        async def worker() -> None:
            while waiting:
                url = waiting.pop()
                context = await browser.new_context()
                page = await context.new_page()
                try:
                    await page.goto(url, wait_until="networkidle", timeout=_IDLE_MS)
                except Error as error:
                    if "Timeout" not in str(error):
                        raise
                found.update(pictures_in(await page.evaluate(_LOADED)))
                await context.close()

        await asyncio.gather(*(worker() for _ in range(_AT_ONCE)))
        await browser.close()
    return found


# --- plain httpx ----------------------------------------------------------------------------------


async def httpx_html(urls: list[str], proxy: str, *, with_pictures: bool = False) -> Found:
    """Documents by one pooled client, pictures by a regular expression."""
    import httpx

    found: Found = set()
    waiting = list(reversed(urls))
    async with httpx.AsyncClient(proxy=proxy, trust_env=False, timeout=60) as client:

        async def move(url: httpx.URL) -> None:
            async with client.stream("GET", url) as reply:
                async for _ in reply.aiter_bytes():
                    pass

        async def worker() -> None:
            while waiting:
                reply = await client.get(waiting.pop())
                named = pictures_in(reply.text)
                found.update(named)
                if with_pictures:
                    files = [reply.url.join(f"/i/{page}/{number}-1200.jpg") for page, number in sorted(named)]
                    await asyncio.gather(*(move(file) for file in files))

        await asyncio.gather(*(worker() for _ in range(_AT_ONCE)))
    return found


async def httpx_pictures(urls: list[str], proxy: str) -> Found:
    """The same, and every picture moved."""
    return await httpx_html(urls, proxy, with_pictures=True)


# --- crawlee --------------------------------------------------------------------------------------


async def crawlee_parsel(urls: list[str], proxy: str) -> Found:
    """crawlee's crawler without a browser."""
    from crawlee.crawlers import ParselCrawler, ParselCrawlingContext

    found: Found = set()
    crawler = ParselCrawler(**_crawlee(proxy))

    @crawler.router.default_handler
    async def handle(context: ParselCrawlingContext) -> None:
        for name in ("src", "srcset", "data-src"):
            found.update(pictures_in(" ".join(context.selector.css(f"img::attr({name})").getall())))

    await crawler.run(urls)
    return found


async def crawlee_playwright(urls: list[str], proxy: str, *, blocked: bool = False) -> Found:
    """crawlee's browser crawler, with what it offers for saving: blocked addresses, no wait for loads."""
    from crawlee.crawlers import PlaywrightCrawler, PlaywrightCrawlingContext, PlaywrightPreNavCrawlingContext

    found: Found = set()
    goto = {"wait_until": "domcontentloaded"} if blocked else {}
    crawler = PlaywrightCrawler(
        **_crawlee(proxy), headless=True, browser_launch_options=_launch(), goto_options=goto
    )
    if blocked:

        @crawler.pre_navigation_hook
        async def block(context: PlaywrightPreNavCrawlingContext) -> None:
            await context.block_requests(url_patterns=_UNWANTED_URLS)

    @crawler.router.default_handler
    async def handle(context: PlaywrightCrawlingContext) -> None:
        if blocked:
            await context.page.wait_for_selector("figure img", state="attached", timeout=_IDLE_MS)
        found.update(pictures_in(await context.page.evaluate(_READ)))

    await crawler.run(urls)
    return found


async def crawlee_blocked(urls: list[str], proxy: str) -> Found:
    """The browser crawler with everything blocked that a page's pictures can be named without."""
    return await crawlee_playwright(urls, proxy, blocked=True)


async def crawlee_adaptive(urls: list[str], proxy: str) -> Found:
    """crawlee's crawler that learns which pages need the browser."""
    from crawlee.crawlers import AdaptivePlaywrightCrawler, AdaptivePlaywrightCrawlingContext

    found: Found = set()
    crawler = AdaptivePlaywrightCrawler.with_parsel_static_parser(
        playwright_crawler_specific_kwargs={"headless": True, "browser_launch_options": _launch()},
        **_crawlee(proxy),
    )

    @crawler.router.default_handler
    async def handle(context: AdaptivePlaywrightCrawlingContext) -> None:
        figures = await context.query_selector_all("figure img")
        named = [each.attrib.get(name, "") for each in figures for name in ("src", "srcset", "data-src")]
        pictures = pictures_in(" ".join(named))
        found.update(pictures)
        await context.push_data({"pictures": len(pictures)})

    await crawler.run(urls)
    return found


def _crawlee(proxy: str) -> dict[str, Any]:
    from datetime import timedelta

    from crawlee import ConcurrencySettings
    from crawlee.configuration import Configuration
    from crawlee.proxy_configuration import ProxyConfiguration
    from crawlee.storage_clients import MemoryStorageClient

    return {
        "configuration": Configuration(disable_browser_sandbox=True, log_level="ERROR"),
        "storage_client": MemoryStorageClient(),
        "proxy_configuration": ProxyConfiguration(proxy_urls=[proxy]),
        "concurrency_settings": ConcurrencySettings(
            min_concurrency=_AT_ONCE, desired_concurrency=_AT_ONCE, max_concurrency=_AT_ONCE
        ),
        "request_handler_timeout": timedelta(seconds=120),
        "configure_logging": False,
    }


# --- scrapy ---------------------------------------------------------------------------------------


def scrapy_html(urls: list[str], proxy: str) -> Found:
    """scrapy without a browser."""
    return _scrapy(urls, proxy, {}, lambda _url: {"proxy": proxy})


def scrapy_playwright(urls: list[str], proxy: str, *, blocked: bool = False) -> Found:
    """scrapy with its browser download handler."""
    handler = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
    settings: dict[str, Any] = {
        "DOWNLOAD_HANDLERS": {"http": handler},
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {**_launch(), "proxy": {"server": proxy}},
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": _AT_ONCE,
    }
    meta: dict[str, Any] = {"playwright": True}
    if blocked:
        settings["PLAYWRIGHT_ABORT_REQUEST"] = _is_unwanted
        meta["playwright_page_goto_kwargs"] = {"wait_until": "domcontentloaded"}
        from scrapy_playwright.page import PageMethod

        wait = PageMethod("wait_for_selector", "figure img", state="attached", timeout=_IDLE_MS)
        meta["playwright_page_methods"] = [wait]
    return _scrapy(urls, proxy, settings, lambda _url: meta)


def scrapy_blocked(urls: list[str], proxy: str) -> Found:
    """The same with images, fonts, styles, adverts and trackers kept out."""
    return scrapy_playwright(urls, proxy, blocked=True)


def _is_unwanted(request: Any) -> bool:
    return request.resource_type in _UNWANTED or "net.example" in request.url or "counting" in request.url


def _scrapy(urls: list[str], proxy: str, settings: dict[str, Any], meta: Any) -> Found:
    import scrapy
    from scrapy.crawler import CrawlerProcess

    found: Found = set()

    class Pages(scrapy.Spider):
        name = "pages"

        async def start(self) -> Any:
            for url in urls:
                yield scrapy.Request(url, meta=dict(meta(url)))

        def parse(self, response: Any) -> None:
            for name in ("src", "srcset", "data-src"):
                found.update(pictures_in(" ".join(response.css(f"img::attr({name})").getall())))

    process = CrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "CONCURRENT_REQUESTS": _AT_ONCE,
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
            **settings,
        }
    )
    process.crawl(Pages)
    process.start()
    return found


PEERS = {
    each.__name__: each
    for each in (
        playwright_networkidle,
        httpx_html,
        httpx_pictures,
        crawlee_parsel,
        crawlee_playwright,
        crawlee_blocked,
        crawlee_adaptive,
        scrapy_html,
        scrapy_playwright,
        scrapy_blocked,
    )
}


def main() -> None:
    """Run one peer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("pages", type=Path, help="addresses, one a line")
    parser.add_argument("--proxy", required=True)
    arguments = parser.parse_args()
    urls = arguments.pages.read_text("utf-8").split()
    outcome = PEERS[arguments.name](urls, arguments.proxy)
    found = asyncio.run(outcome) if asyncio.iscoroutine(outcome) else outcome
    print("\n" + json.dumps({"pictures": sorted(found)}))


if __name__ == "__main__":
    main()
