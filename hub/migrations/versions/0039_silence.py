"""answered consultations in which nobody says anything any more: who was reminded when, what silence closed, after how long

Columns that may be empty or have a default, and a new table: old code does not ask for them.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table in ("consultations", "consultation_turns"):
        op.add_column(table, sa.Column("automatic", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("consultations", sa.Column("reminded_at", hub.tables.UtcDateTime(), nullable=True))
    op.create_table(
        "consultation_rules",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("remind_after", NUMBER, nullable=False),
        sa.Column("close_after", NUMBER, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_consultation_rules_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_consultation_rules"),
    )


def downgrade() -> None:
    op.drop_table("consultation_rules")
    op.drop_column("consultations", "reminded_at")
    for table in ("consultations", "consultation_turns"):
        op.drop_column(table, "automatic")
