"""TinEye: its API's reply, and the JSON that its website asks for. Both hold matches with backlinks.

Each backlink is a page; TinEye finds copies of one image, never merely similar ones. The API counts
what it has, so that an answer cut short, or a list that lost an entry, does not pass for the whole.
"""

from __future__ import annotations

import re
from typing import Any

from turbohtml import parse

from creditline.engine_replies import walls
from creditline.engine_replies.base import Card, Claim, Reading, refused, settle
from creditline.engine_replies.json_reply import (
    Object,
    int_of,
    list_of,
    load_object,
    number_of,
    object_of,
    page_of,
    text_of,
    url_of,
)
from creditline.records import Reply, SearchStatus

#: The website's JSON was never recorded; the API's documented answers were.
UNPROVEN = True

_ERRORS = (
    (
        SearchStatus.BAD_INPUT,
        re.compile(r"NO_SIGNATURE|too simple|too small|download|IMAGE|format|too large", re.I),
    ),
    (
        SearchStatus.QUOTA_EXHAUSTED,
        re.compile(r"remaining searches|no searches|quota|bundle|expired|exceeded", re.I),
    ),
    (SearchStatus.RATE_LIMITED, re.compile(r"rate|too many", re.I)),
    (SearchStatus.AUTH_FAILED, re.compile(r"\bkey\b|AUTH|signature|permission|forbidden", re.I)),
)


def read(reply: Reply, *, tab: str = "matches") -> Reading:
    """Read the JSON that the website asks for.

    Args:
        reply: What came.
        tab: Only ``matches`` can be asked for.
    """
    refusal = walls.refusal_of_page(reply) or _html_wall(reply)
    if refusal is not None:
        return refusal
    found, why = load_object(reply.body)
    if found is None or tab != "matches":
        return refused(SearchStatus.UNKNOWN_LAYOUT, why or f"TinEye has no tab {tab!r}")
    if (suggestion := text_of(object_of(found.get("suggestions")), "title")) is not None:
        return refused(_kind_of_error(suggestion), f"TinEye says: {suggestion}")
    pages, page = int_of(found, "total_pages"), int_of(found, "page") or 1
    declared = int_of(found, "num_matches")
    matches = list_of(found, "matches")
    if matches is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, "no list of matches")
    cursor = str(page + 1) if pages is not None and page < pages else None
    doubt = None
    if cursor is None and page == 1 and declared is not None and declared != len(matches):
        doubt = f"{declared} matches announced, {len(matches)} given"
    empty = "0 matches announced and 0 given" if declared == 0 and not matches else None
    cards, seen = _cards(matches)
    return settle(
        cards, seen, empty=empty, doubt=doubt, declared=declared, selected_tab="matches", cursor=cursor
    )


def read_api(reply: Reply, *, offset: int = 0, limit: int | None = None) -> Reading:
    """Read one part of the API's answer to a search.

    Args:
        reply: What came.
        offset: Matches that were left out before this part.
        limit: Matches that were asked for; ``None`` where that is not known.
    """
    refusal = walls.refusal_by_network(reply)
    found, why = load_object(reply.body)
    if refusal is None and found is not None and "code" in found:
        refusal = _api_error(found)
    refusal = refusal or walls.refusal_by_status(reply, api=True)
    if refusal is not None:
        return refusal
    matches = list_of(object_of((found or {}).get("results")), "matches")
    if found is None or matches is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, why or "no list of matches")
    return _read_matches(object_of(found.get("stats")), matches, offset, limit)


def remaining_searches(reply: Reply) -> int | None:
    """Searches left in all bundles, from the reply to ``remaining_searches``; ``None`` when not said."""
    found, _ = load_object(reply.body)
    return int_of(object_of((found or {}).get("results")), "total_remaining_searches")


def _read_matches(stats: Object, matches: list[Any], offset: int, limit: int | None) -> Reading:
    totals = (int_of(stats, "total_filtered_results"), int_of(stats, "total_results"))
    total = next((each for each in totals if each is not None), None)
    reached = offset + len(matches)
    cards, seen = _cards(matches)
    doubt, cursor = None, None
    if total is None:
        doubt = "the reply does not say how many matches there are"
    elif reached < total:
        cursor = str(reached) if matches else None
        expected = min(limit, total - offset) if limit is not None else 1
        if len(matches) < expected:
            doubt = f"{len(matches)} matches given where {expected} were to come"
    elif offset == 0:
        doubt = _missing_backlinks(stats, len(cards))
    empty = "0 matches announced and 0 given" if total == 0 and not matches else None
    return settle(cards, seen, empty=empty, doubt=doubt, declared=total, cursor=cursor)


def _missing_backlinks(stats: Object, given: int) -> str | None:
    total = int_of(stats, "total_backlinks")
    return f"{given} of {total} pages given" if total is not None and given < total else None


def _cards(matches: list[Any]) -> tuple[list[Card], int]:
    """The pages of all matches, and how many there are to see; a match without pages counts as one."""
    cards, seen = [], 0
    for match in matches:
        backlinks = list_of(match, "backlinks")
        seen += len(backlinks) if backlinks else 1
        cards += [card for each in backlinks or [] if (card := _card(match, each)) is not None]
    return cards, seen


def _card(match: Any, backlink: Any) -> Card | None:
    page, image = page_of(backlink, "backlink"), url_of(backlink, "url")
    if page is None:
        return None
    return Card(
        claim=Claim.FULL,
        is_whole=image is not None,
        page_url=page,
        image_url=image,
        site_name=text_of(match, "domain"),
        thumbnail_url=url_of(match, "image_url"),
        width=int_of(match, "width"),
        height=int_of(match, "height"),
        score=number_of(match, "score"),
        date=text_of(backlink, "crawl_date"),
        flags=tuple(tag for tag in list_of(match, "tags") or [] if isinstance(tag, str)),
    )


def _api_error(found: Object) -> Reading | None:
    code = int_of(found, "code")
    if code == 200:
        return None
    said = "; ".join(text for text in list_of(found, "messages") or [] if isinstance(text, str))
    status = SearchStatus.AUTH_FAILED if code in (401, 403) else _kind_of_error(said)
    if code == 429:
        status = SearchStatus.RATE_LIMITED
    if status is SearchStatus.UNKNOWN_LAYOUT and code is not None and code >= 500:
        status = SearchStatus.NETWORK_ERROR
    return refused(status, f"TinEye answered {code}: {said or 'without words'}"[:300])


def _kind_of_error(said: str) -> SearchStatus:
    return next((status for status, words in _ERRORS if words.search(said)), SearchStatus.UNKNOWN_LAYOUT)


def _html_wall(reply: Reply) -> Reading | None:
    if not reply.body.lstrip().startswith(b"<"):
        return None
    return walls.refusal_by_document(parse(reply.body.decode("utf-8", "replace")))
