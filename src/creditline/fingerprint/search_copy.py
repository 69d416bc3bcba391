"""A reduced copy of an original, to be shown to a search engine: small, upright, without any metadata."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from creditline.errors import GateError
from creditline.fingerprint.loading import load_working
from creditline.fingerprint.opening import open_original, refusing_damage
from creditline.records import GateProblem, SearchPicture

#: Bytes of a copy: below the smallest upload that a service we ask takes (SerpApi, 500 KB).
MOST_BYTES = 480_000
#: JPEG qualities that are tried until the copy is small enough.
_QUALITIES = (88, 80, 70, 55, 40)


def search_copy(path: str, longest_px: int, most_bytes: int = MOST_BYTES) -> SearchPicture:
    """Make the copy of a file of the owner's own.

    Raises:
        GateError: The file cannot be read as a picture, or no copy is small enough.
    """
    with open_original(Path(path)) as image, refusing_damage():
        picture = load_working(image, longest_px)
    with Path(path).open("rb") as file:
        of_sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    for quality in _QUALITIES:
        encoded = io.BytesIO()
        picture.save(encoded, "JPEG", quality=quality)
        if encoded.tell() <= most_bytes:
            return SearchPicture(
                encoded.getvalue(), "image/jpeg", picture.width, picture.height, of_sha256=of_sha256
            )
    raise GateError(GateProblem.TOO_LARGE, f"no copy of {Path(path).name} has less than {most_bytes:,} bytes")
