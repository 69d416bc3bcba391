"""The browser itself: its window, its profile, and that it reaches nothing but through the guard."""

from __future__ import annotations

import asyncio
import contextlib
import shutil

import pytest
from driving import BY_ADDRESS, desk

from creditline.errors import BrowserError
from creditline.fetch.engine_browser.pace import FILE_NAME
from creditline.fetch.engine_browser.profile import PersonalBrowser
from creditline.fetch.locate import window_browsers
from creditline.records import SearchStatus as S

SHELL = shutil.which("chromium-headless-shell")


def outcome_with_window(folder):
    async def scenario():
        async with desk(folder, replicas=False) as at:
            replica = at.set_up("tineye_web")
            return (await at.search("tineye_web", BY_ADDRESS))[-1].outcome, replica.pages

    return asyncio.run(scenario())


def test_without_a_screen_nothing_is_asked(tmp_path, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    outcome, asked = outcome_with_window(tmp_path)
    assert outcome.status is S.NOT_ENABLED
    assert "no screen" in outcome.note
    assert asked == 0


@pytest.mark.skipif(SHELL is None, reason="needs the headless shell, which has no window")
def test_a_browser_without_a_window_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":77")
    monkeypatch.setenv("CREDITLINE_BROWSER", str(SHELL))
    assert list(window_browsers()) == []
    outcome, asked = outcome_with_window(tmp_path)
    assert outcome.status is S.NOT_ENABLED
    assert "CREDITLINE_BROWSER" in outcome.note
    assert asked == 0


def test_two_programs_do_not_use_one_profile(sitting):
    at = sitting.desk
    at.set_up("tineye_web")
    sitting.run(at.search("tineye_web"))

    async def another():
        async with desk(at.settings.folder) as other:
            return (await other.search("tineye_web"))[-1].outcome

    notes = at.settings.folder / FILE_NAME
    taken = notes.read_text()
    outcome = asyncio.run(_in_thread(another))
    assert outcome.status is S.NOT_ENABLED
    assert "another creditline" in outcome.note
    assert notes.read_text() == taken, "a question that was not asked takes no share of the day"


async def _in_thread(scenario):
    return await asyncio.to_thread(lambda: asyncio.run(scenario()))


def test_pages_of_engines_reach_nothing_on_this_machine(sitting):
    at, reached = sitting.desk, []
    at.set_up("tineye_web")

    async def attempt():
        async def saw(_reader, writer):
            reached.append(True)
            writer.close()

        await at.search("tineye_web")
        page = at.browser.tab("tineye_web").page
        listener = await asyncio.start_server(saw, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        with contextlib.suppress(Exception):
            await page.evaluate(f"fetch('http://127.0.0.1:{port}/', {{mode: 'no-cors'}})")
        with contextlib.suppress(Exception):
            await page.goto(f"http://localhost:{port}/", timeout=5000)
        listener.close()

    sitting.run(attempt())
    assert reached == []


def test_a_browser_that_cannot_start_is_told(tmp_path, monkeypatch):
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("DISPLAY", ":77")
    monkeypatch.setenv("CREDITLINE_BROWSER", str(program))
    outcome, asked = outcome_with_window(tmp_path / "profile")
    assert outcome.status is S.NOT_ENABLED
    assert "does not start" in outcome.note
    assert asked == 0


def test_a_profile_is_free_again_after_a_failed_start(tmp_path, monkeypatch):
    async def scenario():
        async with desk(tmp_path) as at:
            proxy = at.fetch._proxies[0]
            await proxy.start()
            with monkeypatch.context() as broken:
                broken.setattr("creditline.fetch.engine_browser.profile.find_browser", lambda: "/bin/false")
                with pytest.raises(BrowserError, match="does not start"):
                    await PersonalBrowser.start(tmp_path, proxy, window=False)
            return (await at.search("tineye_web"))[-1].outcome.status

    assert asyncio.run(scenario()) is S.RESULTS
