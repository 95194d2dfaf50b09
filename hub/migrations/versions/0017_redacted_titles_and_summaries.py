"""titles and summaries can be redacted

Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "thread_redactions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("thread_id", _ID, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("at", hub.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", _ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("part IN ('title','summary')", name=op.f("ck_thread_redactions_part")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_thread_redactions_staff_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_thread_redactions_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_redactions")),
    )
    op.create_index(op.f("ix_thread_redactions_thread_id"), "thread_redactions", ["thread_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_thread_redactions_thread_id"), table_name="thread_redactions")
    op.drop_table("thread_redactions")
