"""a case is said to have changed

Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("changed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("cases", "changed_on")
