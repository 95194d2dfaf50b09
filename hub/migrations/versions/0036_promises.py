"""until when somebody promised to answer

A new table only: old code does not ask for it.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = "consultation_promises"


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", hub.tables.UtcDateTime(), nullable=False),
        sa.Column("staff_id", NUMBER, nullable=False),
        sa.Column("posting_id", NUMBER, nullable=False),
        sa.Column("ended_at", hub.tables.UtcDateTime(), nullable=True),
        sa.Column("ended_as", sa.Text(), nullable=True),
        sa.CheckConstraint("ended_as IN ('kept','late','replaced','withdrawn','closed')", name=op.f(f"ck_{NAME}_ended_as")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f(f"ck_{NAME}_ended_somehow")),
        sa.ForeignKeyConstraint(["thread_id"], ["consultations.thread_id"], name=f"fk_{NAME}_thread_id_consultations"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=f"fk_{NAME}_staff_id_staff"),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=f"fk_{NAME}_posting_id_postings"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{NAME}"),
    )
    stands = sa.text("ended_at IS NULL")
    op.create_index(f"ix_{NAME}_thread_id", NAME, ["thread_id"])
    op.create_index(f"ix_{NAME}_staff_id", NAME, ["staff_id"])
    op.create_index(f"uq_{NAME}_standing", NAME, ["thread_id"], unique=True, sqlite_where=stands, postgresql_where=stands)


def downgrade() -> None:
    op.drop_table(NAME)
