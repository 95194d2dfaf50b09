"""Reactions and 確認しました."""

import pytest

from hub.errors import Closed, NotFound, ValidationFailed
from hub.threads.commands import Acknowledge, DeleteMessage, LockThread, SetReaction
from hub.threads.presenters import acknowledgements_of, reactions_of
from hub.threads.services.editing import delete_message
from hub.threads.services.responding import acknowledge, set_reaction
from hub.threads.services.steering import lock_thread
from tests.factories import World


def test_a_reaction_counts_once_for_each_person(world: World) -> None:
    said = world.thread(world.room)
    for who in ("officer", "officer", "supporter"):
        world.write(set_reaction, who, SetReaction(said.message_id, "👍", True))
    with world.store.read() as session:
        (found,) = reactions_of(session, [said.message_id])[said.message_id]
    assert found["staff_ids"] == [str(world.officer), str(world.supporter)]


def test_a_reaction_is_taken_back(world: World) -> None:
    said = world.thread(world.room)
    world.write(set_reaction, "officer", SetReaction(said.message_id, "👍", True))
    receipt = world.write(set_reaction, "officer", SetReaction(said.message_id, "👍", False))
    assert receipt.event.data["reactions"] == []


@pytest.mark.parametrize("emoji", ["", "x", "👎", "👍👍", "<b>"])
def test_only_the_small_set_of_emoji(world: World, emoji: str) -> None:
    said = world.thread(world.room)
    with pytest.raises(ValidationFailed):
        world.write(set_reaction, "officer", SetReaction(said.message_id, emoji, True))


def test_no_reaction_to_the_deleted_the_locked_and_the_foreign(world: World) -> None:
    said, gone = world.thread(world.room), world.thread(world.room)
    world.write(delete_message, "officer", DeleteMessage(gone.message_id))
    world.write(lock_thread, "lead", LockThread(said.thread_id, True))
    for who, message, fault in (
        ("officer", gone.message_id, NotFound),
        ("officer", said.message_id, Closed),
        ("foreign_officer", said.message_id, NotFound),
        ("admin", said.message_id, NotFound),
    ):
        with pytest.raises(fault):
            world.write(set_reaction, who, SetReaction(message, "👍", True))


def test_confirming_bears_name_and_body_and_can_be_taken_back(world: World) -> None:
    notice = world.thread(world.commons, "notice", by="supporter")
    for who in ("officer", "officer", "foreign_officer", "shared"):
        world.write(acknowledge, who, Acknowledge(notice.thread_id, True))
    with world.store.read() as session:
        given = [(a["organisation"], a["name"]) for a in acknowledgements_of(session, notice.thread_id)]
    assert given == [("吉岡町", "吉岡 一郎"), ("榛東村", "榛東 三郎"), ("吉岡町", "吉岡町(山田)")]
    world.write(acknowledge, "officer", Acknowledge(notice.thread_id, False))
    with world.store.read() as session:
        assert len(acknowledgements_of(session, notice.thread_id)) == 2


def test_a_foreign_notice_cannot_be_confirmed(world: World) -> None:
    notice = world.thread(world.foreign_room, "notice", by="supporter")
    with pytest.raises(NotFound):
        world.write(acknowledge, "officer", Acknowledge(notice.thread_id, True))
