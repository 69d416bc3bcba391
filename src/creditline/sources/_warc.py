"""Reads WARC files (ISO 28500), as archives of the web are kept: record by record, in constant memory.

WAT and WET files of Common Crawl are WARC files too. Every record of theirs is a gzip member of its own; a
plain gzip reader goes from one to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase

#: Longest head of a record, and longest block that is kept, bytes: pages are cut at 1 MB by Common Crawl
#: (5 MB since 2025), their WAT records have some 100 KB.
MOST_HEAD = 65_536
MOST_BLOCK = 16 * 2**20
_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record."""

    #: Lower-case names; of repeated ones the first.
    headers: dict[str, str]
    #: ``b""`` where it is longer than `MOST_BLOCK`.
    block: bytes

    @property
    def kind(self) -> str:
        """``response``, ``metadata``, ``warcinfo`` ..."""
        return self.headers.get("warc-type", "").lower()

    @property
    def target(self) -> str | None:
        """The address that it is about."""
        found = self.headers.get("warc-target-uri")
        return found.strip("<> ") if found else None


def records_of(file: BufferedIOBase) -> Iterator[WarcRecord | None]:
    """Every record of an unpacked file in order; ``None`` for a stretch that is none.

    Raises:
        EOFError, OSError, zlib.error: The file is damaged from here on.
    """
    is_lost = False
    while line := file.readline(MOST_HEAD):
        if not line.startswith(b"WARC/"):
            if line.strip() and not is_lost:
                is_lost = True
                yield None
            continue
        headers = _headers(file)
        length = headers.get("content-length", "")
        if not length.isdigit():
            is_lost = True
            yield None
            continue
        is_lost = False
        yield WarcRecord(headers, _block(file, int(length)))


def _headers(file: BufferedIOBase) -> dict[str, str]:
    headers: dict[str, str] = {}
    taken = 0
    while (line := file.readline(MOST_HEAD)).strip() and taken < MOST_HEAD:
        taken += len(line)
        name, _, value = line.decode("utf-8", "replace").partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return headers


def _block(file: BufferedIOBase, length: int) -> bytes:
    """A record's block; a long one is passed over.

    Raises:
        EOFError: The file ends before it does.
    """
    kept: list[bytes] = []
    left = length
    while left:
        part = file.read(min(_STEP, left))
        if not part:
            raise EOFError(f"a record ends {left:,} bytes early")
        left -= len(part)
        if length <= MOST_BLOCK:
            kept.append(part)
    return b"".join(kept)
