"""Replies of companies that search engines for others: one reader, told by a map where fields stand.

What is asked and what is answered are compared, since such services are known to answer another tab, or
nothing, for a valid search. Only their own words for "nothing found" count as that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from creditline.engine_replies import walls
from creditline.engine_replies.base import Card, Claim, Reading, distinct, refused, settle
from creditline.engine_replies.json_reply import (
    Object,
    int_of,
    list_of,
    load_object,
    object_of,
    plain_text_of,
    text_of,
    url_of,
)
from creditline.engine_replies.redirects import page_behind
from creditline.records import Reply, SearchStatus
from creditline.urls import Url

_Words = tuple[tuple[SearchStatus, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Where one company's reply for one engine holds what. Paths are keys joined by dots."""

    claim: Claim
    #: The list of results.
    results: str
    page: str
    title: str = "title"
    site: str = "source"
    snippet: str = "snippet"
    thumbnail: str = "thumbnail"
    date: str = "date"
    #: The image's own address; ``None`` where the engine never gives it.
    image: str | None = None
    width: str | None = None
    height: str | None = None
    #: Fields that echo the question, and what they must say when they are there.
    echoes: Mapping[str, str] = field(default_factory=dict)
    #: Where the address of the next part stands.
    next_page: str | None = None
    #: Where the reply says that the search was done, and where it puts its errors.
    done: tuple[str, str] = ("search_metadata.status", "Success")
    error: str = "error"
    #: An error of these words means that the engine found nothing.
    nothing: re.Pattern[str] = re.compile(r"hasn.t returned any results", re.I)
    errors: _Words = (
        (
            SearchStatus.QUOTA_EXHAUSTED,
            re.compile(r"run out of searches|out of credits|plan limit|monthly", re.I),
        ),
        (SearchStatus.AUTH_FAILED, re.compile(r"api[ _]key|unauthori[sz]ed|account", re.I)),
        (SearchStatus.RATE_LIMITED, re.compile(r"throughput|rate limit|too many|per hour|concurrent", re.I)),
        (
            SearchStatus.BAD_INPUT,
            re.compile(r"missing|unsupported|invalid|expired|format|required|too large", re.I),
        ),
    )


def read(reply: Reply, fields: FieldMap) -> Reading:
    """Read the reply to one search."""
    if (refusal := walls.refusal_by_network(reply)) is not None:
        return refusal
    found, why = load_object(reply.body)
    by_status = walls.refusal_by_status(reply, api=True)
    error = text_of(found, fields.error)
    if found is not None and error is not None:
        return _said(found, error, fields, by_status)
    if by_status is not None:
        return by_status
    if found is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, why)
    if (doubt := _other_question(found, fields)) is not None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, doubt)
    status = value_at(found, fields.done[0])
    if status is not None and status != fields.done[1]:
        return refused(SearchStatus.NETWORK_ERROR, f"the search was not done: {status!r}"[:200])
    return _read(found, fields)


def value_at(found: Any, path: str) -> Any:
    """What stands under keys joined by dots, ``None`` where something on the way is missing."""
    for key in path.split("."):
        found = object_of(found).get(key)
    return found


def _read(found: Object, fields: FieldMap) -> Reading:
    parent, _, key = fields.results.rpartition(".")
    items = list_of(value_at(found, parent) if parent else found, key)
    if items is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, f"no {fields.results} in the reply")
    cards = [card for item in items if (card := _card(item, fields)) is not None]
    unread = len(items) - len(cards)
    cards = distinct(cards)
    doubt = _gap(items)
    more = value_at(found, fields.next_page) if fields.next_page else None
    cursor = more if isinstance(more, str) else None
    return settle(cards, len(cards) + unread, doubt=doubt, cursor=cursor)


def _gap(items: list[Any]) -> str | None:
    """Positions count from one without gaps; a gap is a result that was lost on the way."""
    positions = [number for item in items if (number := int_of(item, "position")) is not None]
    if positions and max(positions) > len(items):
        return f"position {max(positions)} named, {len(items)} results given"
    return None


def _card(item: Any, fields: FieldMap) -> Card | None:
    page = _url(item, fields.page)
    page = page_behind(page) if page is not None else None
    if page is None:
        return None
    image = _url(item, fields.image) if fields.image else None
    return Card(
        claim=fields.claim,
        page_url=page,
        image_url=image,
        title=plain_text_of(item, fields.title),
        site_name=text_of(item, fields.site),
        snippet=plain_text_of(item, fields.snippet),
        thumbnail_url=_url(item, fields.thumbnail) or _url(item, fields.thumbnail + ".link"),
        width=_int(item, fields.width),
        height=_int(item, fields.height),
        date=text_of(item, fields.date),
        is_whole=fields.image is None or image is not None,
    )


def _url(item: Any, path: str) -> Url | None:
    parent, _, key = path.rpartition(".")
    return url_of(value_at(item, parent) if parent else item, key)


def _int(item: Any, path: str | None) -> int | None:
    if path is None:
        return None
    parent, _, key = path.rpartition(".")
    return int_of(value_at(item, parent) if parent else item, key)


def _said(found: Object, error: str, fields: FieldMap, by_status: Reading | None) -> Reading:
    """What an error inside the reply means."""
    if by_status is None and fields.nothing.search(error):
        done = value_at(found, fields.done[0]) == fields.done[1]
        is_other = _other_question(found, fields) is not None
        has_results = bool(value_at(found, fields.results))
        if done and not has_results and not is_other:
            return settle((), 0, empty=f"the engine said: {error}"[:200])
        return refused(SearchStatus.UNKNOWN_LAYOUT, f"says both something and nothing: {error}"[:200])
    status = next((kind for kind, words in fields.errors if words.search(error)), None)
    if by_status is not None and by_status.status in (SearchStatus.RATE_LIMITED, SearchStatus.AUTH_FAILED):
        is_quota = status is SearchStatus.QUOTA_EXHAUSTED
        status = status if is_quota else by_status.status
    wait = by_status.retry_after_s if by_status is not None else None
    fallback = by_status.status if by_status is not None else SearchStatus.NETWORK_ERROR
    return refused(status or fallback, f"answered: {error}"[:300], retry_after_s=wait)


def _other_question(found: Object, fields: FieldMap) -> str | None:
    for path, wanted in fields.echoes.items():
        said = value_at(found, path)
        if said is not None and said != wanted:
            return f"answers another question: {path} is {said!r}, not {wanted!r}"[:200]
    return None
