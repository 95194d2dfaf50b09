"""mails: what is to be sent, addresses that take none, what the prefecture allows

New tables only: old code does not ask for them.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = hub.tables.UtcDateTime


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("staff_id", NUMBER, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("due_at", MOMENT(), nullable=False),
        sa.Column("attempts", NUMBER, server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("settled_at", MOMENT(), nullable=True),
        sa.Column("last_answer", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('waiting','sent','refused','dropped')", name=op.f("ck_mails_state")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_mails_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("key", name=op.f("uq_mails_key")),
    )
    op.create_index("ix_mails_staff_id", "mails", ["staff_id"])
    waits = sa.text("state = 'waiting'")
    op.create_index("ix_mails_due", "mails", ["due_at"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "mail_addresses",
        sa.Column("staff_id", NUMBER, nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("refusals", NUMBER, server_default="0", nullable=False),
        sa.Column("refused_at", MOMENT(), nullable=True),
        sa.Column("last_answer", sa.Text(), server_default="", nullable=False),
        sa.Column("stopped_at", MOMENT(), nullable=True),
        sa.Column("origin", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_mail_addresses_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_mail_addresses")),
    )
    op.create_table(
        "mail_rules",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("with_text", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_mail_rules_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_rules")),
    )


def downgrade() -> None:
    for name in ("mail_rules", "mail_addresses", "mails"):
        op.drop_table(name)
