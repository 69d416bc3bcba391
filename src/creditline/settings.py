"""The settings of a workspace: what they are called, what they mean, where they come from.

Order: default < ``creditline.toml`` < environment (``CREDITLINE_<SECTION>_<NAME>``) < flag. Secrets are
never settings. docs/reference/settings.md is generated from the classes below.
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from creditline.errors import ConfigError

FILE_NAME = "creditline.toml"

_IPV6_LITERAL = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")


def setting(default: Any, help_text: str, *, are_hosts: bool = False, **bounds: float) -> Any:
    """A field with the sentence that documents it, and bounds (``least``, ``most``) for numbers.

    ``are_hosts`` says of a list that it holds bare host names.
    """
    metadata = {"help": help_text, "are_hosts": are_hosts, **bounds}
    if isinstance(default, (list, tuple)):
        return field(default=tuple(default), metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class OwnerSettings:
    """Whose images these are."""

    names: tuple[str, ...] = setting((), "Names under which you are credited, the usual one first.")
    domains: tuple[str, ...] = setting((), "Your own sites, old ones too: example.com.", are_hosts=True)
    profiles: tuple[str, ...] = setting((), "Your pages on platforms: https://unsplash.com/@jane.")
    credit_line: str | None = setting(None, "The credit line as you want it: Photo: Jane Doe.")
    private_hosts: tuple[str, ...] = setting(
        (), "Exact host:port of your own staging site that may be indexed though its address is private."
    )


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How other people's servers are asked."""

    page_delay_s: float = setting(
        1.0, "Seconds between two pages of one site, at the least.", least=0.05, most=600
    )
    image_delay_s: float = setting(
        0.2, "Seconds between two images of one site, at the least.", least=0.01, most=600
    )
    contact_url: str | None = setting(
        None, "Page about you that the user agent names, so that a site's owner can ask; default your site."
    )
    proxy: str | None = setting(None, "Upstream HTTP proxy for all traffic, browser included.")
    proxy_ca: str | None = setting(None, "PEM file of the authority that signs the proxy's tunnels.")
    timeout_s: float = setting(
        60.0, "Seconds after which a page that does not come is given up.", least=2, most=600
    )
    workers: int = setting(4, "Pages worked on at once.", least=1, most=32)


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """How far the own site is read."""

    max_pages: int = setting(2000, "Own pages read at most in one run.", least=1, most=1_000_000)


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """How a page is checked."""

    max_images_per_page: int = setting(
        200, "Images compared on one page; a page with more is never called clean.", least=1, most=5000
    )
    screenshots: bool = setting(True, "Keep a screenshot of each use as evidence.")


@dataclass(frozen=True, slots=True)
class DiscoverSettings:
    """Which services are asked for pages, and what that may cost."""

    sources: tuple[str, ...] = setting(
        (), "Services that `discover` and `scan` ask where no --source names any: wikimedia, urlscan."
    )
    budget_usd: float | None = setting(
        None,
        "Most that one run may spend on searches, US dollars; default what you confirmed for it.",
        least=0,
        most=10_000,
    )
    month_usd: float = setting(
        20.0, "Most that all runs of a calendar month may spend, US dollars.", least=0, most=10_000
    )
    again_days: int = setting(30, "Days before a question is asked again.", least=1, most=3650)
    max_works: int = setting(50, "Works that one run asks a source about.", least=1, most=100_000)
    send_copies: bool = setting(
        False, "Send a reduced copy of a picture even where its public address would do."
    )
    copy_px: int = setting(1024, "Longer side of such a copy, pixels.", least=320, most=4096)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """How one service is asked; NAME is the source's, as docs/reference/sources.md lists them."""

    base_url: str | None = setting(None, "Where it is, for an instance of your own: http://localhost:8888.")
    price_usd: float | None = setting(
        None, "Price of one request by your contract, US dollars.", least=0, most=999
    )
    folder_id: str | None = setting(None, "Yandex Cloud: the folder that pays.")


