"""The files that people give to commands which look for pages: their options, and what reads each."""

from __future__ import annotations

import atexit
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from creditline.cli.options import gathered
from creditline.errors import InputFileError, UsageError

if TYPE_CHECKING:
    from creditline.records import Question

F = TypeVar("F", bound=Callable[..., Any])

#: The option that gives a source its file.
FILE_OPTIONS = {
    "page_list": "--pages",
    "server_log": "--log",
    "link_export": "--links",
    "watch_list": "--sites",
    "common_crawl": "--crawl",
}


@dataclass(frozen=True, slots=True)
class LeadFiles:
    """What the options name."""

    pages: Path | None = None
    log: Sequence[Path] = ()
    links: Sequence[Path] = ()
    sites: Path | None = None
    crawl: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One file for one source."""

    source: str
    path: Path
    label: str | None = None


def source_options(function: F) -> F:
    """The files that name pages elsewhere; the command receives `LeadFiles`."""
    function = gathered(LeadFiles, "files", function)
    file = click.Path(path_type=Path, allow_dash=True)
    for option in (
        click.option("--sites", type=file, help="File of sites to look through, one address a line."),
        click.option(
            "--links", type=file, multiple=True, help="Link export (Search Console, Ahrefs ...); repeatable."
        ),
        click.option(
            "--crawl", type=file, multiple=True, help="WAT or WARC file of Common Crawl; repeatable."
        ),
        click.option("--log", type=file, multiple=True, help="Web server log; repeatable."),
        click.option("--pages", type=file, help="File of page addresses, one a line; - for stdin."),
    ):
        function = option(function)
    return function


def asked_for(files: LeadFiles) -> list[Asked]:
    """The files given, with the source that reads each.

    Raises:
        InputFileError: One is not there; said before any long work begins.
    """
    asked = [Asked("page_list", files.pages)] if files.pages else []
    asked += [Asked("server_log", path) for path in files.log]
    asked += [Asked("link_export", path) for path in files.links]
    asked += [Asked("watch_list", files.sites)] if files.sites else []
    asked += [Asked("common_crawl", path) for path in files.crawl]
    if sum(each.path == Path("-") for each in asked) > 1:
        raise UsageError("standard input (-) can be read once only")
    return [_spooled(each) if each.path == Path("-") else _there(each) for each in asked]


def _there(asked: Asked) -> Asked:
    if asked.path.is_dir():
        raise InputFileError(f"{asked.path} is a folder; give a file")
    if not asked.path.exists():
        raise InputFileError(f"no file {asked.path}; check its name")
    return asked


def _spooled(asked: Asked) -> Asked:
    """Standard input as a file, since that is what sources read."""
    with tempfile.NamedTemporaryFile(prefix="creditline-", suffix=".txt", delete=False) as file:
        # It may be a log with its visitors' addresses, which nobody keeps.
        atexit.register(Path(file.name).unlink, missing_ok=True)
        while block := sys.stdin.buffer.read(1 << 20):
            file.write(block)
    return Asked(asked.source, Path(file.name), "standard input")


def question(asked: Sequence[Asked]) -> str:
    """Which files are read by which sources: an interrupted run goes on only with the same ones."""
    return " ".join(f"{each.source}={each.label or each.path.resolve()}" for each in asked)


def question_of(asked: Asked) -> Question:
    """What its source is asked of a file."""
    from creditline.records import Question

    return Question(path=asked.path, label=asked.label)
