"""Texts as the store keeps them, for whoever compares a text with what was kept of it."""

from __future__ import annotations

import re

#: Longest text kept in a column, in characters: longer than every address we take (8,192, `urls`)
#: and every caption seen; what is longer is data hidden in a text and is cut.
MAX_TEXT_CHARS = 10_000

_CUT_MARK = "\u2026"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def clean_text(text: str, max_chars: int = MAX_TEXT_CHARS) -> str:
    """Replace what no database takes (NUL, lone surrogates) and cut; twice changes nothing more."""
    cleaned = _UNSTORABLE.sub(_REPLACEMENT, text)
    return cleaned if len(cleaned) <= max_chars else cleaned[: max_chars - 1] + _CUT_MARK
