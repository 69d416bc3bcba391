"""JSON replies: what they hold, without trusting a single key."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from creditline.engine_replies.redirects import page_behind
from creditline.urls import Url

Object = dict[str, Any]

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


def load_object(body: bytes) -> tuple[Object | None, str]:
    """Read a JSON object.

    Returns:
        The object, or ``None`` and why there is none, for people.
    """
    text = body.decode("utf-8-sig", "replace").strip()
    if not text:
        return None, "an empty reply"
    if text.startswith("<"):
        return None, "HTML where JSON was asked for"
    try:
        value = json.loads(text)
    except RecursionError:
        return None, "JSON nested too deep to be an answer"
    except ValueError as error:
        return None, f"damaged JSON: {error}"[:200]
    if not isinstance(value, dict):
        return None, "JSON that is no object"
    return value, ""


def object_of(value: Any) -> Object:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(parent: Any, key: str) -> list[Any] | None:
    """The list under a key; ``None`` where there is no such key or it holds something else."""
    value = object_of(parent).get(key)
    return value if isinstance(value, list) else None


def text_of(parent: Any, key: str) -> str | None:
    """A text that is not blank, blanks folded."""
    value = object_of(parent).get(key)
    return " ".join(value.split()) or None if isinstance(value, str) else None


def plain_text_of(parent: Any, key: str) -> str | None:
    """A text without the markup that some engines leave in titles."""
    text = text_of(parent, key)
    if text is None or not ("<" in text or "&" in text):
        return text
    return " ".join(html.unescape(_TAG.sub("", text)).split()) or None


def url_of(parent: Any, key: str) -> Url | None:
    """A web address; some engines leave its scheme out (``//host/path``)."""
    text = text_of(parent, key)
    if text is None:
        return None
    return Url.try_parse(f"https:{text}" if text.startswith("//") else text)


def page_of(parent: Any, key: str) -> Url | None:
    """The address of a page, which the engine's own redirector may stand in front of."""
    url = url_of(parent, key)
    return page_behind(url) if url is not None else None


def int_of(parent: Any, key: str) -> int | None:
    """A whole number, also where it is written as a text (64-bit numbers of protobuf are)."""
    value = object_of(parent).get(key)
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:18])
    return int(value) if isinstance(value, int) or (isinstance(value, float) and value.is_integer()) else None


def number_of(parent: Any, key: str) -> float | None:
    """A number."""
    value = object_of(parent).get(key)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
