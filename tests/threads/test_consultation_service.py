"""The state of a consultation: who may change it, and what changes it by itself."""

import pytest

from hub.consultations.models import Consultation
from hub.consultations.services import Settle, settle
from hub.errors import Forbidden, NotFound, ValidationFailed
from tests.factories import Posted, World


@pytest.fixture
def asked(world: World) -> Posted:
    return world.thread(world.room, "consultation", urgency="soon")


def state(world: World, asked: Posted) -> tuple[str, str | None]:
    with world.store.read() as session:
        found = session.get_one(Consultation, asked.thread_id)
        return found.state, found.closed_as


def test_an_official_answer_of_the_prefecture_answers(world: World, asked: Posted) -> None:
    world.message(asked, by="supporter")
    world.message(asked, by="supporter", mark="personal")
    assert state(world, asked) == ("open", None)
    world.message(asked, by="supporter", mark="official")
    assert state(world, asked) == ("answered", None)


def test_the_side_that_asks_cannot_answer_itself(world: World, asked: Posted) -> None:
    world.message(asked, by="manager", mark="official")
    assert state(world, asked) == ("open", None)


def test_a_closed_consultation_is_not_opened_by_an_answer(world: World, asked: Posted) -> None:
    world.write(settle, "officer", Settle(asked.thread_id, "closed", "solved"))
    world.message(asked, by="supporter", mark="official")
    assert state(world, asked) == ("closed", "solved")


@pytest.mark.parametrize("who", ["officer", "manager", "supporter", "lead"])
def test_both_sides_close_and_reopen(world: World, asked: Posted, who: str) -> None:
    for wanted, how in (("closed", "withdrawn"), ("open", None), ("answered", None), ("closed", "duplicate")):
        world.write(settle, who, Settle(asked.thread_id, wanted, how))
        assert state(world, asked) == (wanted, how)


@pytest.mark.parametrize(("wanted", "how"), [("closed", None), ("open", "solved"), ("answered", "duplicate")])
def test_closing_says_how_and_only_closing_does(world: World, asked: Posted, wanted: str, how: str | None) -> None:
    with pytest.raises(ValidationFailed):
        world.write(settle, "officer", Settle(asked.thread_id, wanted, how))
    assert state(world, asked) == ("open", None)


def test_a_neighbour_who_reads_along_may_not_settle(world: World) -> None:
    asked = world.thread(world.commons, "consultation", by="officer")
    with pytest.raises(Forbidden):
        world.write(settle, "foreign_officer", Settle(asked.thread_id, "closed", "solved"))
    assert state(world, asked) == ("open", None)


@pytest.mark.parametrize("who", ["foreign_officer", "admin", "bureau", "guest"])
def test_who_may_not_read_finds_nothing(world: World, asked: Posted, who: str) -> None:
    with pytest.raises(NotFound):
        world.write(settle, who, Settle(asked.thread_id, "closed", "solved"))


def test_a_talk_has_no_state(world: World) -> None:
    talk = world.thread(world.room)
    with pytest.raises(ValidationFailed):
        world.write(settle, "officer", Settle(talk.thread_id, "closed", "solved"))


def test_the_prefecture_asks_for_the_municipality_in_its_room(world: World) -> None:
    asked = world.thread(world.room, "consultation", by="supporter")
    with world.store.read() as session:
        assert session.get_one(Consultation, asked.thread_id).organisation_id == world.town
