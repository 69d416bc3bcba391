"""Where a link really leads: redirectors that carry their target are unwrapped, others are opaque."""

from __future__ import annotations

import re
from urllib.parse import unquote

from creditline.credit.platforms import platforms
from creditline.urls import Url, query_parameters

_ABSOLUTE = re.compile(r"^(?:https?:)?//[^/]+\.[^/]+", re.IGNORECASE)
_WRAPPED_IN_PATH = re.compile(r"/(https?(?::|%3a)(?:/|%2f){1,2}\S+)$", re.IGNORECASE)
#: First labels and paths of click counters in newsletters, beside a token that says nothing.
_COUNTER_LABEL = re.compile(
    r"^(?:clicks?|links?|email|mail|track|tracking|trk|go|url\d+|e|r|lnk|cl|ablink|newsletter|nl|u\d+)\d*$"
)
_COUNTER_PATH = re.compile(
    r"^/(?:ls/click|c/|e/|r/|wf/click|redirect|track/click|click|f/a/|e3t/|ct/|l/|ss/c/|uni/|CL0/|out/|go/|goto/)",
    re.IGNORECASE,
)
_LONG_TOKEN_CHARS = 40
#: Nested redirectors that are followed.
_MAX_NESTING = 4


def unwrapped(url: Url) -> Url:
    """The target that an address carries inside, or the address itself."""
    for _ in range(_MAX_NESTING):
        inner = _inner(url)
        if inner is None:
            break
        url = inner
    return url


def is_opaque(url: Url) -> bool:
    """Whether nothing in the address says where it leads: a shortener, a newsletter's click counter."""
    if _inner(url) is not None:
        return False
    hosts = platforms().opaque_hosts
    if url.host.removeprefix("www.") in hosts or url.registrable_domain in hosts:
        return True
    label = url.host.split(".", 1)[0]
    if not _COUNTER_LABEL.match(label) or url.host.count(".") < 2:
        return False
    tokens = re.split(r"[/?&=]", url.href)
    return bool(_COUNTER_PATH.match(url.path)) or max(map(len, tokens)) >= _LONG_TOKEN_CHARS


def _inner(url: Url) -> Url | None:
    if url.host == "web.archive.org":
        found = _WRAPPED_IN_PATH.search(url.path)
        return Url.try_parse(unquote(found.group(1))) if found else None
    if not url.query:
        return None
    for name, value in query_parameters(url):
        if name.lower() in platforms().redirect_parameters and _ABSOLUTE.match(value):
            target = Url.try_parse(value if not value.startswith("//") else f"https:{value}")
            if target is not None and target.host != url.host:
                return target
    return None
