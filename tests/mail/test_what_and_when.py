"""What is mailed when: at once what somebody says to me, the rest once a day; nothing outside office hours."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.clock import JAPAN, is_working_day, japan_today
from hub.inbox.models import InboxEntry
from hub.mail.calls import tell_at_once
from hub.mail.choosing import USUAL, end_kind, ways_of
from hub.mail.digest import make_digests
from hub.mail.models import Mail
from hub.mail.outbox import ToSend, put
from hub.rooms.models import Room
from tests.factories import PASSWORD, World
from tests.mail.server import Box
from tests.mail.test_sending import send, states
from tests.permission_things import seat_in_dx

CALL = "@吉岡 一郎 さん、ひみつの本文です"


@pytest.fixture
def day() -> date:
    """A working day after two others, a day off two days later at the latest not counted."""
    found = japan_today() + timedelta(days=3)
    while not all(is_working_day(found - timedelta(days=n)) for n in range(3)):
        found += timedelta(days=1)
    return found


def at(day: date, hour: int, minute: int = 0, *, days: int = 0) -> None:
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=JAPAN) + timedelta(days=days)
    clock.set_source(lambda: moment)


def run(world: World, make: Callable = tell_at_once) -> int:
    """As the jobs do, one after the other."""
    with world.app.app_context():
        world.store.write_apart(make)
    return send(world)


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def asked(world: World, day: date) -> int:
    at(day, 9, 0)
    return int(world.thread(world.room, "consultation", by="officer", title="予約システムの件").thread_id)


def test_an_answer_to_my_question_comes_at_once_and_nobody_else_hears(mailing: World, box: Box, day: date) -> None:
    """Seen to fail without `opened_by_id`, and where all entries come at once."""
    thread = asked(mailing, day)
    at(day, 10, 0)
    mailing.message(thread, "回答の本文です", by="supporter")
    at(day, 10, 2)
    assert run(mailing) == 1
    assert box.to == ["officer@example.jp"]
    [mail] = box.mails
    assert mail["Subject"] == "県 四季さんが、あなたの相談に回答しました"
    assert mail["References"] == f"<thread.{thread}@pref.example.jp>"
    text = text_of(mail)
    assert f"https://hub.example.jp/threads/{thread}?at=2" in text
    assert "あなたが相談したため届きました。" in text
    assert run(mailing) == 0


def test_no_title_and_no_word_of_anybody_unless_the_prefecture_allows_it(mailing: World, box: Box, day: date) -> None:
    """Seen to fail with `thread_title` in the subject whatever the rule is."""
    thread = asked(mailing, day)
    at(day, 10, 0)
    mailing.message(thread, "ひみつの回答です", by="supporter")
    at(day, 10, 2)
    run(mailing)
    whole = str(box.mails[0]["Subject"]) + text_of(box.mails[0]) + box.mails[0].get_body(("html",)).get_content()
    assert "予約システム" not in whole
    assert "ひみつ" not in whole
    assert mailing.client("admin").post_form("/admin/mail/rules", with_text="on").status_code == 303
    mailing.client("officer").post_form("/inbox/seen", until=str(2**40))
    mailing.message(thread, "ひみつの回答です", by="lead")
    at(day, 10, 5)
    run(mailing)
    assert "「予約システムの件」" in box.mails[1]["Subject"]
    assert "ひみつの回答です" in text_of(box.mails[1])


def test_a_call_by_name_comes_at_once_and_a_reply_does_not(mailing: World, box: Box, day: date) -> None:
    at(day, 9, 0)
    thread = int(mailing.thread(mailing.room, by="supporter").thread_id)
    mailing.message(thread, CALL, by="manager")
    mine = mailing.message(thread, "話", by="lead")
    mailing.message(thread, "返信", by="manager", reply_to=str(mine.message_id))
    at(day, 9, 5)
    run(mailing)
    assert box.to == ["officer@example.jp"]
    assert box.mails[0]["Subject"] == "吉岡 二葉さんがあなたを呼びました"


def test_what_was_read_first_or_taken_back_is_not_sent(mailing: World, box: Box, day: date) -> None:
    """Seen to fail without the minute of grace, and without looking again when it is sent."""
    at(day, 9, 0)
    thread = int(mailing.thread(mailing.room, by="supporter").thread_id)
    said = mailing.message(thread, CALL, by="manager")
    assert run(mailing) == 0
    at(day, 9, 2)
    with mailing.app.app_context():
        mailing.store.write_apart(tell_at_once)
    assert mailing.client("manager").post_form(f"/messages/{said.message_id}/delete").status_code == 303
    assert send(mailing) == 0
    assert box.mails == []


def test_who_lost_access_meanwhile_hears_nothing(mailing: World, box: Box, day: date) -> None:
    at(day, 9, 0)
    thread = int(mailing.thread(mailing.room, by="supporter").thread_id)
    mailing.message(thread, CALL, by="manager")
    at(day, 9, 2)
    with mailing.app.app_context():
        mailing.store.write_apart(tell_at_once)
    with mailing.store.transaction() as session:
        foreign = session.get_one(Room, mailing.foreign_room).audience_id
        session.execute(sa.update(Room).where(Room.id == mailing.room).values(audience_id=foreign))
    assert send(mailing) == 0
    assert states(mailing) == ["dropped"]


def test_of_one_thread_one_mail_until_its_reader_has_been_there(mailing: World, box: Box, day: date) -> None:
    thread = asked(mailing, day)
    for minute in (0, 5, 10):
        at(day, 10, minute)
        mailing.message(thread, "さらに", by="supporter")
        at(day, 10, minute + 2)
        run(mailing)
    assert len(box.mails) == 1
    mailing.client("officer").post_form("/inbox/seen", until=str(2**40))
    mailing.message(thread, "また", by="supporter")
    at(day, 10, 20)
    run(mailing)
    assert len(box.mails) == 2


@pytest.mark.parametrize(("hour", "minute"), [(7, 0), (8, 29), (17, 15), (22, 0)])
def test_nothing_leaves_outside_office_hours(mailing: World, box: Box, day: date, hour: int, minute: int) -> None:
    """Seen to fail without is_office_hour in each of tell_at_once, make_digests and write_call."""
    thread = asked(mailing, day)
    at(day, hour, minute)
    mailing.message(thread, "夜の回答", by="supporter")
    for make in (tell_at_once, make_digests):
        assert run(mailing, make) == 0
    with mailing.app.app_context(), mailing.store.transaction() as session:
        entry = session.scalars(sa.select(InboxEntry.id).where(InboxEntry.staff_id == mailing.officer)).one()
        put(session, [ToSend("late", "call", mailing.officer, {"entry_id": entry})])
    assert box.mails == []


def test_a_day_off_is_quiet(mailing: World, box: Box, day: date) -> None:
    off = day
    while is_working_day(off):
        off += timedelta(days=1)
    thread = asked(mailing, day)
    at(off, 10, 0)
    mailing.message(thread, "休日の回答", by="supporter")
    at(off, 10, 5)
    for make in (tell_at_once, make_digests):
        assert run(mailing, make) == 0
    after = off
    while not is_working_day(after):
        after += timedelta(days=1)
    at(after, 8, 30)
    run(mailing, make_digests)
    assert "officer@example.jp" in box.to


def test_what_came_at_night_stands_in_the_digest_of_the_morning_once(mailing: World, box: Box, day: date) -> None:
    thread = asked(mailing, day - timedelta(days=1))
    at(day, 20, 0, days=-1)
    mailing.message(thread, "夜の回答", by="supporter")
    at(day, 8, 30)
    run(mailing, make_digests)
    mine = [mail for mail, to in zip(box.mails, box.to, strict=True) if to == "officer@example.jp"]
    assert len(mine) == 1
    assert mine[0]["Subject"] == "新しい投稿 1件"
    assert "県 四季さんが、あなたの相談に回答しました" in text_of(mine[0])
    at(day, 8, 32)
    before = len(box.mails)
    run(mailing)
    run(mailing, make_digests)
    assert len(box.mails) == before


def test_what_went_at_once_is_not_told_again(mailing: World, box: Box, day: date) -> None:
    thread = asked(mailing, day - timedelta(days=1))
    at(day, 10, 0, days=-1)
    mailing.message(thread, "回答", by="supporter")
    at(day, 10, 2, days=-1)
    assert run(mailing) == 1
    at(day, 8, 30)
    run(mailing, make_digests)
    assert box.to.count("officer@example.jp") == 1


def test_a_digest_is_in_the_order_of_what_needs_a_hand_and_an_empty_one_does_not_go(
    mailing: World, box: Box, day: date
) -> None:
    """Seen to fail without the marks of the last one: the same came every morning."""
    at(day, 9, 0, days=-1)
    seat_in_dx(mailing, "supporter", accompanies=mailing.town)
    thread = int(mailing.thread(mailing.room, "consultation", by="officer").thread_id)
    mine = mailing.message(thread, "途中の話", by="supporter", mark="personal")
    mailing.message(thread, "まだ困っています", by="officer", reply_to=str(mine.message_id))
    mailing.thread(mailing.room, "notice", by="lead", title="お知らせの題")
    at(day, 8, 30)
    run(mailing, make_digests)
    by_reader = dict(zip(box.to, box.mails, strict=True))
    text = text_of(by_reader["supporter@example.jp"])
    assert by_reader["supporter@example.jp"]["Subject"] == "対応が必要なもの 1件"
    assert text.index("対応が必要なもの") < text.index("県に戻ってきた相談：吉岡町") < text.index("あなたへの投稿")
    assert "未確認のお知らせ" in text_of(by_reader["officer@example.jp"])
    assert "お知らせの題" not in text_of(by_reader["officer@example.jp"])
    assert by_reader["officer@example.jp"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "guest@example.jp" not in box.to
    box.mails.clear()
    box.to.clear()
    after = day + timedelta(days=1)
    while not is_working_day(after):
        after += timedelta(days=1)
    at(after, 8, 30)
    run(mailing, make_digests)
    assert box.to == []


def test_each_chooses_for_each_kind(mailing: World, box: Box, day: date) -> None:
    officer = mailing.client("officer")
    assert "selected" in officer.get("/mail/choices").text
    ways = USUAL | {"answer": "never", "mention": "digest", "followed": "now"}
    assert officer.post_form("/mail/choices", **ways).status_code == 303
    assert officer.post_form("/mail/choices", **(ways | {"case": "now"})).status_code == 422
    thread = asked(mailing, day)
    mailing.message(thread, "回答", by="supporter")
    talk = int(mailing.thread(mailing.room, by="supporter").thread_id)
    mailing.message(talk, CALL, by="manager")
    at(day, 10, 0)
    assert run(mailing) == 0
    after = day + timedelta(days=1)
    while not is_working_day(after):
        after += timedelta(days=1)
    at(after, 8, 30)
    run(mailing, make_digests)
    [text] = [text_of(mail) for mail, to in zip(box.mails, box.to, strict=True) if to == "officer@example.jp"]
    assert "吉岡 二葉さんがあなたを呼びました" in text
    assert "回答しました" not in text


def test_a_mail_is_ended_by_a_button_or_one_click_and_by_no_look(mailing: World, box: Box, day: date) -> None:
    """Seen to fail where GET ends it, and without `csrf.exempt`."""
    thread = asked(mailing, day)
    mailing.message(thread, "回答", by="supporter")
    at(day, 9, 5)
    run(mailing)
    address = str(box.mails[0]["List-Unsubscribe"]).strip("<>").removeprefix("https://hub.example.jp")
    stranger = mailing.app.test_client()
    looked = stranger.get(address)
    assert looked.status_code == 200
    assert "自分の相談への回答" in looked.text
    officer = mailing.client("officer")
    chosen = '<option value="never" selected'
    assert chosen not in officer.get("/mail/choices").text
    one_click = stranger.post(address, data={"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 200
    assert officer.get("/mail/choices").text.count(chosen) == 1
    assert stranger.get(address[:-2]).status_code == 404
    assert stranger.post(address[:-2]).status_code == 404


def test_whoever_ends_the_digest_keeps_what_comes_at_once(mailing: World, day: date) -> None:
    with mailing.store.transaction() as session:
        end_kind(session, mailing.officer, "digest")
        ways = ways_of(session, [mailing.officer])[mailing.officer]
    assert {kind for kind, way in ways.items() if way == "now"} == {"answer", "mention"}
    assert {way for kind, way in ways.items() if kind not in ("answer", "mention")} == {"never"}


def test_links_begin_with_the_name_by_which_the_reader_came(mailing: World, box: Box, day: date) -> None:
    """Seen to fail without remember_origin."""
    client = mailing.app.test_client()
    page = client.get("/login", base_url="https://hub.lgwan.example.jp").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"email": "officer@example.jp", "password": PASSWORD, "csrf_token": token}
    assert client.post("/login", data=form, base_url="https://hub.lgwan.example.jp").status_code == 303
    thread = asked(mailing, day)
    mailing.message(thread, "回答", by="supporter")
    at(day, 9, 5)
    run(mailing)
    text = text_of(box.mails[0])
    assert f"https://hub.lgwan.example.jp/threads/{thread}" in text
    assert "開けないときのアドレス：https://hub.example.jp" in text


def test_making_is_a_few_statements_however_many_there_are(mailing: World, day: date) -> None:
    """The post itself writes nothing of mails at all."""
    thread = asked(mailing, day)
    mailing.message(thread, "回答", by="supporter")
    with mailing.store.read() as session:
        assert session.scalars(sa.select(Mail.id)).all() == []
    at(day, 9, 5)
    statements: list[str] = []
    listen = ("before_cursor_execute", lambda _c, _cur, statement, *_rest: statements.append(statement))
    with mailing.store.transaction() as session:
        sa.event.listen(mailing.store.engine, *listen)
        tell_at_once(session)
        sa.event.remove(mailing.store.engine, *listen)
    assert len(statements) <= 6
