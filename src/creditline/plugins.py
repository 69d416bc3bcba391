"""Finds plugins: built-in ones by folder, other people's by entry point.

A built-in plugin is a module of a package that sets one agreed name (``SOURCE = ...``); adding one is
adding a file. Another distribution offers one by an entry point of the agreed group, which names the
object itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from creditline.errors import ConfigError

T = TypeVar("T")


def find_plugins(package: str, attribute: str, group: str, check: Callable[[object, str], T]) -> dict[str, T]:
    """Find all plugins of one kind, by their unique names.

    Args:
        package: Package whose modules set ``attribute``; modules without it are helpers where their
            name begins with an underscore or is ``base``, and defects otherwise.
        attribute: The agreed name.
        group: Entry point group of other distributions' plugins.
        check: Gets an object and where it came from; returns it as what it should be (with a ``name``)
            or raises `ConfigError` that says what is wrong.

    Raises:
        ConfigError: A plugin is broken, or two have one name.
    """
    found: dict[str, T] = {}
    places: dict[str, str] = {}
    candidates = _built_in(package, attribute) + [_loaded(point) for point in entry_points(group=group)]
    for plugin, place in candidates:
        checked = check(plugin, place)
        name: str = checked.name  # type: ignore[attr-defined]
        if name in found:
            raise ConfigError(
                f"two plugins are called {name!r}: {places[name]} and {place}; remove one of them"
            )
        found[name], places[name] = checked, place
    return dict(sorted(found.items()))


def _built_in(package: str, attribute: str) -> list[tuple[object, str]]:
    folder = importlib.import_module(package)
    plugins: list[tuple[object, str]] = []
    for module in pkgutil.iter_modules(folder.__path__):
        if module.name.startswith("_") or module.name == "base":
            continue
        place = f"{package}.{module.name}"
        plugin = getattr(importlib.import_module(place), attribute, None)
        if plugin is None:
            raise ConfigError(f"{place} sets no {attribute}; set it, or begin the module's name with _")
        plugins.append((plugin, place))
    return plugins


def _loaded(point: EntryPoint) -> tuple[object, str]:
    place = f"entry point {point.name!r} of {point.dist.name if point.dist else 'an unknown distribution'}"
    try:
        return point.load(), place
    except Exception as error:  # other people's code may fail in any way while it is imported
        raise ConfigError(f"{place} cannot be loaded: {type(error).__name__}: {error}") from error
