"""Triggers that refuse every change of rows that are only ever appended.

They hold for whoever writes, our own mistakes and other programs included. Rows may be deleted, for
erasure on request; the manifest chain may not.
"""

from __future__ import annotations

from sqlalchemy import DDL, event
from sqlalchemy.schema import ExecutableDDLElement

from creditline.store.columns import Base

#: Tables whose rows are never changed.
NEVER_CHANGED = ("check_result", "verdict", "credit_evidence", "manifest_entry", "spending")
#: Of those, tables whose rows are never deleted either.
NEVER_DELETED = ("manifest_entry",)

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION creditline_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are only ever appended', TG_TABLE_NAME; END $$
"""


def sqlite_trigger(table: str, action: str) -> str:
    """The statement that makes SQLite refuse ``UPDATE`` or ``DELETE`` on a table."""
    return (
        f"CREATE TRIGGER tr_{table}_{action.lower()} BEFORE {action} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever appended'); END"
    )


def postgres_trigger(table: str, action: str) -> str:
    """The statement that makes PostgreSQL refuse ``UPDATE`` or ``DELETE`` on a table."""
    return (
        f"CREATE TRIGGER tr_{table}_{action.lower()} BEFORE {action} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION creditline_refuse()"
    )


def guards() -> list[tuple[str, str]]:
    """Every guarded table with the action refused on it."""
    return [(table, "UPDATE") for table in NEVER_CHANGED] + [(table, "DELETE") for table in NEVER_DELETED]


def attach_to_fresh_schemas() -> None:
    """Make ``create_all`` add the triggers, as the migrations do."""
    event.listen(Base.metadata, "after_create", _on("postgresql", POSTGRES_FUNCTION))
    for table, action in guards():
        event.listen(Base.metadata, "after_create", _on("sqlite", sqlite_trigger(table, action)))
        event.listen(Base.metadata, "after_create", _on("postgresql", postgres_trigger(table, action)))


def _on(dialect: str, statement: str) -> ExecutableDDLElement:
    return DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
