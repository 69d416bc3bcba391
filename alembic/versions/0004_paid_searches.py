"""Searches that are paid for: the question's own key, what was spent, why something was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_paid_searches"
down_revision = "0003_letters"
branch_labels = None
depends_on = None

#: Columns that come to how a search ended.
_NEW = ("question_key", "declared", "retry_after_s", "unproven", "evidence")


def upgrade() -> None:
    with op.batch_alter_table("search_outcome") as table:
        table.add_column(sa.Column("question_key", sa.Text(), nullable=True))
        table.add_column(sa.Column("declared", sa.Integer(), nullable=True))
        table.add_column(sa.Column("retry_after_s", sa.Double(), nullable=True))
        table.add_column(sa.Column("unproven", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("evidence", sa.Text(), nullable=True))
        table.create_index(op.f("ix_search_outcome_question_key"), ["question_key"], unique=False)
    outcome = sa.table("search_outcome", sa.column("unproven", sa.Boolean()))
    op.execute(outcome.update().values(unproven=sa.false()))
    with op.batch_alter_table("search_outcome") as table:
        table.alter_column("unproven", existing_type=sa.Boolean(), nullable=False)
    with op.batch_alter_table("disclosure") as table:
        table.add_column(sa.Column("why", sa.Text(), nullable=True))
    op.create_table(
        "spending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=True),
        sa.Column("micro_usd", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_spending_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spending")),
    )
    op.create_index(op.f("ix_spending_owner_id_at"), "spending", ["owner_id", "at"], unique=False)
    op.create_index(op.f("ix_spending_run_id"), "spending", ["run_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        do = "BEGIN SELECT RAISE(ABORT, 'rows of spending are only ever appended'); END"
    else:
        do = "FOR EACH ROW EXECUTE FUNCTION creditline_refuse()"
    op.execute(f"CREATE TRIGGER tr_spending_update BEFORE UPDATE ON spending {do}")


def downgrade() -> None:
    op.drop_index(op.f("ix_spending_run_id"), table_name="spending")
    op.drop_index(op.f("ix_spending_owner_id_at"), table_name="spending")
    op.drop_table("spending")
    with op.batch_alter_table("disclosure") as table:
        table.drop_column("why")
    with op.batch_alter_table("search_outcome") as table:
        table.drop_index(op.f("ix_search_outcome_question_key"))
        for name in reversed(_NEW):
            table.drop_column(name)
