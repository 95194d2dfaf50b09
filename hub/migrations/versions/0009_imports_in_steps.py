"""how far the import of a file is

Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = ("state", "publish", "done", "total", "beat_at", "outcome")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    for column in (
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("publish", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("done", number, server_default="0", nullable=False),
        sa.Column("total", number, server_default="0", nullable=False),
        sa.Column("beat_at", hub.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
    ):
        op.add_column("import_files", column)


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("import_files", name)
