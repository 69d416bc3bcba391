"""Content-addressed files: ``ab/cdef...`` below one folder, named by the SHA-256 of their bytes.

A file appears whole or not at all: written under a temporary name, flushed to disk, renamed, and the
folder flushed. What can be had again is not flushed (`FileStore.write_lightly`): a power cut may leave such a
file empty, which its name tells. Paths are made of hashes only, never of anything that a page says.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import re
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from creditline.errors import StoreError
from creditline.store.failures import disk_error

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TEMPORARY_PREFIX = ".new-"


class FileEditedError(StoreError):
    """A file does not hold what its name says."""

    def __init__(self, message: str, found_sha256: str) -> None:
        super().__init__(message)
        #: What it holds instead.
        self.found_sha256 = found_sha256


class FileStore:
    """Bytes by their hash, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash lie or would lie.

        Raises:
            StoreError: It is not a SHA-256 in lower-case hex.
        """
        if not _SHA256.fullmatch(sha256):
            raise StoreError(f"not a SHA-256: {sha256[:80]!r}")
        return self.folder / sha256[:2] / sha256[2:]

    def write(self, body: bytes) -> str:
        """Keep bytes for good; those already there are left alone unless they were damaged.

        Raises:
            StoreError: The folder cannot be written to; `DiskFullError` when it is full.
        """
        return self._write(body, is_flushed=True)

    def write_lightly(self, body: bytes) -> str:
        """Keep bytes that can be had again: they survive every process, but perhaps no power cut.

        Flushing costs 2 ms of processor time.

        Raises:
            StoreError: As `write`.
        """
        return self._write(body, is_flushed=False)

    def _write(self, body: bytes, *, is_flushed: bool) -> str:
        sha256 = hashlib.sha256(body).hexdigest()
        path = self.path(sha256)
        try:
            if not _holds(path, body):
                _write_whole(path, body, is_flushed=is_flushed)
            elif is_flushed:  # it may have been written lightly
                _flush(path)
                _flush_folder(path.parent)
        except OSError as error:
            raise disk_error(error, f"the evidence folder {self.folder}") from error
        return sha256

    def read(self, sha256: str) -> bytes | None:
        """The bytes with this hash, ``None`` where there is no file.

        Raises:
            FileEditedError: The file does not hold what its name says.
            StoreError: It cannot be read.
        """
        path = self.path(sha256)
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise StoreError(f"{path} is no file; move it away")
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise disk_error(error, f"the evidence file {path}") from error
        found = hashlib.sha256(body).hexdigest()
        if found != sha256:
            raise FileEditedError(
                f"the evidence file {path} was changed since it was stored; see `creditline verify`", found
            )
        return body

    def read_whole(self, sha256: str) -> bytes | None:
        """The bytes with this hash, ``None`` where there is no file, or another content in it."""
        try:
            return self.read(sha256)
        except FileEditedError:
            return None

    def holds(self, sha256: str) -> bool:
        """Whether there is a file of that name, whatever is in it."""
        return self.path(sha256).is_file()

    def unfinished(self, before: datetime) -> list[Path]:
        """Files that a writer left behind when it was killed: temporary names, last touched before."""
        return [
            path
            for path in sorted(self.folder.glob(f"*/{_TEMPORARY_PREFIX}*"))
            if _touched(path) < before.timestamp()
        ]

    def all_files(self) -> Iterator[tuple[str, int, float]]:
        """The hash that names each file, its size, and when it was last touched (seconds since 1970)."""
        for path in sorted(self.folder.glob("??/*")):
            sha256 = path.parent.name + path.name
            if _SHA256.fullmatch(sha256):
                with contextlib.suppress(FileNotFoundError):
                    state = path.stat()
                    yield sha256, state.st_size, state.st_mtime

    def remove(self, sha256: str) -> None:
        """Take bytes away; nothing happens when they are not there."""
        self.path(sha256).unlink(missing_ok=True)


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # its writer has finished
        return math.inf


def _holds(path: Path, body: bytes) -> bool:
    try:
        return path.stat().st_size == len(body) and path.read_bytes() == body
    except FileNotFoundError:
        return False


def _write_whole(path: Path, body: bytes, *, is_flushed: bool) -> None:
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        _flush_folder(path.parent.parent)
    handle, name = tempfile.mkstemp(prefix=_TEMPORARY_PREFIX, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            if is_flushed:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if is_flushed:
        _flush_folder(path.parent)


def _flush(path: Path) -> None:
    with path.open("r+b") as file:  # Windows flushes only what may be written
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there; NTFS journals the rename
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
