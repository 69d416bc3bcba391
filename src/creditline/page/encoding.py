"""Bytes of a document to text, by the order that browsers use.

Byte order mark, then the header's charset, then what the document declares, then what the bytes look
like, then windows-1252 (WHATWG Encoding and HTML standards, "determining the character encoding").
Decoding never fails: bytes that make no sense become U+FFFD.
"""

from __future__ import annotations

import codecs
import re

from turbohtml.detect import detect

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
#: Browsers look for a declaration in the first 1024 bytes and re-read the page when one comes later;
#: later than this we do not look, since it would stand in the body.
_LATE_META_BYTES = 65_536
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def decode_html(body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> str:
    """Decode a document as a browser would.

    Args:
        body: The document's bytes, transfer codings already undone.
        headers: The reply's headers, lower-case names.
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    declared = _header_charset(headers)
    codec_name = _codec(declared) if declared else None
    return body.decode(codec_name or _detected(body), "replace")


def _header_charset(headers: tuple[tuple[str, str], ...]) -> str | None:
    content_type = next((value for name, value in headers if name == "content-type"), "")
    found = _CHARSET.search(content_type)
    return found.group(1) if found else None


def _detected(body: bytes) -> str:
    match = detect(body)
    if match.codec and match.confidence >= 1.0:
        return match.codec
    late = _META_CHARSET.search(body[:_LATE_META_BYTES])
    codec_name = _codec(late.group(1).decode("ascii", "replace")) if late else None
    # A document cannot declare UTF-16 in ASCII letters; the standard reads it as UTF-8.
    if codec_name and "utf-16" in codec_name:
        return "utf-8"
    return codec_name or match.codec or "whatwg-windows-1252"


def _codec(label: str) -> str | None:
    """The decoder for a WHATWG label, ``None`` for a label that means nothing."""
    name = label.strip().lower()
    if name in ("utf-8", "utf8", "unicode-1-1-utf-8"):
        return "utf-8"
    for candidate in (f"whatwg-{name}", name):
        try:
            found = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        return candidate if found._is_text_encoding else None
    return None
