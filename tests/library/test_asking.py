"""問合せ先に質問する: the room of a case."""

from datetime import date

import pytest
import sqlalchemy as sa

from hub.clock import japan_today
from hub.errors import Closed, Forbidden, NotFound, ValidationFailed
from hub.inbox.models import InboxEntry
from hub.library.commands import AskAboutCase, PauseQuestions, SettleContact, ShareCase, WithdrawCase
from hub.library.models import Case
from hub.library.services.asking import ask_about_case, pause_questions
from hub.library.services.published import share_case, withdraw_case
from hub.library.services.writing import settle_contact
from hub.people.models import Organisation
from hub.rooms.models import Room
from hub.threads.commands import OpenThread, PostMessage
from hub.threads.models import Message, Thread
from hub.threads.services.posting import open_thread, post_message
from tests.factories import Socket, World
from tests.library.conftest import Library


def ask(world: World, case: int, who: str = "foreign_officer", body: str = "費用はどこまで含みますか。") -> int:
    return int(world.write(ask_about_case, who, AskAboutCase(case, body, world.new_id())).data["thread_id"])


def room_of(world: World, case: int) -> Room:
    with world.store.read() as session:
        return session.scalars(sa.select(Room).join(Case, Case.room_id == Room.id).where(Case.id == case)).one()


def test_nobody_asks_about_what_they_cannot_read_or_what_is_not_out(library: Library, world: World) -> None:
    draft, narrow = library.draft(), library.published()
    world.write(share_case, "manager", ShareCase(narrow, "town"))
    for case in (draft, narrow, 999):
        with pytest.raises(NotFound):
            ask(world, case)
    with pytest.raises(Forbidden):
        ask(world, draft, "officer")
    with world.store.read() as session:
        assert session.scalars(sa.select(Room).where(Room.kind == "case")).all() == []


def test_the_first_question_makes_the_room_and_all_readers_hear_the_answer(library: Library, world: World) -> None:
    case = library.published()
    first, second = ask(world, case), ask(world, case, "supporter", "体制はどうですか。")
    room = room_of(world, case)
    assert (room.kind, room.name) == ("case", "書かない窓口")
    with world.store.read() as session:
        assert {session.get_one(Thread, t).room_id for t in (first, second)} == {room.id}
    page = world.client("foreign_officer").text_of(f"/cases/{case}")
    assert page.count("回答待ち") == 2
    world.write(post_message, "officer", PostMessage(first, "初年度の端末だけです。", world.new_id()))
    page = world.client("foreign_officer").text_of(f"/cases/{case}")
    assert (page.count("回答待ち"), page.count("回答あり")) == (1, 1)
    assert "初年度の端末だけです。" in world.client("foreign_officer").text_of(f"/threads/{first}")


def test_a_question_sent_twice_is_one(library: Library, world: World) -> None:
    case = library.published()
    command = AskAboutCase(case, "費用は。", world.new_id())
    first, again = (world.write(ask_about_case, "foreign_officer", command).data for _turn in "ab")
    assert first["thread_id"] == again["thread_id"]
    with world.store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Thread)) == 1


def test_the_contact_duty_is_told_and_without_one_the_manager(library: Library, world: World) -> None:
    case = library.published()
    ask(world, case)
    with world.store.read() as session:
        assert session.scalars(sa.select(InboxEntry.staff_id)).all() == [world.manager]
    world.write(settle_contact, "officer", SettleContact(case, library.duty("officer", world.town)))
    ask(world, case)
    with world.store.read() as session:
        entries = session.scalars(sa.select(InboxEntry).order_by(InboxEntry.id)).all()
    assert [(e.staff_id, e.kind) for e in entries] == [(world.manager, "question"), (world.officer, "question")]
    assert "事例について質問しました" in world.client("officer").text_of("/inbox")


def test_when_the_audience_narrows_the_room_follows_and_open_sockets_are_cut(library: Library, world: World) -> None:
    case = library.published()
    thread = ask(world, case)
    room = room_of(world, case)
    reader = Socket(world.client("foreign_officer"))
    assert reader.open(f"room:{room.id}")["data"]["refused"] == []
    world.write(share_case, "manager", ShareCase(case, "town"))
    with world.app.app_context():
        world.app.extensions["hub.watcher"].tick()
    assert {"stream": f"room:{room.id}"} in reader.received("feed:closed")
    assert world.client("foreign_officer").get(f"/threads/{thread}").status_code == 404
    assert world.client("officer").get(f"/threads/{thread}").status_code == 200
    world.write(share_case, "supporter", ShareCase(case, "dx"))
    assert world.client("officer").get(f"/threads/{thread}").status_code == 200  # the owner answers there
    world.write(share_case, "manager", ShareCase(case, "members"))
    assert world.client("foreign_officer").get(f"/threads/{thread}").status_code == 200
    world.write(withdraw_case, "manager", WithdrawCase(case))
    assert world.client("foreign_officer").get(f"/threads/{thread}").status_code == 404


