"""what is new in the search index is read from an index alone

Old code must survive this schema: it runs until the last worker is restarted.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_search_documents_audience_id_at_place", "search_documents", ["audience_id", "at", "place"])
    op.drop_index("ix_search_documents_audience_id_at", "search_documents")


def downgrade() -> None:
    op.create_index("ix_search_documents_audience_id_at", "search_documents", ["audience_id", "at"])
    op.drop_index("ix_search_documents_audience_id_at_place", "search_documents")
