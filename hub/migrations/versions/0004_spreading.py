"""spreading: predecessors, checklists, echoes, files that wait, consents to the public

Old code must survive this schema: it runs until the last worker is restarted.
"""

import secrets

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What the DX section finds at first; it edits the table, so this is only the beginning.
ITEMS = {
    "considering": (
        "事例の担当に聞きたいことをまとめた",
        "うちで同じ困りごとが何件・何時間あるか数えた",
        "関係する課と情報担当が話した",
        "費用と財源の見当をつけた",
        "個人情報と情報セキュリティで気になる点を挙げた",
    ),
    "trial": (
        "試す範囲・期間・やめる条件を決めた",
        "始める前の数字を測った",
        "使う職員に説明した",
        "終わりに続けるかどうかを決める日を決めた",
    ),
    "adopted": (
        "運用のきまりと担当を決めた",
        "予算に載せた",
        "研修をした",
        "住民・議会に説明した",
        "半年後に効果を測る日を決めた",
    ),
    "adapted": (
        "変えたところと理由を書いた",
        "運用のきまりと担当を決めた",
        "研修をした",
        "元の団体に変えたところを伝えた",
    ),
    "declined": ("見送る理由を書いた", "また検討する時期や条件を書いた"),
    "ended": ("終える理由を書いた", "データと契約の後始末を決めた", "代わりの方法を住民と職員に伝えた"),
}


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = hub.tables.UtcDateTime(timezone=True)
    op.create_table(
        "case_predecessors",
        sa.Column("case_id", number, nullable=False),
        sa.Column("predecessor_id", number, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("case_id <> predecessor_id", name=op.f("ck_case_predecessors_of_another")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_predecessors_case_id")),
        sa.ForeignKeyConstraint(["predecessor_id"], ["cases.id"], name=op.f("fk_case_predecessors_predecessor_id")),
        sa.PrimaryKeyConstraint("case_id", "predecessor_id", name=op.f("pk_case_predecessors")),
    )
    op.create_index(op.f("ix_case_predecessors_predecessor_id"), "case_predecessors", ["predecessor_id"])
    items = op.create_table(
        "checklist_items",
        sa.Column("id", number, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", number, nullable=False),
        sa.Column("retired_at", moment, nullable=True),
        sa.CheckConstraint(
            "state IN ('considering','trial','adopted','adapted','declined','ended')",
            name=op.f("ck_checklist_items_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_items")),
    )
    op.create_table(
        "checklist_ticks",
        sa.Column("adoption_id", number, nullable=False),
        sa.Column("item_id", number, nullable=False),
        sa.Column("staff_id", number, nullable=False),
        sa.Column("posting_id", number, nullable=False),
        sa.Column("writer_name", sa.Text(), nullable=False),
        sa.Column("ticked_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["adoption_id"], ["adoptions.id"], name=op.f("fk_checklist_ticks_adoption_id")),
        sa.ForeignKeyConstraint(["item_id"], ["checklist_items.id"], name=op.f("fk_checklist_ticks_item_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_checklist_ticks_posting_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_checklist_ticks_staff_id")),
        sa.PrimaryKeyConstraint("adoption_id", "item_id", name=op.f("pk_checklist_ticks")),
    )
    op.create_index(op.f("ix_checklist_ticks_item_id"), "checklist_ticks", ["item_id"])
    op.create_table(
        "adoption_echoes",
        sa.Column("adoption_id", number, nullable=False),
        sa.Column("heard_state", sa.Text(), nullable=False),
        sa.Column("thanks", sa.Text(), nullable=False),
        sa.Column("thanked_at", moment, nullable=True),
        sa.Column("staff_id", number, nullable=True),
        sa.Column("posting_id", number, nullable=True),
        sa.Column("writer_name", sa.Text(), nullable=False),
        sa.Column("seen_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["adoption_id"], ["adoptions.id"], name=op.f("fk_adoption_echoes_adoption_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_adoption_echoes_posting_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_adoption_echoes_staff_id")),
        sa.PrimaryKeyConstraint("adoption_id", name=op.f("pk_adoption_echoes")),
    )
    op.create_table(
        "import_files",
        sa.Column("id", number, nullable=False),
        sa.Column("staff_id", number, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_import_files_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_files")),
    )
    op.create_index(op.f("ix_import_files_staff_id"), "import_files", ["staff_id"])
    op.create_table(
        "case_publicities",
        sa.Column("case_id", number, nullable=False),
        sa.Column("town_agreed_at", moment, nullable=True),
        sa.Column("town_agreed_by_id", number, nullable=True),
        sa.Column("dx_agreed_at", moment, nullable=True),
        sa.Column("dx_agreed_by_id", number, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_publicities_case_id")),
        sa.ForeignKeyConstraint(["dx_agreed_by_id"], ["staff.id"], name=op.f("fk_case_publicities_dx_agreed_by_id")),
        sa.ForeignKeyConstraint(
            ["town_agreed_by_id"], ["staff.id"], name=op.f("fk_case_publicities_town_agreed_by_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_publicities")),
    )
    op.bulk_insert(
        items,
        [
            {"state": state, "text": text, "position": position, "retired_at": None}
            for state, texts in ITEMS.items()
            for position, text in enumerate(texts)
        ],
    )
    _name_the_nameless()


def _name_the_nameless() -> None:
    """Cases that people wrote get the key by which an export of them is known again."""
    connection = op.get_bind()
    for (id_,) in connection.execute(sa.text("SELECT id FROM cases WHERE source_key IS NULL")).all():
        key = {"key": f"hub-{secrets.token_hex(8)}", "id": id_}
        connection.execute(sa.text("UPDATE cases SET source_key = :key WHERE id = :id"), key)


def downgrade() -> None:
    """Back is by backup."""
    raise NotImplementedError
