"""from which version on readers see a case, and for whom the next one is agreed

What is out already is closed towards the past: nobody can say afterwards which of its versions was taken away once, or
was for fewer readers than there are now. Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("cases", sa.Column("readers_from", _NUMBER, server_default="1", nullable=False))
    op.add_column("cases", sa.Column("readers_chosen", sa.Boolean(), server_default=sa.false(), nullable=False))
    _add_reference("cases", "agreed_audience_id", "audiences")
    op.create_index(op.f("ix_cases_agreed_audience_id"), "cases", ["agreed_audience_id"])
    op.execute("UPDATE cases SET readers_from = published_version WHERE published_version IS NOT NULL")
    op.execute(
        "UPDATE cases SET readers_chosen = true WHERE audience_id <> owners_id OR published_at IS NOT NULL "
        "OR 'case:' || id IN (SELECT subject FROM audit_entries WHERE action = 'case.shared')"
    )


def _add_reference(table: str, column: str, target: str) -> None:
    """Written by hand: SQLite would rebuild the table, which other tables refer to."""
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {number} CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_cases_agreed_audience_id"), table_name="cases")
    for column in ("agreed_audience_id", "readers_chosen", "readers_from"):
        op.drop_column("cases", column)
