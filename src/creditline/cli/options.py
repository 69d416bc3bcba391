"""What the commands share: the workspace's options and how results are printed."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from creditline.errors import ConfigError
from creditline.settings import FetchSettings, Settings, load_settings

F = TypeVar("F", bound=Callable[..., Any])

#: Exit code of a command that did its work but could not do all that was asked (DESIGN section 3).
NOT_ALL_DONE = 3


class Amount(click.FloatRange):
    """A number between two bounds; "nan" is in no range, though every comparison with it fails."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder a command works in, with the settings in force there."""

    folder: Path
    settings: Settings
    verbose: int = 0

    @property
    def has_owner(self) -> bool:
        """Whether anybody said whose images these are."""
        return bool(self.settings.owner.names)


def workspace_options(function: F) -> F:
    """Give a command the options that every command has; it receives one ``Workspace``."""
    options = [
        click.option(
            "--workspace",
            "folder",
            type=click.Path(file_okay=False, path_type=Path),
            default=Path(),
            show_default="this folder",
            help="Folder with creditline.toml, the database and the evidence.",
        ),
        click.option(
            "--database-url", metavar="URL", help="Database instead of the workspace's SQLite file."
        ),
        click.option("--proxy", metavar="URL", help="HTTP proxy for all traffic, the browser's included."),
        click.option(
            "--proxy-ca",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="PEM file of the authority that signs the proxy's tunnels.",
        ),
        click.option("-v", "--verbose", count=True, help="Say more on stderr; twice for every request."),
    ]

    def with_workspace(
        *args: Any,
        folder: Path,
        database_url: str | None,
        proxy: str | None,
        proxy_ca: Path | None,
        verbose: int,
        **kwargs: Any,
    ) -> Any:
        context = click.get_current_context()
        outer = context.parent.obj if context.parent is not None else None
        unsaid = context.get_parameter_source("folder") is ParameterSource.DEFAULT
        if isinstance(outer, Workspace) and unsaid:
            # `creditline works --workspace X set ...`: what the group was told holds for its parts.
            return function(*args, workspace=outer, **kwargs)
        settings = load_settings(folder, os.environ)
        settings = replace(
            settings,
            store=replace(settings.store, database_url=database_url or settings.store.database_url),
            fetch=_with_proxy(settings.fetch, proxy, proxy_ca),
        )
        return function(*args, workspace=Workspace(folder, settings, verbose), **kwargs)

    with_workspace.__doc__ = function.__doc__
    with_workspace.__name__ = function.__name__
    wrapped: Any = with_workspace
    wrapped.__click_params__ = getattr(function, "__click_params__", [])
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[no-any-return]


def _with_proxy(fetch: FetchSettings, proxy: str | None, proxy_ca: Path | None) -> FetchSettings:
    proxy = proxy or fetch.proxy
    if proxy and not proxy.startswith("http://"):
        raise ConfigError(f"--proxy: only http:// proxies can be used, not {proxy!r}")
    return replace(fetch, proxy=proxy, proxy_ca=str(proxy_ca) if proxy_ca else fetch.proxy_ca)


def json_option(function: F) -> F:
    """``--json``: JSON Lines on stdout."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON Lines (docs/reference/json.md).")(
        function
    )


def gathered(kind: type[Any], name: str, function: F) -> F:
    """Hand a command the options that are named as the fields of a dataclass as one object of it."""

    def with_one(*args: Any, **kwargs: Any) -> Any:
        taken = {each.name: kwargs.pop(each.name) for each in fields(kind) if each.name in kwargs}
        return function(*args, **{name: kind(**taken)}, **kwargs)

    with_one.__doc__ = function.__doc__
    with_one.__name__ = function.__name__
    wrapped: Any = with_one
    wrapped.__click_params__ = getattr(function, "__click_params__", [])
    return wrapped  # type: ignore[no-any-return]


def print_rows(rows: Iterable[dict[str, Any]]) -> None:
    """Print JSON Lines on stdout."""
    for row in rows:
        # ASCII only, so that no terminal obeys characters that a page chose.
        click.echo(json.dumps(row))


def say(message: str) -> None:
    """One line for people, on stderr."""
    click.echo(message, err=True)
