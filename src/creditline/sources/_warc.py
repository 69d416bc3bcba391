"""Reads WARC files (ISO 28500), as archives of the web are kept: record by record, in constant memory.

WAT and WET files of Common Crawl are WARC files too. Every record of theirs is a gzip member of its own
(RFC 1952 section 2.2), so that reading can begin at any of them; a place in a file that is one single
member is found again by unpacking what stands before it.
"""

from __future__ import annotations

import re
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase, BufferedReader, RawIOBase
from typing import TYPE_CHECKING

from creditline.sources._files import is_gzip

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Longest head of a record, and longest block that is kept, bytes: pages are cut at 1 MB by Common Crawl
#: (5 MB since 2025), their WAT records have some 100 KB.
MOST_HEAD = 65_536
MOST_BLOCK = 16 * 2**20
_STEP = 1 << 20
#: A block's length, which fits into a file.
_LENGTH = re.compile("[0-9]{1,18}")
#: Packed bytes taken at once: what is left of them is copied whenever a member ends.
_PACKED = 1 << 16
#: zlib's word for a gzip header and trailer, checked.
_GZIP_MEMBER = 31


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record."""

    #: Lower-case names; of repeated ones the first.
    headers: dict[str, str]
    #: Only its first bytes where it is longer than `MOST_BLOCK`.
    block: bytes
    #: Bytes that the block has, kept or not.
    length: int

    @property
    def kind(self) -> str:
        """``response``, ``metadata``, ``warcinfo`` ..."""
        return self.headers.get("warc-type", "").lower()

    @property
    def target(self) -> str | None:
        """The address that it is about."""
        found = self.headers.get("warc-target-uri")
        return found.strip("<> ") if found else None


@dataclass(frozen=True, slots=True)
class Place:
    """Between two records: where reading can be taken up."""

    #: Byte of the file; of a packed one, that at which a member begins.
    offset: int = 0
    #: Unpacked bytes of that member that stand before the place.
    inside: int = 0


class WarcFile:
    """An open file, packed or not, from one place on.

    Raises:
        EOFError, OSError, zlib.error: The file is damaged; also while reading it.
    """

    def __init__(self, file: BufferedReader, place: Place | None = None) -> None:
        self._file = file
        self._members = _Members(file, place.offset if place else 0) if is_gzip(file) else None
        self._unpacked: BufferedIOBase = BufferedReader(self._members, _PACKED) if self._members else file
        if place is not None:
            # The packed bytes are read from their member on, plain ones from the place itself.
            file.seek(place.offset)
            _pass_over(self._unpacked, place.inside)

    def head(self, size: int) -> bytes:
        """The first bytes, which are not taken from the file; up to some thousands."""
        inner = self._unpacked
        assert isinstance(inner, BufferedReader)  # both kinds are
        return inner.peek(size)[:size]

    def records(self) -> Iterator[WarcRecord | None]:
        """Every record in order; ``None`` for a stretch that is none."""
        return records_of(self._unpacked)

    def place(self) -> Place | None:
        """Where the last record that was given ends; ``None`` in a pipe, which cannot be read again."""
        if not self._file.seekable():
            return None
        at = self._unpacked.tell()
        return self._members.place(at) if self._members is not None else Place(at)


class _Members(RawIOBase):
    """A gzip file, unpacked, that knows where its members begin."""

    def __init__(self, file: BufferedReader, offset: int) -> None:
        super().__init__()
        self._file = file
        self._unzip: zlib._Decompress | None = None
        #: Packed bytes that were read and not unpacked yet, and where in the file they stand.
        self._packed, self._at = b"", offset
        #: Unpacked bytes given so far.
        self._given = 0
        #: Members begun, the one that holds the last place asked for first: bytes given before, offset.
        self._begun: deque[tuple[int, int]] = deque([(0, offset)])

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._given

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer)
        while True:
            if not self._packed:
                self._packed = self._file.read(_PACKED)
                if not self._packed and self._unzip is None:
                    return 0
            if self._unzip is None:
                self._begin()
            if self._unzip is not None and (part := self._unpack(self._unzip, len(room))):
                room[: len(part)] = part
                self._given += len(part)
                return len(part)

    def place(self, position: int) -> Place:
        """The place of an unpacked byte that was given lately."""
        while len(self._begun) > 1 and self._begun[1][0] <= position:
            self._begun.popleft()
        before, offset = self._begun[0]
        return Place(offset, position - before)

    def _begin(self) -> None:
        """Begin the next member, if one is there: zeros may fill the space before it."""
        rest = self._packed.lstrip(b"\0")
        self._at += len(self._packed) - len(rest)
        self._packed = rest
        if rest:
            self._begun.append((self._given, self._at))
            self._unzip = zlib.decompressobj(_GZIP_MEMBER)

    def _unpack(self, unzip: zlib._Decompress, most: int) -> bytes:
        is_last = not self._packed
        part = unzip.decompress(self._packed, most)
        rest = unzip.unused_data if unzip.eof else unzip.unconsumed_tail
        self._at += len(self._packed) - len(rest)
        self._packed = rest
        if unzip.eof:
            self._unzip = None
        elif is_last and not part:
            raise EOFError("its last packed part ends early")
        return part


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
        if not _LENGTH.fullmatch(length):
            is_lost = True
            yield None
            continue
        is_lost = False
        yield WarcRecord(headers, _block(file, int(length)), int(length))


def _headers(file: BufferedIOBase) -> dict[str, str]:
    headers: dict[str, str] = {}
    taken = 0
    while (line := file.readline(MOST_HEAD)).strip() and taken < MOST_HEAD:
        taken += len(line)
        name, _, value = line.decode("utf-8", "replace").partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return headers


def _block(file: BufferedIOBase, length: int) -> bytes:
    """A record's block; a long one is passed over, but for what tells what it is.

    Raises:
        EOFError: The file ends before it does.
    """
    if length > MOST_BLOCK:
        head = file.read(MOST_HEAD)
        _pass_over(file, length - len(head))
        return head
    block = file.read(length)
    if len(block) < length:
        raise EOFError(f"a record ends {length - len(block):,} bytes early")
    return block


def _pass_over(file: BufferedIOBase, length: int) -> None:
    """Take bytes without keeping them.

    Raises:
        EOFError: The file ends before them.
    """
    left = length
    while left:
        part = file.read(min(_STEP, left))
        if not part:
            raise EOFError(f"a record ends {left:,} bytes early")
        left -= len(part)
