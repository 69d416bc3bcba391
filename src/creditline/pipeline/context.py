"""What every stage of the pipeline is given: whose run it is, and the edges, already built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from creditline.pipeline.ports import Browser, Clock, Gate, Observer, Store
from creditline.pipeline.visits import Visits
from creditline.records import Api, EngineBrowser, Owner
from creditline.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """One run's surroundings. `config` builds it; the stages only use it."""

    owner: Owner
    owner_id: str
    store: Store
    #: The way to the owner's own site: it may be a private host, and its files may be trusted a while.
    own: Visits
    #: The way to everybody else's pages.
    web: Visits
    browser: Browser
    #: The browser for the owner's own site, whose private hosts it may reach.
    own_browser: Browser
    gate: Gate
    clock: Clock
    observer: Observer
    settings: Settings
    #: Where the index of local features is kept; in memory only where it is ``None``.
    index_folder: Path | None = None
    #: The way to services that the owner asks; ``None`` where none may be.
    api: Api | None = None
    #: The owner's key of that name, ``None`` without one.
    secret: Callable[[str], str | None] | None = None
    #: Settings of sources by their names.
    source_options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: The person's own browser for search engines; ``None`` where none may be used.
    engine_browser: EngineBrowser | None = None
