"""former names of bases

Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "basis_aliases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("basis_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["basis_id"], ["bases.id"], name=op.f("fk_basis_aliases_basis_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_basis_aliases")),
    )
    op.create_index(op.f("ix_basis_aliases_basis_id"), "basis_aliases", ["basis_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_basis_aliases_basis_id"), table_name="basis_aliases")
    op.drop_table("basis_aliases")
