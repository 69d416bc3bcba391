"""What a discovery source is asked, what it may know, and what it yields."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from creditline.records.fetching import Reply
from creditline.records.finding import SearchOutcome, Sighting
from creditline.records.works import Owner, Work
from creditline.urls import Url

if TYPE_CHECKING:
    from creditline.records.browsing import EngineBrowser

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SearchPicture:
    """A picture as it is shown to a third party: the work's file, or a smaller copy of it."""

    body: bytes = field(repr=False)
    #: ``image/jpeg`` and the like.
    media_type: str
    width: int | None = None
    height: int | None = None
    #: Of the file that this is a copy of: the copy's own bytes may differ with the program that made it.
    of_sha256: str | None = None

    @property
    def sha256(self) -> str:
        """Of the bytes, 64 hex digits."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def key(self) -> str:
        """The same for every copy of one picture, so that none is paid for twice."""
        return self.of_sha256 or self.sha256


@dataclass(frozen=True, slots=True)
class Credential:
    """A key of the owner's for one service; it is put on the request and never into a record of it."""

    #: Header that carries it, or parameter of the query.
    name: str
    value: str = field(repr=False)
    in_query: bool = False
    #: What stands before the key in a header (``Api-Key ``).
    prefix: str = ""


class Api(Protocol):
    """The way out for services that the owner has a key for. Never raises for what a server does."""

    async def get_json(
        self, url: Url, headers: Mapping[str, str] | None = None, credential: Credential | None = None
    ) -> Reply:
        """Ask once: no robots.txt, no redirect followed, nothing tried again."""

    async def post_json(
        self,
        url: Url,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        credential: Credential | None = None,
    ) -> Reply:
        """Send once; ``Content-Type`` is JSON unless ``headers`` say another."""


class ReplyReader(Protocol):
    """Runs readers of strangers' pages where they can do no harm: the decode gate's child."""

    async def run(self, function: Callable[..., T], *args: Any, timeout_s: float | None = None) -> T:
        """Call a module-level reader.

        Raises:
            GateError: It took too long or too much memory, or died.
        """


@dataclass(frozen=True, slots=True)
class Question:
    """What one search asks a source."""

    #: The file to read, for sources that read one.
    path: Path | None = None
    #: What people call that file, where its path is not it ("standard input").
    label: str | None = None
    #: The work to look for, for sources that search by picture.
    work: Work | None = None
    #: What is shown to the source: the picture's public address where it has one, else its bytes.
    picture_url: Url | None = None
    picture: SearchPicture | None = None
    #: Words to look for, for sources that search by words.
    words: str | None = None
    #: Where an interrupted search goes on, in the source's own words.
    cursor: str | None = None

    @property
    def query(self) -> str | None:
        """What is recorded as having been searched for."""
        if self.label is not None:
            return self.label
        if self.path is not None:
            return self.path.name
        return self.work.id if self.work is not None else self.words


@dataclass(frozen=True, slots=True)
class SearchContext:
    """What a source may know of the run."""

    owner: Owner
    #: Registrable domains of the owner's own sites: what is found there is no sighting.
    own_domains: frozenset[str] = frozenset()
    #: Addresses of the owner's files, to recognise what a log or an engine names.
    rendition_urls: frozenset[str] = frozenset()
    now: datetime | None = None
    #: The way out for sources that ask a service; ``None`` where nothing may be asked.
    api: Api | None = None
    #: The secret of that name from the environment or the keyring, ``None`` without one.
    secret: Callable[[str], str | None] | None = None
    #: Settings of sources by their names (``base_url``, ``price_usd``, ``folder_id``).
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: The person's own browser, for engines that are used as a person uses them; ``None`` where none may be.
    browser: EngineBrowser | None = None
    #: What the owner agreed to and did not take back: the words that were shown, by subject.
    consents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Most that this search may cost, US dollars; ``None`` without a bound.
    budget_usd: float | None = None
    #: Where pages that strangers wrote are read; ``None`` where no source reads one.
    gate: ReplyReader | None = None
    #: To be called before anything of the owner's is sent: to whom, and what, for people.
    disclose: Callable[[str, str], None] | None = None
    #: Sources whose canary has passed on the real service: their answers are no longer unproven.
    proven: frozenset[str] = frozenset()
    #: Start pages of sites on which uses of the owner's works were found, in order.
    used_sites: tuple[Url, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """What a search would do, before it does it."""

    source: str
    query: str | None
    #: The same for the same question to the same source, in every run: what was paid for is known by it.
    query_key: str
    #: Host that is asked, and what it is sent, for people.
    recipient: str
    sends: str
    #: Most requests that are paid for, the price of one and of all, US dollars.
    most_calls: int
    price_usd: float
    most_usd: float
    #: Where the price is from, and what the service's quota is, for people.
    price_note: str
    #: Why it cannot be asked: a missing key, a picture that is too large. Empty when it can.
    problems: tuple[str, ...] = ()
    #: There is nothing to ask it about here, so that nothing is missed by not asking.
    is_moot: bool = False
    #: No real answer has been read with its reader yet.
    unproven: bool = False
    #: Seconds that one search takes, roughly.
    seconds: float = 3.0


@dataclass(frozen=True, slots=True)
class SpendingLimit:
    """Most that may be spent, in one run or since a moment."""

    most_usd: float
    run_id: str | None = None
    since: datetime | None = None

    @property
    def words(self) -> str:
        """For people."""
        what = "this run's budget" if self.run_id is not None else "the budget"
        if self.since is not None:
            what = f"the budget since {self.since:%Y-%m-%d}"
        return f"{what} of {self.most_usd:.4f} USD"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Something of the owner's that was sent to a third party."""

    #: Who received it: an engine, an API.
    recipient: str
    #: For people: ``640 px copy of the picture``.
    what: str
    at: datetime
    work_id: str | None = None
    #: Hash of the bytes sent, where there were any.
    sha256: str | None = None
    run_id: str | None = None
    #: The source that asked, and what for.
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some sightings, and how the search stands with them."""

    sightings: tuple[Sighting, ...]
    #: The whole search's outcome so far; of the last batch, its final one.
    outcome: SearchOutcome
    is_last: bool = False
    #: The replies this batch was read from, without any key, to be kept as evidence.
    replies: tuple[Reply, ...] = ()
