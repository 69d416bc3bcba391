"""Finds a Chromium that works, and installs one at set-up.

Order: ``CREDITLINE_BROWSER`` and nothing else if it is set; Playwright's own download if it is on
disk; Chrome and Edge where their vendors put them; the PATH. Installing tries Playwright's download,
then the system's package manager. Every candidate proves itself: it is started and shows a page that
we hand it, without any network. The proven one is remembered beside the Python environment.

``python -m creditline.fetch.locate [--install]`` prints its path as the last line and exits 0, or says
what to type and exits 1.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from creditline.errors import BrowserError

_log = logging.getLogger(__name__)

ENVIRONMENT_NAME = "CREDITLINE_BROWSER"

#: Where vendors install their channels, per platform.
CHANNELS: Mapping[str, tuple[str, ...]] = {
    "chrome": (
        "/opt/google/chrome/chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "C:/Program Files/Google/Chrome/Application/chrome.exe",
    ),
    "msedge": (
        "/opt/microsoft/msedge/msedge",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    ),
}

#: Names on the PATH, the lightest first: the shell needs half the processor time of the full
#: browser (research: stack, section 1).
PATH_NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
)

#: Seconds a candidate has to show the proof page; a cold start on a busy machine takes some.
PROOF_S = 45.0

#: Playwright gives up on its download server after this, milliseconds.
DOWNLOAD_CONNECT_MS = "10000"

#: Most time for one way of installing, seconds: 100 to 200 MB over a slow line.
INSTALL_S = 900.0

_PACKAGE_COMMANDS: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    (
        "apt-get",
        (
            ("apt-get", "update", "-qq"),
            ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium-headless-shell"),
            ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"),
        ),
    ),
    (
        "dnf",
        (("dnf", "install", "-y", "chromium-headless"), ("dnf", "install", "-y", "chromium")),
    ),
    ("apk", (("apk", "add", "--no-progress", "chromium"),)),
    ("brew", (("brew", "install", "--cask", "chromium"),)),
)

_PROOF_TITLE = "creditline proof"


def find_browser() -> str | None:
    """The path of a browser that has proven itself, from memory where possible.

    Raises:
        BrowserError: ``CREDITLINE_BROWSER`` names something that does not work.
    """
    wanted = os.environ.get(ENVIRONMENT_NAME)
    if wanted:
        return _the_one_named(wanted)
    if remembered := _recall():
        return remembered
    for path in candidates():
        if proves_itself(path):
            _remember(path)
            return path
    return None


def window_browsers() -> Iterator[str]:
    """Every browser that has a window, the person's usual one first; only the named one if one is named.

    It proves itself when it is started; there may be no screen to try it on now.
    """
    wanted = os.environ.get(ENVIRONMENT_NAME)
    if wanted:
        named = (wanted, *CHANNELS.get(wanted, ()), _which(wanted) or "")
        yield from [path for path in named if path and os.access(path, os.X_OK) and _has_window(path)][:1]
        return
    found = [path for path in candidates() if _has_window(path)]
    channels = set(_channels())
    yield from sorted(found, key=lambda path: path not in channels)


def candidates() -> Iterator[str]:
    """Every browser on this machine that could do, best first, each once."""
    seen: set[str] = set()
    for path in (*_playwrights_own(), *_channels(), *_on_path()):
        real = os.path.realpath(path)
        if real not in seen and os.access(path, os.X_OK) and not real.startswith("/snap/"):
            seen.add(real)
            yield path


def proves_itself(path: str) -> bool:
    """Start a browser and let it show a page that we hand it."""
    try:
        return asyncio.run(asyncio.wait_for(_proof(path), PROOF_S))
    except Exception as error:  # whatever goes wrong with a candidate, the next one is tried
        _log.info("browser does not work", extra={"path": path, "error": str(error)[:500]})
        return False


def install() -> str | None:
    """Get a browser: Playwright's download first, then the system's package manager.

    Returns:
        The path of a browser that works, ``None`` when none could be had.
    """
    _run(
        [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"],
        PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT=DOWNLOAD_CONNECT_MS,
    )
    if found := find_browser():
        return found
    for command in _package_commands():
        if _run(list(command), DEBIAN_FRONTEND="noninteractive") and (found := find_browser()):
            return found
    return None


def what_to_type() -> str:
    """The line that gets a browser on this machine, for people."""
    for program, commands in _PACKAGE_COMMANDS:
        if _which(program):
            sudo = "sudo " if program != "brew" and not _is_root() else ""
            line = next(words for words in commands if "install" in words or "add" in words)
            return sudo + " ".join(word for word in line if word != "-qq")
    return f"{sys.executable} -m playwright install --with-deps --only-shell chromium"


def main(arguments: list[str]) -> int:
    """Find, or install and find; the path is the last line of standard output."""
    try:
        path = find_browser()
        if path is None and "--install" in arguments:
            path = install()
    except BrowserError as error:
        print(f"creditline: {error}", file=sys.stderr)  # noqa: T201 (this module is a command too)
        return 1
    if path is None:
        print(f"creditline: no browser found; type: {what_to_type()}", file=sys.stderr)  # noqa: T201
        return 1
    print(path)  # noqa: T201
    return 0


def _the_one_named(wanted: str) -> str:
    paths = [wanted, *CHANNELS.get(wanted, ())]
    path = next((path for path in paths if os.access(path, os.X_OK)), None) or _which(wanted)
    if path is None:
        raise BrowserError(f"{ENVIRONMENT_NAME}={wanted}: there is no such browser; name its path")
    if _recall() == path or proves_itself(path):
        _remember(path)
        return path
    raise BrowserError(f"{ENVIRONMENT_NAME}={wanted}: it cannot be started or shows no page")


def _has_window(path: str) -> bool:
    return not re.search(r"headless[-_]?shell", os.path.realpath(path))


def _playwrights_own() -> Iterator[str]:
    """Playwright's downloads, headless shells first, newest first."""
    home = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if home:
        roots = [Path(home)]
    else:
        roots = [
            Path.home() / ".cache" / "ms-playwright",
            Path.home() / "Library" / "Caches" / "ms-playwright",
            Path.home() / "AppData" / "Local" / "ms-playwright",
        ]
    for pattern in (
        "chromium_headless_shell-*/*/*headless*shell*",
        "chromium-*/*/chrome",
        "chromium-*/*/*.app/Contents/MacOS/*",
        "chromium-*/*/chrome.exe",
    ):
        for root in roots:
            yield from sorted((str(path) for path in root.glob(pattern) if path.is_file()), reverse=True)


