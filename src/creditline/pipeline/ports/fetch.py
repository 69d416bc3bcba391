"""The way out, and the child in which untrusted bytes are read; fulfilled by `fetch`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from creditline.records import (
    Rendering,
    Reply,
    Validators,
)
from creditline.urls import Url

T = TypeVar("T")


class Fetcher(Protocol):
    """The way out for single requests. Never raises for what a server or the network does."""

    async def fetch_page(self, url: Url, validators: Validators | None = None) -> Reply:
        """Fetch a document (HTML, XML, text), at most 20 MB, robots.txt and host budget honoured."""

    async def fetch_image(self, url: Url, validators: Validators | None = None) -> Reply:
        """Fetch image bytes, at most 32 MB, robots.txt and host budget honoured."""

    async def robots_sitemaps(self, origin: Url) -> tuple[Url, ...]:
        """The sitemaps that the origin's robots.txt names."""


class Browser(Protocol):
    """The way out for pages that need a browser. Never raises for what a page does."""

    @property
    def available(self) -> bool:
        """Whether a browser was found at all."""

    async def render(self, url: Url) -> Rendering:
        """Show a page, scroll through it within a budget, return its DOM and where images lie."""

    async def screenshot(
        self, url: Url, boxes: Sequence[tuple[str, str]], *, pictures: bool = True
    ) -> Rendering:
        """Show a page with images, let its timers run out, and return a PNG with labelled frames.

        The DOM, the places of images and the frames' texts are read at the moment of the picture, so that
        a credit that a script adds late is seen too.

        Args:
            url: The page.
            boxes: What to frame: ``(css-independent target, label)``, the target being an image
                address or a quoted text of the page; the first one found sets the region.
            pictures: Whether images are loaded; without them the PNG is worth nothing, the document is.
        """


class Gate(Protocol):
    """Runs pure functions on untrusted bytes in a disposable child with limits."""

    async def run(self, function: Callable[..., T], *args: Any, timeout_s: float | None = None) -> T:
        """Call a module-level function in a child.

        Raises:
            GateError: The child was killed (time, memory) or died, or the function raised it.
        """
