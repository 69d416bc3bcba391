"""The rules: one file each, exposing ``RULE``; found by folder and by the entry point "
"``creditline.credit_rules``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

from creditline.credit.claims import Claim
from creditline.credit.scene import Scene
from creditline.page.pictures import Picture

ENTRY_POINTS = "creditline.credit_rules"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which a page credits a picture."""

    #: Stable name: stands in evidence, in the table of weights, in stored checks.
    name: str
    #: One line for people.
    says: str
    find: Callable[[Scene, Picture], Iterator[Claim]]


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by name.

    Raises:
        ValueError: A module of the folder exposes no ``RULE``, or two rules share a name.
    """
    found = [_rule_of(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found.extend(entry.load() for entry in entry_points(group=ENTRY_POINTS))
    names = [rule.name for rule in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two credit rules are named {name!r}; rename one of them")
    return tuple(sorted(found, key=lambda rule: rule.name))


def _rule_of(module: str) -> Rule:
    rule = getattr(import_module(module), "RULE", None)
    if not isinstance(rule, Rule):
        raise ValueError(f"{module} is missing RULE; expose one creditline.credit.rules.Rule there")
    return rule
