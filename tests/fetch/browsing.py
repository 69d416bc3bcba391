"""Helpers for tests that visit pages in a real browser."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from servers import FreeBudgets, ScriptedServer, serving

from creditline.fetch import EgressPolicy, Fetch, FetchSettings, open_fetch
from creditline.fetch.locate import candidates

needs_browser = pytest.mark.skipif(next(candidates(), None) is None, reason="no browser on this machine")

HTML = (("Content-Type", "text/html; charset=utf-8"),)


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def browse(
    pages: dict[str, Any], steps: Callable[[Fetch, ScriptedServer], Awaitable[Any]], render_s: float = 20
) -> Any:
    """Serve pages on loopback and visit them as the owner's own private site."""

    async def scenario() -> Any:
        async with serving(pages) as server:
            fetch = open_for(server, render_s)
            try:
                return await steps(fetch, server)
            finally:
                await fetch.close()

    return asyncio.run(scenario())


def open_for(server: ScriptedServer, render_s: float = 20) -> Fetch:
    return open_fetch(
        FetchSettings(page_delay_s=0.05, image_delay_s=0.01, render_s=render_s),
        FreeBudgets(),
        RealClock(),
        EgressPolicy(private_hosts=frozenset({server.host_port})),
    )


def processes(group: int | None = None, *, words: str = "") -> list[int]:
    """Living processes of a group whose command line holds some words."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if state[0] != "Z" and (group is None or int(state[2]) == group) and words in command:
            found.append(int(folder.name))
    return found


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for something that other processes do."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True
