"""Reads recordings of engines by the program's readers and by rules of its own, and compares.

A folder per engine, as the recordings' owner keeps them: ``google-lens/*.html``, ``google-vision/*.json``,
``tineye/*.json``, ``serpapi/*.json``, ``bing/*.json``, ``yandex/*.html``. A file whose name says ``captcha``,
``block``, ``sorry``, ``consent`` or ``error`` is no answer, and must be called what it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from creditline.engine_replies import bing, google_lens, google_vision, serp, serp_maps, tineye, yandex
from creditline.engine_replies.base import Reading
from creditline.records import Reply, SearchStatus
from creditline.urls import Url

_NO_ANSWER = re.compile(r"captcha|block|sorry|consent|challenge|error", re.IGNORECASE)
#: Recordings of other things than answers: a picture's upload, the quota.
_OTHER = re.compile(r"upload|remaining|params", re.IGNORECASE)
_LENS_TABS = ("exact", "all", "visual")


@dataclass
class Recordings:
    """How many recordings were read, and how many came out wrong."""

    read: int = 0
    wrong: int = 0
    lines: list[str] = field(default_factory=list)

    def judge(self, name: str, faults: list[str], said: str) -> None:
        """Count one recording."""
        self.read += 1
        self.wrong += bool(faults)
        self.lines.append(f"{'WRONG' if faults else 'ok   '} {name}: {said}")
        self.lines += [f"      {fault}" for fault in faults]


def read_recordings(folder: Path) -> Recordings:
    """Read every recording in a folder."""
    found = Recordings()
    for path in sorted(folder.rglob("*")):
        engine = path.parent.name
        if path.suffix not in (".html", ".json") or _OTHER.search(path.name) or engine == "specs":
            continue
        if _NO_ANSWER.search(path.name):
            _refused(found, engine, path)
        elif engine == "google-lens":
            _lens(found, path)
        elif engine in _RULES:
            _by_json(found, engine, path)
    return found


def recorded_reply(path: Path, body: bytes | None = None) -> Reply:
    """A recording as a reply, or another body in its place."""
    url = Url.parse("https://engine.example/search")
    return Reply(
        url, url, datetime(2026, 11, 20, tzinfo=UTC), 200, (), path.read_bytes() if body is None else body
    )


def reader_of(path: Path) -> Callable[[Reply], Reading] | None:
    """What reads a recording of results, ``None`` for other files."""
    if path.suffix not in (".html", ".json") or _OTHER.search(path.name) or _NO_ANSWER.search(path.name):
        return None
    if path.parent.name == "serpapi":
        return partial(serp.read, fields=_fields_of(json.loads(path.read_bytes())))
    if path.parent.name != "google-lens":
        return _RULES[path.parent.name][0] if path.parent.name in _RULES else None
    reply = recorded_reply(path)
    for tab in _LENS_TABS:
        if google_lens.read(reply, tab=tab).selected_tab == tab:
            return partial(google_lens.read, tab=tab)
    return None


def _refused(found: Recordings, engine: str, path: Path) -> None:
    """A wall or an error: never results, never "nothing"."""
    readers = {
        "google-lens": google_lens.read,
        "yandex": yandex.read,
        "bing": bing.read,
        "tineye": tineye.read if path.suffix == ".html" else tineye.read_api,
        "google-vision": google_vision.read,
        "serpapi": lambda reply: serp.read(reply, serp_maps.LENS_EXACT),
    }
    reading = readers[engine](recorded_reply(path))
    faults = []
    if reading.status.was_searched or reading.status is SearchStatus.PARTIAL or reading.cards:
        faults.append(f"taken for an answer: {reading.status.value}, {len(reading.cards)} results")
    if "captcha" in path.name.lower() and reading.status is not SearchStatus.CAPTCHA:
        faults.append(f"a captcha, called {reading.status.value}")
    found.judge(f"{engine}/{path.name}", faults, reading.status.value)


# --- Google Lens: the program's rule, and a second one by another parser ---------------------------


class _Links(HTMLParser):
    """Links that report their use and hold a heading: what a result is, whatever its classes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.tab: str | None = None
        self._open: dict[str, str] | None = None
        self._has_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._open, self._has_heading = named, False
        if named.get("role") == "heading" and self._open is not None:
            self._has_heading = True

    def handle_endtag(self, tag: str) -> None:
        if tag != "a" or self._open is None:
            return
        link = self._open
        if self._has_heading and "data-ved" in link and link.get("ping", "").startswith("/url?sa=t"):
            self.links.append(link["href"])
        self._open = None


