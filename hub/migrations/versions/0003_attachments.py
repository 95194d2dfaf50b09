"""attachments

Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_HOMES = {"message_id": "messages", "note_id": "notes", "case_id": "cases"}


def upgrade() -> None:
    op.create_table(
        "blobs",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size_bytes", _ID, nullable=False),
        sa.Column("scan", sa.Text(), nullable=False),
        sa.Column("scanned_at", hub.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("width", _ID, nullable=True),
        sa.Column("height", _ID, nullable=True),
        sa.Column("created_at", hub.tables.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scan IN ('unscanned','clean','held','infected')", name=op.f("ck_blobs_scan")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_blobs")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("uploader_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        *(sa.Column(name, _ID, nullable=True) for name in _HOMES),
        sa.Column("place", _ID, nullable=False),
        sa.Column("created_at", hub.tables.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('image','pdf','document','sheet','slides','text')", name=op.f("ck_attachments_kind")
        ),
        sa.CheckConstraint(
            "(CASE WHEN message_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN note_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN case_id IS NULL THEN 0 ELSE 1 END) <= 1",
            name=op.f("ck_attachments_one_home"),
        ),
        sa.ForeignKeyConstraint(["digest"], ["blobs.digest"], name=op.f("fk_attachments_digest")),
        sa.ForeignKeyConstraint(["uploader_id"], ["staff.id"], name=op.f("fk_attachments_uploader_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_attachments_organisation_id")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_attachments_{name}"))
            for name, table in _HOMES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    for name in ("digest", "uploader_id", "organisation_id", *_HOMES):
        op.create_index(op.f(f"ix_attachments_{name}"), "attachments", [name], unique=False)
