"""Wikimedia's GlobalUsage: every page of its wikis that shows a file. Complete, official, without a key."""

from __future__ import annotations

import json
from typing import Any

from creditline.engine_replies import walls
from creditline.engine_replies.base import Card, Claim, Reading, refused, settle
from creditline.engine_replies.json_reply import (
    Object,
    list_of,
    load_object,
    object_of,
    text_of,
    url_of,
)
from creditline.records import Reply, SearchStatus

#: The interface is documented and stable; no answer of it was recorded.
UNPROVEN = True

_ERRORS = {
    "maxlag": SearchStatus.RATE_LIMITED,
    "ratelimited": SearchStatus.RATE_LIMITED,
    "readonly": SearchStatus.NETWORK_ERROR,
    "permissiondenied": SearchStatus.AUTH_FAILED,
}


def read(reply: Reply) -> Reading:
    """Read one part of an answer about any number of files (``formatversion=2``)."""
    refusal = walls.refusal_by_network(reply) or walls.refusal_by_status(reply, api=True)
    if refusal is not None:
        return refusal
    found, why = load_object(reply.body)
    if found is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, why)
    if "error" in found:
        return _error(object_of(found["error"]), reply)
    files = list_of(found.get("query"), "pages")
    if not files:
        return refused(SearchStatus.UNKNOWN_LAYOUT, "no list of files in the reply")
    return _read(found, files)


def _read(found: Object, files: list[Any]) -> Reading:
    missing = [text_of(file, "title") or "?" for file in files if _is_missing(file)]
    if missing:
        return refused(SearchStatus.BAD_INPUT, f"there is no {missing[0]} on this wiki")
    uses, unread = [], 0
    for file in files:
        listed = list_of(file, "globalusage")
        unread += listed is None
        uses += listed or []
    cards = [card for use in uses if (card := _card(use)) is not None]
    more = found.get("continue")
    cursor = json.dumps(more, sort_keys=True) if isinstance(more, dict) and more else None
    doubt = "a file without its list of uses" if unread else None
    empty = "no page of any wiki shows the file"
    return settle(cards, len(uses) + unread, empty=empty, doubt=doubt, cursor=cursor)


def _is_missing(file: Any) -> bool:
    return object_of(file).get("missing") is True or object_of(file).get("invalid") is True


def _card(use: Any) -> Card | None:
    page = url_of(use, "url")
    if page is None:
        return None
    return Card(
        claim=Claim.FILE_USED, page_url=page, title=text_of(use, "title"), site_name=text_of(use, "wiki")
    )


def _error(error: Object, reply: Reply) -> Reading:
    code = text_of(error, "code") or ""
    said = text_of(error, "info") or code or "without words"
    return refused(
        _ERRORS.get(code, SearchStatus.BAD_INPUT),
        f"the wiki answered: {said}"[:300],
        retry_after_s=walls.retry_after_s(reply),
    )
