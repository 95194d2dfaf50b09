"""what a saved search found when it was last looked at, and until when postings that begin or end were noticed

What was seen before cannot be made up here, and that it was all of it or nothing would both be wrong: a search that is
there already counts from the next time it is opened, and its line says so. Old code must survive this schema: it runs
until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("saved_searches", sa.Column("seen", sa.LargeBinary(), nullable=True))
    op.add_column("saved_searches", sa.Column("seen_before", sa.LargeBinary(), nullable=True))
    op.add_column("search_state", sa.Column("postings_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("search_state", "postings_until")
    op.drop_column("saved_searches", "seen_before")
    op.drop_column("saved_searches", "seen")
