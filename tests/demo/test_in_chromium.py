"""The miniature web in a real browser, through the proxy, on http and https."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from creditline.demo.server import MiniatureWeb
from creditline.demo.truth import read_truth

playwright_api = pytest.importorskip("playwright.sync_api")
BROWSER = shutil.which("chromium-headless-shell") or shutil.which("chromium")
#: What a page must show before its images are counted; lazy ones come when scrolled to.
_SCROLL = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += 400) {
    window.scrollTo(0, y);
    await new Promise(requestAnimationFrame);
  }
}"""
_LOADED = """name => [...document.images].some(i => i.currentSrc.endsWith(name) && i.naturalWidth > 1)
  || [...document.querySelectorAll('*')].some(e => getComputedStyle(e).backgroundImage.includes(name))"""


@pytest.fixture(scope="module")
def web() -> Iterator[MiniatureWeb]:
    """The whole miniature web."""
    with MiniatureWeb() as running:
        yield running


@pytest.fixture(scope="module")
def page(web: MiniatureWeb) -> Iterator[object]:
    """A page of a browser that reaches it."""
    if BROWSER is None:
        pytest.fail("no Chromium on this machine; scripts/test installs one")
    with playwright_api.sync_playwright() as playwright:
        proxy = {"server": web.address.proxy_url, "bypass": "<-loopback>"}
        browser = playwright.chromium.launch(executable_path=BROWSER, proxy=proxy)
        context = browser.new_context(ignore_https_errors=True)
        yield context.new_page()
        browser.close()


#: One page of each way to show an image, on both schemes.
SHOWN = {
    (row["display"], row["page"].split(":")[0]): row
    for row in read_truth(MiniatureWeb().root).rows
    if "work" in row
}


@pytest.mark.parametrize(("display", "scheme"), sorted(SHOWN))
def test_images_appear(page, web: MiniatureWeb, display: str, scheme: str) -> None:
    row = SHOWN[display, scheme]
    page.goto(row["page"])
    page.evaluate(_SCROLL)
    names = [url.rsplit("/", 1)[-1] for url in row["image_urls"]]
    page.wait_for_function(f"names => names.some({_LOADED})", arg=names, timeout=10_000)


def test_a_host_with_https_leads_there(page) -> None:
    page.goto("http://cleancoasts.example/join/")
    assert page.url == "https://cleancoasts.example/join/"


def test_the_script_built_gallery_is_empty_without_its_script(page, web: MiniatureWeb) -> None:
    web.reset_counts()
    page.goto("https://mirasolberg.example/studio/", wait_until="networkidle")
    assert page.locator("#gallery img").count() == 5
    shown = [path for host, path in web.counts.requests if path.startswith("/studio/files/")]
    assert len(shown) == 5


def test_many_pages_at_once(page, web: MiniatureWeb) -> None:
    others = [page.context.new_page() for _ in range(4)]
    for each in others:
        each.goto("https://mirasolberg.example/landscapes/", wait_until="commit")
    for each in others:
        each.wait_for_load_state("networkidle")
        assert each.evaluate("[...document.images].filter(i => i.naturalWidth > 300).length") >= 8
        each.close()
