"""Works, third-party pages, checks, uses and their verdicts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_works_pages_uses"
down_revision = "0001_owners_replies_evidence"
branch_labels = None
depends_on = None

#: Rows that are only ever appended: table, and what is refused.
_GUARDS = [("check_result", "UPDATE"), ("verdict", "UPDATE"), ("credit_evidence", "UPDATE")]


def upgrade() -> None:
    op.create_table(
        "disposition_rule",
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "disposition IN ('open', 'authorised', 'mine', 'not_my_image', 'ignored')",
            name=op.f("ck_disposition_rule_disposition"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_disposition_rule_owner_id")),
        sa.PrimaryKeyConstraint("owner_id", "scope", "subject", name=op.f("pk_disposition_rule")),
    )
    op.create_table(
        "page",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("folds_into", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["folds_into"], ["page.id"], name=op.f("fk_page_folds_into")),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_page_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("owner_id", "kind", "url_key", name=op.f("uq_page_owner_id_kind_url_key")),
    )
    op.create_index(op.f("ix_page_folds_into"), "page", ["folds_into"], unique=False)
    op.create_table(
        "search_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=True),
        sa.Column("query_key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("parsed", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("cost_usd", sa.Double(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("selected_tab", sa.Text(), nullable=True),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_search_outcome_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_outcome")),
        sa.UniqueConstraint(
            "owner_id",
            "run_id",
            "source",
            "query_key",
            name=op.f("uq_search_outcome_owner_id_run_id_source_query_key"),
        ),
    )
    op.create_table(
        "work",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("alt", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("rights", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=True),
        sa.Column("exclusion", sa.Text(), nullable=True),
        sa.Column("exclusion_note", sa.Text(), nullable=True),
        sa.Column("owner_says", sa.Boolean(), nullable=True),
        sa.Column("owner_said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["work.id"], name=op.f("fk_work_merged_into")),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_work_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
    )
    op.create_index(op.f("ix_work_merged_into"), "work", ["merged_into"], unique=False)
    op.create_index(op.f("ix_work_owner_id_url_key"), "work", ["owner_id", "url_key"], unique=False)
    op.create_table(
        "check_result",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("load_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=True),
        sa.Column("folds_into_url", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("complete_looks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("raw_sha256", sa.Text(), nullable=True),
        sa.Column("bytes_moved", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint_version", sa.Text(), nullable=False),
        sa.Column("judge_version", sa.Text(), nullable=False),
        sa.Column("program_version", sa.Text(), nullable=False),
        sa.Column("lease_token", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('shown', 'not_shown', 'gone', 'could_not_check')", name=op.f("ck_check_result_status")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_check_result_owner_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_check_result_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_result")),
        sa.UniqueConstraint("page_id", "load_id", name=op.f("uq_check_result_page_id_load_id")),
    )
    op.create_index(op.f("ix_check_result_owner_id"), "check_result", ["owner_id"], unique=False)
    op.create_table(
        "fingerprint",
        sa.Column("work_id", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("phash", sa.LargeBinary(), nullable=False),
        sa.Column("phash_mirrored", sa.LargeBinary(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_fingerprint_owner_id")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_fingerprint_work_id")),
        sa.PrimaryKeyConstraint("work_id", "algorithm", name=op.f("pk_fingerprint")),
    )
    op.create_index(op.f("ix_fingerprint_owner_id"), "fingerprint", ["owner_id"], unique=False)
    op.create_table(
        "origin_page",
        sa.Column("origin_id", sa.Text(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["origin_id"], ["page.id"], name=op.f("fk_origin_page_origin_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_origin_page_owner_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_origin_page_page_id")),
        sa.PrimaryKeyConstraint("origin_id", "page_id", name=op.f("pk_origin_page")),
    )
    op.create_index(op.f("ix_origin_page_owner_id"), "origin_page", ["owner_id"], unique=False)
    op.create_index(op.f("ix_origin_page_page_id"), "origin_page", ["page_id"], unique=False)
    op.create_table(
        "page_source",
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_page_source_owner_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_page_source_page_id")),
        sa.PrimaryKeyConstraint("page_id", "source", name=op.f("pk_page_source")),
    )
    op.create_index(op.f("ix_page_source_owner_id"), "page_source", ["owner_id"], unique=False)
    op.create_table(
        "rendition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("work_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("bytes_len", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_rendition_owner_id")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_rendition_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition")),
        sa.UniqueConstraint("owner_id", "url_key", name=op.f("uq_rendition_owner_id_url_key")),
    )
    op.create_index(op.f("ix_rendition_owner_id_sha256"), "rendition", ["owner_id", "sha256"], unique=False)
    op.create_index(op.f("ix_rendition_work_id"), "rendition", ["work_id"], unique=False)
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("image_key", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_sighting_owner_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_sighting_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint("page_id", "image_key", name=op.f("uq_sighting_page_id_image_key")),
    )
    op.create_index(op.f("ix_sighting_owner_id"), "sighting", ["owner_id"], unique=False)
    op.create_table(
        "use",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("work_id", sa.Text(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("via_page_id", sa.Text(), nullable=False),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("natural_key", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("image_url", sa.Text(), nullable=False),
        sa.Column("hotlinked", sa.Boolean(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("complete_looks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("verdict_id", sa.Text(), nullable=False),
        sa.Column("check_status", sa.Text(), nullable=False),
        sa.Column("check_reason", sa.Text(), nullable=True),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("verdict_by_owner", sa.Text(), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_checked", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "check_status IN ('shown', 'not_shown', 'gone', 'could_not_check')",
            name=op.f("ck_use_check_status"),
        ),
        sa.CheckConstraint(
            "disposition IN ('open', 'authorised', 'mine', 'not_my_image', 'ignored')",
            name=op.f("ck_use_disposition"),
        ),
        sa.ForeignKeyConstraint(["merged_into"], ["use.id"], name=op.f("fk_use_merged_into")),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_use_owner_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_use_page_id")),
        sa.ForeignKeyConstraint(["via_page_id"], ["page.id"], name=op.f("fk_use_via_page_id")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_use_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_use")),
        sa.UniqueConstraint("natural_key", name=op.f("uq_use_natural_key")),
    )
    op.create_index(op.f("ix_use_merged_into"), "use", ["merged_into"], unique=False)
    op.create_index(
        op.f("ix_use_owner_id_work_id_page_id"), "use", ["owner_id", "work_id", "page_id"], unique=False
    )
    op.create_index(op.f("ix_use_page_id"), "use", ["page_id"], unique=False)
    op.create_index(op.f("ix_use_via_page_id"), "use", ["via_page_id"], unique=False)
    op.create_index(op.f("ix_use_work_id"), "use", ["work_id"], unique=False)
    op.create_table(
        "work_page",
        sa.Column("work_id", sa.Text(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_work_page_owner_id")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_work_page_work_id")),
        sa.PrimaryKeyConstraint("work_id", "url_key", name=op.f("pk_work_page")),
    )
    op.create_index(op.f("ix_work_page_owner_id"), "work_page", ["owner_id"], unique=False)
    op.create_table(
        "disposition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("use_id", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "disposition IN ('open', 'authorised', 'mine', 'not_my_image', 'ignored')",
            name=op.f("ck_disposition_disposition"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_disposition_owner_id")),
        sa.ForeignKeyConstraint(["use_id"], ["use.id"], name=op.f("fk_disposition_use_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
    )
    op.create_index(op.f("ix_disposition_owner_id"), "disposition", ["owner_id"], unique=False)
    op.create_index(op.f("ix_disposition_use_id"), "disposition", ["use_id"], unique=False)
    op.create_table(
        "sighting_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sighting_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("work_id", sa.Text(), nullable=True),
        sa.Column("work_key", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_sighting_source_owner_id")),
        sa.ForeignKeyConstraint(
            ["sighting_id"], ["sighting.id"], name=op.f("fk_sighting_source_sighting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting_source")),
        sa.UniqueConstraint(
            "sighting_id", "source", "work_key", name=op.f("uq_sighting_source_sighting_id_source_work_key")
        ),
    )
    op.create_index(op.f("ix_sighting_source_owner_id"), "sighting_source", ["owner_id"], unique=False)
    op.create_table(
        "verdict",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("use_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("nofollow", sa.Boolean(), nullable=False),
        sa.Column("nofollow_cause", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("link_target", sa.Text(), nullable=True),
        sa.Column("page_links_owner", sa.Boolean(), nullable=False),
        sa.Column("metadata_credit", sa.Boolean(), nullable=False),
        sa.Column("tasl", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("credited_name", sa.Text(), nullable=True),
        sa.Column("mis_credit", sa.Boolean(), nullable=False),
        sa.Column("proof", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('linked', 'text_only', 'credited_to_other', 'none', 'unclear')",
            name=op.f("ck_verdict_kind"),
        ),
        sa.ForeignKeyConstraint(["check_id"], ["check_result.id"], name=op.f("fk_verdict_check_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_verdict_owner_id")),
        sa.ForeignKeyConstraint(["use_id"], ["use.id"], name=op.f("fk_verdict_use_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint("use_id", "position", name=op.f("uq_verdict_use_id_position")),
    )
    op.create_index(op.f("ix_verdict_owner_id"), "verdict", ["owner_id"], unique=False)
    op.create_table(
        "verdict_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("use_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_verdict_correction_owner_id")),
        sa.ForeignKeyConstraint(["use_id"], ["use.id"], name=op.f("fk_verdict_correction_use_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict_correction")),
    )
    op.create_index(op.f("ix_verdict_correction_owner_id"), "verdict_correction", ["owner_id"], unique=False)
    op.create_index(op.f("ix_verdict_correction_use_id"), "verdict_correction", ["use_id"], unique=False)
    op.create_table(
        "check_use",
        sa.Column("check_id", sa.Text(), nullable=False),
        sa.Column("use_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("verdict_id", sa.Text(), nullable=False),
        sa.Column("image_url", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["check_result.id"], name=op.f("fk_check_use_check_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_check_use_owner_id")),
        sa.ForeignKeyConstraint(["use_id"], ["use.id"], name=op.f("fk_check_use_use_id")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_check_use_verdict_id")),
        sa.PrimaryKeyConstraint("check_id", "use_id", name=op.f("pk_check_use")),
    )
    op.create_index(op.f("ix_check_use_owner_id"), "check_use", ["owner_id"], unique=False)
    op.create_index(op.f("ix_check_use_use_id"), "check_use", ["use_id"], unique=False)
    op.create_table(
        "credit_evidence",
        sa.Column("verdict_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("href", sa.Text(), nullable=True),
        sa.Column("rel", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("credits_owner", sa.Boolean(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("rejected", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_credit_evidence_owner_id")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_credit_evidence_verdict_id")),
        sa.PrimaryKeyConstraint("verdict_id", "position", name=op.f("pk_credit_evidence")),
    )
    op.create_index(op.f("ix_credit_evidence_owner_id"), "credit_evidence", ["owner_id"], unique=False)
    _add_guards()


def downgrade() -> None:
    op.drop_index(op.f("ix_credit_evidence_owner_id"), table_name="credit_evidence")
    op.drop_table("credit_evidence")
    op.drop_index(op.f("ix_check_use_use_id"), table_name="check_use")
    op.drop_index(op.f("ix_check_use_owner_id"), table_name="check_use")
    op.drop_table("check_use")
    op.drop_index(op.f("ix_verdict_correction_use_id"), table_name="verdict_correction")
    op.drop_index(op.f("ix_verdict_correction_owner_id"), table_name="verdict_correction")
    op.drop_table("verdict_correction")
    op.drop_index(op.f("ix_verdict_owner_id"), table_name="verdict")
    op.drop_table("verdict")
    op.drop_index(op.f("ix_sighting_source_owner_id"), table_name="sighting_source")
    op.drop_table("sighting_source")
    op.drop_index(op.f("ix_disposition_use_id"), table_name="disposition")
    op.drop_index(op.f("ix_disposition_owner_id"), table_name="disposition")
    op.drop_table("disposition")
    op.drop_index(op.f("ix_work_page_owner_id"), table_name="work_page")
    op.drop_table("work_page")
    op.drop_index(op.f("ix_use_work_id"), table_name="use")
    op.drop_index(op.f("ix_use_via_page_id"), table_name="use")
    op.drop_index(op.f("ix_use_page_id"), table_name="use")
    op.drop_index(op.f("ix_use_owner_id_work_id_page_id"), table_name="use")
    op.drop_index(op.f("ix_use_merged_into"), table_name="use")
    op.drop_table("use")
    op.drop_index(op.f("ix_sighting_owner_id"), table_name="sighting")
    op.drop_table("sighting")
    op.drop_index(op.f("ix_rendition_work_id"), table_name="rendition")
    op.drop_index(op.f("ix_rendition_owner_id_sha256"), table_name="rendition")
    op.drop_table("rendition")
    op.drop_index(op.f("ix_page_source_owner_id"), table_name="page_source")
    op.drop_table("page_source")
    op.drop_index(op.f("ix_origin_page_page_id"), table_name="origin_page")
    op.drop_index(op.f("ix_origin_page_owner_id"), table_name="origin_page")
    op.drop_table("origin_page")
    op.drop_index(op.f("ix_fingerprint_owner_id"), table_name="fingerprint")
    op.drop_table("fingerprint")
    op.drop_index(op.f("ix_check_result_owner_id"), table_name="check_result")
    op.drop_table("check_result")
    op.drop_index(op.f("ix_work_owner_id_url_key"), table_name="work")
    op.drop_index(op.f("ix_work_merged_into"), table_name="work")
    op.drop_table("work")
    op.drop_table("search_outcome")
    op.drop_index(op.f("ix_page_folds_into"), table_name="page")
    op.drop_table("page")
    op.drop_table("disposition_rule")


def _add_guards() -> None:
    if op.get_bind().dialect.name == "sqlite":
        do = "BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever appended'); END"
    else:
        do = "FOR EACH ROW EXECUTE FUNCTION creditline_refuse()"
    for table, action in _GUARDS:
        trigger = f"CREATE TRIGGER tr_{table}_{action.lower()} BEFORE {action} ON {table} "
        op.execute(trigger + do.format(table=table))
