"""The store has the shape that the pipeline asks for."""

from __future__ import annotations

import inspect

from creditline.pipeline import ports
from creditline.store import SqlStore


def _public(cls: type) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(member)
        for name, member in inspect.getmembers(cls, inspect.isfunction)
        if not name.startswith("_")
    }


def test_every_method_of_the_port_is_there() -> None:
    wanted, given = _public(ports.Store), _public(SqlStore)
    assert len(wanted) > 30
    for name, signature in wanted.items():
        assert name in given
        assert list(given[name].parameters.values()) == list(signature.parameters.values()), name
