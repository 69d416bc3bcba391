"""A picture file without the blocks that only describe it.

Browsers pass over broken descriptions; Pillow refuses the whole file for some of them: a JFIF or Adobe
segment cut short, PNG texts or colour profiles that inflate beyond its caps. Exif stays, since
browsers turn pictures by it.
"""

from __future__ import annotations

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_DESCRIPTIONS = frozenset((b"tEXt", b"zTXt", b"iTXt", b"iCCP"))

#: JPEG markers: application segments 0 to 15, comments, and what begins the pixels.
_JPEG_DESCRIPTIONS = frozenset((*range(0xE0, 0xF0), 0xFE))
_JPEG_APP1, _JPEG_APP14, _JPEG_SCAN = 0xE1, 0xEE, 0xDA

#: Bytes of a whole Adobe segment with its length; it says how colours are coded (Adobe TN 5116).
_ADOBE_BYTES = 14


def without_descriptions(body: bytes) -> bytes | None:
    """The same pixels without texts, profiles and previews.

    Returns:
        ``None`` where there is nothing to leave out, or the format is neither JPEG nor PNG.
    """
    if body.startswith(b"\xff\xd8"):
        kept = _jpeg(body)
    elif body.startswith(_PNG_SIGNATURE):
        kept = _png(body)
    else:
        return None
    return kept if len(kept) < len(body) else None


def _jpeg(body: bytes) -> bytes:
    kept = [body[:2]]
    at = 2
    while at + 4 <= len(body) and body[at] == 0xFF and body[at + 1] != _JPEG_SCAN:
        marker, length = body[at + 1], int.from_bytes(body[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2:
            break
        whole_adobe = marker == _JPEG_APP14 and length >= _ADOBE_BYTES
        if marker not in _JPEG_DESCRIPTIONS or marker == _JPEG_APP1 or whole_adobe:
            kept.append(body[at:end])
        at = end
    return b"".join([*kept, body[at:]])


def _png(body: bytes) -> bytes:
    kept = [_PNG_SIGNATURE]
    at = len(_PNG_SIGNATURE)
    while at + 12 <= len(body):
        end = at + 12 + int.from_bytes(body[at : at + 4])
        if body[at + 4 : at + 8] not in _PNG_DESCRIPTIONS:
            kept.append(body[at:end])
        at = end
    return b"".join([*kept, body[at:]])
