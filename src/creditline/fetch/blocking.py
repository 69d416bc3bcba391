"""What a page in the browser is kept from loading, and what it gets instead."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any

from creditline.urls import Url

#: What pages load that tells nothing about images or credits.
UNWANTED = ("Font", "Media", "Ping", "CSPViolationReport")

#: Servers of advertising and measurement (their owners' published documentation). They are not
#: asked: a visit of ours is no visitor. Never a server that also delivers pictures of pages.
_ADVERTISING = frozenset(
    {
        "doubleclick.net",
        "googlesyndication.com",
        "googletagservices.com",
        "googletagmanager.com",
        "google-analytics.com",
        "adservice.google.com",
        "amazon-adsystem.com",
        "criteo.com",
        "criteo.net",
        "taboola.com",
        "outbrain.com",
        "adnxs.com",
        "rubiconproject.com",
        "pubmatic.com",
        "scorecardresearch.com",
        "hotjar.com",
        "quantserve.com",
        "chartbeat.com",
        "facebook.net",
        "bat.bing.com",
        "mc.yandex.ru",
        "matomo.cloud",
    }
)

#: A picture of nothing, of the size of a usual one, so that layouts that go by the picture's own size look as
#: they would. A vector: twenty of it cost 10 ms to draw, as a PNG of a hundred bytes 100 ms.
_STAND_IN = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600"/>').decode()
_STAND_IN_HEADERS = [{"name": "Content-Type", "value": "image/svg+xml"}]

Permission = Callable[[Url], Awaitable[bool]]

#: A command of the browser's debugging protocol, and its arguments.
Command = tuple[str, dict[str, Any]]

_GO_ON, _REFUSE, _ANSWER = "Fetch.continueRequest", "Fetch.failRequest", "Fetch.fulfillRequest"


def patterns(images: Permission | None) -> list[dict[str, str]]:
    """Which requests are to be held until `answer` says what becomes of them (CDP: Fetch.enable)."""
    wanted = ("Image", "Document", *UNWANTED) if images is None else ("Image", *UNWANTED)
    kinds = [{"urlPattern": "*", "resourceType": kind} for kind in wanted]
    hosts = [
        {"urlPattern": f"{scheme}://{name}/*"}
        for host in sorted(_ADVERTISING)
        for scheme in ("http", "https")
        for name in (host, f"*.{host}")
    ]
    return [*kinds, *hosts]


async def answer(event: dict[str, Any], images: Permission | None, *, is_read: bool) -> Command:
    """What becomes of one held request: a stand-in, a refusal, or it goes on.

    Args:
        event: CDP's Fetch.requestPaused.
        images: ``None`` answers every image with a small stand-in, so that scripts that wait for images go
            on and no image byte is loaded; otherwise asked for each image.
        is_read: Whether a document is one that we read.
    """
    request, url = {"requestId": event["requestId"]}, Url.try_parse(event["request"]["url"])
    if event["resourceType"] == "Document" and is_read:
        return _GO_ON, request
    if event["resourceType"] != "Image" or url is None or _advertises(url):
        return _REFUSE, {**request, "errorReason": "BlockedByClient"}
    if images is None:
        reply = {"responseCode": 200, "responseHeaders": _STAND_IN_HEADERS, "body": _STAND_IN}
        return _ANSWER, {**request, **reply}
    if await images(url):
        return _GO_ON, request
    return _REFUSE, {**request, "errorReason": "BlockedByClient"}


def _advertises(url: Url) -> bool:
    labels = url.host.split(".")
    return any(".".join(labels[start:]) in _ADVERTISING for start in range(len(labels)))
