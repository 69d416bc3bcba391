"""The person's browser with a profile of its own, behind the guard's proxy."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from creditline.errors import BrowserError
from creditline.fetch.chromium import (
    BYPASS,
    CLOSE_S,
    EGRESS_ARGUMENTS,
    LAUNCH_S,
    VIEWPORT,
    is_root,
    prove_closed,
    trusting,
)
from creditline.fetch.locate import find_browser, window_browsers
from creditline.fetch.proxy import GuardProxy, Pass

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Playwright

#: Most bytes that one session of searches may move: thirty queries to four engines, 8 MB each.
SESSION_BUDGET = 1024 * 2**20

PROFILE_NAME = "profile"
_LOCK_NAME = "in-use"
#: What a program with a window needs to find the screen.
_SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE", "TMPDIR")
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LOCALAPPDATA", "TZ")


class PersonalBrowser:
    """One running browser with the profile that searches have to themselves."""

    def __init__(self, playwright: Playwright, context: BrowserContext, page_pass: Pass, lock: _Lock) -> None:
        self._playwright = playwright
        self._context = context
        self._lock = lock
        self.page_pass = page_pass
        self._taken: list[Page] = []
        self.is_open = True
        context.on("close", lambda _context: self._gone())

    @classmethod
    async def start(cls, folder: Path, proxy: GuardProxy, *, window: bool) -> PersonalBrowser:
        """Start it and prove that it reaches nothing but through the proxy.

        Args:
            folder: Where its profile is; made if it is not there.
            proxy: The guard's proxy, listening.
            window: Whether it shows a window.

        Raises:
            BrowserError: There is none, or it does not start, or it leaks, or the profile is in use.
        """
        from playwright.async_api import Error, async_playwright

        path = next(window_browsers(), None) if window else await asyncio.to_thread(find_browser)
        if path is None:
            raise BrowserError(no_window_browser() if window else "no browser was found")
        lock = _Lock(folder)
        playwright = await async_playwright().start()
        page_pass = proxy.open_pass(SESSION_BUDGET)
        user, password = page_pass.credentials
        try:
            context = await playwright.chromium.launch_persistent_context(
                folder / PROFILE_NAME,
                executable_path=path,
                headless=not window,
                proxy={"server": proxy.address, "bypass": BYPASS, "username": user, "password": password},
                args=[*EGRESS_ARGUMENTS, *trusting(proxy)],
                env=_environment(folder),
                chromium_sandbox=not is_root(),
                viewport=None if window else {"width": VIEWPORT["width"], "height": VIEWPORT["height"]},
                no_viewport=window or None,
                accept_downloads=False,
                service_workers="block",
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=LAUNCH_S * 1000,
            )
        except BaseException as error:
            proxy.close_pass(page_pass)
            await playwright.stop()
            lock.release()
            if isinstance(error, Error):
                raise BrowserError(f"{path}: does not start: {str(error).splitlines()[0]}") from error
            raise
        browser = cls(playwright, context, page_pass, lock)
        try:
            await browser._prove_closed(path)
        except BaseException:
            await browser.end(proxy)
            raise
        return browser

    async def new_page(self) -> Page:
        """One more tab; the one that a browser begins with is taken first."""
        unused = [page for page in self._context.pages if page not in self._taken]
        self._taken.append(unused[0] if unused else await self._context.new_page())
        return self._taken[-1]

    async def end(self, proxy: GuardProxy) -> None:
        """Close it; its profile stays."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_S):
                await self._context.close()
        self.is_open = False
        proxy.close_pass(self.page_pass)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_S):
                await self._playwright.stop()
        self._lock.release()

    async def _prove_closed(self, path: str) -> None:
        page = await self._context.new_page()
        await prove_closed(page, self.page_pass, path)
        with contextlib.suppress(Exception):
            # A tab whose error page is still on its way cannot be closed.
            await page.wait_for_url("chrome-error://**", timeout=CLOSE_S * 1000)
            async with asyncio.timeout(CLOSE_S):
                await page.close()

    def _gone(self) -> None:
        self.is_open = False


def why_no_window() -> str | None:
    """Why no window can be shown here; ``None`` when one can."""
    if sys.platform.startswith("linux") and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY"))):
        return (
            "there is no screen here to show the browser on; run this where there is one "
            "(docs/how-to/search-with-your-browser.md)"
        )
    return no_window_browser() if next(window_browsers(), None) is None else None


def no_window_browser() -> str:
    """What is missing, and what to do about it."""
    return "no browser with a window was found; install Chrome or Chromium, or set CREDITLINE_BROWSER to one"


def _environment(folder: Path) -> dict[str, str | float | bool]:
    """As little as a browser with a window needs: no proxy settings, no secrets, no profile of the person."""
    kept = {name: os.environ[name] for name in (*_KEPT, *_SCREEN) if name in os.environ}
    authority = Path.home() / ".Xauthority"
    if "XAUTHORITY" not in kept and "DISPLAY" in kept and authority.is_file():
        kept["XAUTHORITY"] = str(authority)
    home = str(folder.resolve())
    return {**kept, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}


class _Lock:
    """Keeps two programs from using one profile; it goes with the process that holds it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = (folder / _LOCK_NAME).open("w")
        try:
            import fcntl
        except ImportError:  # Windows: the browser itself refuses a profile in use
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise BrowserError(
                f"{folder}: another creditline is searching with this browser; wait for it"
            ) from error

    def release(self) -> None:
        """Let the next one in."""
        self._file.close()
