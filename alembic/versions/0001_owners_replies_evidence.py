"""Owners, what was fetched and decoded, evidence files, work in progress."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_owners_replies_evidence"
down_revision = None
branch_labels = None
depends_on = None

#: Rows that are only ever appended: table, and what is refused.
_GUARDS = [("manifest_entry", "UPDATE"), ("manifest_entry", "DELETE")]

_REFUSE = """
CREATE OR REPLACE FUNCTION creditline_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are only ever appended', TG_TABLE_NAME; END $$
"""


def upgrade() -> None:
    op.create_table(
        "decoded",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes_len", sa.BigInteger(), nullable=False),
        sa.Column("flat", sa.Boolean(), nullable=False),
        sa.Column("rights", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint_sha256", sa.Text(), nullable=False),
        sa.Column("fingerprint_width", sa.Integer(), nullable=False),
        sa.Column("fingerprint_height", sa.Integer(), nullable=False),
        sa.Column("phash", sa.LargeBinary(), nullable=False),
        sa.Column("phash_mirrored", sa.LargeBinary(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "algorithm", name=op.f("pk_decoded")),
    )
    op.create_table(
        "evidence_item",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("bytes_len", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_evidence_item")),
    )
    op.create_table(
        "host_budget",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_host_budget")),
    )
    op.create_table(
        "kept_body",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("bytes_len", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_kept_body")),
    )
    op.create_index(op.f("ix_kept_body_kept_at"), "kept_body", ["kept_at"], unique=False)
    op.create_table(
        "known_file",
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("bytes_len", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("address_key", name=op.f("pk_known_file")),
    )
    op.create_table(
        "lease",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
    )
    op.create_table(
        "manifest_entry",
        sa.Column("shard", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("bytes_len", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("entry_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "position", name=op.f("pk_manifest_entry")),
        sa.UniqueConstraint("entry_hash", name=op.f("uq_manifest_entry_entry_hash")),
    )
    op.create_index(op.f("ix_manifest_entry_sha256"), "manifest_entry", ["sha256"], unique=False)
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "owner",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_key", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner")),
        sa.UniqueConstraint("owner_key", name=op.f("uq_owner_owner_key")),
    )
    op.create_table(
        "rendering",
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("raw_sha256", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("html_sha256", sa.Text(), nullable=False),
        sa.Column("boxes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("bytes_moved", sa.BigInteger(), nullable=False),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url_key", name=op.f("pk_rendering")),
    )
    op.create_table(
        "reply",
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url_key", name=op.f("pk_reply")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("command_key", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_run_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_owner_id_command_key"), "run", ["owner_id", "command_key"], unique=False)
    _add_guards()


def downgrade() -> None:
    op.drop_index(op.f("ix_run_owner_id_command_key"), table_name="run")
    op.drop_table("run")
    op.drop_table("reply")
    op.drop_table("rendering")
    op.drop_table("owner")
    op.drop_table("meta")
    op.drop_index(op.f("ix_manifest_entry_sha256"), table_name="manifest_entry")
    op.drop_table("manifest_entry")
    op.drop_table("lease")
    op.drop_table("known_file")
    op.drop_index(op.f("ix_kept_body_kept_at"), table_name="kept_body")
    op.drop_table("kept_body")
    op.drop_table("host_budget")
    op.drop_table("evidence_item")
    op.drop_table("decoded")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION creditline_refuse()")


def _add_guards() -> None:
    if op.get_bind().dialect.name == "sqlite":
        do = "BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever appended'); END"
    else:
        op.execute(_REFUSE)
        do = "FOR EACH ROW EXECUTE FUNCTION creditline_refuse()"
    for table, action in _GUARDS:
        trigger = f"CREATE TRIGGER tr_{table}_{action.lower()} BEFORE {action} ON {table} "
        op.execute(trigger + do.format(table=table))
