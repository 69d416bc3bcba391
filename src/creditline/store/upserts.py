"""Many rows by primary key in one statement, new or changed, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from creditline.store.columns import Base


def upsert(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; those whose key is there get every other column anew. Of one key the last row counts."""
    table = model.__table__
    assert isinstance(table, Table)
    keys = [column.name for column in table.primary_key]
    by_key = {tuple(row[name] for name in keys): row for row in rows}
    if not by_key:
        return
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(table)
    others = {
        column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys
    }
    # Sorted, so that two writers of the same rows never wait for each other.
    ordered = [by_key[key] for key in sorted(by_key)]
    session.execute(insert.on_conflict_do_update(index_elements=keys, set_=others), ordered)
