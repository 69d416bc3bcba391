"""Opens the files that people give to sources, and says in one line why one cannot be used."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase, BufferedReader
from pathlib import Path

from creditline.errors import InputFileError
from creditline.sources.base import Question

#: Bytes read at once, and the longest line that is kept; a longer one counts as malformed.
_BLOCK = 1 << 20
#: Bytes looked at to tell text from anything else.
HEAD = 65_536
_GZIP = b"\x1f\x8b"

_KINDS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP or Excel file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"SQLite format 3", "a database"),
)


def file_of(question: Question, source: str) -> tuple[Path, str]:
    """The question's file and what people call it.

    Raises:
        InputFileError: None was named.
    """
    if question.path is None:
        raise InputFileError(f"{source} reads a file; name one")
    return question.path, question.label or str(question.path)


def open_file(path: Path, label: str) -> BufferedReader:
    """Open a file as it stands.

    Raises:
        InputFileError: It is not there, a folder, or may not be read.
    """
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise InputFileError(f"{label}: there is no such file; check the name") from None
    except IsADirectoryError:
        raise InputFileError(f"{label} is a folder; name one file") from None
    except OSError as error:
        raise InputFileError(f"{label} cannot be read: {error.strerror}; check its permissions") from error


def is_gzip(file: BufferedReader) -> bool:
    """Whether a file that nothing was read of yet is packed; nothing is taken from it."""
    return file.peek(len(_GZIP)).startswith(_GZIP)


@contextmanager
def unpacked(file: BufferedReader) -> Iterator[BufferedIOBase]:
    """What a file holds, without gzip. It is opened once, since a pipe gives what it has only once."""
    if not is_gzip(file):
        yield file
        return
    with gzip.GzipFile(fileobj=file, mode="rb") as inner:
        yield inner


def read_head(file: BufferedIOBase, label: str, size: int) -> bytes:
    """The first bytes of a file, which tell what it is; they are taken from it.

    Raises:
        InputFileError: It is damaged before anything of it can be read.
    """
    try:
        return file.read(size)
    except (EOFError, OSError, zlib.error) as error:
        raise InputFileError(f"{label} is damaged: {error}; fetch it again") from error


def read_whole(path: Path, label: str, *, limit: int) -> bytes:
    """Read a file of at most ``limit`` bytes.

    Raises:
        InputFileError: As `open_file`; or it is larger, damaged, or empty.
    """
    with open_file(path, label) as file, unpacked(file) as inner:
        body = read_head(inner, label, limit + 1)
    if len(body) > limit:
        raise InputFileError(f"{label} is larger than {limit // 2**20} MB; split it into parts")
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise InputFileError(f"{label} is empty")
    return body


def binary_kind(head: bytes) -> str | None:
    """What a file is when it is not text, for people; ``None`` for text in UTF-8, UTF-16 or Latin-1."""
    for magic, kind in _KINDS:
        if head.startswith(magic):
            return kind
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    zeros = head.count(0)
    if zeros and not looks_utf16(head):
        return "binary data"
    controls = sum(1 for byte in head if byte < 9 or 13 < byte < 32) - zeros
    return "binary data" if controls > len(head) // 100 else None


def looks_utf16(head: bytes) -> bool:
    """Whether bytes without a mark are UTF-16: nearly every second one is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    return max(even, odd) > 0.7 * half and min(even, odd) < 0.1 * half


def decode_text(body: bytes, label: str) -> str:
    """Text of a file in UTF-8, UTF-16 (either order, marked or not) or Windows-1252.

    Raises:
        InputFileError: It is not text at all.
    """
    kind = binary_kind(body[:HEAD])
    if kind is not None:
        raise InputFileError(f"{label} is {kind}, not a text file; export it as CSV or plain text")
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    if looks_utf16(body[:HEAD]):
        return body.decode("utf-16-le" if body[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def lines_of(file: BufferedIOBase, head: bytes = b"") -> Iterator[bytes | None]:
    """Lines without their ends, in constant memory; ``None`` for one that is too long to keep.

    Args:
        file: Unpacked.
        head: What was taken from it before.
    """
    rest = b""
    is_skipping = False
    # One read at a time, so that what was unpacked before a damaged part is not lost with it.
    while block := head or file.read1(_BLOCK):
        head = b""
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        if is_skipping and lines:
            lines[0] = b""
            is_skipping = False
            yield None
            yield from lines[1:]
        elif not is_skipping:
            yield from lines
        if len(rest) > _BLOCK or is_skipping:
            is_skipping, rest = True, b""
    if is_skipping:
        yield None
    elif rest:
        yield rest
