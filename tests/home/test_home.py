"""What somebody finds on the home page, and above all what they do not."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.audiences.models import Grant
from hub.clock import utc_now
from hub.people.models import Duty, Holding, Posting, Section, Staff
from hub.rooms.models import Room
from hub.threads.commands import Acknowledge, MarkRead
from hub.threads.services.reading import mark_read
from hub.threads.services.responding import acknowledge
from tests.town import JSON, Town

EVERYBODY = ["officer", "manager", "foreign_officer", "supporter", "lead", "admin", "bureau", "guest", "shared"]


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_sees_a_consultation_that_is_not_theirs_to_read(town: Town, who: str) -> None:
    town.open("foreign_officer", town.foreign_room, "よその町だけの相談")
    seen = "よその町だけの相談" in town.browser(who).main("/")
    assert seen == (who in ("foreign_officer", "supporter", "lead"))


def test_who_is_not_signed_in_is_sent_to_sign_in(town: Town) -> None:
    answer = town.app.test_client().get("/")
    assert (answer.status_code, answer.location) == (303, "/login?next=/")
    assert town.app.test_client().post("/tour").status_code == 401


def test_an_own_consultation_in_a_room_that_is_no_longer_readable_is_gone(town: Town) -> None:
    commons = town.new_commons()
    town.open("officer", commons, "県内共通で聞いた相談")
    assert "県内共通で聞いた相談" in town.browser("officer").main("/")
    audience = sa.select(Room.audience_id).where(Room.id == commons).scalar_subquery()
    town.change(sa.delete(Grant).where(Grant.audience_id == audience))
    assert "県内共通で聞いた相談" not in town.browser("officer").main("/")
    assert "県内共通で聞いた相談" not in town.browser("supporter").main("/")


def test_what_stands_in_an_archived_room_waits_for_nobody(town: Town) -> None:
    town.open("officer", town.room, "しまわれた相談")
    town.open("supporter", town.room, "しまわれたお知らせ", "notice")
    town.change(sa.update(Room).where(Room.id == town.room).values(archived_at=utc_now()))
    for who in ("officer", "supporter"):
        assert "しまわれた" not in town.browser(who).main("/")


def test_closed_consultations_wait_for_nobody(town: Town) -> None:
    asked = town.open("officer", town.room, "もう済んだ相談")
    town.settle("officer", asked.thread_id, "closed", "solved")
    for who in ("officer", "supporter"):
        assert "もう済んだ相談" not in town.browser(who).main("/")


def test_an_officer_sees_own_consultations_by_state_in_words(town: Town) -> None:
    town.open("officer", town.room, "待っている相談")
    answered = town.open("officer", town.room, "答えのある相談")
    town.answer("supporter", answered.thread_id, mark="official")
    officer = town.browser("officer")
    assert "待っている相談 回答待ち" in officer.section("/", "consultations")
    assert "答えのある相談 回答あり" in officer.section("/", "new-answers")
    town.write(mark_read, "officer", MarkRead(thread_id=str(answered.thread_id), position=9))
    assert "答えのある相談" not in officer.section("/", "new-answers")
    assert "答えのある相談 回答あり" in officer.section("/", "consultations")


def test_mine_and_those_of_colleagues_stand_apart_with_whose_turn_it_is(town: Town) -> None:
    town.open("officer", town.room, "わたしの相談")
    town.open("manager", town.room, "となりの人の相談")
    officer = town.browser("officer")
    mine, others = officer.section("/", "consultations"), officer.section("/", "colleagues")
    assert "わたしの相談" in mine
    assert "次の対応：県DX担当" in mine
    assert "わたしの相談" not in others
    assert "となりの人の相談" in others
    assert "となりの人の相談" in town.browser("manager").section("/", "consultations")
    assert "わたしの相談" not in town.browser("foreign_officer").main("/")


def test_an_answer_that_a_colleague_read_is_still_new_to_me(town: Town) -> None:
    answered = town.open("officer", town.room, "答えのある相談")
    town.answer("supporter", answered.thread_id, mark="official")
    town.write(mark_read, "manager", MarkRead(thread_id=str(answered.thread_id), position=9))
    assert "答えのある相談" in town.browser("officer").section("/", "new-answers")
    assert "答えのある相談" not in town.browser("manager").section("/", "new-answers")


def test_the_button_leads_to_the_own_support_room(town: Town) -> None:
    page = town.browser("officer").get("/").text
    assert f'href="/rooms/{town.room}/ask"' in page
    assert f'href="/rooms/{town.foreign_room}/ask"' not in page


def test_a_notice_waits_until_one_colleague_confirms_it(town: Town) -> None:
    notice = town.open("supporter", town.new_commons(), "全団体へのお知らせ", "notice")
    for who in ("officer", "manager", "foreign_officer"):
        assert "全団体へのお知らせ" in town.browser(who).section("/", "notices")
    town.write(acknowledge, "manager", Acknowledge(thread_id=str(notice.thread_id), on=True))
    assert "全団体へのお知らせ" not in town.browser("officer").section("/", "notices")
    assert "全団体へのお知らせ" in town.browser("foreign_officer").section("/", "notices")


def test_supporters_see_the_longest_waiting_first_and_urgent_ones_first_of_a_day(town: Town) -> None:
    with town.ago(days=3):
        town.open("officer", town.room, "三日前の通常", urgency="normal")
        town.open("foreign_officer", town.foreign_room, "三日前の至急", urgency="urgent")
        town.open("officer", town.room, "三日前の早めに", urgency="soon")
    town.open("officer", town.room, "今日の至急", urgency="urgent")
    with town.ago(days=9):
        town.open("officer", town.room, "九日前の通常")
    supporter = town.browser("supporter")
    words = supporter.section("/", "unanswered")
    titles = ["九日前の通常", "三日前の至急", "三日前の早めに", "三日前の通常"]
    assert sorted(titles, key=words.index) == titles
    assert "今日の至急" in supporter.section("/", "new")


def test_a_question_asked_again_waits_from_then_on(town: Town) -> None:
    with town.ago(days=9):
        reopened = town.open("officer", town.room, "開き直した相談")
        town.settle("supporter", reopened.thread_id, "answered")
    with town.ago(days=5):
        town.open("officer", town.room, "五日前の相談")
    town.settle("officer", reopened.thread_id, "open")
    supporter = town.browser("supporter")
    assert "五日前の相談" in supporter.section("/", "unanswered")
    assert "開き直した相談" in supporter.section("/", "returned")
    assert "日待ち" not in supporter.section("/", "returned")


def _sit(town: Town, who: str, name: str, *, until: timedelta | None = None, accompanies: bool = True) -> int:
    organisation_id = town.actor("officer").organisation_id
    with town.store.transaction() as session:
        session.execute(sa.update(Duty).where(Duty.organisation_id == organisation_id).values(organisation_id=None))
        section_id = session.execute(
            sa.select(Posting.section_id).where(Posting.staff_id == town.staff_id("supporter"))
        ).scalars()
        duty = Duty(section_id=section_id.first(), name=name, organisation_id=organisation_id if accompanies else None)
        session.add(duty)
        session.flush()
        began = utc_now() - timedelta(days=99)
        ends = None if until is None else utc_now() + until
        session.add(Holding(duty_id=duty.id, staff_id=town.staff_id(who), from_at=began, until_at=ends))
        return duty.id


def test_consultations_of_the_municipalities_of_my_duty_are_marked(town: Town) -> None:
    town.open("officer", town.room, "相談")
    _sit(town, "supporter", "東部")
    assert "自分の担当" in town.browser("supporter").section("/", "new")
    assert "自分の担当" not in town.browser("lead").section("/", "new")


def test_a_duty_that_was_handed_over_marks_nothing(town: Town) -> None:
    town.open("officer", town.room, "相談")
    _sit(town, "supporter", "東部", until=timedelta(seconds=-1))
    assert "自分の担当" not in town.browser("supporter").section("/", "new")


def test_a_deputy_stands_in_only_while_the_holder_is_absent(town: Town) -> None:
    town.open("officer", town.room, "相談")
    deputy = _sit(town, "lead", "代理", accompanies=False)
    duty = _sit(town, "supporter", "東部")
    town.change(sa.update(Duty).where(Duty.id == duty).values(deputy_duty_id=deputy))
    assert "自分の担当" not in town.browser("lead").section("/", "new")
    town.change(sa.update(Duty).where(Duty.id == duty).values(absent_from=utc_now() - timedelta(days=1)))
    assert "自分の担当" in town.browser("lead").section("/", "new")
    town.change(sa.update(Duty).where(Duty.id == duty).values(absent_until=utc_now()))
    assert "自分の担当" not in town.browser("lead").section("/", "new")


@pytest.mark.parametrize("who", ["bureau", "guest"])
def test_who_was_let_into_no_room_is_told_whom_to_ask(town: Town, who: str) -> None:
    words = town.browser(who).main("/")
    assert "参加しているルームがありません" in words
    assert town.actor("supporter").section_name in words


def test_a_guest_sees_the_rooms_that_were_opened_to_them_and_no_others(town: Town) -> None:
    with town.store.transaction() as session:
        room = session.get_one(Room, town.room)
        session.add(Grant(audience_id=room.audience_id, staff_id=town.staff_id("guest")))
    page = town.browser("guest").get("/").text
    assert f'href="/rooms/{town.room}"' in page
    assert f'href="/rooms/{town.foreign_room}"' not in page


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_an_admin_finds_the_links_of_the_admin(town: Town, who: str) -> None:
    assert ("/admin/organisations" in town.browser(who).get("/").text) == (who == "admin")


def test_the_first_steps_are_shown_until_they_are_closed_and_for_that_person_only(town: Town) -> None:
    officer, manager = town.browser("officer"), town.browser("manager")
    assert "はじめての方へ" in officer.main("/")
    answer = officer.post("/tour")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "はじめての方へ" not in officer.main("/")
    assert "はじめての方へ" in manager.main("/")


def test_closing_the_first_steps_twice_keeps_the_first_time(town: Town) -> None:
    officer = town.browser("officer")
    officer.post("/tour")
    query = sa.select(Staff.toured_at).where(Staff.id == town.staff_id("officer"))
    with town.store.read() as session:
        first = session.execute(query).scalar_one()
    officer.post("/tour")
    with town.store.read() as session:
        assert session.execute(query).scalar_one() == first


def test_titles_are_text(town: Town) -> None:
    town.open("officer", town.room, "<img src=x onerror=alert(1)>")
    for who in ("officer", "supporter"):
        page = town.browser(who).get("/").text
        assert "<img" not in page
        assert "&lt;img src=x" in page


def test_who_works_for_two_towns_has_what_waits_in_both_as_long_as_they_do(town: Town) -> None:
    """By the bodies' rooms: in the one for good, in the other for 200 days."""
    rooms = sa.select(Room.id).join(Section, Section.organisation_id == Room.organisation_id)
    mine = rooms.join(Posting, Posting.section_id == Section.id).where(Posting.staff_id == town.staff_id("both"))
    with town.store.read() as session:
        there = session.scalars(mine.order_by(Posting.until_at.is_(None).desc())).all()
    assert len(there) == 2
    for room, title in zip(there, ("長くいる町のお知らせ", "少しいる町のお知らせ"), strict=True):
        town.open("supporter", room, title, "notice")
    page = town.browser("both").main("/")
    assert "長くいる町のお知らせ" in page
    assert "少しいる町のお知らせ" in page
    with town.ago(days=-201):
        page = town.browser("both").main("/")
    assert "長くいる町のお知らせ" in page
    assert "少しいる町のお知らせ" not in page


@pytest.mark.parametrize("who", EVERYBODY)
def test_an_open_page_asks_for_the_same_lists_as_a_new_one_shows(town: Town, who: str) -> None:
    asked = town.open("officer", town.room, "町の相談")
    town.answer("supporter", asked.thread_id, mark="official")
    town.open("foreign_officer", town.foreign_room, "よその町だけの相談")
    browser = town.browser(who)
    lists = browser.get("/", headers=JSON).json["html"]
    page = browser.get("/").text
    assert _rows(lists) == _rows(page)
    assert "<main" not in lists
    assert ("よその町だけの相談" in lists) == (who in ("foreign_officer", "supporter", "lead"))


def _rows(html: str) -> list[str]:
    return re.findall(r'data-(?:section|row)="([^"]+)"', html)


def test_lists_that_were_asked_for_whole_are_asked_for_whole_again(town: Town) -> None:
    page = town.browser("officer").get("/?all=1").text
    assert 'data-living="/?all=1"' in page
    assert 'data-living="/"' in town.browser("officer").get("/").text
