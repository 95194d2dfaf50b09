"""a case says in words what it cost

Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BATCH = 500


def upgrade() -> None:
    column: sa.Column[bool] = sa.Column("cost_in_words", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("cases", column)
    _tell_what_is_there()


def _tell_what_is_there() -> None:
    """From the version that stands on the shelf: the published one, and before that the newest."""
    connection = op.get_bind()
    cases = sa.table("cases", *map(sa.column, ("id", "version", "published_version", "cost_yen", "cost_in_words")))
    content = sa.column("content", sa.JSON())
    versions = sa.table("case_versions", sa.column("case_id"), sa.column("number"), content)
    shelved = sa.func.coalesce(cases.c.published_version, cases.c.version)
    query = sa.select(cases.c.id, versions.c.content).join(
        versions, sa.and_(versions.c.case_id == cases.c.id, versions.c.number == shelved)
    )
    last = 0
    while rows := connection.execute(
        query.where(cases.c.cost_yen.is_(None), cases.c.id > last).order_by(cases.c.id).limit(BATCH)
    ).all():
        told = [id_ for id_, said in rows if said.get("cost_note")]
        if told:
            connection.execute(sa.update(cases).where(cases.c.id.in_(told)).values(cost_in_words=sa.true()))
        last = rows[-1][0]


def downgrade() -> None:
    op.drop_column("cases", "cost_in_words")
