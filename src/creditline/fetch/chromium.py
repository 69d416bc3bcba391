"""One running Chromium: started with our rules, proven to obey them, ended for certain."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from creditline.errors import BrowserError
from creditline.fetch.locate import find_browser, what_to_type
from creditline.fetch.pages import WINDOW
from creditline.fetch.proxy import GuardProxy, Pass

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Playwright

_log = logging.getLogger(__name__)

#: Pages after which a browser is replaced: it grows, and a fault of one page should not last.
PAGES_PER_BROWSER = 100

#: Seconds for a start on a busy machine, and for closing before the process group is killed.
LAUNCH_S = 60.0
CLOSE_S = 5.0

#: The usual window, as Playwright wants it.
VIEWPORT = dict(zip(("width", "height"), WINDOW, strict=True))

#: Chromium sends loopback and link-local addresses past a proxy unless told not to: 118 leaks
#: without this, none with it (measured; research: safety).
BYPASS = "<-loopback>"

#: What keeps every browser of ours from reaching anything but the proxy, or speaking unasked.
EGRESS_ARGUMENTS = (
    # Names are resolved by the guard. Chromium itself asks no name service for anything.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--no-pings",
    "--no-first-run",
)
_ARGUMENTS = (
    *EGRESS_ARGUMENTS,
    "--mute-audio",
    "--disable-breakpad",
    "--disable-notifications",
    "--deny-permission-prompts",
    "--block-new-web-contents",
    "--js-flags=--max-old-space-size=768",
)


class Chromium:
    """A browser process with its driver; used for a while, then replaced."""

    def __init__(
        self, playwright: Playwright, browser: Browser, profile: tempfile.TemporaryDirectory[str]
    ) -> None:
        self._playwright = playwright
        self._browser = browser
        self._profile = profile
        self._group: int | None = None
        self.product = ""
        self.user_agent = ""
        self.pages_begun = 0
        self.pages_open = 0
        self._ended = False

    @classmethod
    async def start(cls, proxy: GuardProxy) -> Chromium:
        """Start a browser and prove that it reaches nothing but through the proxy.

        Raises:
            BrowserError: There is none, or it does not start, or it leaks.
        """
        from playwright.async_api import Error, async_playwright

        path = await asyncio.to_thread(find_browser)
        if path is None:
            raise BrowserError(f"no browser was found; type: {what_to_type()}")
        home = tempfile.TemporaryDirectory(prefix="creditline-browser-", ignore_cleanup_errors=True)
        playwright = await async_playwright().start()
        try:
            browser = await playwright.chromium.launch(
                executable_path=path,
                proxy={"server": proxy.address, "bypass": BYPASS},
                args=[*_ARGUMENTS, *trusting(proxy)],
                env=_environment(home.name),
                chromium_sandbox=not is_root(),
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=LAUNCH_S * 1000,
            )
        except BaseException as error:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(CLOSE_S):
                    await playwright.stop()
            home.cleanup()
            if not isinstance(error, Error):
                raise
            raise BrowserError(f"{path}: does not start: {str(error).splitlines()[0]}") from error
        chromium = cls(playwright, browser, home)
        try:
            await chromium._learn_process()
            await chromium._prove_closed(proxy)
        except BaseException:
            await chromium.end()
            raise
        return chromium

    @property
    def alive(self) -> bool:
        """Whether pages can be opened."""
        return not self._ended and self._browser.is_connected()

    @property
    def used_up(self) -> bool:
        """Whether it is time for another one."""
        return not self.alive or self.pages_begun >= PAGES_PER_BROWSER

    @asynccontextmanager
    async def context(self, proxy: GuardProxy, user_agent: str) -> AsyncIterator[tuple[BrowserContext, Pass]]:
        """A fresh profile whose traffic goes through ``proxy`` under a credential of its own."""
        page_pass = proxy.open_pass()
        user, password = page_pass.credentials
        self.pages_begun += 1
        self.pages_open += 1
        context: BrowserContext | None = None
        try:
            context = await self._browser.new_context(
                proxy={
                    "server": proxy.address,
                    "bypass": BYPASS,
                    "username": user,
                    "password": password,
                },
                user_agent=f"{self.user_agent} {user_agent}",
                viewport={"width": VIEWPORT["width"], "height": VIEWPORT["height"]},
                accept_downloads=False,
                service_workers="block",
                reduced_motion="reduce",
            )
            yield context, page_pass
        finally:
            self.pages_open -= 1
            proxy.close_pass(page_pass)
            if context is not None:
                await self._close_context(context)

    async def end(self) -> None:
        """Close the browser; kill its process group if it does not go."""
        if self._ended:
            return
        self._ended = True
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_S):
                await self._browser.close()
        self.kill()
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_S):
                await self._playwright.stop()
        await asyncio.to_thread(self._profile.cleanup)

    def kill(self) -> None:
        """Kill the browser and all its children, now."""
        if self._group is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._group, signal.SIGKILL)

    async def _close_context(self, context: BrowserContext) -> None:
        """Close a profile; a page that keeps it from closing costs the whole browser."""
        try:
            async with asyncio.timeout(CLOSE_S):
                await context.close()
        except Exception as error:  # whatever is wrong with it, nothing of it may stay
            if self.alive:
                _log.warning("page does not close, killing its browser", extra={"error": str(error)[:200]})
                self.kill()

    async def _learn_process(self) -> None:
        session = await self._browser.new_browser_cdp_session()
        version: dict[str, Any] = await session.send("Browser.getVersion")
        self.product = version["product"]
        self.user_agent = version["userAgent"]
        found: dict[str, Any] = await session.send("SystemInfo.getProcessInfo")
        pid = next((int(each["id"]) for each in found["processInfo"] if each["type"] == "browser"), None)
        if pid is not None and hasattr(os, "getpgid"):
            group = os.getpgid(pid)
            self._group = group if group != os.getpgrp() else None
        await session.detach()

    async def _prove_closed(self, proxy: GuardProxy) -> None:
        """Let a page aim at a listener on this machine: the proxy must see it, the listener must not."""
        async with self.context(proxy, "self-test") as (context, page_pass):
            await prove_closed(await context.new_page(), page_pass, self.product)
        self.pages_begun = 0


async def prove_closed(page: Page, page_pass: Pass, product: str) -> None:
    """Let a page aim at a listener on this machine: the proxy must see it, the listener must not.

    Raises:
        BrowserError: The browser goes past the guard.
    """
    reached: list[str] = []

    async def canary(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append("canary")
        writer.close()

    listener = await asyncio.start_server(canary, "127.0.0.1", 0)
    try:
        port = listener.sockets[0].getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            with contextlib.suppress(Exception):
                await page.goto(f"http://{host}:{port}/", timeout=CLOSE_S * 1000)
        refused = set(page_pass.refusals)
    finally:
        listener.close()
    if reached or not {f"127.0.0.1:{port}", f"localhost:{port}"} <= refused:
        raise BrowserError(
            f"{product} goes past the guard: a listener on this machine could be reached; "
            "it is not used. Set CREDITLINE_BROWSER to another browser"
        )


def trusting(proxy: GuardProxy) -> list[str]:
    """The argument that makes a browser accept what the proxy signs, where it ends tunnels."""
    key = proxy.trusted_key
    return [f"--ignore-certificate-errors-spki-list={key}"] if key else []


def _environment(home: str) -> dict[str, str | float | bool]:
    """As little as a browser needs: no proxy settings, no secrets, no profile of the user."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT") if name in os.environ}
    return {**kept, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}


def is_root() -> bool:
    """Whether the browser's sandbox cannot be had."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
