"""After a change of access a worker looks again at those whom it concerns, a few at a time; whoever was not looked at,
for whatever reason, is looked at the next time."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from hub.access_changes import MOST_KEPT, AccessChange, Whom, concerned_since, raise_access_version
from hub.audiences.models import Audience, Grant
from hub.audiences.services import withdraw
from hub.clock import utc_now
from hub.errors import Unavailable
from hub.feed import examining
from hub.installation import Installation, facts
from hub.people.models import Posting, SignIn, Staff
from hub.rooms.models import Room
from hub.security import actors
from hub.security.sessions import end_sign_ins
from tests.factories import Socket, World
from tests.feed.test_access import look_first, tick

SocketOf = Callable[[str], Socket]
RAISED_BY_OLD_CODE = sa.update(Installation).values(access_version=Installation.access_version + 1)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The staff ids of each step."""
    steps: list[list[int]] = []
    whole = examining.Examiner._look_at

    def noted(self: Any, session: Any, pages: Any) -> None:
        steps.append(sorted(page.actor.staff_id for page in pages))
        whole(self, session, pages)

    monkeypatch.setattr(examining.Examiner, "_look_at", noted)
    return steps


def run(world: World, *statements: Any) -> None:
    with world.store.transaction() as session:
        for statement in statements:
            session.execute(statement)


