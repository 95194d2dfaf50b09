"""Marking what a case would be made of, and making one."""

import pytest
import sqlalchemy as sa

from hub.clock import utc_now
from hub.errors import Conflict, Forbidden, NotFound, ValidationFailed
from hub.library.content import TEXT_CHARS, Content
from hub.library.models import Case
from hub.library.queries import read_version
from hub.people.models import Duty, Holding, Section
from hub.sharing.commands import OnSharing, PartText, Prepare, SaveSharing, WithdrawSharing
from hub.sharing.models import Sharing
from hub.sharing.queries import origin_for
from hub.sharing.services.cases import make_case
from hub.sharing.services.editions import withdraw_sharing
from hub.sharing.services.preparing import prepare, save_sharing
from hub.threads.commands import DeleteMessage, LockThread, SetPassage
from hub.threads.models import Passage
from hub.threads.services.editing import delete_message
from hub.threads.services.passages import set_passage
from hub.threads.services.steering import lock_thread
from tests.factories import Posted, Socket, World


def mark(world: World, message_id: int, *kinds: str, by: str = "officer", on: bool = True) -> object:
    for kind in kinds:
        receipt = world.write(set_passage, by, SetPassage(message_id, kind, on))
    return receipt.event.data["passages"]


def case_sharing(world: World, thread_id: int, by: str = "officer") -> int:
    return int(world.write(prepare, by, Prepare(thread_id, "case")).data["sharing_id"])


def content_of(world: World, case_id: int) -> Content:
    with world.store.read() as session:
        return read_version(session, session.get_one(Case, case_id), 1)[1]


@pytest.fixture
def marked(world: World) -> Posted:
    asked = world.thread(world.room, "consultation", "窓口で30分待たせています。", by="officer", title="待ち時間")
    done = world.message(asked, "混む時間を数えました。", by="supporter")
    result = world.message(asked, "平均で12分になりました。", by="officer")
    mark(world, asked.message_id, "issue")
    mark(world, done.message_id, "action")
    mark(world, result.message_id, "effect", "difficulty")
    world.message(asked, "印のない投稿")
    return asked


@pytest.mark.parametrize("who", ["foreign_officer", "guest"])
def test_outsiders_mark_nothing(world: World, who: str) -> None:
    said = world.thread(world.room)
    with pytest.raises(NotFound):
        mark(world, said.message_id, "issue", by=who)


def test_a_guest_of_the_room_marks_nothing(world: World) -> None:
    world.admit("guest", world.room)
    said = world.thread(world.room)
    with pytest.raises(Forbidden):
        mark(world, said.message_id, "issue", by="guest")


def test_nothing_is_marked_in_what_is_gone_or_locked(world: World) -> None:
    gone, locked = world.thread(world.room), world.thread(world.room)
    world.write(delete_message, "officer", DeleteMessage(gone.message_id))
    world.write(lock_thread, "lead", LockThread(locked.thread_id, True))
    with pytest.raises(NotFound):
        mark(world, gone.message_id, "issue")
    with pytest.raises(Exception, match="^$"):
        mark(world, locked.message_id, "issue")


def test_a_mark_is_one_for_everybody_and_is_taken_back_by_anybody(world: World) -> None:
    said = world.thread(world.room)
    mark(world, said.message_id, "effect", "issue")
    assert mark(world, said.message_id, "issue", by="supporter") == ["issue", "effect"]
    assert mark(world, said.message_id, "issue", by="lead", on=False) == ["effect"]


def test_marks_leave_with_the_message(world: World) -> None:
    said = world.thread(world.room)
    mark(world, said.message_id, "issue")
    world.write(delete_message, "officer", DeleteMessage(said.message_id))
    with world.store.read() as session:
        assert session.scalars(sa.select(Passage)).all() == []


def test_a_mark_arrives_live_and_in_the_json(world: World) -> None:
    said = world.thread(world.room)
    supporter = Socket(world.client("supporter"))
    supporter.open(f"room:{world.room}")
    officer = Socket(world.client("officer"))
    ack = officer.ask("passage:set", {"message_id": str(said.message_id), "kind": "effect", "on": True})
    assert ack["ok"]
    (frame,) = supporter.received("feed")
    assert (frame["type"], frame["data"]["passages"]) == ("passage:changed", ["effect"])
    json = world.client("officer").get_json(f"/threads/{said.thread_id}").json
    assert json["messages"][0]["passages"] == ["effect"]


def test_marking_works_without_javascript(world: World) -> None:
    said = world.thread(world.room)
    officer = world.client("officer")
    answer = officer.post_form(f"/messages/{said.message_id}/passages", kind="difficulty", on="1")
    assert answer.status_code == 303
    assert "苦労" in officer.text_of(answer.headers["Location"].partition("#")[0])


def test_a_case_is_filled_from_the_marks(world: World, marked: Posted) -> None:
    sharing_id = case_sharing(world, marked.thread_id)
    data = world.write(make_case, "officer", OnSharing(sharing_id, 1)).data
    content = content_of(world, int(data["case_id"]))
    assert (content.title, content.background) == ("待ち時間", "窓口で30分待たせています。")
    assert (content.approach, content.difficulties) == ("混む時間を数えました。", "平均で12分になりました。")
    assert [effect.metric for effect in content.effects] == ["平均で12分になりました。"]
    assert content.led_by == "市町村"
    assert content.summary == "窓口で30分待たせています。\n混む時間を数えました。"


