"""Turns what databases and disks report into our errors: what, which, what next, in one line."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from creditline.errors import DiskFullError, StoreError, StoreLockedError

#: Less free space than this, in bytes, and an I/O error means a full disk: SQLite reports some of
#: them as plain I/O errors (its shared-memory file needs 32 KiB at a time).
_FULL_BELOW_BYTES = 1 << 20

_PRIMARY_CODE_MASK = 0xFF
_POSTGRES_DISK_FULL = "53100"
#: Serialization failure, deadlock, two processes that insert the same new row at once, and the ways
#: in which a server goes away.
_POSTGRES_PASSING = frozenset(
    {"40001", "23505", "40P01", "57P01", "57P02", "57P03", "08000", "08003", "08006"}
)


@contextmanager
def store_errors(place: str, folder: Path | None = None) -> Iterator[None]:
    """Raise our own errors for what may be expected of a database and a disk.

    Args:
        place: The database as people know it: a path, or an address without password.
        folder: Where its files lie, ``None`` for a server.
    """
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise
    except DBAPIError as error:
        raise _translated(error, place, folder) from error
    except sqlite3.Error as error:
        raise _sqlite_error(error, place, folder) or error from error
    except OSError as error:
        raise disk_error(error, place) from error


def disk_error(error: OSError, place: str) -> StoreError:
    """Our error for what a file operation reported."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(f"no room left for {place}: free some space, then start again; nothing is lost")
    reason = error.strerror or str(error)
    return StoreError(f"cannot use {place}: {reason}; check that the folder exists and may be written to")


def is_passing(error: DBAPIError) -> bool:
    """Whether the same transaction may well succeed when tried again at once."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _POSTGRES_PASSING


def _translated(error: DBAPIError, place: str, folder: Path | None) -> Exception:
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_error(error.orig, place, folder) or error
    return _postgres_error(error, place) or error


def _sqlite_error(error: sqlite3.Error, place: str, folder: Path | None) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE_MASK
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreLockedError(
            f"the database {place} is held by another program; close it (another creditline, a database "
            "browser, a backup) and start again; nothing is lost"
        )
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(folder)):
        return DiskFullError(f"no room left for {place}: free some space, then start again; nothing is lost")
    sentences = {
        sqlite3.SQLITE_NOTADB: "is not a database; name another file, or move this one away to begin anew",
        sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a backup (*.bak beside it), or move it away to "
        "begin anew",
        sqlite3.SQLITE_READONLY: "may not be written to; check its owner and permissions",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that the folder exists and may be written to",
        sqlite3.SQLITE_PERM: "may not be opened; check its owner and permissions",
        sqlite3.SQLITE_IOERR: f"cannot be read or written ({error}); check the disk",
    }
    return StoreError(f"the database {place} {sentences[code]}") if code in sentences else None


def _is_full(folder: Path | None) -> bool:
    return folder is not None and shutil.disk_usage(folder).free < _FULL_BELOW_BYTES


def _postgres_error(error: DBAPIError, place: str) -> StoreError | None:
    state = getattr(error.orig, "sqlstate", None)
    if state == _POSTGRES_DISK_FULL:
        return DiskFullError(f"the server of {place} has no room left; free some space, then start again")
    if (
        state is None
        or error.connection_invalidated
        or state in _POSTGRES_PASSING
        or state[:2] in ("28", "3D")
    ):
        words = " ".join(str(error.orig).split())
        return StoreError(
            f"cannot reach the database {place}: {words}; check that it runs, and --database-url"
        )
    return None
