"""A service on loopback that answers as told, and every source's question and answers for it.

Whoever adds a source that asks a service adds a case here; its contract suite fails without one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import replicas
from servers import FakeClock, FreeBudgets

from creditline.fetch.api import ApiFetcher
from creditline.fetch.base import FetchSettings
from creditline.fetch.guard import EgressPolicy, Guard
from creditline.fetch.politeness import Politeness
from creditline.records import (
    Batch,
    Owner,
    Question,
    Rendition,
    SearchContext,
    SearchPicture,
    Work,
)
from creditline.sources._asking import AskingSource

SETTINGS = FetchSettings(page_delay_s=0.05)
KEY = "key-that-nobody-may-see"
PICTURE = SearchPicture(b"\xff\xd8\xff picture of a harbour \xff\xd9", "image/jpeg", 640, 480)
WORK = Work(
    id="w000000000001",
    owner_id="o1",
    url="https://upload.wikimedia.org/wikipedia/commons/a/ab/Harbour_at_dawn.jpg",
    title="Harbour at dawn in winter",
    renditions=(Rendition("https://jane.example/img/harbour.jpg", sha256="ab" * 32),),
)
QUESTION = Question(work=WORK, picture=PICTURE)
BY_ADDRESS = Question(work=WORK, picture_url=replicas.Url("https://jane.example/img/harbour.jpg"))


@dataclass
class Answered:
    """One answer of the stub."""

    body: bytes | str | dict[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Break off instead of answering.
    hangs_up: bool = False
    #: Keep the connection and say nothing.
    is_silent: bool = False

    @property
    def raw(self) -> bytes:
        """The whole reply as it goes over the wire."""
        body = self.body if isinstance(self.body, (bytes, str)) else json.dumps(self.body)
        body = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} X", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Request:
    """One request as the stub got it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as JSON."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Service:
    """Gives its answers one after the other; the last one again and again."""

    answers: list[Answered]
    #: What an upload is answered, where a service has one.
    upload: Answered | None = None
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def searches(self) -> list[Request]:
        """Requests that are paid for."""
        return [asked for asked in self.requests if asked.path != "/image"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ", 2)
            headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
            headers = {name.lower(): value for name, value in headers.items()}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            parts = urlsplit(target)
            asked = Request(method, parts.path, dict(parse_qsl(parts.query)), headers, body)
            self.requests.append(asked)
            answer = self._answer(asked)
            if answer.is_silent:
                await reader.read()
            elif not answer.hangs_up:
                writer.write(answer.raw)
                await writer.drain()
        writer.close()

    def _answer(self, asked: Request) -> Answered:
        if asked.path == "/image" and self.upload is not None:
            return self.upload
        return self.answers[min(len(self.searches), len(self.answers)) - 1]


@contextlib.asynccontextmanager
async def serving(service: Service) -> AsyncIterator[Service]:
    listener = await asyncio.start_server(service.serve, "127.0.0.1", 0, limit=2**24)
    service.port = listener.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        listener.close()
        for writer in service.writers:
            writer.transport.abort()
        await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def asking(*services: Service, clock: FakeClock | None = None) -> AsyncIterator[ApiFetcher]:
    """The real way out, allowed to reach exactly these services."""
    clock = clock or FakeClock()
    hosts = frozenset(f"127.0.0.1:{service.port}" for service in services)
    guard = Guard(EgressPolicy(private_hosts=hosts))
    api = ApiFetcher(guard, SETTINGS, Politeness(SETTINGS, FreeBudgets(), clock), clock)
    try:
        yield api
    finally:
        await api.close()


def context_for(
    source: AskingSource, service: Service, api: ApiFetcher | None, **changes: Any
) -> SearchContext:
    """A context whose settings lead a source to the stub."""
    context = SearchContext(
        owner=Owner(names=("Jane Doe",), domains=("jane.example",)),
        own_domains=frozenset({"jane.example"}),
        now=replicas.NOW,
        api=api,
        secret=lambda name: KEY if name.startswith("CREDITLINE_") else None,
        options={source.name: {"base_url": f"http://127.0.0.1:{service.port}"}},
    )
    return replace(context, **changes)


def search(
    source: AskingSource, service: Service, question: Question = QUESTION, **changes: Any
) -> list[Batch]:
    """Everything that a source yields with a stub."""

    async def go() -> list[Batch]:
        async with serving(service), asking(service) as api:
            context = context_for(source, service, api, **changes)
            return [batch async for batch in source.search(question, context)]

    return asyncio.run(go())


@dataclass(frozen=True)
class Case:
    """How a service answers a source: whole, with nothing, and in parts."""

    whole: Callable[[int], dict[str, Any]]
    nothing: Callable[[], dict[str, Any]]
    #: Answers that together are one.
    parts: tuple[Callable[[], dict[str, Any]], ...] = ()
    question: Question = QUESTION
    upload: Answered | None = None
    #: What follows the whole answer, where only that says that there is no more.
    ending: tuple[Callable[[], dict[str, Any]], ...] = ()

    def service(self, *answers: Answered) -> Service:
        """A stub with these answers; without any, with the whole one."""
        told = [Answered(self.whole(3)), *(Answered(each()) for each in self.ending)]
        return Service(list(answers) or told, self.upload)


def _tineye_part(offset: int, count: int, total: int) -> dict[str, Any]:
    whole = replicas.tineye_api_reply(total)
    whole["results"]["matches"] = whole["results"]["matches"][offset : offset + count]
    return whole


def _scan_part(first: int, count: int, *, more: bool) -> dict[str, Any]:
    whole = replicas.urlscan_reply(first + count)
    return whole | {"results": whole["results"][first:], "total": 4, "has_more": more}


def _uses_part(first: int, count: int, *, more: bool) -> dict[str, Any]:
    whole = replicas.wikimedia_reply(first + count)
    file = whole["query"]["pages"][0]
    file["globalusage"] = file["globalusage"][first:]
    return whole | ({"continue": {"gucontinue": f"x|{first + count}", "continue": "||"}} if more else {})


def _serp_part(whole: dict[str, Any], key: str, first: int, *, more: bool) -> dict[str, Any]:
    whole[key] = whole[key][first : first + 2]
    for number, item in enumerate(whole[key], 1):
        if "position" in item:
            item["position"] = number
    link = "https://elsewhere.example/search.json?engine=changed&p=1&token=abc"
    return whole | ({"serpapi_pagination": {"next": link}} if more else {})


def _serp_nothing() -> dict[str, Any]:
    return {
        "search_metadata": {"status": "Success"},
        "error": "Google hasn't returned any results for this query.",
    }


_UPLOADED = Answered({"message": "Image uploaded successfully.", "image_id": "pic-1"})

CASES = {
    "google_vision": Case(
        replicas.vision_reply,
        lambda: {"responses": [{"webDetection": {"webEntities": [{"entityId": "/m/1"}]}}]},
    ),
    "tineye_api": Case(
        replicas.tineye_api_reply,
        lambda: replicas.tineye_api_reply(0),
        (lambda: _tineye_part(0, 100, 102), lambda: _tineye_part(100, 100, 102)),
    ),
    "yandex_search_api": Case(
        replicas.yandex_api_reply,
        lambda: replicas.yandex_api_reply(0),
        (
            lambda: replicas.yandex_api_reply(2),
            lambda: replicas.yandex_api_reply(2, number=1),
            lambda: replicas.yandex_api_reply(0, number=2),
        ),
        ending=(lambda: replicas.yandex_api_reply(0, number=1),),
    ),
    "serpapi": Case(
        replicas.serp_exact_reply,
        _serp_nothing,
        (
            lambda: _serp_part(replicas.serp_exact_reply(4), "exact_matches", 0, more=True),
            lambda: _serp_part(replicas.serp_exact_reply(4), "exact_matches", 2, more=False),
        ),
        upload=_UPLOADED,
    ),
    "serpapi_yandex": Case(
        replicas.serp_yandex_reply,
        _serp_nothing,
        (
            lambda: _serp_part(replicas.serp_yandex_reply(4), "image_results", 0, more=True),
            lambda: _serp_part(replicas.serp_yandex_reply(4), "image_results", 2, more=False),
        ),
        BY_ADDRESS,
    ),
    "wikimedia": Case(
        replicas.wikimedia_reply,
        lambda: replicas.wikimedia_reply(0),
        (lambda: _uses_part(0, 2, more=True), lambda: _uses_part(2, 2, more=False)),
    ),
    "urlscan": Case(
        replicas.urlscan_reply,
        lambda: replicas.urlscan_reply(0),
        (lambda: _scan_part(0, 2, more=True), lambda: _scan_part(2, 2, more=False)),
    ),
    "searxng": Case(
        replicas.searxng_reply,
        lambda: replicas.searxng_reply(0),
        (
            lambda: replicas.searxng_reply(2),
            lambda: replicas.searxng_reply(4),
            lambda: replicas.searxng_reply(0),
        ),
        ending=(lambda: replicas.searxng_reply(0),),
    ),
}
