"""A web server on loopback that answers from a table and remembers what it was asked for."""

from __future__ import annotations

import asyncio
import hashlib
import io
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import unquote

import numpy as np
from PIL import Image, ImageDraw

from creditline.records import Progress
from creditline.urls import Url


class SteppingClock:
    """A clock that only moves when it is told to, or when somebody waits."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def now(self) -> datetime:
        """The pretended time."""
        return self._now

    def monotonic(self) -> float:
        """Real seconds, for timeouts."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait in pretended time."""
        self.step(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    def step(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by


class Watcher:
    """An observer that keeps what it was told."""

    def __init__(self) -> None:
        self.steps: list[Progress] = []
        self.notes: list[str] = []

    def progress(self, step: Progress) -> None:
        """Keep a step."""
        self.steps.append(step)

    def note(self, message: str) -> None:
        """Keep a note."""
        self.notes.append(message)


class LoopbackSite:
    """One site; unknown paths are 404. Paths are percent-decoded."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        self.asked: list[str] = []
        self.bytes_sent = 0
        #: Called before every answer with its path.
        self.before: object = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.url = Url.parse(f"http://127.0.0.1:{self._server.server_address[1]}/")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def put(
        self,
        path: str,
        body: bytes | str,
        kind: str = "",
        *,
        status: int = 200,
        etag: bool = True,
        **headers: str,
    ) -> Url:
        """Answer a path (with its query) with some bytes, from now on."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["content-type"] = kind or _kind(path)
        if etag:
            named["etag"] = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        self._answers[path] = (status, content, named)
        return Url.parse(path, self.url)

    def remove(self, path: str) -> None:
        """Forget a path."""
        del self._answers[path]

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return self.asked.count(path)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = unquote(self.path)
                site.asked.append(path)
                status, body, headers = site._answers.get(path, (404, b"no such page", {}))
                if headers.get("etag") and self.headers.get("if-none-match") == headers["etag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                site.bytes_sent += len(body)

            def log_message(self, *args: object) -> None:
                return

        return Handler


@lru_cache(maxsize=64)
def scene(seed: int, size: tuple[int, int] = (600, 400)) -> Image.Image:
    """A picture that is like no other with another seed: soft light and two hundred shapes."""
    random = np.random.default_rng(seed)
    light = Image.fromarray(random.integers(30, 226, (5, 7, 3), dtype=np.uint8))
    picture = light.resize((900, 600), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for _ in range(200):
        x, y = (int(value) for value in random.integers(0, 900, 2))
        w, h = (int(value) for value in random.integers(6, 90, 2))
        colour = tuple(int(level) for level in random.integers(0, 256, 3))
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape((x, y, x + w, y + h), fill=colour)
    return picture.resize(size, Image.Resampling.LANCZOS)


@lru_cache(maxsize=256)
def photo(seed: int, size: tuple[int, int] = (600, 400), form: str = "JPEG", quality: int = 85) -> bytes:
    """`scene` as the bytes of a file."""
    file = io.BytesIO()
    scene(seed, size).save(file, form, quality=quality)
    return file.getvalue()


def flat(size: tuple[int, int] = (600, 400)) -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(file, "PNG")
    return file.getvalue()


def _kind(path: str) -> str:
    suffix = path.split("?")[0].rsplit(".", 1)[-1].lower()
    kinds = {
        "jpg": "image/jpeg",
        "png": "image/png",
        "webp": "image/webp",
        "css": "text/css",
        "xml": "application/xml",
        "svg": "image/svg+xml",
        "txt": "text/plain",
        "js": "text/javascript",
    }
    return kinds.get(suffix, "text/html; charset=utf-8")
