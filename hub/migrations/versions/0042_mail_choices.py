"""mail choices: how each person wants to hear of what, and what the last digest told them

New tables only: old code does not ask for them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mail_choices",
        sa.Column("staff_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.CheckConstraint("way IN ('now','digest','never')", name=op.f("ck_mail_choices_way")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_mail_choices_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", "kind", name=op.f("pk_mail_choices")),
    )
    op.create_table(
        "mail_told",
        sa.Column("staff_id", NUMBER, nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_mail_told_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_mail_told")),
    )


def downgrade() -> None:
    for name in ("mail_told", "mail_choices"):
        op.drop_table(name)
