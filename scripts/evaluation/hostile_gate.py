"""Drives files through the decode gate, and compares with what Chromium shows of them."""

from __future__ import annotations

import asyncio
import ctypes
import functools
import gc
import http.server
import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from hostile_images import ACCEPTED, media_type, mutated

from creditline.errors import GateError
from creditline.fetch.chromium import find_browser
from creditline.fetch.gate import GatePool
from creditline.fingerprint import decode_image
from creditline.fingerprint.opening import MAX_WEB_PIXELS
from creditline.records import Decoded, GateProblem

#: Wall seconds that one file may take, and what killing and starting a child may add to it.
LIMIT_S, GRACE_S = 12.0, 1.0

#: Files after which the parent's memory is taken as its idle one.
WARM_UP = 50

#: Seconds that Chromium gets for one file, and files that one of its pages loads.
SHOW_S, PER_PAGE = 10, 25

_DEATHS = (GateProblem.DECODER_DIED, GateProblem.DECODER_TIMEOUT, GateProblem.OUT_OF_MEMORY)

#: Shows files one after the other: size, and whether Chromium's own decoder calls the first frame whole.
_SHOW = """async ([files, limit]) => {
  const shown = {};
  for (const [name, type] of files) {
    const image = new Image();
    image.src = '/' + name;
    const late = new Promise((_, no) => setTimeout(() => no('late'), limit * 1000));
    try {
      await Promise.race([image.decode(), late]);
      shown[name] = [image.naturalWidth * image.naturalHeight, false];
      const data = await (await fetch('/' + name)).arrayBuffer();
      const decoder = new ImageDecoder({data, type});
      const first = await Promise.race([decoder.decode({completeFramesOnly: true}), late]);
      shown[name][1] = first.complete;
      first.image.close();
      decoder.close();
    }
    catch (error) { shown[name] ??= null; }
    image.src = '';
  }
  return shown;
}"""


@dataclass
class GateTally:
    """What became of the files."""

    outcomes: Counter[str] = field(default_factory=Counter)
    #: Files by whether they were accepted, for the comparison with Chromium.
    accepted: dict[str, bool] = field(default_factory=dict)
    crashes: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    child_mb: float = 0.0
    hungriest: str = ""
    idle_kb: int = 0
    end_kb: int = 0

    @property
    def figures(self) -> dict[str, Any]:
        """What floors hold, and more."""
        deaths = sum(self.outcomes[kind.value] for kind in _DEATHS)
        return {
            "image_files": sum(self.outcomes.values()),
            "image_outcomes": dict(self.outcomes.most_common()),
            "image_child_deaths": deaths,
            "image_parent_crashes": len(self.crashes),
            "image_defects": len(self.defects),
            "image_unexpected": len(self.unexpected),
            "image_over_limit": len(self.late),
            "image_slowest_s": round(self.slowest_s, 1),
            "image_child_mb": round(self.child_mb),
            "image_parent_growth_mb": round((self.end_kb - self.idle_kb) / 1024, 1),
        }


class Driver:
    """Sends one file after the other through one child at a time."""

    def __init__(self) -> None:
        self.tally = GateTally()
        self._gate = GatePool(workers=1, timeout_s=LIMIT_S)
        self._seen = 0
        self._current = ""

    async def run(self, files: Iterable[tuple[str, bytes, str | None]]) -> GateTally:
        """Decode everything; ``files`` are (name, bytes, what must become of it)."""
        watch = asyncio.create_task(self._watch_children())
        try:
            for name, body, expected in files:
                await self._decode(name, body, expected)
        finally:
            await self._gate.close()
            watch.cancel()
        self.tally.end_kb = _resident_kb()
        self.tally.idle_kb = self.tally.idle_kb or self.tally.end_kb
        return self.tally

    async def _decode(self, name: str, body: bytes, expected: str | None) -> None:
        tally = self.tally
        self._current = name
        started = time.monotonic()
        outcome = await self._outcome(name, body)
        taken = time.monotonic() - started
        tally.outcomes[outcome] += 1
        tally.accepted[name] = outcome == ACCEPTED
        tally.slowest_s = max(tally.slowest_s, taken)
        if taken > LIMIT_S + GRACE_S:
            tally.late.append(f"{name}: {taken:.1f} s")
        if expected is not None and (outcome == ACCEPTED) != (expected == ACCEPTED):
            tally.unexpected.append(f"{name}: {outcome}, not {expected}")
        self._note_memory()
        self._seen += 1
        if self._seen == WARM_UP:
            tally.idle_kb = _resident_kb()

    async def _outcome(self, name: str, body: bytes) -> str:
        try:
            decoded = await self._gate.run(decode_image, body)
        except GateError as error:
            if "decode_image failed" in str(error):
                self.tally.defects.append(f"{name}: {error}")
            return str(error.kind)
        except Exception as error:
            self.tally.crashes.append(f"{name}: {type(error).__name__}: {error}")
            return "crash"
        assert isinstance(decoded, Decoded)
        return ACCEPTED

    async def _watch_children(self) -> None:
        """Look at the children's memory all the time: one that is killed can be asked no more."""
        while True:
            self._note_memory()
            await asyncio.sleep(0.02)

    def _note_memory(self) -> None:
        for child in _children():
            peak = _status_kb(child, "VmHWM") / 1024
            if peak > self.tally.child_mb:
                self.tally.child_mb, self.tally.hungriest = peak, self._current


