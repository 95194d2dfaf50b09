"""what is known of a municipality

A new table only: old code does not ask for it.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = "karte_facts"


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("recorded_at", hub.tables.UtcDateTime(), nullable=False),
        sa.Column("staff_id", NUMBER, nullable=False),
        sa.Column("posting_id", NUMBER, nullable=False),
        sa.Column("writer_name", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f(f"ck_{NAME}_number")),
        sa.CheckConstraint("number = 1 OR why <> ''", name=op.f(f"ck_{NAME}_corrected_with_words")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=f"fk_{NAME}_organisation_id_organisations"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=f"fk_{NAME}_staff_id_staff"),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=f"fk_{NAME}_posting_id_postings"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{NAME}"),
        sa.UniqueConstraint("organisation_id", "name", "item", "number", name=f"uq_{NAME}_organisation_id_name_item_number"),
    )
    op.create_index(f"ix_{NAME}_organisation_id", NAME, ["organisation_id"])
    op.create_index(f"ix_{NAME}_staff_id", NAME, ["staff_id"])


def downgrade() -> None:
    op.drop_table(NAME)
