"""What is asked once in a session for reading, and each time in one that writes."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.queries import readers_of
from hub.moment import asked_once
from hub.people.authors import AuthorKey, authors
from hub.people.models import Posting, Staff
from hub.rooms.models import Room
from tests.factories import World


def asked(session: Session) -> list[int]:
    answers: list[int] = []
    for _time in range(2):
        asked_once(session, "what", lambda: answers.append(len(answers)) or 7)
    return answers


def test_a_session_for_reading_asks_once_and_another_anew(world: World) -> None:
    for _session in range(2):
        with world.store.read() as session:
            assert asked(session) == [0]
            assert asked_once(session, "what", lambda: 8) == 7


def test_a_session_that_writes_sees_what_it_changed(world: World) -> None:
    with world.store.transaction() as session:
        assert asked(session) == [0, 1]
        room, posting = session.scalars(sa.select(Room)).first(), session.scalars(sa.select(Posting)).first()
        assert room
        assert posting
        key = AuthorKey(posting.staff_id, posting.id)
        assert authors(session, [key])
        session.get_one(Staff, posting.staff_id).name = "改姓 花子"
        session.flush()
        assert authors(session, [key])[key]["name"] == "改姓 花子"
        before = {member.id for readers in readers_of(session, room.audience_id) for member in readers.staff}
        session.execute(sa.update(Staff).where(Staff.id.in_(before)).values(disabled_at=posting.from_at))
        assert not [member for readers in readers_of(session, room.audience_id) for member in readers.staff]
