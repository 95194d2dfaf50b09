"""The turns that the migration tells of consultations which were there before it, from their messages."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.orm import Session

from hub.threads.commands import DeleteMessage
from hub.threads.consultations.models import Consultation, Turn
from hub.threads.consultations.services import Settle, settle
from hub.threads.services.editing import delete_message
from tests.factories import World

migration = import_module("hub.migrations.versions.0034_turns")
LATER = [import_module(f"hub.migrations.versions.{name}") for name in ("0035_in_charge", "0039_silence")]
BEGAN = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)


class Undone(Exception):
    """The tables go back to what they were: other tests watch them (`KeptTables` of tests/conftest.py)."""


class Asked(NamedTuple):
    state: str = "open"
    changed_at: datetime = BEGAN
    closed_as: str | None = None
    thread_id: int = 1
    organisation_id: int = 5
    opened_by_id: int = 11
    opened_posting_id: int = 21
    opened_writer_name: str = ""
    created_at: datetime = BEGAN
    room_kind: str = "support"
    body_kind: str = "町"


class Said(NamedTuple):
    days: int
    organisation_id: int
    is_dx: bool = False
    mark: str | None = None
    author_id: int = 12
    posting_id: int = 22
    writer_name: str = ""

    @property
    def created_at(self) -> datetime:
        return BEGAN + timedelta(days=self.days)


def town(days: int) -> Said:
    return Said(days, 5)


def dx(days: int, author_id: int = 31) -> Said:
    return Said(days, 9, is_dx=True, author_id=author_id)


def after(days: int) -> datetime:
    return BEGAN + timedelta(days=days, milliseconds=20)  # the state moves a little later in the transaction


CASES: dict[str, tuple[Asked, list[Said], list[tuple[str, str | None, str]]]] = {
    "only asked": (Asked(), [], [("open", "prefecture", "asked")]),
    "answered": (
        Asked("answered", after(1)),
        [dx(1), dx(2)],
        [("open", "prefecture", "asked"), ("answered", "municipality", "answered")],
    ),
    "to and fro, then closed": (
        Asked("closed", after(4), "solved"),
        [dx(1), town(2), dx(3), town(5)],
        [
            ("open", "prefecture", "asked"),
            ("answered", "municipality", "answered"),
            ("open", "prefecture", "further"),
            ("answered", "municipality", "answered"),
            ("closed", None, "before"),
        ],
    ),
    "thanks that waited for nothing": (
        Asked("answered", after(1)),
        [dx(1), town(2)],
        [("open", "prefecture", "asked"), ("answered", "municipality", "answered")],
    ),
    "who recorded the question does not answer it": (
        Asked(opened_by_id=31),
        [dx(1)],
        [("open", "prefecture", "asked")],
    ),
    "an official word of a section": (
        Asked("answered", after(1)),
        [Said(1, 9, mark="official")],
        [("open", "prefecture", "asked"), ("answered", "municipality", "answered")],
    ),
    "put back by hand": (
        Asked("open", after(3)),
        [dx(1)],
        [("open", "prefecture", "asked"), ("answered", "municipality", "answered"), ("open", "prefecture", "before")],
    ),
    "about a case": (Asked(room_kind="case"), [], [("open", "municipality", "asked")]),
    "the prefecture asks": (
        Asked("answered", after(1), body_kind="県", organisation_id=9),
        [Said(1, 5, mark="official")],
        [("open", "municipality", "asked"), ("answered", "prefecture", "answered")],
    ),
}


@pytest.mark.parametrize(("asked", "said", "told"), CASES.values(), ids=CASES)
def test_what_is_told(asked: Asked, said: list[Said], told: list[tuple[str, str | None, str]]) -> None:
    turns = migration.turns_of(asked, said)
    assert [(turn["state"], turn["side"], turn["why"]) for turn in turns] == told
    assert [turn["number"] for turn in turns] == list(range(1, len(turns) + 1))
    assert [turn["until_at"] for turn in turns] == [*(turn["from_at"] for turn in turns[1:]), None]
    assert (turns[-1]["from_at"], turns[-1]["closed_as"]) == (asked.changed_at, asked.closed_as)


def test_a_real_database_is_told_as_it_went(world: World) -> None:
    """What was written by hand, thrown away, and told anew from the messages: the same sides at the same moments."""
    for number in range(5):
        asked = world.thread(world.room if number % 2 else world.commons, "consultation")
        answer = world.message(asked, by="supporter")
        if number > 1:
            world.message(asked, "では、これは?")
        if number == 0:
            world.write(delete_message, "supporter", DeleteMessage(answer.message_id))
        if number == 3:
            world.write(settle, "officer", Settle(asked.thread_id, "closed", "withdrawn"))

    def told(session: Session) -> dict[int, list[tuple[Any, ...]]]:
        found: dict[int, list[tuple[Any, ...]]] = {}
        for turn in session.scalars(sa.select(Turn).order_by(Turn.thread_id, Turn.number)):
            row = (turn.number, turn.state, turn.closed_as, turn.side, turn.until_at is None)
            found.setdefault(turn.thread_id, []).append(row)
        return found

    with suppress(Undone), world.store.transaction() as session:
        before = told(session)
        session.expire_all()
        with Operations.context(MigrationContext.configure(session.connection())):
            for step in reversed([migration, *LATER]):
                step.downgrade()
            for step in [migration, *LATER]:
                step.upgrade()
        assert told(session) == before
        for consultation in session.scalars(sa.select(Consultation)):
            newest = session.get_one(Turn, (consultation.thread_id, consultation.turn))
            stands = (consultation.state, consultation.closed_as, None)
            assert (newest.state, newest.closed_as, newest.until_at) == stands
            assert newest.from_at == consultation.changed_at
        raise Undone
    with world.store.read() as session:
        assert told(session) == before
