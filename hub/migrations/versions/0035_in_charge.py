"""which duty is in charge of a consultation, where it is not the one that accompanies the body that asks

Columns that may be empty: old code does not ask for them. The constraint stands with its column, where SQLite takes it.
"""

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLES = ("consultations", "consultation_turns")


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table in TABLES:
        points = f"CONSTRAINT fk_{table}_duty_id_duties REFERENCES duties (id)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN duty_id {number} {points}")
        op.create_index(f"ix_{table}_duty_id", table, ["duty_id"])
    op.add_column("consultation_turns", sa.Column("since_at", hub.tables.UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("consultation_turns", "since_at")
    for table in TABLES:
        op.drop_index(f"ix_{table}_duty_id", table_name=table)
        op.drop_column(table, "duty_id")
