"""who follows which fields and tags, and which new cases they have seen

New tables only: old code does not ask for them.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table, other, column in (("field_follows", "fields", "field_id"), ("tag_follows", "tags", "tag_id")):
        op.create_table(
            table,
            sa.Column("staff_id", NUMBER, nullable=False),
            sa.Column(column, NUMBER, nullable=False),
            sa.Column("since", hub.tables.UtcDateTime(), nullable=False),
            sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=f"fk_{table}_staff_id_staff"),
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}"),
            sa.PrimaryKeyConstraint("staff_id", column, name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_table(
        "case_news_seen",
        sa.Column("staff_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_case_news_seen_staff_id_staff"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_news_seen_case_id_cases"),
        sa.PrimaryKeyConstraint("staff_id", "case_id", name="pk_case_news_seen"),
    )
    op.create_index("ix_case_news_seen_case_id", "case_news_seen", ["case_id"])


def downgrade() -> None:
    op.drop_table("case_news_seen")
    op.drop_table("tag_follows")
    op.drop_table("field_follows")