def _channels() -> Iterator[str]:
    for paths in CHANNELS.values():
        yield from paths


def _on_path() -> Iterator[str]:
    for name in PATH_NAMES:
        if path := _which(name):
            yield path


def _which(name: str) -> str | None:
    return shutil.which(name, path=_search_path())


def _search_path() -> str:
    """The PATH with the folders for system programs, which people's shells often leave out."""
    own = os.environ.get("PATH", "")
    extra = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
    return f"{own}{os.pathsep}{extra}" if os.name == "posix" else own


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


async def _proof(path: str) -> bool:
    from playwright.async_api import Route, async_playwright

    async def hand_over(route: Route) -> None:
        await route.fulfill(body=f"<title>{_PROOF_TITLE}</title>", content_type="text/html")

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, chromium_sandbox=not _is_root(), timeout=PROOF_S * 1000
        )
        try:
            page = await browser.new_page()
            await page.route("**/*", hand_over)
            await page.goto("http://proof.invalid/")
            return await page.title() == _PROOF_TITLE
        finally:
            await browser.close()


def _memory_file() -> Path:
    return Path(sys.prefix) / "creditline-browser.json"


def _remember(path: str) -> None:
    try:
        _memory_file().write_text(json.dumps(_stamp(path)), encoding="utf-8")
    except OSError as error:
        _log.info("the browser found cannot be remembered", extra={"error": str(error)})


def _recall() -> str | None:
    """The remembered browser, if it is still the same file."""
    try:
        known = json.loads(_memory_file().read_text(encoding="utf-8"))
        return str(known["path"]) if known == _stamp(known["path"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _stamp(path: str) -> dict[str, Any]:
    state = Path(path).stat()
    return {"path": path, "changed": state.st_mtime_ns, "bytes": state.st_size, "root": _is_root()}


def _package_commands() -> Iterator[tuple[str, ...]]:
    """What the package manager can be asked here; nothing where that needs another user."""
    for program, commands in _PACKAGE_COMMANDS:
        if _which(program) and (_is_root() or program == "brew"):
            yield from commands


def _run(command: list[str], **environment: str) -> bool:
    print("creditline: " + " ".join(command), file=sys.stderr)  # noqa: T201
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PATH": _search_path(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            timeout=INSTALL_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"creditline: {command[0]}: {error}", file=sys.stderr)  # noqa: T201
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
