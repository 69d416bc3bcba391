"""``-vv``: every request on stderr, one line each."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click

from creditline.render import terminal_line

#: How often ``-v`` must be given.
FOR_REQUESTS = 2

#: Fields of a record that are shown, in this order, where they are there and say something.
_FIELDS = ("kind", "status", "problem", "bytes", "ms", "url")


@contextmanager
def request_log(verbose: int) -> Iterator[None]:
    """Show what `fetch` logs while a stage runs, if it was asked for."""
    if verbose < FOR_REQUESTS:
        yield
        return
    log, lines = logging.getLogger("creditline.fetch"), _Lines()
    before = log.level
    log.addHandler(lines)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(lines)
        log.setLevel(before)


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Print the event and its fields; what a page chose cannot command the terminal."""
        said = ((name, getattr(record, name, None)) for name in _FIELDS)
        fields = [f"{name}={value}" for name, value in said if value is not None]
        click.echo(terminal_line(" ".join([record.getMessage(), *fields])), err=True)