def mutations(pool: list[Path], count: int, draw: Random) -> Iterator[tuple[str, bytes, None]]:
    """So many injured copies of files drawn from a pool."""
    for number in range(count):
        path = draw.choice(pool)
        yield f"mutation {number} of {path.name}", mutated(path.read_bytes(), draw), None


async def shown_share(folder: Path, tally: GateTally) -> tuple[dict[str, Any], list[str]]:
    """Of the five formats' files that Chromium shows whole, how many the gate accepted.

    Browsers also show what is left of a damaged picture. The gate must not: half a picture has another
    fingerprint than the whole one. So the share is of the files whose first frame Chromium's decoder calls
    complete; those that it shows in part are only counted.

    Args:
        folder: Where the files lie under their names.
        tally: Of a run over them.

    Returns:
        Figures, and the names that Chromium shows whole and the gate refused.
    """
    shown = await _shown_by_chromium(folder, _of_five(folder, tally))
    usual = {name: whole for name, (pixels, whole) in shown.items() if 0 < pixels <= MAX_WEB_PIXELS}
    wholes = [name for name, whole in usual.items() if whole]
    missed = [name for name in wholes if not tally.accepted[name]]
    figures = {
        "chromium_shows": len(usual),
        "chromium_shows_whole": len(wholes),
        "chromium_partial_accepted": sum(tally.accepted[name] for name in usual) - len(wholes) + len(missed),
        "chromium_share_accepted": round(1 - len(missed) / len(wholes), 4) if wholes else None,
    }
    return figures, missed


def _of_five(folder: Path, tally: GateTally) -> list[tuple[str, str]]:
    """Names and media types of the files that were tried and begin as one of the five formats."""
    paths = [path for path in sorted(folder.iterdir()) if path.name in tally.accepted]
    typed = [(path.name, media_type(path.read_bytes()[:32])) for path in paths]
    return [(name, type_) for name, type_ in typed if type_ is not None]


async def _shown_by_chromium(folder: Path, files: list[tuple[str, str]]) -> dict[str, tuple[int, bool]]:
    """Pixels, and whether they are all there, of every file that Chromium shows."""
    from playwright.async_api import Error, async_playwright

    shown: dict[str, tuple[int, bool]] = {}
    with _serving(folder) as origin:
        async with async_playwright() as playwright:
            for first in range(0, len(files), PER_PAGE):
                browser = await playwright.chromium.launch(
                    executable_path=find_browser(), chromium_sandbox=False
                )
                try:
                    page = await browser.new_page()
                    await page.goto(origin + "/blank")
                    found = await page.evaluate(_SHOW, [files[first : first + PER_PAGE], SHOW_S])
                    shown |= {name: (said[0], said[1]) for name, said in found.items() if said}
                except Error as error:
                    print(f"chromium gave up on a page of files: {str(error).splitlines()[0]}")
                finally:
                    await browser.close()
    return shown


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/blank":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            return
        super().do_GET()

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        """No type: browsers look at the first bytes of pictures, as the gate does."""
        return "application/octet-stream"

    def log_message(self, *_words: object) -> None:
        return


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _children() -> list[str]:
    """Process ids of this process's children."""
    found: list[str] = []
    for listing in Path("/proc/self/task").glob("*/children"):
        found += listing.read_text("ascii").split()
    return found


def _resident_kb() -> int:
    """What this process holds; what it freed and the allocator keeps at hand is given back first."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return _status_kb("self", "VmRSS")


def _status_kb(process: str, name: str) -> int:
    """A line of a process's status, kilobytes; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
