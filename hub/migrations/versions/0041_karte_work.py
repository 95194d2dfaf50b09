"""plan, visits and calls, and the notes of the DX section beside a karte

New tables only: old code does not ask for them.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "state IN ('on_track','ahead','late','done','dropped')"
SIDES = "side IN ('municipality','prefecture','outside')"


def upgrade() -> None:
    _plan_items()
    _plan_changes()
    _contacts()
    _notes()


def _written(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("recorded_at", hub.tables.UtcDateTime(), nullable=False),
        sa.Column("staff_id", NUMBER, nullable=False),
        sa.Column("posting_id", NUMBER, nullable=False),
        sa.Column("writer_name", sa.Text(), nullable=False),
        _key(table, "staff_id", "staff"),
        _key(table, "posting_id", "postings"),
    ]


def _key(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{there}.id"], name=f"fk_{table}_{column}_{there}")


def _standing() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("outside", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("duty_id", NUMBER, nullable=True),
        sa.Column("holder_id", NUMBER, nullable=True),
    ]


def _plan_items() -> None:
    name = "plan_items"
    op.create_table(
        name,
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("fiscal_year", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        *_standing(),
        sa.CheckConstraint(STATES, name=op.f(f"ck_{name}_state")),
        sa.CheckConstraint(SIDES, name=op.f(f"ck_{name}_side")),
        sa.CheckConstraint("(side = 'outside') = (outside <> '')", name=op.f(f"ck_{name}_outside_has_a_name")),
        sa.CheckConstraint("(duty_id IS NULL) <> (holder_id IS NULL)", name=op.f(f"ck_{name}_one_holder")),
        _key(name, "organisation_id", "organisations"),
        _key(name, "duty_id", "duties"),
        _key(name, "holder_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    for column in ("organisation_id", "duty_id", "holder_id"):
        op.create_index(f"ix_{name}_{column}", name, [column])


def _plan_changes() -> None:
    name = "plan_changes"
    op.create_table(
        name,
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        *_standing(),
        sa.Column("why", sa.Text(), nullable=False),
        *_written(name),
        sa.CheckConstraint("number = 1 OR why <> ''", name=op.f(f"ck_{name}_changed_with_words")),
        _key(name, "item_id", "plan_items"),
        _key(name, "duty_id", "duties"),
        _key(name, "holder_id", "staff"),
        sa.PrimaryKeyConstraint("item_id", "number", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_staff_id", name, ["staff_id"])


def _contacts() -> None:
    name = "support_contacts"
    op.create_table(
        name,
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("first_id", NUMBER, nullable=True),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("held_at", hub.tables.UtcDateTime(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        *_written(name),
        sa.CheckConstraint("way IN ('visit','call','online')", name=op.f(f"ck_{name}_way")),
        sa.CheckConstraint("(first_id IS NULL) = (why = '')", name=op.f(f"ck_{name}_corrected_with_words")),
        _key(name, "organisation_id", "organisations"),
        _key(name, "first_id", "support_contacts"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    for column in ("organisation_id", "first_id", "staff_id"):
        op.create_index(f"ix_{name}_{column}", name, [column])


def _notes() -> None:
    name = "karte_notes"
    op.create_table(
        name,
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", hub.tables.UtcDateTime(), nullable=False),
        sa.Column("staff_id", NUMBER, nullable=False),
        sa.Column("posting_id", NUMBER, nullable=False),
        _key(name, "organisation_id", "organisations"),
        _key(name, "staff_id", "staff"),
        _key(name, "posting_id", "postings"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    for column in ("organisation_id", "staff_id"):
        op.create_index(f"ix_{name}_{column}", name, [column])


def downgrade() -> None:
    for name in ("karte_notes", "support_contacts", "plan_changes", "plan_items"):
        op.drop_table(name)
