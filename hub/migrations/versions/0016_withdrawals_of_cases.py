"""who could read a case when it was withdrawn

Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_withdrawals",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("withdrawn_at", hub.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("readers_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_withdrawals_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_case_withdrawals_organisation_id")
        ),
        sa.ForeignKeyConstraint(["readers_id"], ["audiences.id"], name=op.f("fk_case_withdrawals_readers_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_withdrawals")),
    )
    op.create_index(op.f("ix_case_withdrawals_readers_id"), "case_withdrawals", ["readers_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_case_withdrawals_readers_id"), table_name="case_withdrawals")
    op.drop_table("case_withdrawals")
