"""What every part of the store works with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from creditline.urls import Url

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from creditline.store.connections import Database
    from creditline.store.files import FileStore

T = TypeVar("T")

#: Values per ``IN (...)``: SQLite takes 32,766 of them, PostgreSQL's driver 65,535; far fewer keep
#: statements quick to compile.
_VALUES_PER_QUERY = 500

#: Hex digits of a hash in an id: 48 bits, so that among a million pages one collision is expected
#: in about 560 databases; a collision lengthens the later id.
ID_HEX = 12


class WallClock(Protocol):
    """Where the store reads the time when it is not told."""

    def now(self) -> datetime:
        """Aware UTC wall time."""


@dataclass(eq=False)
class StorePart:
    """Base of the protocol families that make up the store."""

    _db: Database
    _files: FileStore
    _clock: WallClock


def sha256_text(*parts: str) -> str:
    """SHA-256 of texts joined by line feeds, 64 hex digits; lone surrogates do no harm."""
    return hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()


def short_id(prefix: str, key: str) -> str:
    """An id that is the same wherever the same thing is first seen."""
    return prefix + key[:ID_HEX]


def free_id(session: Session, table: type[Any], prefix: str, key: str) -> str:
    """`short_id`, lengthened for as long as another row of the table has it."""
    for length in range(ID_HEX, len(key) + 1):
        row_id = prefix + key[:length]
        if session.get(table, row_id) is None:
            return row_id
    raise AssertionError("64 equal hex digits")


def exact_key(address: str) -> str:
    """SHA-256 of an address without its fragment: the file that a server gives for it."""
    return sha256_text(address.split("#", 1)[0])


def address_key(address: str) -> str:
    """The key of a web address in its canonical form, or of any other address as it is."""
    url = Url.try_parse(address)
    return url.key if url else sha256_text(address)


def chunks(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """Cut values into lists that fit one query."""
    iterator = iter(values)
    while chunk := list(islice(iterator, _VALUES_PER_QUERY)):
        yield chunk
