"""Every step of a sharing, in every state and at a version that is not the newest. Another sharing stands beside it and
stays as it is."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.errors import Closed, Conflict
from hub.feed.models import FeedEvent
from hub.sharing.commands import (
    AnswerHelp,
    HideDetails,
    OnSharing,
    PartText,
    Prepare,
    ReturnSharing,
    SaveSharing,
    WithdrawSharing,
)
from hub.sharing.models import Consent, Sharing, SharingPart
from hub.sharing.services.answering import answer_help
from hub.sharing.services.cases import make_case
from hub.sharing.services.consenting import ask_consent, consent, return_sharing
from hub.sharing.services.editions import withdraw_sharing
from hub.sharing.services.preparing import hide_details, prepare, save_sharing
from hub.threads.commands import RedactMessage
from hub.threads.services.editing import redact_message
from tests.factories import World

Step = Callable[[World, int, int], object]
TEXT = "まず混む時間を数えます。費用は1,200万円です。"

STEPS: dict[str, Step] = {
    "save": lambda world, id_, version: world.write(
        save_sharing,
        "supporter",
        SaveSharing(id_, version, "直した題名", [PartText(1, True, "直した文")], world.commons),
    ),
    "hide": lambda world, id_, version: world.write(hide_details, "supporter", HideDetails(id_, version, ["money"])),
    "ask": lambda world, id_, version: world.write(ask_consent, "officer", OnSharing(id_, version)),
    "consent": lambda world, id_, version: world.write(consent, "supporter", OnSharing(id_, version)),
    "return": lambda world, id_, version: world.write(
        return_sharing, "supporter", ReturnSharing(id_, version, "丸めてください")
    ),
    "withdraw": lambda world, id_, version: world.write(withdraw_sharing, "officer", WithdrawSharing(id_)),
}
# What leads there from a new one.
WAYS = {
    "preparing": (),
    "asked": ("ask",),
    "returned": ("ask", "return"),
    "out": ("ask", "consent"),
    "withdrawn": ("withdraw",),
}
OPEN = {"preparing", "asked", "returned"}
TAKEN = {
    "save": OPEN,
    "hide": OPEN,
    "ask": OPEN,
    "consent": {"asked"},
    "return": {"asked"},
    "withdraw": OPEN | {"out"},
}


def new(world: World) -> int:
    asked = world.thread(world.room, "consultation", TEXT, by="officer")
    world.message(asked, "答えの文章", by="supporter", mark="official")
    return int(world.write(prepare, "officer", Prepare(asked.thread_id, "edition")).data["sharing_id"])


def at(world: World, state: str) -> int:
    id_ = new(world)
    for name in WAYS[state]:
        STEPS[name](world, id_, 1)
    assert sharing(world, id_).state == state
    return id_


def sharing(world: World, id_: int) -> Sharing:
    with world.store.read() as session:
        return session.get_one(Sharing, id_)


def all_of(world: World, id_: int) -> list[object]:
    """State, texts and consents."""
    with world.store.read() as session:
        row = session.get_one(Sharing, id_)
        parts = session.scalars(sa.select(SharingPart).filter_by(sharing_id=id_).order_by(SharingPart.position))
        agreed = session.scalars(sa.select(Consent.organisation_id).filter_by(sharing_id=id_))
        fixed = [row.state, row.version, row.title, row.remark, row.edition_id]
        return [*fixed, [(part.body, part.included) for part in parts], sorted(agreed)]


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_taken_in_its_states_and_touches_one_sharing(world: World, name: str, state: str) -> None:
    others = [at(world, "asked"), at(world, "out")]
    id_ = at(world, state)
    before, beside = all_of(world, id_), [all_of(world, other) for other in others]
    if state in TAKEN[name]:
        STEPS[name](world, id_, 1)
        assert all_of(world, id_) != before or (name, state) == ("ask", "asked")
    else:
        with pytest.raises((Closed, Conflict)):
            STEPS[name](world, id_, 1)
        assert all_of(world, id_) == before
    assert [all_of(world, other) for other in others] == beside


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize("name", [name for name in STEPS if name != "withdraw"])
def test_nobody_takes_a_step_on_a_text_that_they_have_not_read(world: World, name: str, version: int) -> None:
    id_ = at(world, "asked")
    before = all_of(world, id_)
    with pytest.raises(Conflict):
        STEPS[name](world, id_, version)
    assert all_of(world, id_) == before


def test_a_returned_one_bears_the_remark_until_it_is_asked_about_again(world: World) -> None:
    id_ = at(world, "returned")
    assert sharing(world, id_).remark == "丸めてください"
    STEPS["save"](world, id_, 1)
    assert (sharing(world, id_).state, sharing(world, id_).version) == ("returned", 2)
    STEPS["ask"](world, id_, 2)
    assert (sharing(world, id_).state, sharing(world, id_).remark) == ("asked", "")


def test_after_a_return_everybody_is_asked_again(world: World) -> None:
    id_ = at(world, "returned")
    STEPS["ask"](world, id_, 1)
    assert sharing(world, id_).state == "asked"
    assert all_of(world, id_)[-1] == [world.town]


def test_a_withdrawn_one_keeps_no_text(world: World) -> None:
    for state in ("asked", "returned", "out"):
        id_ = at(world, state)
        STEPS["withdraw"](world, id_, 1)
        assert all_of(world, id_)[2] == all_of(world, id_)[3] == ""
        assert {body for body, _included in all_of(world, id_)[5]} == {""}  # type: ignore[attr-defined]


def told(world: World, who: str) -> int:
    stream = f"user:{world.staff_id(who)}"
    with world.store.read() as session:
        query = sa.select(FeedEvent.data).where(FeedEvent.stream == stream, FeedEvent.type == "inbox:changed")
        return [data["kind"] for data in session.scalars(query)].count("consent")


def test_whoever_has_to_agree_is_told_and_nobody_else(world: World) -> None:
    at(world, "asked")
    assert {who: told(world, who) for who in ("supporter", "lead")} == {"supporter": 1, "lead": 1}
    others = ("officer", "manager", "shared", "foreign_officer", "bureau", "guest", "admin")
    assert [told(world, who) for who in others] == [0] * len(others)


def test_a_case_is_no_edition_that_could_be_withdrawn_once_it_is_made(world: World) -> None:
    asked = world.thread(world.room, "consultation", TEXT, by="officer")
    case = int(world.write(prepare, "officer", Prepare(asked.thread_id, "case")).data["sharing_id"])
    with pytest.raises(Conflict):
        STEPS["ask"](world, case, 1)
    edition = int(world.write(prepare, "officer", Prepare(asked.thread_id, "edition")).data["sharing_id"])
    assert edition != case


def test_only_a_question_is_asked_about_and_only_a_case_is_made_one(world: World) -> None:
    talk = world.thread(world.room, "talk", TEXT, by="officer")
    with pytest.raises(Conflict):
        world.write(answer_help, "officer", AnswerHelp(talk.thread_id, True))
    with pytest.raises(Conflict):
        world.write(make_case, "officer", OnSharing(new(world), 1))


def test_a_preparation_holds_the_texts_of_its_own_thread_in_their_order(world: World) -> None:
    first, second = new(world), new(world)
    gone = world.thread(world.room, "consultation", "取り除かれる文章", by="officer")
    world.write(redact_message, "manager", RedactMessage(gone.message_id, "個人情報"))
    world.message(gone, "残る文章", by="supporter")
    third = int(world.write(prepare, "officer", Prepare(gone.thread_id, "edition")).data["sharing_id"])
    own = [(TEXT, True), ("答えの文章", True)]
    assert [all_of(world, id_)[5] for id_ in (first, second)] == [own, own]
    assert all_of(world, third)[5] == [("残る文章", True)]
