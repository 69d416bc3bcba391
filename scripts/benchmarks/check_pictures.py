"""Which picture of the generated web an address means: for the server, and for workers that draw none."""

from __future__ import annotations


def picture_id(path: str) -> tuple[int, int] | None:
    """Page and number of a content picture by its path ``/i/<page>/<number>-<width>.jpg``."""
    parts = path.split("?")[0].split("/")
    if len(parts) != 4 or parts[1] != "i":
        return None
    return int(parts[2]), int(parts[3].split("-")[0])
