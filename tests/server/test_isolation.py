"""Isolation by receiving, not by asking: after access ends, the open socket gets nothing within a second."""

import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.accounts.models import Posting, SignIn, Staff
from hub.accounts.sessions import end_sign_ins
from hub.audiences.models import Grant
from hub.clock import utc_now
from hub.config import Config
from hub.db import Database
from hub.installation import raise_access_version
from hub.rooms.models import Room
from tests.live import Live
from tests.server.person import Person

WITHIN_S = 1.0


def sign_out(session, staff_id: int, _room_id: int) -> None:
    end_sign_ins(session, SignIn.staff_id == staff_id)


def disable(session, staff_id: int, _room_id: int) -> None:
    session.execute(sa.update(Staff).where(Staff.id == staff_id).values(disabled_at=utc_now()))
    raise_access_version(session)


def expire_posting(session, staff_id: int, _room_id: int) -> None:
    session.execute(sa.update(Posting).where(Posting.staff_id == staff_id).values(until_at=utc_now()))
    raise_access_version(session)


def remove_grant(session, _staff_id: int, room_id: int) -> None:
    audience = sa.select(Room.audience_id).where(Room.id == room_id).scalar_subquery()
    session.execute(sa.delete(Grant).where(Grant.audience_id == audience))
    raise_access_version(session)


def database_of(live: Live) -> Database:
    return Database(
        Config(instance_path=live.folder, database_url=live.environment.get("HUB_DATABASE_URL", "")).database
    )


@pytest.mark.parametrize("end", [sign_out, disable, expire_posting, remove_grant])
def test_a_reader_who_lost_access_receives_nothing_more(live: Live, end: Callable) -> None:
    writer, reader = (Person(live.url, live.world["staff"][n]["cookie"]).connect() for n in (0, 1))
    check_eviction(live, writer, reader, end)


def check_eviction(live: Live, writer: Person, reader: Person, end: Callable) -> None:
    room = writer.get("/rooms")["rooms"][0]
    me = reader.get("/me")
    for person in (writer, reader):
        assert person.call("feed:open", streams=[room["stream"]])["data"]["refused"] == []
    before = writer.post(live.world["thread_id"], "見えるはず")["data"]["seq"]
    wait_until(lambda: told(reader, room["stream"], before))
    with database_of(live).transaction() as session:
        end(session, int(me["staff_id"]), int(room["room_id"]))
    time.sleep(WITHIN_S)  # the promise itself: within a second
    after = post_somehow(live, writer, room)
    time.sleep(WITHIN_S)
    assert not told(reader, room["stream"], after)
    assert any(n in ("feed:closed", "session:ended", "disconnect") for n, _d in reader.frames)


def post_somehow(live: Live, writer: Person, room: dict[str, str]) -> int:
    """The writer may have lost the room as well (removed grant): then a grant by name lets them write again."""
    ack = writer.post(live.world["thread_id"], "もう見えないはず")
    if not ack["ok"]:
        with database_of(live).transaction() as session:
            audience = session.scalar(sa.select(Room.audience_id).where(Room.id == int(room["room_id"])))
            session.add(Grant(audience_id=audience, staff_id=int(writer.get("/me")["staff_id"])))
            raise_access_version(session)
        ack = writer.post(live.world["thread_id"], "もう見えないはず")
    assert ack["ok"], ack
    seq: int = ack["data"]["seq"]
    return seq


def told(person: Person, stream: str, seq: int) -> bool:
    """Whether this socket learned of the event: the event itself, or a head that reaches it."""
    for name, data in list(person.frames):
        if name == "feed" and data["stream"] == stream and data["seq"] >= seq:
            return True
        if name == "feed:heads" and data["heads"].get(stream, 0) >= seq:
            return True
    return False


def wait_until(true: Callable[[], bool], timeout: float = 10.0) -> None:
    end = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.02)
