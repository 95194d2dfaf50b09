"""changes are numbered once

SQLite gave the numbers of worked-off changes again: a worker that had read the old ones took the new ones for them.
PostgreSQL never does.

Old code must survive this schema: it runs until the last worker is restarted.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_anew(sqlite_autoincrement=True)


def downgrade() -> None:
    _make_anew(sqlite_autoincrement=False)


def _make_anew(**options: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("search_changes", recreate="always", table_kwargs=options):
            pass
