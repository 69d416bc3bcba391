"""Recognition: pixels to a fingerprint, fingerprints to a match.

Pure: no network, no store, no clock. A match that is `confirmed` may in the end lead to a letter, so
everything here prefers silence to a wrong answer.
"""

from creditline.fingerprint.algorithm import ALGORITHM, CASCADE, HASH, METHODS, MIN_QUALITY
from creditline.fingerprint.decode import (
    THUMBNAIL_PX,
    decode_image,
    decode_original,
    show_image,
    show_original,
    thumbnail_size,
)
from creditline.fingerprint.details import is_thorough
from creditline.fingerprint.index import Answer, Near, PortfolioIndex
from creditline.fingerprint.overlays import Cell, CellState, Overlay, overlay
from creditline.fingerprint.pairs import match
from creditline.fingerprint.search_copy import search_copy

__all__ = [
    "ALGORITHM",
    "CASCADE",
    "HASH",
    "METHODS",
    "MIN_QUALITY",
    "THUMBNAIL_PX",
    "Answer",
    "Cell",
    "CellState",
    "Near",
    "Overlay",
    "PortfolioIndex",
    "decode_image",
    "decode_original",
    "is_thorough",
    "match",
    "overlay",
    "search_copy",
    "show_image",
    "show_original",
    "thumbnail_size",
]