@dataclass(frozen=True, slots=True)
class EnginesSettings:
    """How search engines are used in your own browser."""

    pause_s: float = setting(
        45.0,
        "Seconds between two searches of one engine, at the least; up to twice as many.",
        least=20,
        most=3600,
    )
    a_day: int = setting(30, "Searches of one engine in 24 hours, at the most.", least=1, most=100)
    person_s: float = setting(
        600.0,
        "Seconds that a captcha or consent page waits for you, where a terminal is there; else it is queued.",
        least=0,
        most=86_400,
    )
    replicas: bool = setting(
        False,
        "Only for replicas of engines behind a proxy on this machine: no window, no pauses; proves nothing.",
    )


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """How long evidence is kept, and who attests its time."""

    keep_days: int | None = setting(
        None,
        "Days after which `evidence prune` takes away what no letter and no open finding stands on; default "
        "for ever.",
        least=1,
        most=36_500,
    )
    budget_mb: int | None = setting(
        None,
        "Size in megabytes beyond which `evidence prune` takes away the oldest of it; default no bound.",
        least=1,
        most=100_000_000,
    )
    timestamp_url: str | None = setting(
        None, "Address of an authority that attests the time of new evidence (RFC 3161); default nobody."
    )
    timestamp_ca: str | None = setting(
        None, "PEM file of that authority's root certificate, by which `verify` checks its signatures."
    )


@dataclass(frozen=True, slots=True)
class OutreachSettings:
    """What is asked for in letters."""

    ask_for_links: bool = setting(False, "Also write to sites that name you without a link.")
    sender: str | None = setting(None, "Your address for the From line of drafts.")
    signature: str | None = setting(None, "How letters are signed; default your first name in [owner].")


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where the results are kept."""

    database_url: str | None = setting(
        None, "Database, default the SQLite file creditline.sqlite in the workspace."
    )
    busy_timeout_s: float = setting(
        60.0, "Seconds to wait for another program that holds the SQLite file.", least=0.1, most=3600
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one workspace."""

    owner: OwnerSettings = OwnerSettings()
    fetch: FetchSettings = FetchSettings()
    index: IndexSettings = IndexSettings()
    discover: DiscoverSettings = DiscoverSettings()
    engines: EnginesSettings = EnginesSettings()
    check: CheckSettings = CheckSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    outreach: OutreachSettings = OutreachSettings()
    store: StoreSettings = StoreSettings()
    #: By the source's name: ``[sources.searxng]``.
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)


def load_settings(workspace: Path, environ: Mapping[str, str]) -> Settings:
    """Read a workspace's settings; a missing file means defaults.

    Raises:
        ConfigError: Unreadable file, unknown key (with the nearest right one), or a bad value.
    """
    path = workspace / FILE_NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    settings = Settings()
    for section, values in table.items():
        settings = _apply_section(settings, section, values, str(path))
    if settings.fetch.proxy_ca is not None:
        # A path in the file is seen from the file, wherever the program is started.
        settings = replace(
            settings, fetch=replace(settings.fetch, proxy_ca=str(workspace / settings.fetch.proxy_ca))
        )
    if settings.evidence.timestamp_ca is not None:
        ca = str(workspace / settings.evidence.timestamp_ca)
        settings = replace(settings, evidence=replace(settings.evidence, timestamp_ca=ca))
    return _apply_environment(settings, environ)


def _apply_section(settings: Settings, section: str, values: Any, origin: str) -> Settings:
    names = [f.name for f in fields(settings)]
    if section not in names:
        raise ConfigError(f"{origin}: unknown section [{section}]{_nearest(section, names)}")
    if not isinstance(values, dict):
        raise ConfigError(f"{origin}: {section} must be a section: write [{section}] on a line of its own")
    if section == "sources":
        for name, told in values.items():
            settings = _with_source(settings, name, told, origin)
        return settings
    part = getattr(settings, section)
    changes = {name: _value(part, section, name, value, origin) for name, value in values.items()}
    return replace(settings, **{section: replace(part, **changes)})


def _with_source(settings: Settings, name: str, told: Any, origin: str) -> Settings:
    section = f"sources.{name}"
    if not isinstance(told, dict):
        raise ConfigError(f"{origin}: {section} must be a section: write [{section}] on a line of its own")
    part = settings.sources.get(name, SourceSettings())
    changes = {key: _value(part, section, key, value, origin) for key, value in told.items()}
    return replace(settings, sources={**settings.sources, name: replace(part, **changes)})


