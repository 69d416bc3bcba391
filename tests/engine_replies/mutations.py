"""Replies as they may become: every key dropped or changed, names changed, cut off, replaced."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

_OTHER_VALUES: tuple[Any, ...] = (
    None,
    "",
    -1,
    "ftp://elsewhere.example/",
    7,
    "changed",
    {},
    {"changed": 1},
    [],
    ["changed"],
    [None],
    True,
)
_CUTS = 40
_PAGES = (
    "",
    " ",
    "null",
    "[]",
    "{}",
    "0",
    '"text"',
    "<!doctype html><html><head><title>Sign in</title></head><body><form></form></body></html>",
    "<html><body>Service unavailable</body></html>",
)


def mutations(whole: str | dict[str, Any]) -> Iterator[tuple[str, str]]:
    """All mutations of a reply, with a name each."""
    text = whole if isinstance(whole, str) else json.dumps(whole)
    yield from _replaced(text)
    if isinstance(whole, str):
        yield from _of_html(whole)
    else:
        yield from _of_json(whole)


def _replaced(text: str) -> Iterator[tuple[str, str]]:
    for index, page in enumerate(_PAGES):
        yield f"page {index} instead", page
    for step in range(1, _CUTS):
        yield f"cut at {step}/{_CUTS}", text[: len(text) * step // _CUTS]
    for less in (1, 2, 3, 8, 20):
        yield f"cut {less} before the end", text[:-less]


def _of_json(whole: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for path in list(_paths(whole)):
        name = "/".join(map(str, path))
        if isinstance(path[-1], str):
            yield f"drop {name}", _changed(whole, path, drop=True)
            yield f"rename {name}", _changed(whole, path, rename=True)
        for value in _OTHER_VALUES:
            yield f"{name} = {value!r}", _changed(whole, path, value=value)
    for key in sorted({path[-1] for path in _paths(whole) if isinstance(path[-1], str)}):
        yield f"rename every {key}", json.dumps(whole).replace(f'"{key}":', f'"{key}New":')


def _paths(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        # The first, one within, and the last stand for all.
        items = [(index, value[index]) for index in sorted({0, len(value) // 2, len(value) - 1}) if value]
    for key, each in items:
        yield (*at, key)
        yield from _paths(each, (*at, key))


def _changed(
    whole: dict[str, Any],
    path: tuple[str | int, ...],
    *,
    value: Any = None,
    drop: bool = False,
    rename: bool = False,
) -> str:
    changed: Any = copy.deepcopy(whole)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    if drop or rename:
        old = parent.pop(path[-1])
        if rename:
            parent[f"{path[-1]}New"] = old
    else:
        parent[path[-1]] = value
    return json.dumps(changed)


def _of_html(whole: str) -> Iterator[tuple[str, str]]:
    names = sorted(set(re.findall(r"\s([a-z-]+)(?:=|>)", whole)))
    for name in names:
        pattern = re.compile(rf"\s{name}=")
        yield f"rename every {name}", pattern.sub(f" x-{name}=", whole)
        for index, found in enumerate(pattern.finditer(whole)):
            yield (
                f"rename {name} no. {index}",
                whole[: found.start()] + f" x-{name}=" + whole[found.end() :],
            )
    for value in sorted(set(re.findall(r'(?:class|role|id|aria-level)="([^"]+)"', whole))):
        yield f"another value for {value}", whole.replace(f'="{value}"', f'="new-{value}"')
    for tag in sorted(set(re.findall(r"<([a-z0-9]+)[ >]", whole)) - {"html", "body", "head", "title"}):
        changed = re.sub(rf"<(/?){tag}(?=[ >])", r"<\1section", whole)
        yield f"another tag for {tag}", changed
        for index, found in enumerate(list(re.finditer(rf"<{tag}(?=[ >])", whole))[:12]):
            yield (
                f"another tag for {tag} no. {index}",
                whole[: found.start()] + "<x-new" + whole[found.end() :],
            )
    for index, found in enumerate(re.finditer(r'href="([^"]*)"', whole)):
        for value in ("", "#", "javascript:void(0)", "/elsewhere", "https://www.google.com/other"):
            changed = whole[: found.start(1)] + value + whole[found.end(1) :]
            yield f"href no. {index} = {value}", changed
