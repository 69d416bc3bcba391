"""Sources and rules as their folders hold them: one module each, with one object that says what it is."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any


def found(package: str, attribute: str) -> Iterator[tuple[ModuleType, Any]]:
    """Every module of a package that offers the attribute, with what it offers, by module name."""
    home = importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(home.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package}.{info.name}")
        if hasattr(module, attribute):
            yield module, getattr(module, attribute)
