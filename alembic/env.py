"""Runs the migrations on the connection that `creditline.store.schema` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy.types import TypeDecorator

from creditline.store.models import Base


def render_plain_types(kind: str, item: object, _context: object) -> str | bool:
    """Write SQLAlchemy's own types into migrations, which must outlive ours."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite cannot change a table in place; Alembic then builds a new one and copies.
    render_item=render_plain_types,
    render_as_batch=connection.dialect.name == "sqlite",
    # The whole upgrade is one transaction, SQLite's DDL too.
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
