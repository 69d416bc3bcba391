"""A small web of two hosts, made anew for each test."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from creditline.demo.server import MiniatureWeb


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two hosts: a plain folder, and one with every behaviour."""
    plain = tmp_path / "plain.example"
    (plain / "bilder").mkdir(parents=True)
    (plain / "index.html").write_text("<h1>Plain</h1>", encoding="utf-8")
    (plain / "bilder" / "Über See 1.jpg").write_bytes(b"\xff\xd8" + bytes(range(256)))
    (plain / "bilder" / "index.html").write_text("<h1>Bilder</h1>", encoding="utf-8")
    odd = tmp_path / "odd.example"
    odd.mkdir()
    (odd / "index.html").write_text("<h1>Odd</h1>" + "x" * 5000, encoding="utf-8")
    (odd / "gone.html").write_text("<h1>Not found, sorry</h1>", encoding="utf-8")
    rules = [
        {"path": "/held/", "hold": True},
        {"path": "/cut/", "file": "index.html", "truncate": 100},
        {"path": "/away/*", "redirect": "https://odd.example/"},
        {"path": "/soft/", "file": "gone.html"},
        {"path": "/no/", "status": 403, "file": "gone.html", "headers": {"Retry-After": "60"}},
        {"path": "/list", "query": {"page": "2"}, "status": 400, "file": "gone.html"},
        {"path": "/list", "file": "index.html"},
    ]
    behaviour = {"schemes": ["https"], "http_to_https": True, "rules": rules}
    (odd / "_behaviour.json").write_text(json.dumps(behaviour), encoding="utf-8")
    return tmp_path


@pytest.fixture
def web(root: Path) -> Iterator[MiniatureWeb]:
    """The two hosts, served."""
    with MiniatureWeb(root) as running:
        yield running


@pytest.fixture
def client(web: MiniatureWeb) -> Iterator[httpx.Client]:
    """A client that reaches them as creditline does."""
    trusted = ssl.create_default_context(cafile=web.address.ca_file)
    with httpx.Client(proxy=web.address.proxy_url, verify=trusted, timeout=5) as each:
        yield each
