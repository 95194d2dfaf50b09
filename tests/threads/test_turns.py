"""Whose turn it is in a consultation: told without gaps from the first word on, whatever happens in whatever order."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from hub import clock
from hub.threads.commands import DeleteMessage
from hub.threads.consultations.models import Consultation, Turn
from hub.threads.consultations.services import Settle, settle
from hub.threads.services.editing import delete_message
from tests.factories import Posted, World


@pytest.fixture
def asked(world: World) -> Posted:
    return world.thread(world.room, "consultation")


def turns(world: World, asked: Posted) -> list[Turn]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(Turn).filter_by(thread_id=asked.thread_id).order_by(Turn.number)))


def sides(world: World, asked: Posted) -> list[tuple[str, str | None, str]]:
    return [(turn.state, turn.side, turn.why) for turn in turns(world, asked)]


def hold_together(world: World, asked: Posted) -> None:
    told = turns(world, asked)
    assert [turn.number for turn in told] == list(range(1, len(told) + 1))
    assert [turn.until_at for turn in told[:-1]] == [turn.from_at for turn in told[1:]]
    assert told[-1].until_at is None
    with world.store.read() as session:
        now = session.get_one(Consultation, asked.thread_id)
        assert (now.turn, now.state, now.closed_as) == (told[-1].number, told[-1].state, told[-1].closed_as)
        same = [turn.from_at for turn in told]
        for turn in reversed(told):
            if turn.state != now.state:
                break
            same.append(turn.from_at)
        assert now.changed_at == same[-1]


def test_the_ball_goes_to_and_fro(world: World, asked: Posted) -> None:
    world.message(asked, by="supporter")
    world.message(asked, "では、これは?")
    world.write(settle, "officer", Settle(asked.thread_id, "closed", "solved"))
    world.write(settle, "supporter", Settle(asked.thread_id, "open"))
    assert sides(world, asked) == [
        ("open", "prefecture", "asked"),
        ("answered", "municipality", "answered"),
        ("open", "prefecture", "further"),
        ("closed", None, "hand"),
        ("open", "prefecture", "hand"),
    ]
    assert [turn.staff_id for turn in turns(world, asked)] == [
        *(world.officer, world.supporter, world.officer, world.officer, world.supporter)
    ]
    hold_together(world, asked)


def test_what_stands_so_already_begins_no_turn(world: World, asked: Posted) -> None:
    world.message(asked, "書き足します")
    world.write(settle, "officer", Settle(asked.thread_id, "open"))
    assert sides(world, asked) == [("open", "prefecture", "asked")]


def test_an_answer_that_goes_gives_the_ball_back(world: World, asked: Posted) -> None:
    answer = world.message(asked, by="supporter")
    world.write(delete_message, "supporter", DeleteMessage(answer.message_id))
    assert sides(world, asked)[-1] == ("open", "prefecture", "erased")
    assert turns(world, asked)[-1].staff_id is None
    hold_together(world, asked)


def test_a_clock_that_goes_back_makes_no_turn_end_before_it_began(world: World, asked: Posted) -> None:
    earlier = clock.utc_now() - timedelta(hours=1)
    clock.set_source(lambda: earlier)
    world.message(asked, by="supporter")
    hold_together(world, asked)


def test_one_opened_by_code_without_turns_gets_the_missing_one(world: World, asked: Posted) -> None:
    with world.store.transaction() as session:
        session.execute(sa.delete(Turn).where(Turn.thread_id == asked.thread_id))
    world.message(asked, by="supporter")
    assert sides(world, asked) == [("open", "prefecture", "before"), ("answered", "municipality", "answered")]
    hold_together(world, asked)


@pytest.mark.parametrize(
    ("by", "room", "states"),
    [
        ("officer", "room", ["prefecture", "municipality"]),
        ("supporter", "room", ["prefecture", "municipality"]),
        ("officer", "commons", ["prefecture", "municipality"]),
        ("supporter", "commons", ["municipality", "prefecture"]),
    ],
)
def test_the_sides(world: World, by: str, room: str, states: list[str]) -> None:
    asked = world.thread(getattr(world, room), "consultation", by=by)
    world.write(settle, "supporter", Settle(asked.thread_id, "answered"))
    assert [turn.side for turn in turns(world, asked)] == states


@pytest.mark.parametrize("seed", range(12))
def test_in_every_order_turns_neither_overlap_nor_leave_a_gap(world: World, asked: Posted, seed: int) -> None:
    chance = random.Random(seed)
    said: list[tuple[str, Posted]] = []

    def say() -> None:
        who = chance.choice(["officer", "manager", "supporter", "lead"])
        mark = "official" if who in ("supporter", "lead") and chance.random() < 0.3 else None
        said.append((who, world.message(asked, by=who, mark=mark, settled=who == "officer" and chance.random() < 0.3)))

    def settle_() -> None:
        state, how = chance.choice([("open", None), ("answered", None), ("closed", "solved"), ("closed", "duplicate")])
        world.write(settle, chance.choice(["officer", "supporter"]), Settle(asked.thread_id, state, how))

    def erase() -> None:
        if said:
            who, gone = said.pop(chance.randrange(len(said)))
            world.write(delete_message, who, DeleteMessage(gone.message_id))

    acts: list[Callable[[], None]] = [say, say, settle_, erase]
    for _number in range(14):
        chance.choice(acts)()
        hold_together(world, asked)


def test_a_turn_costs_a_post_one_statement(world: World, asked: Posted) -> None:
    """And opening one more."""
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "consultation_turns" in statement and not statement.lstrip().startswith("SELECT"):
            written.append(statement)

    event.listen(world.store.engine, "before_cursor_execute", note)
    world.message(asked, by="supporter")
    assert len(written) == 1
    world.message(asked, by="supporter")
    assert len(written) == 1
    event.remove(world.store.engine, "before_cursor_execute", note)


def test_a_page_says_whose_turn_it_is(world: World, asked: Posted) -> None:
    def turn() -> dict[str, object] | None:
        found = world.client("officer").get(f"/threads/{asked.thread_id}", headers={"Accept": "application/json"})
        told = found.json["thread"]["turn"]
        return told and {name: told[name] for name in ("number", "side", "whom", "expected_on")}

    assert turn() == {"number": 1, "side": "prefecture", "whom": "", "expected_on": None}
    world.message(asked, by="supporter")
    assert turn() == {"number": 2, "side": "municipality", "whom": "吉岡町", "expected_on": None}
    world.write(settle, "officer", Settle(asked.thread_id, "closed", "solved"))
    assert turn() is None
