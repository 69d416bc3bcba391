"""What makes a host of the miniature web more than a folder: its ``_behaviour.json``.

::

    {"schemes": ["https"],            schemes the host answers on; default both
     "http_to_https": true,           http is answered with a redirect to https
     "rules": [
       {"path": "/slow/",             exact path; a final ``*`` means "begins with"
        "query": {"page": "2"},       parameters that must be there with that value; default none
        "file": "journal/index.html", another file of the host's folder is served instead
        "status": 403, "headers": {"Retry-After": "60"},
        "redirect": "https://...",    Location; the status is 301 unless given
        "hold": true,                 nothing is sent until the server closes
        "truncate": 2000}]}           the connection is cut after so many bytes of the body

The first rule that fits decides.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

#: Name of the file; it is never served.
FILE_NAME = "_behaviour.json"


@dataclass(frozen=True, slots=True)
class Rule:
    """How one path, or all paths that begin alike, is answered."""

    path: str
    query: dict[str, str] = field(default_factory=dict)
    file: str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    redirect: str | None = None
    hold: bool = False
    truncate: int | None = None

    def fits(self, path: str, query: dict[str, str]) -> bool:
        """Whether this rule answers a (percent-decoded) path with these parameters."""
        begins = self.path.endswith("*") and path.startswith(self.path[:-1])
        return (begins or path == self.path) and all(
            query.get(name) == value for name, value in self.query.items()
        )


@dataclass(frozen=True, slots=True)
class HostBehaviour:
    """Everything said about one host."""

    schemes: tuple[str, ...] = ("http", "https")
    http_to_https: bool = False
    rules: tuple[Rule, ...] = ()

    def rule_for(self, path: str, query: dict[str, str]) -> Rule | None:
        """The first rule that fits."""
        return next((rule for rule in self.rules if rule.fits(path, query)), None)


@lru_cache(maxsize=256)
def read_behaviour(folder: Path) -> HostBehaviour:
    """Read a host's behaviour; a host without the file is a plain folder."""
    file = folder / FILE_NAME
    if not file.is_file():
        return HostBehaviour()
    stated = json.loads(file.read_text(encoding="utf-8"))
    return HostBehaviour(
        schemes=tuple(stated.get("schemes", ("http", "https"))),
        http_to_https=stated.get("http_to_https", False),
        rules=tuple(Rule(**rule) for rule in stated.get("rules", ())),
    )
