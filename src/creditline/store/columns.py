"""Column types: the one place where texts, times and nested values are made fit for both engines.

PostgreSQL takes no NUL in a text and no lone surrogate anywhere; SQLite knows no time zone. Every
text of every table passes through `clean_text`, every nested value through `clean_json`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from creditline.records.texts import MAX_TEXT_CHARS, clean_text

#: Longest text that is part of a key, in characters: three of them at four bytes each stay below
#: the 2,704 bytes that a PostgreSQL index row may hold.
MAX_NAME_CHARS = 200
#: Longest letter, in characters: ours, not a page's, so only a bound against accidents.
MAX_LETTER_CHARS = 100_000

#: Every constraint has a name, so that a migration can find it on both engines.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


def clean_name(text: str) -> str:
    """A text as a key column will hold it, for comparing with what was read from one."""
    return clean_text(text, MAX_NAME_CHARS)


def clean_json(value: Any) -> Any:
    """Clean every text inside a nested value, keys included; tuples become lists."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(str(key)): clean_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(item) for item in value]
    return value


class CleanText(TypeDecorator[str]):
    """A text that both engines can hold, at most ``max_chars`` long."""

    impl = Text
    cache_ok = True

    def __init__(self, max_chars: int = MAX_TEXT_CHARS) -> None:
        super().__init__()
        self.max_chars = max_chars

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean on the way in, in comparisons too."""
        return None if value is None else clean_text(str(value), self.max_chars)


Name = CleanText(MAX_NAME_CHARS)
"""A text that may be part of a key: ids, hashes, names of sources and kinds."""


class CleanJson(TypeDecorator[Any]):
    """A nested value of texts, numbers, lists and mappings."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Clean on the way in."""
        return clean_json(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware time in UTC, microseconds kept, on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse times without a zone: they are defects of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"time without a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite gives naive UTC, PostgreSQL the session's zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
