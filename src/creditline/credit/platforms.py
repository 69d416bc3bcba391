"""Addresses of people and pictures on platforms, brought to one form.

A platform shows one account under many addresses: with and without ``www.``, ``m.`` or ``secure.``,
with a language in front, the user as subdomain or in the path, with query and fragment. `profile_key`
gives the same key for all of them, ``None`` where an address names no account. The table is
`platforms.toml`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from creditline.urls import Url

Key = tuple[str, str]
#: Host prefixes that never tell accounts apart.
_HOST_PREFIX = re.compile(
    r"^(?:www\d?|m|mobile|secure|touch|amp|old|new|beta|[a-z]{2}(?:-[a-z]{2})?)\.(?=[^.]+\.[^.]+)"
)
_LOCALE = re.compile(
    r"^/(?:[a-z]{2}(?:[-_][a-z]{2,4})?|intl/[a-z]{2,5}|zh-(?:hans|hant))(?=/|$)", re.IGNORECASE
)
#: First labels of hosts that are no accounts.
_NO_ACCOUNT = frozenset(("www", "m", "assets", "cdn", "static", "media", "blog", "help", "about"))


@dataclass(frozen=True, slots=True)
class Platforms:
    """The table, compiled."""

    accounts: dict[str, tuple[re.Pattern[str], ...]]
    assets: dict[str, re.Pattern[str]]
    aliases: dict[str, str]
    subdomains: frozenset[str]
    national: tuple[str, ...]
    redirect_parameters: frozenset[str]
    opaque_hosts: frozenset[str]
    optional_name_words: frozenset[str]


@lru_cache(maxsize=1)
def platforms() -> Platforms:
    """The table of `platforms.toml`, read once."""
    table: dict[str, Any] = tomllib.loads(
        files("creditline.credit").joinpath("platforms.toml").read_text("utf-8")
    )
    return Platforms(
        accounts={
            host: tuple(re.compile(path, re.IGNORECASE) for path in paths)
            for host, paths in table["accounts"].items()
        },
        assets={host: re.compile(path, re.IGNORECASE) for host, path in table["assets"].items()},
        aliases=table["aliases"],
        subdomains=frozenset(table["shared"]["subdomains"]),
        national=tuple(table["shared"]["national"]),
        redirect_parameters=frozenset(table["redirectors"]["parameters"]),
        opaque_hosts=frozenset(table["redirectors"]["opaque"]),
        optional_name_words=frozenset(table["names"]["optional"]),
    )


@lru_cache(maxsize=4096)
def bare_host(host: str) -> str:
    """The host without the prefixes that sites use for devices and languages."""
    return _HOST_PREFIX.sub("", host)


@lru_cache(maxsize=4096)
def bare_path(path: str) -> str:
    """The path decoded, without a language in front and a slash behind."""
    return _LOCALE.sub("", unquote(path)).rstrip("/") or "/"


def profile_key(url: Url) -> Key | None:
    """Platform and account that an address belongs to, its pictures included: ``("flickr.com", "jane")``."""
    host = bare_host(url.host)
    site = platform_of(host)
    known = platforms()
    if site in known.subdomains and host.endswith("." + site):
        label = host.removesuffix("." + site).rsplit(".", 1)[-1]
        if label not in _NO_ACCOUNT:
            return (site, _account(label))
    path = bare_path(url.path)
    for pattern in known.accounts.get(site, ()):
        found = pattern.match(path)
        if found:
            return (site, _account(found.group(1)))
    return None


def asset_key(url: Url) -> Key | None:
    """Platform and picture that an address names: ``("pexels.com", "1234")``."""
    site = platform_of(bare_host(url.host))
    pattern = platforms().assets.get(site)
    found = pattern.match(bare_path(url.path)) if pattern is not None else None
    return (site, found.group(1).replace(" ", "_")) if found else None


def platform_of(host: str) -> str:
    """The platform's name in the table for one of its hosts; the host itself for others."""
    known = platforms()
    parts = host.split(".")
    for size in (3, 2):
        name = ".".join(parts[-size:])
        if name in known.accounts or name in known.subdomains:
            return name
        if name in known.aliases:
            return known.aliases[name]
    label = next((label for label in known.national if label in parts[:-1]), None)
    return f"{label}.com" if label else host


def _account(text: str) -> str:
    return text.lstrip("@").replace("_", " ").strip().lower()