def test_a_sign_out_is_nobody_elses_matter(
    world: World, socket_of: SocketOf, looked_at: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail with `raise_access_version(session)` alone in `end_sign_ins` (all three were looked at) and without
    `current_actor` in hub/feed/guard.py (whoever stays was made anew by the next thing they did)."""
    thread = world.thread(world.room)
    mine, colleague, other = socket_of("officer"), socket_of("manager"), socket_of("supporter")
    look_first(world, other)
    looked_at.clear()
    with world.store.transaction() as session:
        end_sign_ins(session, SignIn.staff_id == world.officer)
    tick(world)
    assert looked_at == [[world.officer]]
    assert (mine.open_to_server, colleague.open_to_server, other.open_to_server) == (False, True, True)
    made: list[int] = []
    monkeypatch.setattr(actors, "actors_of_sign_ins", lambda *_args: made.append(1) or {})
    ack = other.ask("message:post", {"thread_id": str(thread.thread_id), "body": "続き", "client_id": "client-next"})
    assert ack["ok"]
    assert made == []


@pytest.mark.parametrize("whom", ["organisation", "section", "person", "room"])
def test_a_right_that_went_is_gone_for_whoever_it_concerns(
    world: World, socket_of: SocketOf, looked_at: list[list[int]], whom: str
) -> None:
    """However it is named; the others keep what they have without a look. Seen to fail, each for itself, without its
    part in `is_concerned`, where a body has two (the next test)."""
    mine, other = socket_of("officer"), socket_of("foreign_officer")
    room, elsewhere = f"room:{world.room}", f"room:{world.foreign_room}"
    mine.open(room)
    other.open(elsewhere)
    look_first(world, mine)
    looked_at.clear()
    with world.store.transaction() as session:
        audience = session.get_one(Room, world.room).audience_id
        session.execute(sa.delete(Grant).where(Grant.audience_id == audience))
        posting = session.scalars(sa.select(Posting).where(Posting.staff_id == world.officer)).first()
        body = session.get_one(Room, world.room).organisation_id
        named = {
            "organisation": Whom(organisations=frozenset([body])),
            "section": Whom(sections=frozenset([posting.section_id])),
            "person": Whom(staff=frozenset([world.officer])),
            "room": Whom(rooms=frozenset([world.room])),
        }
        raise_access_version(session, named[whom])
    tick(world)
    assert mine.received("feed:closed") == [{"stream": room}]
    assert looked_at == [[world.officer]]
    world.thread(world.foreign_room, by="foreign_officer")
    assert other.received("feed")


@pytest.mark.parametrize(("body", "who"), [("foreign_town", "both"), ("prefecture", "admin")])
def test_a_body_concerns_whoever_sits_in_it(
    world: World, socket_of: SocketOf, looked_at: list[list[int]], body: str, who: str
) -> None:
    """With a second posting (併任), and in a role that gives no right by the posting. Seen to fail, each for itself,
    without `organisation_ids` and without `organisation_id` in `is_concerned`."""
    sockets = [socket_of(key) for key in ("both", "admin", "officer")]
    look_first(world, sockets[0])
    looked_at.clear()
    with world.store.transaction() as session:
        raise_access_version(session, Whom(organisations=frozenset([getattr(world, body)])))
    tick(world)
    assert looked_at == [[world.staff_id(who)]]


def test_a_body_is_named_as_such_for_somebody_may_just_be_taking_a_seat(world: World) -> None:
    """Their posting is not there yet for the transaction in which the body loses a right, and its notice of them came
    before. Seen to fail with the staff who sit there in place of the organisations."""
    with world.store.transaction() as session:
        room = session.get_one(Room, world.room)
        assert room.organisation_id is not None
        before = facts(session).access_version
        withdraw(session, session.get_one(Audience, room.audience_id), organisations=[room.organisation_id])
    with world.store.read() as session:
        said = session.scalars(sa.select(AccessChange.whom).where(AccessChange.version > before)).all()
    assert said == [{"organisations": [room.organisation_id]}]


def test_what_nobody_noted_concerns_everybody(world: World, socket_of: SocketOf, looked_at: list[list[int]]) -> None:
    """Old code during a rolling restart, a restore and migrations raise the version alone; a note before and one behind
    it do not make up for it. Seen to fail without the count of notes in `concerned_since`."""
    socket, room = socket_of("officer"), f"room:{world.room}"
    socket.open(room)
    look_first(world, socket)
    with world.store.transaction() as session:
        raise_access_version(session, Whom())
        session.execute(RAISED_BY_OLD_CODE)
        session.execute(sa.delete(Grant))
        raise_access_version(session, Whom())
    tick(world)
    assert socket.received("feed:closed") == [{"stream": room}]


def test_a_look_that_failed_is_made_up_for(
    world: World, socket_of: SocketOf, monkeypatch: pytest.MonkeyPatch, looked_at: list[list[int]]
) -> None:
    """The database went away behind the first of three. Seen to fail with one version seen for all sockets."""
    sockets = [socket_of(who) for who in ("officer", "manager", "supporter")]
    look_first(world, sockets[0])
    looked_at.clear()
    monkeypatch.setattr(examining, "PAGES_AT_ONCE", 1)
    whole = examining.Examiner._look_at

    def broken(self: Any, session: Any, pages: Any) -> None:
        if len(looked_at) == 1:
            raise Unavailable
        whole(self, session, pages)

    with world.store.transaction() as session:
        session.execute(sa.update(Staff).values(disabled_at=utc_now()))
        raise_access_version(session)
    monkeypatch.setattr(examining.Examiner, "_look_at", broken)
    with pytest.raises(Unavailable):
        tick(world)
    assert [s.open_to_server for s in sockets].count(False) == 1
    monkeypatch.setattr(examining.Examiner, "_look_at", whole)
    tick(world)
    assert not any(s.open_to_server for s in sockets)


def test_many_are_looked_at_a_few_at_a_time(
    world: World, socket_of: SocketOf, monkeypatch: pytest.MonkeyPatch, looked_at: list[list[int]]
) -> None:
    """0.45 s for 2,000 in one piece. Seen to fail without `_slices`, and without `breathe` behind each."""
    turns: list[int] = []
    monkeypatch.setattr(examining, "breathe", lambda: turns.append(len(looked_at)))
    monkeypatch.setattr(examining, "PAGES_AT_ONCE", 2)
    sockets = [socket_of("officer") for _n in range(5)]
    look_first(world, sockets[0])
    looked_at.clear()
    turns.clear()
    with world.store.transaction() as session:
        raise_access_version(session)
    tick(world)
    assert [len(step) for step in looked_at] == [2, 2, 1]
    assert turns == [1, 2, 3]
    monkeypatch.setattr(examining, "STREAMS_AT_ONCE", 2)
    sockets[0].open(f"room:{world.room}", f"user:{world.officer}")
    with world.store.transaction() as session:
        raise_access_version(session)
    looked_at.clear()
    tick(world)
    assert [len(step) for step in looked_at] == [1, 2, 2]


class TestConcernedSince:
    def test_the_notes_of_all_versions_in_between_together(self, world: World) -> None:
        with world.store.transaction() as session:
            epoch, before = facts(session)
            raise_access_version(session, Whom(staff=frozenset([7])))
            raise_access_version(session, Whom(rooms=frozenset([8]), staff=frozenset([9])))
            assert concerned_since(session, epoch, before, before + 2) == Whom(
                staff=frozenset([7, 9]), rooms=frozenset([8])
            )
            assert concerned_since(session, epoch, before + 2, before + 2) == Whom()

    def test_of_an_open_end_a_life_before_and_a_version_ahead_nobody_knows(self, world: World) -> None:
        """Seen to fail without the epoch in the query, and without the count of notes, which speaks for a version ahead
        as well: `since > until` only saves the question."""
        with world.store.transaction() as session:
            epoch, before = facts(session)
            raise_access_version(session, Whom())
            assert concerned_since(session, "another life", before, before + 1) is None
            assert concerned_since(session, epoch, before + 1, before) is None
            raise_access_version(session)
            assert concerned_since(session, epoch, before, before + 2) is None

    def test_notes_do_not_pile_up_and_those_of_a_former_future_go(self, world: World) -> None:
        """Seen to fail without each of the three conditions under which notes are deleted."""
        with world.store.transaction() as session:
            epoch, version = facts(session)
            for number, life in ((version + 1, epoch), (version + 50, epoch), (version, "another life")):
                session.add(AccessChange(version=number, epoch=life, whom={"staff": [1]}))
            session.flush()
            session.expunge_all()
            session.execute(sa.delete(AccessChange).where(AccessChange.version == version, AccessChange.epoch == epoch))
            raise_access_version(session, Whom())
            kept = session.execute(sa.select(AccessChange.version, AccessChange.epoch)).all()
            assert max(kept) == (version + 1, epoch)
            assert {life for _number, life in kept} == {epoch}
            session.execute(sa.update(Installation).values(access_version=version + MOST_KEPT + 1))
            raise_access_version(session, Whom())
            assert session.scalars(sa.select(AccessChange.version)).all() == [version + MOST_KEPT + 2]
