"""who has heard that the practice of a case has ended

Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_endings",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_at", hub.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("town_heard_at", hub.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("dx_heard_at", hub.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_endings_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_endings")),
    )


def downgrade() -> None:
    op.drop_table("case_endings")