def test_the_room_is_entered_from_the_case_and_heard_only_there(library: Library, world: World) -> None:
    case = library.published()
    thread = ask(world, case)
    room = room_of(world, case)
    reader = world.client("foreign_officer")
    assert str(room.id) not in [r["room_id"] for r in reader.get_json("/rooms").json["rooms"]]
    assert f"room:{room.id}" not in reader.get("/").text
    assert f"room:{room.id}" in reader.get(f"/threads/{thread}").text
    assert reader.get(f"/rooms/{room.id}/case").location == f"/cases/{case}"
    assert reader.get(f"/rooms/{world.room}/case").status_code == 404


def test_a_paused_case_takes_no_question_by_any_door_but_answers_go_on(library: Library, world: World) -> None:
    case = library.published()
    thread = ask(world, case)
    room = room_of(world, case)
    with pytest.raises(ValidationFailed):
        world.write(pause_questions, "officer", PauseQuestions(case, date(2020, 1, 1)))
    with pytest.raises(NotFound):
        world.write(pause_questions, "foreign_officer", PauseQuestions(case, japan_today()))
    world.write(pause_questions, "officer", PauseQuestions(case, japan_today()))
    with pytest.raises(Closed):
        ask(world, case)
    with pytest.raises(Closed):
        world.write(open_thread, "foreign_officer", OpenThread(room.id, "talk", "裏口", world.new_id()))
    world.write(post_message, "officer", PostMessage(thread, "答えです。", world.new_id()))
    page = world.client("foreign_officer").text_of(f"/cases/{case}")
    assert "受付停止中" in page
    assert "質問を送信する" not in page
    world.write(pause_questions, "officer", PauseQuestions(case))
    ask(world, case)


def test_about_outsiders_the_prefecture_is_asked_in_the_towns_own_room(library: Library, world: World) -> None:
    case = library.published()
    library.change(sa.update(Case).where(Case.id == case).values(organisation_id=_outsider(world)))
    reader = world.client("foreign_officer")
    page = reader.text_of(f"/cases/{case}")
    assert "県DX担当を通じて質問する" in page
    assert "視察を申し込む" not in page
    sent = reader.post_form(f"/cases/{case}/questions", body="維持費を知りたい。", client_id=world.new_id())
    assert sent.status_code == 303
    with world.store.read() as session:
        thread = session.get_one(Thread, int(sent.location.rsplit("/", 1)[1]))
        message = session.scalars(sa.select(Message).where(Message.thread_id == thread.id)).one()
    assert (thread.room_id, thread.kind) == (world.foreign_room, "consultation")
    assert "維持費を知りたい。" in message.body
    assert "書かない窓口" in message.body
    with pytest.raises(Forbidden):  # the prefecture has nobody to ask
        ask(world, case, "supporter")


def _outsider(world: World) -> int:
    with world.store.transaction() as session:
        body = Organisation(name="遠い市", kind="市", member=False, mail_domains=[])
        session.add(body)
        session.flush()
        return body.id


def test_a_question_is_written_as_everything_else_is(library: Library, world: World) -> None:
    case = library.published()
    reader = world.client("foreign_officer")
    assert f'href="/cases/{case}/ask"' in reader.get(f"/cases/{case}").text
    page = reader.text_of(f"/cases/{case}/ask")
    assert "この投稿を読める人：" in page
    assert "県DX担当" in page
    assert "10,000文字まで" in page
    reader.post_json("/drafts", place=f"case:{case}", body="書きかけの質問")
    assert "書きかけの質問" in reader.text_of(f"/cases/{case}/ask")
    path, body = f"/cases/{case}/questions", "電話は090-1234-5678です。"
    shown = reader.post_form(path, body=body, action="preview").text
    assert f"<p>{body}</p>" in shown
    warned = reader.post_form(path, body=body)
    assert (warned.status_code, "電話番号" in warned.text, body in warned.text) == (200, True, True)
    sent = reader.post_form(path, body=body, confirmed="1")  # a warning stops nobody
    assert sent.status_code == 303
    assert body in reader.text_of(sent.location)
    assert "書きかけの質問" not in reader.text_of(f"/cases/{case}/ask")
    long = reader.post_form(path, body="あ" * 10_001)
    assert (long.status_code, "あ" * 10_001 in long.text) == (422, True)


def test_what_was_written_while_questions_were_stopped_is_not_lost(library: Library, world: World) -> None:
    case = library.published()
    reader = world.client("foreign_officer")
    world.write(pause_questions, "officer", PauseQuestions(case, japan_today()))
    answer = reader.post_form(f"/cases/{case}/questions", body="費用を知りたい。")
    assert (answer.status_code, "質問は受け付けていません" in answer.text, "費用を知りたい。" in answer.text) == (
        409,
        True,
        True,
    )


def test_drafts_of_questions_are_for_those_who_may_ask(library: Library, world: World) -> None:
    draft = library.draft()
    for who, expected in (("foreign_officer", 404), ("guest", 404)):
        answer = world.client(who).post_json("/drafts", place=f"case:{draft}", body="x")
        assert answer.status_code in (expected, 403), who


def test_a_file_goes_along_with_a_question(library: Library, world: World) -> None:
    case = library.published()
    file = world.upload("foreign_officer")
    given = {"body": "この様式ですか。", "client_id": world.new_id(), "attachment_ids": [str(file)]}
    answer = world.client("foreign_officer").post_json(f"/cases/{case}/questions", **given)
    assert answer.status_code == 201
    assert "手引.pdf" in world.client("officer").text_of(f"/threads/{answer.json['data']['thread_id']}")
