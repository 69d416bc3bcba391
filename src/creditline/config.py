"""Builds the edges from the settings: the only place that knows store, fetch and pipeline at once."""

from __future__ import annotations

import asyncio
import importlib
import ipaddress
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from creditline.errors import ConfigError
from creditline.records import Owner, Reply
from creditline.settings import Settings, SourceSettings
from creditline.urls import Url, is_address_literal, parse_user_address

if TYPE_CHECKING:
    from creditline.fetch import EgressPolicy
    from creditline.fetch import FetchSettings as WayOut
    from creditline.fetch.base import RobotsFile
    from creditline.fetch.engine_browser import EngineBrowserSettings
    from creditline.pipeline.context import Context
    from creditline.pipeline.ports import Gate, Observer, Store

DATABASE_NAME = "creditline.sqlite"
EVIDENCE_NAME = "evidence"
#: Folder of what is made of the store and can be made again.
INDEX_NAME = "index"
#: Under which service name the keyring keeps the owner's keys.
KEYRING_NAME = "creditline"
#: Folders of a workspace: the profile for searches, and newer flows of engines.
BROWSER_NAME = "browser"
FLOWS_NAME = "engines"
#: Seconds for an answer of a replica.
REPLICA_ANSWER_S = 20.0


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Aware UTC wall time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class StoredRobots:
    """Keeps robots.txt files in the store, so that the next run within a day need not ask for them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def recall(self, origin: str) -> RobotsFile | None:
        """The last file of an origin; its age is judged by the caller."""
        from creditline.fetch.base import RobotsFile

        known = self._store.known_reply(_robots_url(origin))
        body = self._store.body(known.body_sha256) if known else None
        if known is None or known.status is None or body is None:
            return None
        return RobotsFile(known.fetched_at, known.status, body)

    def keep(self, origin: str, file: RobotsFile) -> None:
        """Keep a file; that there is none is asked anew."""
        url = _robots_url(origin)
        reply = Reply(url, url, file.fetched_at, status=file.status, body=file.body)
        if reply.ok:
            self._store.remember_reply(reply, keep_body=True)


def _robots_url(origin: str) -> Url:
    return Url.parse(origin + "/robots.txt")


def owner_of(settings: Settings) -> Owner:
    """The owner that the settings name, as the judge wants it."""
    own = settings.owner
    return Owner(names=own.names, domains=own.domains, profiles=own.profiles, credit_line=own.credit_line)


def owner_key(settings: Settings) -> str:
    """What tells this workspace's owner from others in one database.

    A workspace's own file has one owner, whatever is later changed in the settings. A shared database
    tells owners apart by their first domain, else their first name.
    """
    if settings.store.database_url is None:
        return "workspace"
    first = [*settings.owner.domains, *settings.owner.names, "workspace"][0]
    return first.casefold()


def open_store(
    folder: Path,
    settings: Settings,
    note: Callable[[str], None] | None = None,
    *,
    database: Path | None = None,
) -> Store:
    """Open (and, where needed, migrate) the workspace's database and evidence.

    Args:
        folder: The workspace.
        settings: In force for this run.
        note: Who is told, in one line, that the database was migrated and where the old one is.
        database: An SQLite file that takes the place of the workspace's own.

    Raises:
        StoreError: With what, which and what next.
    """
    from creditline.store import open_store as open_database

    own = database or folder / DATABASE_NAME
    if settings.store.database_url is None:
        make_folder(folder)
    store = open_database(
        settings.store.database_url or f"sqlite:///{own.resolve()}",
        evidence_dir=folder / EVIDENCE_NAME,
        clock=SystemClock(),
        busy_timeout_s=settings.store.busy_timeout_s,
    )
    if note is not None and store.migrated is not None:
        note(store.migrated)
    return cast("Store", store)


def make_folder(folder: Path) -> None:
    """Make sure that the workspace's folder is there.

    Raises:
        StoreError: It cannot be made.
    """
    from creditline.errors import StoreError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"workspace {folder} cannot be made: {error.strerror}; choose another --workspace"
        ) from error


def contact_of(settings: Settings) -> Url | None:
    """The page that our user agent names."""
    text = settings.fetch.contact_url or (settings.owner.domains[0] if settings.owner.domains else None)
    return parse_user_address(text) if text else None


@asynccontextmanager
async def open_context(
    folder: Path, settings: Settings, observer: Observer, *, fresh_since: datetime | None = None
) -> AsyncIterator[Context]:
    """Build everything that a stage of the pipeline needs, and take it down afterwards.

    Args:
        folder: The workspace.
        settings: In force for this run.
        observer: Who is told about progress.
        fresh_since: Replies since then are taken without asking again (a resumed run's start).
    """
    from creditline.fetch import open_fetch
    from creditline.pipeline.context import Context
    from creditline.pipeline.memory import give_memory_back
    from creditline.pipeline.visits import OWN_FILES_FRESH, Visits

    give_memory_back()
    clock = SystemClock()
    store = open_store(folder, settings, observer.note)
    owner_id = store.ensure_owner(owner_key(settings), settings.owner.names, clock.now())
    fetch = open_fetch(
        _way_out(settings),
        store,
        clock,
        _egress(settings),
        own_services=own_services(settings),
        robots_cache=StoredRobots(store),
    )
    own = Visits(
        fetch.own_fetcher, store, fetch.gate, clock, files_fresh=OWN_FILES_FRESH, fresh_since=fresh_since
    )
    try:
        yield Context(
            owner=owner_of(settings),
            owner_id=owner_id,
            store=store,
            own=own,
            web=Visits(fetch.fetcher, store, fetch.gate, clock, thorough=False, fresh_since=fresh_since),
            browser=fetch.browser,
            own_browser=fetch.own_browser,
            gate=fetch.gate,
            clock=clock,
            observer=observer,
            settings=settings,
            index_folder=folder / INDEX_NAME,
            api=fetch.api,
            secret=secret,
            source_options=source_options(settings),
            engine_browser=fetch.engine_browser(
                engine_browser_settings(folder, settings), clock, observer.note
            ),
        )
    finally:
        await fetch.close()
        store.close()


def engine_browser_settings(folder: Path, settings: Settings) -> EngineBrowserSettings:
    """How engines are used in the person's browser.

    Raises:
        ConfigError: Replicas are said to be there, and the way does not end on this machine.
    """
    from creditline.fetch.engine_browser import EngineBrowserSettings, PaceSettings

    told, flows = settings.engines, folder / FLOWS_NAME
    if told.replicas:
        _refuse_far_replicas(settings)
        # Notes of their own: what a replica was asked says nothing about the engine.
        place = folder / f"{BROWSER_NAME}-replicas"
        return EngineBrowserSettings(
            place, flows, PaceSettings.for_replicas(), answer_s=REPLICA_ANSWER_S, replicas=True
        )
    pace = PaceSettings(least_pause_s=told.pause_s, most_pause_s=2 * told.pause_s, a_day=told.a_day)
    is_attended = sys.stdin is not None and sys.stdin.isatty()
    return EngineBrowserSettings(
        folder / BROWSER_NAME, flows, pace, person_s=told.person_s if is_attended else 0.0
    )


def _refuse_far_replicas(settings: Settings) -> None:
    proxy = Url.try_parse(settings.fetch.proxy or "")
    is_here = proxy is not None and (proxy.host == "localhost" or _is_loopback(proxy.host))
    if not is_here:
        raise ConfigError(
            "[engines] replicas = true is for replicas of engines on this machine: it needs --proxy "
            "http://127.0.0.1:PORT; for the engines themselves take it out"
        )


def _is_loopback(host: str) -> bool:
    return is_address_literal(host) and ipaddress.ip_address(host.strip("[]")).is_loopback


def _way_out(settings: Settings) -> WayOut:
    """The fetch layer's own settings."""
    from creditline.fetch import FetchSettings as WayOut

    contact = contact_of(settings)
    return WayOut(
        contact_url=contact.href if contact else None,
        page_delay_s=settings.fetch.page_delay_s,
        image_delay_s=settings.fetch.image_delay_s,
        total_s=settings.fetch.timeout_s,
        headers_s=min(settings.fetch.timeout_s, WayOut().headers_s),
    )


def _egress(settings: Settings) -> EgressPolicy:
    """What may be reached: the public web, the owner's private hosts, through the proxy if one is set."""
    from creditline.fetch import EgressPolicy

    return EgressPolicy(
        private_hosts=frozenset(settings.owner.private_hosts),
        extra_ports=frozenset(url.host_port for url in _services(settings)),
        upstream_proxy=Url.parse(settings.fetch.proxy) if settings.fetch.proxy else None,
        upstream_ca=Path(settings.fetch.proxy_ca) if settings.fetch.proxy_ca else None,
    )


def secret(name: str) -> str | None:
    """A key of the owner's: from the environment, else from the keyring where one is installed."""
    found = os.environ.get(name)
    if found:
        return found
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        return None
    try:
        kept: str | None = keyring.get_password(KEYRING_NAME, name)
    except keyring.errors.KeyringError:
        # Locked, or none on this machine: the same as having no key there.
        return None
    return kept or None


def own_services(settings: Settings) -> frozenset[str]:
    """``host:port`` of services that run at the owner's home: by name or address, never a public one."""
    return frozenset(url.host_port for url in _services(settings) if _is_at_home(url))


def source_options(settings: Settings) -> dict[str, dict[str, str]]:
    """The settings of every source as the sources read them."""
    return {name: _options(told) for name, told in settings.sources.items()}


def _options(told: SourceSettings) -> dict[str, str]:
    values = {"base_url": told.base_url, "price_usd": told.price_usd, "folder_id": told.folder_id}
    return {name: str(value) for name, value in values.items() if value is not None}


def _services(settings: Settings) -> list[Url]:
    """Where services are whose place the owner has set.

    Raises:
        ConfigError: One is no address.
    """
    found = []
    for name, told in sorted(settings.sources.items()):
        if told.base_url is None:
            continue
        url = Url.try_parse(told.base_url)
        if url is None:
            raise ConfigError(
                f"[sources.{name}] base_url = {told.base_url!r} is not an address like http://localhost:8888"
            )
        found.append(url)
    return found


def _is_at_home(url: Url) -> bool:
    if is_address_literal(url.host):
        return not ipaddress.ip_address(url.host.strip("[]")).is_global
    return "." not in url.host or url.host.endswith((".localhost", ".local", ".lan", ".home.arpa"))


def holder() -> str:
    """Who this process is when it claims work."""
    from creditline.store import this_holder

    return this_holder()


def browser_found() -> tuple[str | None, str]:
    """Where the browser is, ``None`` without one, and what to type to get one."""
    from creditline.fetch.locate import find_browser, what_to_type

    return find_browser(), what_to_type()


@asynccontextmanager
async def open_gate() -> AsyncIterator[Gate]:
    """Only the children that read untrusted bytes, for commands that fetch nothing."""
    from creditline.fetch import GatePool

    gate = GatePool()
    try:
        yield gate
    finally:
        await gate.close()
