"""Asks for pages and pictures: the one place where fetcher, reply cache and decode gate meet.

Whatever was fetched or decoded before is not fetched or decoded again: a request for a known address
is conditional, bytes are known by their hash, and what a run has already fetched is taken as it is
when the run is resumed. Everything is remembered before it is returned, so that a kill loses at most
the requests that were under way.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from creditline import fingerprint, page
from creditline.errors import GateError
from creditline.pipeline.batching import Batched
from creditline.pipeline.ports import Clock, Fetcher, Gate, KnownReply, ReplyCache
from creditline.records import Decoded, GateProblem, PageReading, Reply, Validators
from creditline.urls import Url

#: How long a picture on the owner's own site that comes without ETag and Last-Modified is taken to be
#: unchanged. Judgement: people who exchange a picture under its old name run `index` again days later,
#: and a portfolio of a thousand originals is gigabytes that nobody wants moved at every scan.
OWN_FILES_FRESH = timedelta(days=7)

#: Largest undecodable file whose bytes are kept, so that a 304 can be answered without a download.
KEEP_BROKEN_BYTES = 1_000_000

#: Statuses with which a server says that there is no such file.
_NO_SUCH_FILE = frozenset({404, 410})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visit:
    """What an address gave, whether it came over the wire just now or was known to be unchanged.

    ``reply`` is whole in both cases: status, headers and final address are those of the last whole
    reply, ``not_modified`` and ``bytes_moved`` tell what this visit cost.
    """

    reply: Reply
    #: ``b""`` when there is none, see ``problem``.
    body: bytes = b""
    sha256: str | None = None

    @property
    def url(self) -> Url:
        """The address that was asked for."""
        return self.reply.url

    @property
    def final_url(self) -> Url:
        """The address after redirects."""
        return self.reply.final_url

    @property
    def status(self) -> int | None:
        """HTTP status of the last hop."""
        return self.reply.status

    @property
    def ok(self) -> bool:
        """Whether there is a whole document to read."""
        return self.reply.ok

    @property
    def problem(self) -> str | None:
        """Why there is no document, for people; ``None`` when there is one."""
        return problem_of(self.reply)


@dataclass(frozen=True, slots=True)
class Picture:
    """What an image address gave: a decoded picture, or the reason why there is none."""

    reply: Reply
    decoded: Decoded | None = None
    #: For people: ``http 404``, ``robots``, ``damaged``; ``None`` when ``decoded`` is there.
    problem: str | None = None
    #: The gate's word when it was the bytes that were at fault.
    gate_problem: GateProblem | None = None
    #: Details of ``problem``, where there are any.
    detail: str | None = None
    #: The file, where it came over the wire just now and more could be made of it (`Visits.thorough`).
    body: bytes = b""

    @property
    def is_thorough(self) -> bool:
        """Whether all is known of it that recognition can ask for."""
        return self.decoded is None or fingerprint.is_thorough(self.decoded.fingerprint.features)

    @property
    def is_missing(self) -> bool:
        """Whether the server says that there is no such file."""
        return self.reply.status in _NO_SUCH_FILE


def problem_of(reply: Reply) -> str | None:
    """Why a reply cannot be used, in a word or two; ``None`` when it can."""
    if reply.problem is not None:
        return reply.problem.value
    if not reply.ok:
        return f"http {reply.status}" if reply.status is not None else "no reply"
    return None


class Visits:
    """Pages and pictures by address, for one kind of site (the owner's own, or everybody else's).

    Args:
        fetcher: The way out.
        cache: What is known of addresses and bytes.
        gate: Where untrusted bytes are read.
        clock: Decides what is fresh.
        files_fresh: How long a picture without validators is trusted; nothing by default.
        thorough: Whether pictures are read thoroughly at once, as works must be. Strangers' pictures are read
            so where they are in doubt: that costs three times as much.
        fresh_since: Replies since then are taken without asking again: the start of a resumed run.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        cache: ReplyCache,
        gate: Gate,
        clock: Clock,
        *,
        files_fresh: timedelta = timedelta(0),
        thorough: bool = True,
        fresh_since: datetime | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._cache = cache
        self._gate = gate
        self._clock = clock
        self._files_fresh = files_fresh
        self._thorough = thorough
        self.fresh_since = fresh_since
        #: Whether what is known from before `fresh_since` is left aside: everything is fetched and read anew.
        self.anew = False
        self._known_reply = Batched(cache.known_replies)
        self._known_decoded = Batched(cache.known_pictures)
        self._remember = Batched(cache.remember_pictures)
        self._under_way: dict[tuple[str, str], asyncio.Task[Any]] = {}
        #: Bytes of pictures that came over the wire, and of everything else (error pages too).
        self.page_bytes = 0
        self.picture_bytes = 0

    async def page(self, url: Url) -> Visit:
        """Fetch a document, conditionally when it is known. Never raises for what a server does."""
        return await self._once("page", url, lambda: self._visit_page(url.without_fragment()))

    async def picture(self, url: Url) -> Picture:
        """Fetch and decode an image, neither of which twice. Never raises for what a server does."""
        return await self._once("picture", url, lambda: self._visit_picture(url.without_fragment()))

    async def inline_picture(self, body: bytes) -> Picture:
        """Decode a picture that stands in the page itself."""
        nowhere = Url("data:")
        return await self._decode(Reply(nowhere, nowhere, self._clock.now(), status=200), body)

    async def thorough(self, picture: Picture) -> Picture:
        """Read a picture once more, for all that recognition can ask for; fetched again if it must be.

        Where the address gives another picture by now, that one counts. Where it gives none, or the gate
        refuses, the picture comes back as it is: `Picture.is_thorough` tells.
        """
        if picture.decoded is None or picture.is_thorough:
            return picture
        # A picture that stands many times on a page is read once.
        return await self._shared(("thorough", picture.decoded.sha256), lambda: self._read_again(picture))

    async def _read_again(self, picture: Picture) -> Picture:
        reply, body, fresh = picture.reply, picture.body, None
        if not body:
            fresh = await self._fetcher.fetch_image(reply.url, None)
            self.picture_bytes += fresh.bytes_moved
            if not fresh.ok or fresh.not_modified:
                return picture
            reply, body = _without_body(fresh), fresh.body
        more = await self._read(reply, body, thorough=True)
        if more.decoded is None:
            return picture
        await self._remember.ask((fresh, more.decoded))
        return more

    async def known_picture(self, url: Url) -> Picture | None:
        """What an address was known to give when it was last asked for, without asking again."""
        known = await self._known_reply.ask(url.without_fragment())
        if known is None:
            return None
        return await self._known_picture(known, _reply_of(known, url))

    async def reading(self, visit: Visit) -> PageReading:
        """Read a visited document in the gate's child.

        A document that the child could not finish gives an empty reading whose ``incomplete`` says why.
        """
        return await self.read(visit.body, visit.final_url, visit.reply.headers)

    async def read(self, html: bytes, url: Url, headers: tuple[tuple[str, str], ...]) -> PageReading:
        """Read any document (a rendered one, say) in the gate's child, see `reading`."""
        try:
            return await self._gate.run(page.read_page, html, url.href, headers)
        except GateError as error:
            return PageReading(url=url, incomplete=f"{error.kind}: {error}")

    async def sitemaps(self, origin: Url) -> tuple[Url, ...]:
        """The sitemaps that the origin's robots.txt names."""
        return await self._fetcher.robots_sitemaps(origin)

    async def _once(self, kind: str, url: Url, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Let everybody who asks for one address at the same time wait for one request."""
        return await self._shared((kind, url.without_fragment().href), ask)

    async def _shared(self, key: tuple[str, str], ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.ensure_future(ask())
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._end(key, done))
        result: T = await asyncio.shield(task)
        return result

    def _end(self, key: tuple[str, str], task: asyncio.Task[Any]) -> None:
        """Forget a request. Where nobody waits for it any more, its failure was told by another one."""
        self._under_way.pop(key, None)
        if not task.cancelled():
            task.exception()

    # --- pages ----------------------------------------------------------------------------------

    async def _visit_page(self, url: Url) -> Visit:
        known = await self._known_before(url)
        body = await asyncio.to_thread(self._cache.body, known.body_sha256) if known else None
        if known and body is not None and self._was_just_fetched(known):
            return Visit(_reply_of(known, url), body, known.body_sha256)
        usable = known if body is not None else None
        reply = await self._fetcher.fetch_page(url, _condition(usable))
        self.page_bytes += reply.bytes_moved
        sha256 = await self._keep(reply, keep_body=True) if reply.ok else None
        if reply.not_modified and usable and body is not None:
            return Visit(_unchanged(reply, usable), body, usable.body_sha256)
        return Visit(reply, reply.body, sha256)

    # --- pictures -------------------------------------------------------------------------------

    async def _visit_picture(self, url: Url) -> Picture:
        known = await self._known_before(url)
        if known and self._is_trusted(known):
            picture = await self._known_picture(known, _reply_of(known, url))
            if picture is not None:
                return picture
        usable = known if known and await self._is_usable(known) else None
        reply = await self._fetcher.fetch_image(url, _condition(usable))
        if reply.ok:
            self.picture_bytes += reply.bytes_moved
        else:
            self.page_bytes += reply.bytes_moved
        if reply.ok and reply.not_modified and usable:
            await self._keep(reply, keep_body=False)
            picture = await self._known_picture(usable, _unchanged(reply, usable))
            if picture is not None:
                return picture
        return await self._new_picture(reply)

    async def _new_picture(self, reply: Reply) -> Picture:
        problem = problem_of(reply)
        if problem is not None:
            return Picture(reply=_without_body(reply), problem=problem, detail=reply.detail)
        picture = await self._read(reply, reply.body)
        if picture.decoded is None and len(reply.body) <= KEEP_BROKEN_BYTES:
            await self._keep(reply, keep_body=True)
        else:
            await self._remember.ask((reply, picture.decoded))
        return picture

    async def _decode(self, reply: Reply, body: bytes) -> Picture:
        """Read bytes that no reply has to be remembered for."""
        picture = await self._read(reply, body)
        if picture.decoded is not None:
            await self._remember.ask((None, picture.decoded))
        return picture

    async def _read(self, reply: Reply, body: bytes, *, thorough: bool = False) -> Picture:
        """Decode bytes unless they are known."""
        thorough = thorough or self._thorough
        decoded = None if self.anew else await self._known(sha256_of(body), thorough)
        if decoded is None:
            try:
                decoded = await self._gate.run(
                    fingerprint.decode_image, body, fingerprint.ALGORITHM, thorough
                )
            except GateError as error:
                return _refused(_without_body(reply), error)
        picture = Picture(reply=_without_body(reply), decoded=decoded)
        return picture if picture.is_thorough else replace(picture, body=body)

    async def _known(self, sha256: str, thorough: bool) -> Decoded | None:
        """What was made of some bytes, if it is as thorough as it must be."""
        decoded = await self._known_decoded.ask((sha256, fingerprint.ALGORITHM))
        if decoded and thorough and not fingerprint.is_thorough(decoded.fingerprint.features):
            return None
        return decoded

    async def _keep(self, reply: Reply, *, keep_body: bool) -> str:
        return await asyncio.to_thread(self._cache.remember_reply, reply, keep_body=keep_body)

    async def _known_picture(self, known: KnownReply, reply: Reply) -> Picture | None:
        """What an unchanged file is; ``None`` when nothing that was kept can tell."""
        decoded = await self._known(known.body_sha256, self._thorough)
        if decoded is not None:
            return Picture(reply=reply, decoded=decoded)
        body = await asyncio.to_thread(self._cache.body, known.body_sha256)
        return await self._decode(reply, body) if body is not None else None

    async def _is_usable(self, known: KnownReply) -> bool:
        """Whether a 304 would be enough to say what the picture is."""
        if await self._known(known.body_sha256, self._thorough) is not None:
            return True
        return await asyncio.to_thread(self._cache.body, known.body_sha256) is not None

    # --- what is known --------------------------------------------------------------------------

    async def _known_before(self, url: Url) -> KnownReply | None:
        known = await self._known_reply.ask(url)
        return None if known and self.anew and not self._was_just_fetched(known) else known

    def _was_just_fetched(self, known: KnownReply) -> bool:
        return self.fresh_since is not None and known.fetched_at >= self.fresh_since

    def _is_trusted(self, known: KnownReply) -> bool:
        if self._was_just_fetched(known):
            return True
        return not known.validators and self._clock.now() - known.fetched_at < self._files_fresh


def sha256_of(body: bytes) -> str:
    """SHA-256 of some bytes, 64 hex digits."""
    return hashlib.sha256(body).hexdigest()


def _condition(known: KnownReply | None) -> Validators | None:
    return known.validators if known and known.validators else None


def _reply_of(known: KnownReply, url: Url) -> Reply:
    return Reply(
        url=url,
        final_url=known.final_url,
        fetched_at=known.fetched_at,
        status=known.status,
        headers=known.headers,
    )


def _unchanged(reply: Reply, known: KnownReply) -> Reply:
    """A 304 as the whole reply that it confirms."""
    return replace(reply, status=known.status, headers=known.headers, final_url=known.final_url)


def _without_body(reply: Reply) -> Reply:
    return replace(reply, body=b"")


def _refused(reply: Reply, error: GateError) -> Picture:
    kind = GateProblem(error.kind)
    return Picture(reply=reply, problem=kind.value, gate_problem=kind, detail=str(error))
