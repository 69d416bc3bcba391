"""What stands in front of an answer: statuses, challenges, consent pages. Looked at before parsing.

Words are no signs: ordinary results speak of captchas and robots (the recorded pages do so hundreds of
times). Addresses, headers and forms are.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from turbohtml import Document, parse

from creditline.engine_replies.base import Reading, refused
from creditline.records import FetchProblem, Reply, SearchStatus

#: Longest wait that a Retry-After is believed, seconds: a day.
LONGEST_WAIT_S = 86_400.0

_CHALLENGES = (
    "form#captcha-form",
    "form[action*=captcha]",
    "[data-testid=checkbox-captcha]",
    ".smart-captcha",
    "#smart-captcha",
    "input[name=smart-token]",
    "#challenge-form",
    "#challenge-error-text",
    "#challenge-running",
    "#cf-error-details",
    "script[src*='/cdn-cgi/challenge-platform/']",
    "iframe[src*='challenges.cloudflare.com']",
    "form[action*='/challenge/verify']",
)
_CHALLENGE_PATH = re.compile(r"^/(?:sorry|showcaptcha|checkcaptcha|challenge/verify)(?:/|$)")
_CONSENT_HOST = re.compile(r"^consent\.(?:google|youtube|yahoo|bing)\.")
_CONSENT_FORM = "form[action*='consent.google.'], form[action*='/consent/save']"


def refusal_of_page(reply: Reply) -> Reading | None:
    """Why a reply to a browser is no answer, by everything but the document of a success."""
    refusal = refusal_by_network(reply) or refusal_by_address(reply)
    by_status = refusal_by_status(reply, api=False)
    if refusal is None and by_status is not None and reply.body.lstrip().startswith(b"<"):
        refusal = refusal_by_document(parse(reply.body.decode("utf-8", "replace")))
    return refusal or by_status


def refusal_by_network(reply: Reply) -> Reading | None:
    """Why there is no reply at all."""
    if reply.problem is None:
        return None
    note = reply.detail or reply.problem.value
    if reply.problem is FetchProblem.RATE_LIMITED or reply.problem is FetchProblem.HOST_PARKED:
        return refused(SearchStatus.RATE_LIMITED, note, retry_after_s=retry_after_s(reply))
    return refused(SearchStatus.NETWORK_ERROR, note)


def refusal_by_status(reply: Reply, *, api: bool) -> Reading | None:
    """Why a reply's status makes it no answer.

    Args:
        reply: What came.
        api: Whether it was asked for with a key: then 403 speaks of the key, else of us.
    """
    status = reply.status
    if status is not None and 200 <= status < 300:
        return None
    kinds = {
        401: SearchStatus.AUTH_FAILED,
        402: SearchStatus.QUOTA_EXHAUSTED,
        403: SearchStatus.AUTH_FAILED if api and _is_json(reply) else SearchStatus.BLOCKED,
        407: SearchStatus.NETWORK_ERROR,
        408: SearchStatus.NETWORK_ERROR,
        429: SearchStatus.RATE_LIMITED,
        451: SearchStatus.REGION_BLOCKED,
    }
    if api:
        kinds |= dict.fromkeys((400, 404, 413, 414, 415, 422), SearchStatus.BAD_INPUT)
    kind = kinds.get(status or 0)
    if kind is None:
        is_server = status is None or status >= 500
        kind = SearchStatus.NETWORK_ERROR if is_server else SearchStatus.UNKNOWN_LAYOUT
    wait = retry_after_s(reply)
    later = f", asked to wait {wait:.0f} s" if wait is not None else ""
    return refused(kind, f"status {status}{later}", retry_after_s=wait)


def refusal_by_address(reply: Reply) -> Reading | None:
    """Why the address that answered, or its headers, say that this is a wall."""
    url = reply.final_url
    if _CHALLENGE_PATH.match(url.path) or reply.header("x-yandex-captcha") == "captcha":
        return refused(SearchStatus.CAPTCHA, f"{url.host} wants to see a person")
    if reply.header("cf-mitigated") == "challenge":
        return refused(SearchStatus.CAPTCHA, f"{url.host} stands behind a challenge")
    if _CONSENT_HOST.match(url.host):
        return refused(SearchStatus.CONSENT, f"{url.host} asks for consent first")
    return None


def refusal_by_document(document: Document) -> Reading | None:
    """Why a page's forms and frames say that it is a wall."""
    if any(document.select_one(selector) is not None for selector in _CHALLENGES):
        return refused(SearchStatus.CAPTCHA, "a page that wants to see a person")
    if document.select_one(_CONSENT_FORM) is not None:
        return refused(SearchStatus.CONSENT, "a page that asks for consent first")
    return None


def is_whole_document(body: bytes) -> bool:
    """Whether an HTML reply comes to its end: half a page must not pass for a page of few results."""
    tail = re.sub(rb"<!--.*?-->|\s+", b"", body[-4096:].lower())
    return tail.endswith((b"</html>", b"</body>"))


def retry_after_s(reply: Reply) -> float | None:
    """Seconds that a ``Retry-After`` asks for (RFC 9110 section 10.2.3), counted from the reply."""
    value = (reply.header("retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_WAIT_S)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if when.tzinfo is None:
        return None
    return min(max((when - reply.fetched_at).total_seconds(), 0.0), LONGEST_WAIT_S)


def _is_json(reply: Reply) -> bool:
    return reply.body.lstrip()[:1] in (b"{", b"[")
