"""What the browser showed of pages that are built alike."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_templates"
down_revision = "0004_paid_searches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "template",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("gained", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_template")),
    )


def downgrade() -> None:
    op.drop_table("template")
