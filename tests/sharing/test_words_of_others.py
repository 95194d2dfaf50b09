"""A case from the consultation of a 研究会 uses other municipalities' words only when these have agreed."""

import pytest

from hub.errors import Conflict, Forbidden, ValidationFailed
from hub.rooms.services import create_circle
from hub.sharing.commands import OnSharing, PartText, Prepare, ReturnSharing, SaveSharing
from hub.sharing.models import Sharing
from hub.sharing.parties import waiting_for
from hub.sharing.services.cases import make_case
from hub.sharing.services.consenting import ask_consent, consent, return_sharing
from hub.sharing.services.preparing import prepare, save_sharing
from hub.threads.commands import SetPassage
from hub.threads.services.passages import set_passage
from tests.factories import World
from tests.sharing.test_passages import content_of

THEIRS = "榛東村では受付を二つに分けました。"


@pytest.fixture
def sharing_id(world: World) -> int:
    """A case in preparation: the issue of the one town, what the other did."""
    with world.store.transaction() as session:
        circle = create_circle(session, "研究会", "", [world.town, world.foreign_town]).id
    asked = world.thread(circle, "consultation", "窓口で30分待たせています。", by="officer")
    done = world.message(asked, THEIRS, by="foreign_officer")
    world.write(set_passage, "officer", SetPassage(asked.message_id, "issue", True))
    world.write(set_passage, "officer", SetPassage(done.message_id, "action", True))
    return int(world.write(prepare, "officer", Prepare(asked.thread_id, "case")).data["sharing_id"])


def version_of(world: World, sharing_id: int) -> int:
    with world.store.read() as session:
        return session.get_one(Sharing, sharing_id).version


def waiting(world: World, who: str) -> list[int]:
    with world.store.read() as session:
        return [sharing.id for sharing, _thread, _room in waiting_for(session, world.actor(who))]


@pytest.mark.parametrize("who", ["officer", "supporter"])
def test_nobodys_words_are_used_unasked(world: World, sharing_id: int, who: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        world.write(make_case, who, OnSharing(sharing_id, 1))
    assert "榛東村" in refusal.value.fields["parts"]
    page = world.client(who).text_of(f"/sharings/{sharing_id}")
    assert "この内容で同意を依頼する" in page
    assert "事例の下書きを作る" not in page


def test_with_their_word_the_case_is_made(world: World, sharing_id: int) -> None:
    world.write(ask_consent, "officer", OnSharing(sharing_id, 1))
    assert [who for who in ("officer", "supporter", "foreign_officer") if sharing_id in waiting(world, who)] == [
        "foreign_officer"
    ]
    with pytest.raises(ValidationFailed):
        world.write(make_case, "officer", OnSharing(sharing_id, 1))
    assert "一般公開になることもあります" in world.client("foreign_officer").text_of(f"/sharings/{sharing_id}")
    for who in ("supporter", "manager"):
        with pytest.raises(Forbidden):
            world.write(consent, who, OnSharing(sharing_id, 1))
    assert world.write(consent, "foreign_officer", OnSharing(sharing_id, 1)).data["state"] == "asked"
    data = world.write(make_case, "officer", OnSharing(sharing_id, 1)).data
    assert THEIRS in content_of(world, int(data["case_id"])).approach


def test_a_changed_text_is_asked_about_again(world: World, sharing_id: int) -> None:
    world.write(ask_consent, "officer", OnSharing(sharing_id, 1))
    world.write(consent, "foreign_officer", OnSharing(sharing_id, 1))
    parts = [PartText(2, True, "榛東村は待ち時間をなくした。")]
    world.write(save_sharing, "officer", SaveSharing(sharing_id, 1, "待ち時間", parts))
    with pytest.raises(ValidationFailed):
        world.write(make_case, "officer", OnSharing(sharing_id, version_of(world, sharing_id)))


def test_without_their_words_nobody_is_asked(world: World, sharing_id: int) -> None:
    world.write(save_sharing, "officer", SaveSharing(sharing_id, 1, "待ち時間", [PartText(2, False, "")]))
    version = version_of(world, sharing_id)
    with pytest.raises(Conflict):
        world.write(ask_consent, "officer", OnSharing(sharing_id, version))
    data = world.write(make_case, "officer", OnSharing(sharing_id, version)).data
    assert content_of(world, int(data["case_id"])).approach == ""


def test_they_can_send_it_back(world: World, sharing_id: int) -> None:
    world.write(ask_consent, "supporter", OnSharing(sharing_id, 1))
    world.write(return_sharing, "foreign_officer", ReturnSharing(sharing_id, 1, "費用のところは外してください。"))
    with pytest.raises(ValidationFailed):
        world.write(make_case, "officer", OnSharing(sharing_id, version_of(world, sharing_id)))
