"""Bounds on one document. Beyond them a reading says "too complex", never less than it saw in silence.

Ordinary pages lie far below: the largest of 112 saved news and blog pages has 1.6 MB, some 20,000
elements and a depth under 60.
"""

from __future__ import annotations

#: Characters of a document; the fetcher cuts at 20 MB of bytes (DESIGN section 5).
MAX_CHARS = 20_000_000
#: "<" signs, counted before parsing: what the parser's time and memory grow with.
MAX_TAGS = 1_000_000
MAX_ELEMENTS = 300_000
#: Elements, texts and comments that are looked at; unclosed tags make the parser repeat elements.
MAX_NODES = 1_000_000
#: What the parser nests at most, as Chromium does; deeper elements become siblings there.
MAX_DEPTH = 512
MAX_ATTRIBUTES = 1_000
#: Placements of one page; catalogue row P03.
MAX_IMAGES = 20_000
#: Elements that begin an item of microdata; listings have some hundred.
MAX_ITEMS = 2_000
#: Elements inside all items of microdata about pictures; an item inside another is read with both. The
#: labelled pages have 33 at most.
MAX_ITEM_ELEMENTS = 20_000
#: Characters inside one comment: a longer one has most likely swallowed the page.
MAX_COMMENT_CHARS = 1_000_000
#: Candidates of one srcset attribute that are read; browsers have no bound (catalogue row P04).
MAX_CANDIDATES = 200
#: Characters of one JSON-LD or state script that are read.
MAX_JSON_CHARS = 2_000_000
#: Nesting of JSON that is followed; deeper parts are left out (catalogue row P07).
MAX_JSON_DEPTH = 40
#: Characters of all style sheets in a page that are searched for backgrounds.
MAX_CSS_CHARS = 2_000_000
#: Bytes of an inline data: image that are kept.
MAX_INLINE_BYTES = 2_000_000
#: Characters of visible text that a reading keeps.
TEXT_CAP = 200_000


class TooComplexError(Exception):
    """Stops the parser; caught by `page.parse`, never seen outside."""


def too_complex(text: str) -> str | None:
    """Why a document is refused before it is parsed, ``None`` when it is not."""
    if len(text) > MAX_CHARS:
        return f"too complex: {len(text)} characters"
    tags = text.count("<")
    if tags > MAX_TAGS:
        return f"too complex: {tags} tags"
    return None
