"""what documents mean, beside the index

Documents that have texts to be encoded wait for it from now on; the index itself stays.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_meanings",
        sa.Column("place", NUMBER, autoincrement=False, nullable=False),
        sa.Column("subject", NUMBER, nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", hub.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("stamp", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_search_meanings")),
    )
    with op.batch_alter_table("search_meanings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_meanings_stamp"), ["stamp"], unique=False)
    op.add_column("search_documents", sa.Column("model", sa.Text(), nullable=True))
    op.create_index("ix_search_documents_model", "search_documents", ["model"], unique=False)
    op.execute("UPDATE search_documents SET model = '' WHERE kind IN ('thread', 'case', 'message')")
    op.add_column("search_state", sa.Column("stamp", NUMBER, server_default="0", nullable=False))
    op.add_column("search_state", sa.Column("emptied", NUMBER, server_default="0", nullable=False))
    op.add_column("search_state", sa.Column("meaning_off", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Back is by backup."""
    raise NotImplementedError
