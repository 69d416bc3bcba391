"""Asks the person whether an engine may be used in their browser, once for each wording."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from creditline.cli.options import say
from creditline.errors import UsageError
from creditline.render import terminal_line

if TYPE_CHECKING:
    from creditline.pipeline.context import Context
    from creditline.sources.base import Source


def settle_consents(context: Context, services: Sequence[Source], given: Sequence[str]) -> None:
    """Have the use of engines agreed to that are asked in the browser; what is agreed to is recorded.

    Without a terminal only engines named in ``given`` are agreed to; the others are then reported as not
    enabled.

    Raises:
        UsageError: An engine named is not one that is asked in the browser.
    """
    from creditline.pipeline.discover import search_context
    from creditline.sources.base import Engine

    engines = {source.name: source.consent for source in services if isinstance(source, Engine)}
    for name in given:
        if name not in engines:
            there = ", ".join(sorted(engines)) or "none: name them with --source"
            raise UsageError(f"--consent {name}: not asked in your browser in this run; there are {there}")
    if not engines:
        return
    known = search_context(context)
    for name, consent in engines.items():
        subject, wording = consent(known)
        if wording in known.consents.get(subject, ()):
            continue
        for line in wording.splitlines():
            say(terminal_line(line))
        if name in given or _says_yes(name):
            context.store.give_consent(context.owner_id, subject, wording, context.clock.now())


def _says_yes(name: str) -> bool:
    if not sys.stdin.isatty():
        say(f"not agreed to; agree with: creditline discover --source {name} --consent {name}")
        return False
    return click.confirm("Agree?", default=False, err=True)
