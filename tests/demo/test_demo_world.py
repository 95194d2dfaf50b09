"""What somebody finds who opens the demo."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.audiences.models import Grant
from hub.clock import utc_now
from hub.db import Database
from hub.demo.people import DATA
from hub.library.models import Case
from hub.people.models import Organisation, Posting, Section
from hub.records.models import AuditEntry
from hub.rooms.models import Room
from hub.sharing.models import Sharing
from hub.threads.models import Message, Reaction, Thread
from hub.threads.notes.models import Note
from tests.conftest import demo_app


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return demo_app(tmp_path_factory.mktemp("demo"))


def rows(demo: Flask, query: sa.Select) -> list:
    store: Database = demo.extensions["hub.db"]
    with store.read() as session:
        return list(session.execute(query).all())


# Questions about cases are told case by case and reach further back; editions bear the time of their publication.
EDITIONS = sa.select(Sharing.edition_id).where(Sharing.edition_id.is_not(None))
IN_ROOMS = (
    sa.select(Message.created_at)
    .join(Thread, Thread.id == Message.thread_id)
    .join(Room, Room.id == Thread.room_id)
    .where(Room.kind != "case", Thread.id.not_in(EDITIONS))
)


def test_consultations_of_the_last_ninety_days_in_every_state(demo: Flask) -> None:
    found = rows(demo, sa.text("SELECT state, count(*) FROM consultations GROUP BY state"))
    assert {state for state, _n in found} == {"open", "answered", "closed"}
    assert sum(n for _state, n in found) >= 40
    moments = [at for (at,) in rows(demo, IN_ROOMS.order_by(Message.created_at))]
    oldest, newest = moments[0], moments[-1]
    assert timedelta(days=75) < utc_now() - oldest < timedelta(days=100)
    assert utc_now() - timedelta(days=7) < newest < utc_now()


def test_every_kind_of_room_is_in_use(demo: Flask) -> None:
    used = {kind for (kind,) in rows(demo, sa.select(Room.kind).join(Thread, Thread.room_id == Room.id).distinct())}
    assert used == {"support", "commons", "circle", "case"}
    kinds = {kind for (kind,) in rows(demo, sa.select(Thread.kind).distinct())}
    assert kinds == {"consultation", "notice", "talk"}
    assert rows(demo, sa.select(Note.id))
    assert rows(demo, sa.select(Reaction.emoji))
    members = rows(
        demo, sa.select(Organisation.id).where(Organisation.member, Organisation.kind.in_(("市", "町", "村")))
    )
    assert len(rows(demo, sa.select(Room.id).where(Room.kind == "support"))) == len(members) == 40


def test_people_take_their_time_to_answer(demo: Flask) -> None:
    opened = rows(demo, sa.select(Thread.created_at, Thread.last_message_at).where(Thread.last_position > 2))
    assert min(last - first for first, last in opened) >= timedelta(minutes=4)
    days = [last - first for first, last in opened if last - first > timedelta(days=1)]
    assert len(days) > len(opened) / 3  # not all of it in one afternoon


def test_what_was_written_later_has_the_later_number(demo: Flask) -> None:
    moments = [at for (at,) in rows(demo, IN_ROOMS.order_by(Message.id))]
    assert moments == sorted(moments)


def test_every_sourced_case_is_out_and_the_towns_managers_have_agreed(demo: Flask) -> None:
    """The import lets no case of a town out; each has the word of that town's own (invented) manager."""
    sourced = [json.loads(line)["id"] for line in (DATA / "cases.jsonl").read_text("utf-8").splitlines()]
    found = rows(demo, sa.select(Case, Organisation).join(Organisation, Organisation.id == Case.organisation_id))
    cases = {case.source_key: (case, body) for case, body in found}
    assert [key for key in sourced if cases[key][0].published_version is None] == []
    towns = [case for case, body in (cases[key] for key in sourced) if body.side == "municipality"]
    assert len(towns) == 6
    agreed = sa.select(AuditEntry.subject, Section.organisation_id).where(AuditEntry.action == "case.approved")
    agreed = agreed.join(Posting, Posting.staff_id == AuditEntry.actor_id).join(
        Section, Section.id == Posting.section_id
    )
    words = set(rows(demo, agreed))
    assert [c.source_key for c in towns if (f"case:{c.id}", c.organisation_id) not in words] == []
    assert {case.last_confirmed_on for case in towns} == {None}


def test_somebody_works_for_two_towns_and_readings_end_at_different_times(demo: Flask) -> None:
    towns = sa.select(Posting.staff_id, Section.organisation_id, Posting.until_at).join(Section)
    by_person: dict[int, dict[int, object]] = {}
    for staff_id, body, until_at in rows(demo, towns):
        by_person.setdefault(staff_id, {})[body] = until_at
    assert [len(set(ends.values())) for ends in by_person.values() if len(ends) > 1] == [2]
    named = rows(demo, sa.select(Grant.staff_id, Grant.until_at).where(Grant.until_at.is_not(None)))
    assert len({until_at for _staff_id, until_at in named}) > 1
