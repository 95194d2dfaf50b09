"""What happened reaches its followers at the end of the transaction: once each, with all of it, in order."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from hub.db import Database
from hub.errors import Forbidden
from hub.events.following import ROUNDS, Follower, Following, in_order
from hub.events.happenings import Happening, Said, happened
from hub.installation import Installation
from tests.factories import World


@dataclass(frozen=True)
class Risen(Happening):
    number: int


@dataclass(frozen=True)
class Fallen(Happening):
    number: int


class Noting:
    """A follower that remembers with what it was called."""

    def __init__(self, then: Happening | None = None) -> None:
        self.calls: list[list[Happening]] = []
        self.then = then

    def __call__(self, session: Session, said: Sequence[Said]) -> None:
        self.calls.append([what for _by, what in said])
        if self.then:
            happened(session, None, self.then)


@pytest.fixture
def store(world: World) -> Database:
    return world.store


def test_a_follower_is_called_once_with_all_of_its_kinds_in_order(store: Database) -> None:
    both, falls, unasked = Noting(), Noting(), Noting()
    store.follow = Following({Risen: (both,), Fallen: (falls, both), Happening: (unasked,)})
    with store.transaction() as session:
        for what in (Risen(1), Fallen(2), Risen(3)):
            happened(session, None, what)
        assert both.calls == []
    assert both.calls == [[Risen(1), Fallen(2), Risen(3)]]
    assert falls.calls == [[Fallen(2)]]
    assert unasked.calls == []


def test_what_a_follower_says_reaches_those_behind_it_at_once_and_others_in_a_further_round(
    store: Database,
) -> None:
    early, says, late = Noting(), Noting(Fallen(2)), Noting()
    store.follow = Following({Risen: (early, says, late), Fallen: (early, late)})
    with store.transaction() as session:
        happened(session, None, Risen(1))
    assert late.calls == [[Risen(1), Fallen(2)]]
    assert early.calls == [[Risen(1)], [Fallen(2)]]
    assert len(says.calls) == 1


def test_a_circle_of_followers_ends_the_write(store: Database) -> None:
    again = Noting(Risen(1))
    store.follow = Following({Risen: (again,)})
    with pytest.raises(RuntimeError), store.transaction() as session:
        happened(session, None, Risen(0))
    assert len(again.calls) == ROUNDS


def test_a_follower_that_fails_fails_the_write(store: Database) -> None:
    def refuse(_session: Session, _said: Sequence[Said]) -> None:
        raise Forbidden

    store.follow = Following({Risen: (refuse,)})

    def write() -> None:
        with store.transaction() as session:
            session.get_one(Installation, 1).vault_id = "another"
            happened(session, None, Risen(1))

    with pytest.raises(Forbidden):
        write()
    with store.read() as session:
        assert session.get_one(Installation, 1).vault_id != "another"


def test_what_happens_in_a_transaction_that_is_given_up_is_followed_by_nobody(store: Database) -> None:
    follower = Noting()
    store.follow = Following({Risen: (follower,)})
    with suppress(Forbidden), store.transaction() as session:
        happened(session, None, Risen(1))
        raise Forbidden
    with store.transaction():
        pass
    assert follower.calls == []


def test_writing_apart_has_followers_too(store: Database) -> None:
    follower = Noting()
    store.follow = Following({Risen: (follower,)})
    store.write_apart(lambda session: happened(session, None, Risen(1)))
    assert follower.calls == [[Risen(1)]]


def test_a_kind_that_stands_in_no_table_is_refused(store: Database) -> None:
    with pytest.raises(KeyError), store.transaction() as session:
        happened(session, None, Risen(1))


def test_nothing_happens_where_nobody_follows(tmp_path) -> None:
    """Seen to fail: a database that no application had set up would have lost its audit record without a word."""
    store = Database(f"sqlite:///{tmp_path}/hub.sqlite3")
    with pytest.raises(RuntimeError), store.transaction() as session:
        happened(session, None, Risen(1))
    store.close()


def test_followers_of_opposite_order_are_refused() -> None:
    first, second = Noting(), Noting()
    assert in_order({Risen: (first, second), Fallen: (second,)}) == [first, second]
    with pytest.raises(ValueError):
        in_order({Risen: (first, second), Fallen: (second, first)})


def test_the_order_holds_through_several_kinds() -> None:
    followers: list[Follower] = [Noting() for _n in range(3)]
    first, second, third = followers
    assert in_order({Risen: (second, third), Fallen: (first, second)}) == followers
