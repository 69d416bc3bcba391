"""Background pictures named in style attributes and style sheets."""

from __future__ import annotations

import re

#: ``url(...)`` with or without quotes. The repeated classes exclude their own ends, so that matching is
#: linear; 4,000 characters are more than any file address.
_URL = re.compile(
    r"""url\(\s*(?:"([^"]{1,4000})"|'([^']{1,4000})'|([^\s"'()]{1,4000}))\s*\)""", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)")
_PICTURE_PROPERTY = re.compile(
    r"(?:^|[;\s])(?:background(?:-image)?|content|list-style-image|--[\w-]+)\s*:", re.IGNORECASE
)
_NOT_PICTURE = re.compile(r"\.(?:woff2?|ttf|otf|eot|css)(?:[?#]|$)", re.IGNORECASE)


def urls_of(declarations: str) -> list[str]:
    """The addresses that a list of declarations shows as pictures, in order; data: addresses too."""
    if "url(" not in declarations.lower() or not _PICTURE_PROPERTY.search(declarations):
        return []
    found = []
    for match in _URL.finditer(declarations):
        address = _unescape(next(part for part in match.groups() if part is not None)).strip()
        if address and not address.startswith("#") and not _NOT_PICTURE.search(address):
            found.append(address)
    return found


def backgrounds(sheet: str) -> list[tuple[str, str]]:
    """``(selector, address)`` of every rule in a style sheet that shows a picture.

    Selectors are folded to one line. Rules inside @media count, since some screen shows them.
    """
    if "url(" not in sheet.lower():
        return []
    found: list[tuple[str, str]] = []
    for rule in _without_comments(sheet).split("}"):
        head, _, declarations = rule.rpartition("{")
        selector = " ".join(head.rpartition("{")[2].split())
        if not selector.startswith("@font-face"):
            found.extend((selector, address) for address in urls_of(declarations))
    return found


def _without_comments(sheet: str) -> str:
    kept = []
    position = 0
    while (start := sheet.find("/*", position)) >= 0:
        kept.append(sheet[position:start])
        end = sheet.find("*/", start + 2)
        if end < 0:
            return " ".join(kept)
        position = end + 2
    return " ".join([*kept, sheet[position:]])


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda m: chr(min(int(m.group(1), 16), 0x10FFFF) or 0xFFFD) if m.group(1) else m.group(2), text
    )
