"""how and when a consultation came that the DX section recorded for a municipality

A new table only: old code does not ask for it.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = "consultation_receptions"


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("received_at", hub.tables.UtcDateTime(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("corrected_at", hub.tables.UtcDateTime(), nullable=True),
        sa.Column("staff_id", NUMBER, nullable=True),
        sa.Column("posting_id", NUMBER, nullable=True),
        sa.Column("writer_name", sa.Text(), nullable=False),
        sa.CheckConstraint("channel IN ('telephone','visit','other')", name=op.f(f"ck_{NAME}_channel")),
        sa.ForeignKeyConstraint(["thread_id"], ["consultations.thread_id"], name=f"fk_{NAME}_thread_id_consultations"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=f"fk_{NAME}_staff_id_staff"),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=f"fk_{NAME}_posting_id_postings"),
        sa.PrimaryKeyConstraint("thread_id", name=f"pk_{NAME}"),
    )
    op.create_index(f"ix_{NAME}_staff_id", NAME, ["staff_id"])


def downgrade() -> None:
    op.drop_table(NAME)