def test_the_supporter_makes_the_case_for_the_town(world: World, marked: Posted) -> None:
    sharing_id = case_sharing(world, marked.thread_id, "supporter")
    data = world.write(make_case, "supporter", OnSharing(sharing_id, 1)).data
    with world.store.read() as session:
        assert session.get_one(Case, int(data["case_id"])).organisation_id == world.town


def test_only_what_was_left_in_goes_into_the_case(world: World, marked: Posted) -> None:
    sharing_id = case_sharing(world, marked.thread_id)
    parts = [PartText(1, True, "町の窓口が混んでいました。"), PartText(2, False, "")]
    version = world.write(save_sharing, "officer", SaveSharing(sharing_id, 1, "題", parts)).data["version"]
    content = content_of(world, int(world.write(make_case, "officer", OnSharing(sharing_id, version)).data["case_id"]))
    assert (content.background, content.approach) == ("町の窓口が混んでいました。", "")


def test_too_long_a_text_is_named(world: World) -> None:
    asked = world.thread(world.room, "consultation", "長い" * 2_500, by="officer")
    mark(world, asked.message_id, "issue")
    with pytest.raises(ValidationFailed) as fault:
        world.write(make_case, "officer", OnSharing(case_sharing(world, asked.thread_id), 1))
    assert list(fault.value.fields) == ["body-1"]


def test_a_text_of_just_the_limit_is_taken(world: World) -> None:
    asked = world.thread(world.room, "consultation", "長" * TEXT_CHARS, by="officer")
    mark(world, asked.message_id, "issue")
    data = world.write(make_case, "officer", OnSharing(case_sharing(world, asked.thread_id), 1)).data
    assert content_of(world, int(data["case_id"])).background == "長" * TEXT_CHARS


def test_who_makes_the_case_answers_for_it_from_their_seat(world: World, marked: Posted) -> None:
    with world.store.transaction() as session:
        section = session.scalars(sa.select(Section.id).where(Section.organisation_id == world.town)).first()
        duty = Duty(section_id=section, name="情報担当")
        session.add(duty)
        session.flush()
        session.add(Holding(duty_id=duty.id, staff_id=world.officer, from_at=utc_now()))
        seat = duty.id
    sharing_id = case_sharing(world, marked.thread_id)
    case_id = int(world.write(make_case, "officer", OnSharing(sharing_id, 1)).data["case_id"])
    with world.store.read() as session:
        assert session.get_one(Case, case_id).contact_duty_id == seat
        sharing = session.get_one(Sharing, sharing_id)
        assert (sharing.case_id, sharing.state, sharing.out_at is None) == (case_id, "out", False)


def test_a_case_without_marks_can_begin(world: World) -> None:
    asked = world.thread(world.room, "consultation", "印のない相談", by="officer")
    data = world.write(make_case, "officer", OnSharing(case_sharing(world, asked.thread_id), 1)).data
    assert content_of(world, int(data["case_id"])).title == "印のない相談"


def test_a_case_is_made_once_and_goes_its_own_way(world: World, marked: Posted) -> None:
    sharing_id = case_sharing(world, marked.thread_id)
    world.write(make_case, "officer", OnSharing(sharing_id, 1))
    with pytest.raises(Conflict):
        world.write(withdraw_sharing, "officer", WithdrawSharing(sharing_id))


def test_the_way_back_is_there_for_those_of_the_room_alone(world: World, marked: Posted) -> None:
    sharing_id = case_sharing(world, marked.thread_id)
    case_id = int(world.write(make_case, "officer", OnSharing(sharing_id, 1)).data["case_id"])
    officer = world.client("officer")
    officer.post_json(f"/cases/{case_id}/share", audience="members")
    world.client("manager").post_json(f"/cases/{case_id}/share", audience="members")
    world.client("manager").post_json(f"/cases/{case_id}/submit", version=1)
    world.client("supporter").post_json(f"/cases/{case_id}/publish", version=1)
    link = f'href="/threads/{marked.thread_id}"'
    assert link in officer.get(f"/cases/{case_id}").text
    page = world.client("foreign_officer").get(f"/cases/{case_id}")
    assert page.status_code == 200
    assert link not in page.text
    assert "元の相談" not in page.text
    with world.store.read() as session:
        assert origin_for(session, world.actor("foreign_officer"), case_id=case_id) is None


def test_the_preview_of_a_case_names_what_goes_out_and_to_whom(world: World) -> None:
    body = "吉岡町の費用は1,200万円、サーバーは 192.168.1.5 です。"
    asked = world.thread(world.room, "consultation", body, by="officer", title="題名")
    mark(world, asked.message_id, "issue")
    sharing_id = case_sharing(world, asked.thread_id)
    preview = world.client("officer").text_of(f"/sharings/{sharing_id}")
    case_id = world.write(make_case, "officer", OnSharing(sharing_id, 1)).data["case_id"]
    outgoing = world.client("manager").text_of(f"/cases/{case_id}/outgoing")
    for text in (preview, outgoing):
        for wanted in ("吉岡町", "1,200万円", "192.168.1.5", "読める人"):
            assert wanted in text
