"""whose turn it has been in each consultation, since it was asked

What is there is told from its messages, by the rules that moved it (ADR 17). What was settled by hand, or said to wait
for nothing more, stands in no message: from the moment since which a consultation has stood as it does, what it says of
itself counts. Code that knows of no turns goes on: whoever moves a consultation of its next, writes the missing one.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

import hub.tables

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MANY = 1000
TRANSACTION = timedelta(seconds=10)  # between a message and what it moved
SIDES = {"匿名": "municipality", "匿名の県": "prefecture", "県": "prefecture"}

CONSULTATIONS = sa.text(
    "SELECT c.thread_id, c.organisation_id, c.state, c.closed_as, c.changed_at, t.opened_by_id, t.opened_posting_id, "
    "t.opened_writer_name, t.created_at, r.kind AS room_kind, o.kind AS body_kind "
    "FROM consultations c JOIN threads t ON t.id = c.thread_id JOIN rooms r ON r.id = t.room_id "
    "JOIN organisations o ON o.id = c.organisation_id WHERE c.thread_id > :after ORDER BY c.thread_id LIMIT :many"
).columns(changed_at=hub.tables.UtcDateTime(), created_at=hub.tables.UtcDateTime())
MESSAGES = sa.text(
    "SELECT m.thread_id, m.mark, m.author_id, m.posting_id, m.writer_name, m.created_at, s.organisation_id, s.is_dx "
    "FROM messages m JOIN postings p ON p.id = m.posting_id JOIN sections s ON s.id = p.section_id "
    "JOIN consultations c ON c.thread_id = m.thread_id "
    "WHERE m.thread_id > :after AND m.thread_id <= :last AND m.position > 1 ORDER BY m.thread_id, m.position"
).columns(created_at=hub.tables.UtcDateTime(), is_dx=sa.Boolean())


def upgrade() -> None:
    _create()
    op.add_column("consultations", sa.Column("turn", NUMBER, nullable=False, server_default="1"))
    connection = op.get_bind()
    for rows in _batches(connection):
        connection.execute(TURNS.insert(), rows)
        newest = [{"thread": row["thread_id"], "turn": row["number"]} for row in rows if row["until_at"] is None]
        connection.execute(sa.text("UPDATE consultations SET turn = :turn WHERE thread_id = :thread"), newest)


def downgrade() -> None:
    op.drop_table("consultation_turns")
    op.drop_column("consultations", "turn")


def _create() -> None:
    name = "consultation_turns"
    op.create_table(
        name,
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closed_as", sa.Text(), nullable=True),
        sa.Column("side", sa.Text(), nullable=True),
        sa.Column("outside", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("from_at", hub.tables.UtcDateTime(), nullable=False),
        sa.Column("until_at", hub.tables.UtcDateTime(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("staff_id", NUMBER, nullable=True),
        sa.Column("posting_id", NUMBER, nullable=True),
        sa.Column("writer_name", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open','answered','closed')", name=op.f(f"ck_{name}_state")),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_as IS NOT NULL)", name=op.f(f"ck_{name}_closed_as_when_closed")
        ),
        sa.CheckConstraint("(state = 'closed') = (side IS NULL)", name=op.f(f"ck_{name}_side_unless_closed")),
        sa.CheckConstraint("side IN ('municipality','prefecture','outside')", name=op.f(f"ck_{name}_side")),
        sa.CheckConstraint(
            "(COALESCE(side, '') = 'outside') = (outside <> '')", name=op.f(f"ck_{name}_outside_has_a_name")
        ),
        sa.CheckConstraint("until_at >= from_at", name=op.f(f"ck_{name}_ends_after_it_began")),
        sa.CheckConstraint(
            "why IN ('asked','answered','further','erased','hand','before')", name=op.f(f"ck_{name}_why")
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["consultations.thread_id"], name=f"fk_{name}_thread_id_consultations"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=f"fk_{name}_staff_id_staff"),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=f"fk_{name}_posting_id_postings"),
        sa.PrimaryKeyConstraint("thread_id", "number", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_staff_id", name, ["staff_id"])


TURNS = sa.table(
    "consultation_turns",
    *map(sa.column, "thread_id number state closed_as side outside why words staff_id posting_id writer_name".split()),
    sa.column("expected_on", sa.Date()),
    sa.column("from_at", hub.tables.UtcDateTime()),
    sa.column("until_at", hub.tables.UtcDateTime()),
)


def _batches(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """The turns of so many consultations at a time."""
    after = 0
    while asked := connection.execute(CONSULTATIONS, {"after": after, "many": MANY}).all():
        last = asked[-1].thread_id
        messages = connection.execute(MESSAGES, {"after": after, "last": last}).all()
        said = {thread_id: list(rows) for thread_id, rows in groupby(messages, lambda row: row.thread_id)}
        yield [turn for one in asked for turn in turns_of(one, said.get(one.thread_id, ()))]
        after = last


def turns_of(asked: Any, messages: Sequence[Any]) -> list[dict[str, Any]]:
    """From the question to now; the last one stands as the consultation says of itself."""
    opened_by = {"staff_id": asked.opened_by_id, "posting_id": asked.opened_posting_id}
    first = min(asked.created_at, asked.changed_at)
    turns = [_turn(asked, 1, "open", first, "asked", **opened_by, writer_name=asked.opened_writer_name)]
    for message in messages:
        state = _next(asked, turns[-1]["state"], message)
        if state is not None and message.created_at <= asked.changed_at:
            why = "further" if state == "open" else "answered"
            by = {"staff_id": message.author_id, "posting_id": message.posting_id, "writer_name": message.writer_name}
            turns.append(_turn(asked, len(turns) + 1, state, message.created_at, why, **by))
    if turns[-1]["state"] == asked.state and asked.changed_at - turns[-1]["from_at"] < TRANSACTION:
        turns[-1]["from_at"] = max(turns[-1]["from_at"], asked.changed_at)
    else:
        turns.append(_turn(asked, len(turns) + 1, asked.state, asked.changed_at, "before"))
    turns[-1]["closed_as"] = asked.closed_as
    for turn, following in zip(turns, turns[1:], strict=False):
        turn["until_at"] = following["from_at"]
    return turns


def _next(asked: Any, state: str, message: Any) -> str | None:
    asks = message.organisation_id == asked.organisation_id
    if state == "answered" and asks:
        return "open"
    replies = message.is_dx and message.author_id != asked.opened_by_id
    return "answered" if state == "open" and not asks and (message.mark == "official" or replies) else None


def _turn(asked: Any, number: int, state: str, at: datetime, why: str, **by: Any) -> dict[str, Any]:
    return {
        "thread_id": asked.thread_id,
        "number": number,
        "state": state,
        "closed_as": None,
        "side": _side(state, asked),
        "outside": "",
        "expected_on": None,
        "from_at": at,
        "until_at": None,
        "why": why,
        "words": "",
        **{"staff_id": None, "posting_id": None, "writer_name": "", **by},
    }


def _side(state: str, asked: Any) -> str | None:
    if state == "closed":
        return None
    asking = SIDES.get(asked.body_kind, "municipality")
    if state == "answered":
        return asking
    return "municipality" if asked.room_kind == "case" or asking == "prefecture" else "prefecture"
