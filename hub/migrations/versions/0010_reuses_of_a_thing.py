"""counting how often a thread or case answered a question

Old code must survive this schema: it runs until the last worker is restarted.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NAME = "ix_reuses_kind_ref_id"


def upgrade() -> None:
    op.create_index(NAME, "reuses", ["kind", "ref_id"], unique=False)


def downgrade() -> None:
    op.drop_index(NAME, table_name="reuses")
