"""Many rows by primary key in one statement, new or changed, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert

from creditline.store.columns import Base


def upsert(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; those whose key is there get every other column anew. Of one key the last row counts."""
    table = model.__table__
    assert isinstance(table, Table)
    keys = [column.name for column in table.primary_key]
    by_key = {tuple(row[name] for name in keys): row for row in rows}
    if not by_key:
        return
    # Sorted, so that two writers of the same rows never wait for each other.
    ordered = [by_key[key] for key in sorted(by_key)]
    session.execute(_statement(table, session.get_bind().dialect.name), ordered)


@lru_cache(maxsize=32)
def _statement(table: Table, dialect_name: str) -> Insert:
    """The statement for a table, made once: making it takes longer than running it."""
    insert = (sqlite if dialect_name == "sqlite" else postgresql).insert(table)
    keys = [column.name for column in table.primary_key]
    others = {
        column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys
    }
    statement: Insert = insert.on_conflict_do_update(index_elements=keys, set_=others)
    return statement