def _lens(found: Recordings, path: Path) -> None:
    second = _Links()
    second.feed(path.read_text(encoding="utf-8", errors="replace"))
    expected = _canonical(second.links)
    readings = {tab: google_lens.read(recorded_reply(path), tab=tab) for tab in _LENS_TABS}
    shown = {tab: each for tab, each in readings.items() if each.selected_tab == tab}
    faults = []
    if len(shown) != 1:
        faults.append(f"tabs shown: {sorted(shown)}")
    for tab, reading in readings.items():
        if tab in shown:
            faults += _compared(reading, expected)
        elif reading.cards and reading.status.was_searched:
            faults.append(f"asked for {tab}, which is not shown, it gave results")
    said = ", ".join(f"tab {tab}: {len(each.cards)} of {len(expected)}" for tab, each in shown.items())
    found.judge(f"google-lens/{path.name}", faults, said)


# --- JSON: the program's readers, and the keys that hold pages ------------------------------------


def _values(value: Any, key: str) -> Iterator[str]:
    """Every text under a key, at any depth."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name == key and isinstance(each, str):
                yield each
            else:
                yield from _values(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _values(each, key)


def _under(value: Any, lists: tuple[str, ...], key: str) -> list[str]:
    """The values of a key in the items of the first of some lists, wherever it stands."""
    if isinstance(value, dict):
        for name in lists:
            if isinstance(value.get(name), list):
                return [str(item[key]) for item in value[name] if key in item]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            if isinstance(each, (dict, list)) and (found := _under(each, lists, key)):
                return found
    return []


def _bing_pages(whole: Any) -> list[str]:
    """The pages of the action that lists them; products and similar pictures name pages too."""
    if "pagesIncluding" in whole:
        return list(_values(whole["pagesIncluding"], "hostPageUrl"))
    actions = [action for tag in whole.get("tags", []) for action in tag.get("actions", [])]
    listing = [action.get("data") for action in actions if action.get("actionType") == "PagesIncluding"]
    return list(_values(listing, "hostPageUrl"))


def _serp_reading(reply: Reply) -> Reading:
    return serp.read(reply, _fields_of(json.loads(reply.body)))


def _fields_of(whole: Any) -> serp.FieldMap:
    if "image_results" in whole:
        return serp_maps.YANDEX_IMAGES
    return serp_maps.LENS_EXACT if "exact_matches" in whole else serp_maps.LENS_VISUAL


_RULES: dict[str, tuple[Callable[[Reply], Reading], Callable[[Any], list[str]]]] = {
    "google-vision": (google_vision.read, lambda whole: _under(whole, ("pagesWithMatchingImages",), "url")),
    "tineye": (tineye.read_api, lambda whole: list(_values(whole, "backlink"))),
    "bing": (bing.read, lambda whole: _bing_pages(whole)),
    "serpapi": (
        _serp_reading,
        lambda whole: _under(whole, ("image_results", "exact_matches", "visual_matches"), "link"),
    ),
}


def _by_json(found: Recordings, engine: str, path: Path) -> None:
    reader, rule = _RULES[engine]
    reading = reader(recorded_reply(path))
    expected = _canonical(rule(json.loads(path.read_text(encoding="utf-8"))))
    faults = _compared(reading, expected)
    if not expected and reading.status is SearchStatus.RESULTS:
        faults.append("results without a page")
    found.judge(f"{engine}/{path.name}", faults, f"{reading.status.value}, {len(expected)} pages")


def _canonical(addresses: list[str]) -> set[str]:
    return {url.href for address in addresses if (url := Url.try_parse(address)) is not None}


def _compared(reading: Reading, expected: set[str]) -> list[str]:
    got = {card.page_url.href for card in reading.cards if card.page_url is not None}
    faults = [f"not found: {address}" for address in sorted(expected - got)[:3]]
    faults += [f"not there: {address}" for address in sorted(got - expected)[:3]]
    if reading.status is SearchStatus.NONE_CONFIRMED and expected:
        faults.append("called empty")
    return faults
