"""counting postings without their blocks

Old code must survive this schema: it runs until the last worker is restarted.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NAME = "ix_search_postings_term_id_audience_id_count"


def upgrade() -> None:
    op.create_index(NAME, "search_postings", ["term_id", "audience_id", "count"], unique=False)


def downgrade() -> None:
    op.drop_index(NAME, table_name="search_postings")
