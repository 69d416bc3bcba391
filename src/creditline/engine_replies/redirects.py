"""Sees through the addresses by which engines count clicks: the page is what such an address carries.

Only redirectors of the engines themselves, which no page of somebody else stands behind. Forms: Google's
``/url``, ``/imgres``, ``/amp/s/`` and ``/translate``; Bing's ``/cr`` of its former API and ``/ck/a``, whose
address is Base64 behind ``a1``; Yandex' ``/clck/jsredir``.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import parse_qs

from creditline.urls import Url

_GOOGLE = re.compile(r"^(?:(?:www|images|lens|translate)\.)?google\.[a-z.]{2,6}$")
_BING = re.compile(r"^(?:[a-z0-9-]+\.)?bing\.com$")
_YANDEX = re.compile(r"^(?:[a-z0-9-]+\.)?(?:yandex\.(?:com|ru|net|com\.tr|by|kz|uz)|ya\.ru)$")
#: Host, path, and the parameters one of which carries the address.
_IN_QUERY = (
    (_GOOGLE, re.compile(r"^/url$"), ("q", "url")),
    (_GOOGLE, re.compile(r"^/imgres$"), ("imgrefurl",)),
    (_GOOGLE, re.compile(r"^/translate$"), ("u",)),
    (_BING, re.compile(r"^/cr$"), ("r",)),
    (_BING, re.compile(r"^/ck/a$"), ("u",)),
    (_YANDEX, re.compile(r"^/clck/(?:jsredir|redir)"), ("url",)),
)
_AMP = re.compile(r"^/amp/(s/)?(.+)$")
_PACKED = "a1"
#: Redirectors that may stand behind one another.
_MOST_STEPS = 3


def page_behind(url: Url) -> Url:
    """The page that an address leads to, itself where it is no redirector of an engine."""
    for _ in range(_MOST_STEPS):
        behind = _behind(url)
        if behind is None:
            return url
        url = behind
    return url


def _behind(url: Url) -> Url | None:
    if _GOOGLE.match(url.host) and (amp := _AMP.match(url.path)):
        query = f"?{url.query}" if url.query else ""
        return Url.try_parse(f"http{'s' if amp.group(1) else ''}://{amp.group(2)}{query}")
    for host, path, names in _IN_QUERY:
        if host.match(url.host) and path.match(url.path):
            given = parse_qs(url.query)
            found = (_carried(value) for name in names for value in given.get(name, [])[:1])
            return next((each for each in found if each is not None), None)
    return None


def _carried(value: str) -> Url | None:
    if value.startswith(_PACKED):
        packed = value.removeprefix(_PACKED)
        try:
            value = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return None
    return Url.try_parse(value) if value.startswith(("http://", "https://")) else None