def _sources_from(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """``CREDITLINE_SOURCES_SEARXNG_BASE_URL``: the option is what the name ends in."""
    prefix = "CREDITLINE_SOURCES_"
    options = [each.name for each in fields(SourceSettings)]
    for variable, text in environ.items():
        name = variable.removeprefix(prefix).lower()
        option = next((each for each in options if name.endswith("_" + each)), None)
        if not variable.startswith(prefix) or option is None:
            continue
        source = name.removesuffix("_" + option)
        part = settings.sources.get(source, SourceSettings())
        value = _from_text(part, f"sources.{source}", option, text, variable)
        settings = replace(settings, sources={**settings.sources, source: replace(part, **{option: value})})
    return settings


def _apply_environment(settings: Settings, environ: Mapping[str, str]) -> Settings:
    settings = _sources_from(settings, environ)
    for part_field in fields(settings):
        part = getattr(settings, part_field.name)
        if part_field.name == "sources":
            continue
        changes: dict[str, Any] = {}
        for value_field in fields(part):
            variable = f"CREDITLINE_{part_field.name}_{value_field.name}".upper()
            if variable in environ:
                text = environ[variable]
                changes[value_field.name] = _from_text(
                    part, part_field.name, value_field.name, text, variable
                )
        if changes:
            settings = replace(settings, **{part_field.name: replace(part, **changes)})
    return settings


def _from_text(part: Any, section: str, name: str, text: str, origin: str) -> Any:
    hint = str(get_type_hints(type(part))[name])
    value: Any = text
    if "tuple" in hint:
        value = [item.strip() for item in text.split(",") if item.strip()]
    elif "bool" in hint:
        value = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
            text.lower(), text
        )
    elif "int" in hint or "float" in hint:
        try:
            value = float(text) if "float" in hint else int(text)
        except ValueError:
            value = text
    return _value(part, section, name, value, origin)


def _value(part: Any, section: str, name: str, value: Any, origin: str) -> Any:
    known = {f.name: f for f in fields(part)}
    if name not in known:
        raise ConfigError(f"{origin}: unknown setting {name!r} in [{section}]{_nearest(name, list(known))}")
    hint = str(get_type_hints(type(part))[name])
    wrong = ConfigError(f"{origin}: [{section}] {name} = {value!r} is not {_in_words(hint)}")
    if "tuple" in hint:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise wrong
        if known[name].metadata["are_hosts"]:
            _refuse_addresses(section, name, value, origin)
        return tuple(value)
    if "bool" in hint:
        if not isinstance(value, bool):
            raise wrong
        return value
    if "int" in hint or "float" in hint:
        kinds = (int, float) if "float" in hint else (int,)
        if isinstance(value, bool) or not isinstance(value, kinds) or not math.isfinite(value):
            raise wrong
        return _bounded(known[name].metadata, section, name, value, origin)
    if not isinstance(value, str):
        raise wrong
    return value or None


def _refuse_addresses(section: str, name: str, values: list[str], origin: str) -> None:
    """An address where a host name belongs would never match anything, without a word."""
    for value in values:
        host = re.sub(r"^\w+://", "", value).split("/")[0].strip()
        if not _IPV6_LITERAL.fullmatch(host):
            host = host.split(":")[0]
        if value != host or not host:
            advice = f"write {host!r}" if host else "take it out"
            raise ConfigError(f"{origin}: [{section}] {name}: {value!r} is not a host name; {advice}")


def _bounded(metadata: Mapping[str, Any], section: str, name: str, value: float, origin: str) -> float:
    least, most = metadata.get("least"), metadata.get("most")
    if (least is not None and value < least) or (most is not None and value > most):
        raise ConfigError(f"{origin}: [{section}] {name} = {value} must be between {least} and {most}")
    return value


def _in_words(hint: str) -> str:
    if "tuple" in hint:
        return 'a list of texts, like ["one", "two"]'
    if "bool" in hint:
        return "true or false"
    if "float" in hint:
        return "a number"
    if "int" in hint:
        return "a whole number"
    return 'a text in quotes, like "text"'


def _nearest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"
