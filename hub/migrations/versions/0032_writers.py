"""who wrote in a thread before is found at once

Asked with every post: of somebody with thousands of messages all of them were looked through.
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_messages_author_id_thread_id", "messages", ["author_id", "thread_id"])
    op.drop_index("ix_messages_author_id", table_name="messages")


def downgrade() -> None:
    op.create_index("ix_messages_author_id", "messages", ["author_id"])
    op.drop_index("ix_messages_author_id_thread_id", table_name="messages")
