"""words that stood for a missing text are stored no more

Up to 0.1's first snapshots a thread whose first message was gone was called by a phrase, and a message of files alone
held one, in the language of whoever wrote. They are said to each reader in their own language since.

Old code must survive this schema: it runs until the last worker is restarted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

REMOVED = ("(本文が取り除かれたスレッド)", "(Thread whose text was removed)")
FILES = ("(添付ファイル)", "(attached files)")

threads = sa.table("threads", *map(sa.column, ("id", "title", "titled")))
messages = sa.table(
    "messages", *map(sa.column, ("id", "thread_id", "position", "body", "body_html", "deleted_at", "redacted_at"))
)
attachments = sa.table("attachments", sa.column("message_id"))
changes = sa.table("search_changes", sa.column("kind"), sa.column("ref_id"))

GONE = sa.or_(messages.c.deleted_at.is_not(None), messages.c.redacted_at.is_not(None))
FIRST = sa.and_(messages.c.thread_id == threads.c.id, messages.c.position == 1)
HAS_FILES = sa.exists().where(attachments.c.message_id == messages.c.id)


def upgrade() -> None:
    connection = op.get_bind()
    removed = sa.and_(threads.c.title.in_(REMOVED), sa.exists().where(FIRST, GONE))
    alone = sa.and_(messages.c.body.in_(FILES), HAS_FILES)
    called = sa.and_(threads.c.title.in_(FILES), threads.c.titled.is_(sa.false()), sa.exists().where(FIRST, alone))
    changed = {
        ("thread", id_) for id_ in connection.scalars(sa.select(threads.c.id).where(sa.or_(removed, called)))
    } | {
        ("thread", row.thread_id) if row.position == 1 else ("message", row.id)
        for row in connection.execute(sa.select(messages.c.id, messages.c.thread_id, messages.c.position).where(alone))
    }
    connection.execute(sa.update(threads).where(removed).values(title="", titled=sa.true()))
    connection.execute(sa.update(threads).where(called).values(title=""))
    connection.execute(sa.update(messages).where(alone).values(body="", body_html=""))
    if changed:  # the index learns of it
        connection.execute(sa.insert(changes), [{"kind": kind, "ref_id": id_} for kind, id_ in sorted(changed)])


def downgrade() -> None:
    """Nothing needs the words: old code shows an empty title and an empty text."""
