"""Credits that a page shows late, or where nobody can judge them, in a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from loopback import LoopbackSite, photo

from creditline.config import SystemClock
from creditline.pipeline.check import check_pages
from creditline.pipeline.index import index_site
from creditline.records import Use, VerdictKind
from creditline.urls import Url

Open = Callable[..., object]

STORY = "<p>" + "A long walk along the harbour, told in many words. " * 30 + "</p>"
CREDIT = 'Photo: <a href="https://jane.example/">Jane Doe</a>'
FIGURE = "<figure id=f><img src=/copy.jpg></figure>"
ADD = f"const add = () => f.insertAdjacentHTML('beforeend', '<figcaption>{CREDIT}</figcaption>');"


@pytest.fixture
def other() -> Iterator[LoopbackSite]:
    """Another site, whose frames our page may not read."""
    with LoopbackSite() as serving:
        yield serving


@pytest.fixture
def check(site: LoopbackSite, other: LoopbackSite, open_context: Open) -> Callable[..., dict[str, Use]]:
    """Checks pages of one site, each of which shows one work, with a browser; uses by path."""
    site.put("/", f"<title>Works</title>{STORY}<img src=/pier.jpg>")
    site.put("/pier.jpg", photo(1, (1200, 800)))
    site.put("/copy.jpg", photo(1))

    def run(*pages: Url) -> dict[str, Use]:
        async def all_of() -> list[Use]:
            async with open_context(  # type: ignore[attr-defined]
                real_clock=SystemClock(), more_hosts=(other.url.host_port,), with_browser=True
            ) as context:
                await index_site(site.url, context)
                context.store.add_pages(context.owner_id, pages, "given by you", context.clock.now())
                await check_pages(context, "test", not_since=context.clock.now(), only=pages)
                return context.store.uses(context.owner_id)

        return {Url(use.page_url).path: use for use in asyncio.run(all_of())}

    return run


def _page(site: LoopbackSite, name: str, body: str) -> Url:
    return site.put(f"/{name}", f"<!doctype html><title>{name}</title>{STORY}{body}")


def test_a_credit_that_comes_late_is_a_credit(
    site: LoopbackSite, check: Callable[..., dict[str, Use]]
) -> None:
    on_picture = "const i = f.querySelector('img'); i.onload = () => { if (i.naturalWidth !== 900) add() };"
    uses = check(
        _page(site, "picture", f"{FIGURE}<script>{ADD}{on_picture}</script>"),
        _page(site, "timer", f"{FIGURE}<script>{ADD} setTimeout(add, 20000);</script>"),
        _page(site, "never", f"{FIGURE}<script>addEventListener('mousemove', () => {{}});</script>"),
    )
    assert {path: use.verdict.kind for path, use in uses.items()} == {
        "/picture": VerdictKind.LINKED,
        "/timer": VerdictKind.LINKED,
        "/never": VerdictKind.NONE,
    }
    kinds = {path: {kind for kind, _ in use.evidence} for path, use in uses.items()}
    for path in uses:
        assert kinds[path] >= {"raw_html", "rendered_html", "last_html", "headers", "screenshot"}


def test_a_credit_that_cannot_be_judged_leaves_it_open(
    site: LoopbackSite, other: LoopbackSite, check: Callable[..., dict[str, Use]]
) -> None:
    names = other.put("/names", f"<p>{CREDIT}</p>")
    silent = other.put("/silent", "<p>Weather: fair.</p>")
    closed = (
        f"f.attachShadow({{mode: 'closed'}}).innerHTML = `<slot></slot><figcaption>{CREDIT}</figcaption>`"
    )
    uses = check(
        _page(site, "frame", f"{FIGURE}<iframe src='{names}'></iframe>"),
        _page(site, "weather", f"{FIGURE}<iframe src='{silent}'></iframe>"),
        _page(site, "closed", f"<div id=f><img src=/copy.jpg></div><script>{closed}</script>"),
        _page(site, "gone", f"{FIGURE}<script>setTimeout(() => f.remove(), 15000)</script>"),
    )
    assert {path: use.verdict.kind for path, use in uses.items()} == {
        "/frame": VerdictKind.UNCLEAR,
        "/weather": VerdictKind.NONE,
        "/closed": VerdictKind.LINKED,
        "/gone": VerdictKind.UNCLEAR,
    }
    assert uses["/frame"].verdict.reason == "a frame on the page names you"


NAME = "Photo: Jane Doe"


def test_a_credit_that_the_document_does_not_say_as_text_leaves_it_open(
    site: LoopbackSite, check: Callable[..., dict[str, Use]]
) -> None:
    letters = "".join(f"<span>{letter}</span>" for letter in NAME)
    site.put("/drawing.svg", f"<svg xmlns='http://www.w3.org/2000/svg'><text y='20'>{NAME}</text></svg>")
    pages = {
        "sheet": f"<style>#f::after {{ content: '{NAME}' }}</style>{FIGURE}",
        "attribute": f"<style>p::after {{ content: attr(data-by) }}</style>{FIGURE}<p data-by='{NAME}'>Sea.",
        "field": f"{FIGURE}<input readonly value='{NAME}'>",
        "letters": f"{FIGURE}<p>{letters}</p>",
        "noscript": f"{FIGURE}<noscript><p>{NAME}</p></noscript>",
        "drawing": f"{FIGURE}<object type='image/svg+xml' data=/drawing.svg></object>",
        "other": f"<style>#f::after {{ content: 'Harbour' }}</style>{FIGURE}<input value=Search>",
    }
    uses = check(*(_page(site, name, body) for name, body in pages.items()))
    assert {path[1:]: use.verdict.kind for path, use in uses.items()} == dict.fromkeys(
        pages, VerdictKind.UNCLEAR
    ) | {"other": VerdictKind.NONE}


def test_a_picture_is_found_wherever_a_script_puts_it(
    site: LoopbackSite, check: Callable[..., dict[str, Use]]
) -> None:
    picture = "<img src=/copy.jpg width=640>"
    element = (
        "<x-a></x-a><script>customElements.define('x-a', class extends HTMLElement { constructor() {"
        f"super(); this.attachShadow({{mode: 'MODE'}}).innerHTML = '{picture}' }} }})</script>"
    )
    blob = (
        "<script>fetch('/copy.jpg').then(r => r.blob()).then(b => { const i = new Image(640);"
        "i.src = URL.createObjectURL(b); f.append(i) })</script>"
    )
    site.put("/inner", f"<body>{picture}")
    pages = {
        "open": element.replace("MODE", "open"),
        "closed": element.replace("MODE", "closed"),
        "frame": "<iframe src=/inner width=700 height=600></iframe>",
        "blob": f"<figure id=f></figure>{blob}",
    }
    uses = check(*(_page(site, name, body) for name, body in pages.items()))
    # What stands around it in our own copy of the document names nobody.
    assert {path[1:]: use.verdict.kind for path, use in uses.items()} == dict.fromkeys(
        pages, VerdictKind.NONE
    )
