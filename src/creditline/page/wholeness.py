"""Whether bytes that came as a page are one, and whether it came to its end.

A server that dies while it writes, or a connection that closes early where no length was told, leaves half a
page that looks like a whole one. What follows the picture, its credit say, is then missing.
"""

from __future__ import annotations

import re

#: Characters from the start that are looked at, and the share of signs that no text has from which on it is
#: none. A page read in the wrong charset of one byte has no such sign; JPEG, PDF and gzip have one in ten.
_SEEN_CHARS = 8_192
_MOST_ODD_SHARE = 0.05
#: Control characters but tab, line and page ends and escape (WHATWG MIME Sniffing, "binary data byte"), and
#: what stands for bytes that mean nothing in the page's charset.
_ODD = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\ufffd]")
_TAG = re.compile(r"<[A-Za-z!?/]")
_OPEN_TAG = re.compile(r"<[a-z/!][^>]*")

#: Elements whose text ends only with their end tag.
_RAW_TEXT = ("script", "style", "textarea", "title")
_ENDS = ("</html", "</body")
#: What nearly every page ends with, so that nothing else need be looked for, and where it is looked for.
_WHOLE_END, _END_CHARS = re.compile(r"</html\s*>\s*\Z", re.IGNORECASE), 100


def no_document(text: str) -> str | None:
    """Why a text is no document at all, ``None`` for one, and for one without a sign in it."""
    start = text[:_SEEN_CHARS]
    if len(_ODD.findall(start)) > _MOST_ODD_SHARE * len(start):
        return "not a text that can be read"
    return "not html" if text.strip() and not _TAG.search(text) else None


def broken_off(text: str) -> str | None:
    """Where a document breaks off, so that the rest of it cannot have been read."""
    if _WHOLE_END.search(text, max(len(text) - _END_CHARS, 0)):
        return None
    low = text.lower()
    if _OPEN_TAG.fullmatch(low, max(low.rfind("<"), 0)):
        return "truncated: ends inside a tag"
    end = max(map(low.rfind, _ENDS))
    if (comment := low.rfind("<!--")) > max(low.rfind("-->"), end, low.rfind("</script")):
        return f"truncated: ends inside a comment of {len(text) - comment} characters"
    for name in _RAW_TEXT:
        if low.rfind(f"<{name}") > max(low.rfind(f"</{name}"), end):
            return f"truncated: ends inside <{name}>"
    return None


def is_unclosed(text: str) -> bool:
    """Whether a document begins ``<html>`` or ``<body>`` and ends neither.

    The standard allows that. Of 248 saved pages none does it.
    """
    low = text.lower()
    return ("<body" in low or "<html" in low) and not any(end in low for end in _ENDS)
