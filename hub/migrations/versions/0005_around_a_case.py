"""what stands around a case

Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("changed_at", hub.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.Column("changed_note", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('law','grant','system','other')", name=op.f("ck_bases_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bases")),
        sa.UniqueConstraint("name", name=op.f("uq_bases_name")),
    )
    op.create_table(
        "collections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("created_at", hub.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", hub.tables.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
    )
    op.create_table(
        "tag_groups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_groups_name")),
    )
    op.create_table(
        "field_aliases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("field_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], name=op.f("fk_field_aliases_field_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_field_aliases")),
    )
    with op.batch_alter_table("field_aliases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_aliases_field_id"), ["field_id"], unique=False)

    op.create_table(
        "case_bases",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("basis_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("confirmed_at", hub.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basis_id"], ["bases.id"], name=op.f("fk_case_bases_basis_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_bases_case_id")),
        sa.PrimaryKeyConstraint("case_id", "basis_id", name=op.f("pk_case_bases")),
    )
    with op.batch_alter_table("case_bases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_bases_basis_id"), ["basis_id"], unique=False)

    op.create_table(
        "collection_cases",
        sa.Column("collection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_collection_cases_case_id")),
        sa.ForeignKeyConstraint(["collection_id"], ["collections.id"], name=op.f("fk_collection_cases_collection_id")),
        sa.PrimaryKeyConstraint("collection_id", "case_id", name=op.f("pk_collection_cases")),
    )
    with op.batch_alter_table("collection_cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collection_cases_case_id"), ["case_id"], unique=False)

    op.create_table(
        "visits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_dates", sa.JSON(), nullable=False),
        sa.Column("headcount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("writer_name", sa.Text(), nullable=False),
        sa.Column("created_at", hub.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_at", hub.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("replier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("changed_at", hub.tables.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state IN ('accepted','done')) = (agreed_on IS NOT NULL)", name=op.f("ck_visits_agreed_has_a_day")
        ),
        sa.CheckConstraint(
            "state IN ('requested','accepted','declined','withdrawn','done')", name=op.f("ck_visits_state")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_visits_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_visits_case_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_visits_organisation_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_visits_posting_id")),
        sa.ForeignKeyConstraint(["replier_id"], ["staff.id"], name=op.f("fk_visits_replier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visits_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visits_organisation_id"), ["organisation_id"], unique=False)

    for table, column, kind in (
        ("cases", "room_id", "rooms"),
        ("tags", "group_id", "tag_groups"),
        ("tags", "synonym_of_id", "tags"),
    ):
        _add_reference(table, column, kind)
    op.create_index(op.f("ix_cases_room_id"), "cases", ["room_id"], unique=True)
    op.create_index(op.f("ix_tags_group_id"), "tags", ["group_id"])
    op.create_index(op.f("ix_tags_synonym_of_id"), "tags", ["synonym_of_id"])
    op.add_column("cases", sa.Column("paused_until", sa.Date(), nullable=True))
    op.add_column("rooms", sa.Column("paused_until", sa.Date(), nullable=True))


def _add_reference(table: str, column: str, target: str) -> None:
    """Written by hand: SQLite would rebuild the table, which other tables refer to."""
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {number} CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
    )


def downgrade() -> None:
    """Back is by backup."""
    raise NotImplementedError
