"""sharing: passages, editions, consents, aliases

Old code must survive this schema: it runs until the last worker is restarted.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _id(name: str, *key: sa.ForeignKey, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), *key, nullable=nullable)


def _to(table: str, own: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{own}_{column}"))


def _at(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, hub.tables.UtcDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column("staff", sa.Column("is_alias", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("threads", sa.Column("edition", sa.Text(), nullable=True))
    op.create_table(
        "passages",
        _id("message_id"),
        sa.Column("kind", sa.Text(), nullable=False),
        _id("staff_id"),
        _at("created_at"),
        sa.CheckConstraint("kind IN ('issue','action','effect','difficulty')", name=op.f("ck_passages_kind")),
        _to("messages", "passages", "message_id"),
        _to("staff", "passages", "staff_id"),
        sa.PrimaryKeyConstraint("message_id", "kind", name=op.f("pk_passages")),
    )
    op.create_table(
        "sharings",
        _id("id"),
        sa.Column("kind", sa.Text(), nullable=False),
        _id("thread_id"),
        _id("organisation_id"),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        _id("room_id", nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        _id("version"),
        sa.Column("remark", sa.Text(), nullable=False),
        _id("edition_id", nullable=True),
        _id("case_id", nullable=True),
        _id("prepared_by_id"),
        _at("created_at"),
        _at("out_at", nullable=True),
        sa.CheckConstraint("kind IN ('edition','case')", name=op.f("ck_sharings_kind")),
        sa.CheckConstraint(
            "state IN ('preparing','asked','returned','out','withdrawn')", name=op.f("ck_sharings_state")
        ),
        _to("threads", "sharings", "thread_id"),
        _to("organisations", "sharings", "organisation_id"),
        _to("rooms", "sharings", "room_id"),
        _to("threads", "sharings", "edition_id"),
        _to("cases", "sharings", "case_id"),
        _to("staff", "sharings", "prepared_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharings")),
        sa.UniqueConstraint("edition_id", name=op.f("uq_sharings_edition_id")),
        sa.UniqueConstraint("case_id", name=op.f("uq_sharings_case_id")),
    )
    for column in ("thread_id", "organisation_id", "state"):
        op.create_index(op.f(f"ix_sharings_{column}"), "sharings", [column])
    op.create_table(
        "sharing_parts",
        _id("sharing_id"),
        _id("position"),
        _id("message_id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("included", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _to("sharings", "sharing_parts", "sharing_id"),
        _to("messages", "sharing_parts", "message_id"),
        sa.PrimaryKeyConstraint("sharing_id", "position", name=op.f("pk_sharing_parts")),
    )
    op.create_index(op.f("ix_sharing_parts_message_id"), "sharing_parts", ["message_id"])
    op.create_table(
        "sharing_consents",
        _id("sharing_id"),
        _id("organisation_id"),
        _id("version"),
        _id("staff_id"),
        _at("created_at"),
        _to("sharings", "sharing_consents", "sharing_id"),
        _to("organisations", "sharing_consents", "organisation_id"),
        _to("staff", "sharing_consents", "staff_id"),
        sa.PrimaryKeyConstraint("sharing_id", "organisation_id", name=op.f("pk_sharing_consents")),
    )
    op.create_table(
        "sharing_answers",
        _id("thread_id"),
        sa.Column("yes", sa.Boolean(), nullable=False),
        _at("created_at"),
        _to("threads", "sharing_answers", "thread_id"),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_sharing_answers")),
    )
    op.create_table(
        "sharing_aliases",
        _id("alias_id"),
        _id("alias_posting_id"),
        _id("thread_id"),
        _id("staff_id"),
        _id("posting_id"),
        _to("staff", "sharing_aliases", "alias_id"),
        _to("postings", "sharing_aliases", "alias_posting_id"),
        _to("threads", "sharing_aliases", "thread_id"),
        _to("staff", "sharing_aliases", "staff_id"),
        _to("postings", "sharing_aliases", "posting_id"),
        sa.PrimaryKeyConstraint("alias_id", name=op.f("pk_sharing_aliases")),
        sa.UniqueConstraint("thread_id", "staff_id", name=op.f("uq_sharing_aliases_thread_id_staff_id")),
    )
    op.create_index(op.f("ix_sharing_aliases_staff_id"), "sharing_aliases", ["staff_id"])


def downgrade() -> None:
    for table in (
        "sharing_aliases",
        "sharing_answers",
        "sharing_consents",
        "sharing_parts",
        "sharings",
        "passages",
    ):
        op.drop_table(table)
    op.drop_column("threads", "edition")
    op.drop_column("staff", "is_alias")
