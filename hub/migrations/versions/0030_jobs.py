"""jobs: work for later

Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITS, UNDER_WAY = sa.text("lease IS NULL AND set_aside_at IS NULL"), sa.text("lease IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", hub.tables.UtcDateTime(), nullable=False),
        sa.Column("run_at", hub.tables.UtcDateTime(), nullable=False),
        sa.Column("attempts", NUMBER, server_default="0", nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("lease_until", hub.tables.UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("set_aside_at", hub.tables.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    for name, where in (("uq_jobs_waiting", WAITS), ("uq_jobs_under_way", UNDER_WAY)):
        op.create_index(name, "jobs", ["kind", "key"], unique=True, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_jobs_run_at", "jobs", ["run_at"])


def downgrade() -> None:
    op.drop_table("jobs")
