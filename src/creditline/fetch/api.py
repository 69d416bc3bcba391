"""The way out for services that the owner has a key for: one request, one reply, nothing twice.

The guard is the same as everywhere. robots.txt is for those who come uninvited, so it is not asked;
redirects are never followed, since they would carry a key elsewhere; and nothing is tried again, since
a request whose reply was lost may have been paid for.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, quote_plus

from creditline.fetch.base import Clock, FetchSettings, Traffic
from creditline.fetch.exchange import Exchanger, Hop
from creditline.fetch.guard import Guard, RefusedError
from creditline.fetch.politeness import PARK_WITHOUT_WORD_S, Politeness
from creditline.fetch.transport import GuardedTransport
from creditline.records import Credential, FetchProblem, Reply
from creditline.urls import Url

#: Longest answer that is taken, and longest request that is sent, bytes. The largest recorded answer
#: has 150 KB; the largest request that a service documents (Cloud Vision) has 10 MB.
REPLY_CAP = 16 * 2**20
REQUEST_CAP = 24 * 2**20
#: Seconds until the head of an answer: services that search while we wait take up to a minute.
HEADERS_S = 90.0
TOTAL_S = 120.0


class ApiFetcher:
    """Asks services; fulfils `records.Api`."""

    def __init__(
        self,
        guard: Guard,
        settings: FetchSettings,
        politeness: Politeness,
        clock: Clock,
        traffic: Traffic | None = None,
    ) -> None:
        self._guard = guard
        self._settings = replace(
            settings,
            headers_s=max(settings.headers_s, HEADERS_S),
            total_s=max(settings.total_s, TOTAL_S),
            rate_window_s=max(settings.rate_window_s, HEADERS_S),
        )
        self._politeness = politeness
        self._clock = clock
        self.traffic = traffic or Traffic()
        self._transport: GuardedTransport | None = None

    async def get_json(
        self, url: Url, headers: Mapping[str, str] | None = None, credential: Credential | None = None
    ) -> Reply:
        """Ask once: no robots.txt, no redirect followed, nothing tried again."""
        return await self._ask(url, dict(headers or {}), credential, None)

    async def post_json(
        self,
        url: Url,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        credential: Credential | None = None,
    ) -> Reply:
        """Send once; ``Content-Type`` is JSON unless ``headers`` say another."""
        return await self._ask(url, {"Content-Type": "application/json", **(headers or {})}, credential, body)

    async def close(self) -> None:
        """Close every connection."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    async def _ask(
        self, url: Url, headers: dict[str, str], credential: Credential | None, body: bytes | None
    ) -> Reply:
        url = url.without_fragment()
        hop = self._refused(url, headers, credential, body)
        if hop is None:
            async with self._politeness.turn(url, "page"):
                hop = await self._exchange(url, headers, credential, body)
            self._remember(hop)
        return Reply(
            url=url,
            final_url=url,
            fetched_at=self._clock.now(),
            status=hop.status,
            headers=tuple((name, _without(credential, value)) for name, value in hop.headers),
            body=_without_key(credential, hop.body),
            problem=hop.problem,
            detail=_without(credential, hop.detail) if hop.detail is not None else None,
            is_unsent=hop.is_unsent,
            bytes_moved=sum(hop.moved),
        )

    def _refused(
        self, url: Url, headers: dict[str, str], credential: Credential | None, body: bytes | None
    ) -> Hop | None:
        """Why nothing is sent; ``None`` when it may be."""
        hop = Hop(url, is_unsent=True)
        try:
            self._guard.check(url.host, url.port)
        except RefusedError as error:
            return hop.failed(error.problem, error.detail)
        is_private = url.host_port in self._guard.policy.private_hosts
        if credential is not None and url.scheme != "https" and not is_private:
            return hop.failed(FetchProblem.REFUSED_URL, f"a key is sent over https only, not to {url.origin}")
        values = [*headers.items(), *([(credential.name, credential.value)] if credential else [])]
        if any(not text.isascii() or not text.isprintable() for pair in values for text in pair):
            return hop.failed(
                FetchProblem.REFUSED_URL, "a header or key holds characters that cannot be sent"
            )
        if body is not None and len(body) > REQUEST_CAP:
            return hop.failed(FetchProblem.TOO_LARGE, f"a request of more than {REQUEST_CAP // 2**20} MB")
        if why := self._politeness.why_parked(url):
            return hop.failed(FetchProblem.HOST_PARKED, why)
        return None

    async def _exchange(
        self, url: Url, headers: dict[str, str], credential: Credential | None, body: bytes | None
    ) -> Hop:
        if self._transport is None:
            self._transport = GuardedTransport(self._guard)
        exchanger = Exchanger(self._transport, self._settings)
        sent = [
            ("User-Agent", self._settings.user_agent),
            ("Accept", "application/json"),
            ("Accept-Encoding", "gzip"),
            ("Connection", "close"),
            *headers.items(),
        ]
        target = url
        if credential is not None and credential.in_query:
            pair = f"{quote_plus(credential.name)}={quote_plus(credential.value)}"
            target = url.with_query(f"{url.query}&{pair}" if url.query else pair)
        elif credential is not None:
            sent.append((credential.name, credential.prefix + credential.value))
        if body is None:
            hop = await exchanger.get(target, sent, REPLY_CAP)
        else:
            hop = await exchanger.post(target, sent, REPLY_CAP, body)
        self.traffic.add("api", requests=1, bytes_moved=sum(hop.moved))
        return hop

    def _remember(self, hop: Hop) -> None:
        """Leave a service alone that asked for it."""
        if hop.problem is None and hop.status == 429:
            asked = self._politeness.retry_after_s(hop.header("retry-after"))
            self._politeness.park(hop.url, PARK_WITHOUT_WORD_S if asked is None else asked)


def _without_key(credential: Credential | None, body: bytes) -> bytes:
    """A body that does not hold the key, where a service repeats it."""
    for form in _forms(credential):
        body = body.replace(form.encode(), b"***")
    return body


def _without(credential: Credential | None, text: str) -> str:
    """A message or header that does not hold the key, whoever wrote it there."""
    for form in _forms(credential):
        text = text.replace(form, "***")
    return text


def _forms(credential: Credential | None) -> list[str]:
    """The key as services repeat it: as it is, in an address, in JSON, in HTML; the longest form first."""
    if credential is None or not credential.value.isascii():
        return []  # one that is not ASCII is never sent
    value = credential.value
    quoted = {quote(value, safe=""), quote(value), quote_plus(value)}
    lower = {re.sub("%[0-9A-F]{2}", lambda found: found.group().lower(), each) for each in quoted}
    written = {value.replace("/", "\\/"), json.dumps(value)[1:-1], html.escape(value)}
    return sorted({value, *quoted, *lower, *written} - {""}, key=len, reverse=True)
