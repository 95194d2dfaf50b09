"""The clocks of a consultation against tables made by hand. An office is open for 7:45 hours a day: 8:30 to 12:00 and
13:00 to 17:15."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from hub import clock
from hub.clock import JAPAN
from hub.threads.commands import DeleteMessage, MoveThread, RedactMessage
from hub.threads.consultations.clocks import Clocks, clocks_of, in_hours
from hub.threads.consultations.passing import PassTurn, pass_turn
from hub.threads.consultations.receiving import CorrectReception, correct_reception
from hub.threads.consultations.services import Settle, settle
from hub.threads.consultations.turns import standings
from hub.threads.consultations.working_time import working_time
from hub.threads.services.editing import delete_message, redact_message
from hub.threads.services.moving import move_thread
from hub.threads.services.recording import RecordConsultation, record_consultation
from tests.factories import Posted, World


def japan(text: str) -> datetime:
    """`4-27 10:00` of 2037, a year in which 27 April is a Monday; with a year in front, of that one."""
    day, hour = text.split()
    day = day if day.count("-") == 2 else f"2037-{day}"
    year, month, date_ = map(int, day.split("-"))
    hours, minutes = map(int, hour.split(":"))
    return datetime(year, month, date_, hours, minutes, tzinfo=JAPAN)


def span(text: str) -> timedelta:
    hours, minutes = map(int, text.split(":"))
    return timedelta(hours=hours, minutes=minutes)


@pytest.mark.parametrize(
    ("begin", "end", "worked"),
    [
        ("4-27 10:00", "4-27 11:30", "1:30"),
        ("4-27 11:30", "4-27 13:15", "0:45"),  # lunch
        ("4-27 12:10", "4-27 12:50", "0:00"),
        ("4-27 12:00", "4-27 13:00", "0:00"),
        ("4-27 6:00", "4-27 22:00", "7:45"),  # a whole day
        ("4-27 8:30", "4-27 8:31", "0:01"),
        ("4-27 17:14", "4-27 23:59", "0:01"),
        ("4-27 17:15", "4-28 8:30", "0:00"),  # a night
        ("4-27 17:00", "4-28 9:00", "0:45"),
        ("4-24 17:00", "4-27 9:00", "0:45"),  # a weekend
        ("4-28 16:15", "4-30 9:30", "2:00"),  # Showa Day is a Wednesday
        ("5-1 16:15", "5-7 9:30", "2:00"),  # Golden Week: Saturday, Sunday, and holidays up to Wednesday
        ("4-27 8:30", "5-7 17:15", "38:45"),  # 27, 28 and 30 April, 1 and 7 May
        ("12-28 16:15", "2038-1-4 9:30", "2:00"),  # the end of the year
        ("12-29 9:00", "2038-1-3 17:00", "0:00"),
        ("4-27 11:00", "4-27 10:00", "0:00"),
        ("4-27 10:00", "4-27 10:00", "0:00"),
    ],
)
def test_working_time(begin: str, end: str, worked: str) -> None:
    assert working_time(japan(begin), japan(end)) == span(worked)
    assert working_time(japan(begin).astimezone(UTC), japan(end).astimezone(UTC)) == span(worked)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_cut_anywhere_is_as_long_as_before(seed: int) -> None:
    chance = random.Random(seed)
    moments = sorted(japan("4-20 0:00") + timedelta(minutes=chance.randrange(40 * 24 * 60)) for _one in range(6))
    cut = [working_time(a, b) for a, b in zip(moments, moments[1:], strict=False)]
    assert sum(cut, timedelta()) == working_time(moments[0], moments[-1])
    assert all(part <= b - a for part, a, b in zip(cut, moments, moments[1:], strict=False))


class Day:
    """What happened at which moment, and what the clocks say then."""

    def __init__(self, world: World) -> None:
        self.world = world

    def at(self, text: str) -> "Day":
        moment = japan(text).astimezone(UTC)
        clock.set_source(lambda: moment)
        return self

    def ask(self, room: int = 0, **more: Any) -> Posted:
        self.asked = self.world.thread(room or self.world.room, "consultation", **more)
        return self.asked

    def say(self, who: str, **more: Any) -> Posted:
        return self.world.message(self.asked, by=who, **more)

    def clocks(self) -> Clocks:
        with self.world.store.read() as session:
            return clocks_of(session, standings(session, [self.asked.thread_id])[self.asked.thread_id])

    def told(self) -> dict[str, str | None]:
        clocks = self.clocks()
        names = ("first_answer", "peer", "answering", "asking", "outside", "altogether")
        times = {name: getattr(clocks, name) for name in names}
        return {name: None if time is None else in_hours(time) for name, time in times.items()}


@pytest.fixture
def day(world: World) -> Day:
    return Day(world)


def told(first: str | None, answering: str, asking: str = "0:00", outside: str = "0:00", **more: str) -> dict[str, Any]:
    def words(text: str) -> str:
        hours, minutes = text.split(":")
        return f"{hours}時間{int(minutes)}分"

    total = span(answering) + span(asking)
    return {
        "first_answer": words(first) if first else None,
        "peer": words(more["peer"]) if "peer" in more else None,
        "answering": words(answering),
        "asking": words(asking),
        "outside": words(outside),
        "altogether": in_hours(total),
    }


def test_over_lunch(day: Day) -> None:
    day.at("4-27 11:30").ask()
    day.at("4-27 13:30").say("supporter")
    assert day.at("4-27 14:00").told() == told("1:00", "1:00", "0:30")


def test_over_golden_week(day: Day) -> None:
    day.at("5-1 16:15").ask()
    assert day.at("5-6 12:00").told() == told(None, "1:00")
    day.at("5-7 9:30").say("lead", mark="official")
    assert day.at("5-7 9:30").told() == told("2:00", "2:00")


def test_over_the_end_of_the_year(day: Day) -> None:
    day.at("12-28 16:15").ask()
    day.at("2038-1-4 9:30").say("supporter")
    assert day.at("2038-1-4 17:30").told() == told("2:00", "2:00", "6:45")


def test_while_somebody_outside_is_asked_the_clocks_stand(day: Day) -> None:
    day.at("4-27 9:00").ask()
    outside = PassTurn(day.asked.thread_id, "outside", "仕様の確認", "架空システム株式会社")
    day.at("4-27 10:00").world.write(pass_turn, "supporter", outside)
    back = PassTurn(day.asked.thread_id, "answering", "返答があった")
    day.at("4-28 10:00").world.write(pass_turn, "supporter", back)
    day.at("4-28 10:30").say("supporter")
    assert day.at("4-28 11:00").told() == told("1:30", "1:30", "0:30", "7:45")


def test_reopened(day: Day) -> None:
    day.at("4-27 9:00").ask()
    day.at("4-27 10:00").say("supporter")
    day.at("4-27 11:00").world.write(settle, "officer", Settle(day.asked.thread_id, "closed", "solved"))
    assert day.at("4-30 9:00").told() == told("1:00", "1:00", "1:00")
    day.at("4-30 9:00").world.write(settle, "officer", Settle(day.asked.thread_id, "open"))
    assert day.at("4-30 9:45").told() == told("1:00", "1:45", "1:00")


def test_recorded_by_telephone_and_put_right(day: Day) -> None:
    day.at("4-27 14:00")
    came = RecordConsultation(day.world.room, "電話で", "client-id-of-a-call", "telephone", datetime(2037, 4, 27, 9, 0))
    ack = day.world.write(record_consultation, "supporter", came).ack()
    day.asked = Posted(int(ack["thread_id"]), int(ack["message_id"]), 1)
    day.say("supporter")  # adds to it
    assert day.at("4-27 15:00").told() == told(None, "5:00")
    day.at("4-27 16:00").say("lead")
    assert day.told() == told("6:00", "6:00")
    right = CorrectReception(day.asked.thread_id, "visit", datetime(2037, 4, 24, 16, 15))
    day.world.write(correct_reception, "manager", right)
    assert day.told() == told("7:30", "7:30")


def test_moved(day: Day) -> None:
    day.at("4-27 9:00").ask(day.world.commons)
    day.at("4-27 10:00").say("supporter")
    day.at("4-27 10:30").world.write(move_thread, "supporter", MoveThread(day.asked.thread_id, day.world.room))
    day.at("4-27 11:00").say("officer")
    assert day.at("4-27 11:30").told() == told("1:00", "1:30", "1:00")


def redact(day: Day, answer: Posted) -> None:
    day.world.write(redact_message, "lead", RedactMessage(answer.message_id, "個人情報"))


def delete(day: Day, answer: Posted) -> None:
    day.world.write(delete_message, "supporter", DeleteMessage(answer.message_id))


@pytest.mark.parametrize("erase", [redact, delete])
def test_an_answer_that_was_taken_away_is_none(day: Day, erase: Callable[[Day, Posted], None]) -> None:
    day.at("4-27 9:00").ask()
    answer = day.at("4-27 10:00").say("supporter")
    erase(day.at("4-27 11:00"), answer)
    assert day.told() == told(None, "1:00", "1:00")
    day.at("4-27 11:30").say("lead")
    assert day.told() == told("2:30", "1:30", "1:00")


def test_what_counts_as_an_answer(day: Day) -> None:
    day.at("4-27 9:00").ask(day.world.commons)
    day.at("4-27 9:10").world.note(day.asked)
    day.at("4-27 9:20").world.message(day.asked, "補足です")
    day.at("4-27 9:30").world.write(settle, "supporter", Settle(day.asked.thread_id, "answered"))
    assert day.told() == told(None, "0:30")
    day.at("4-27 10:00").say("foreign_officer", mark="personal")
    assert day.told() == told(None, "0:30", "0:30", peer="1:00")
    day.at("4-27 10:30").say("lead")
    day.at("4-27 11:00").say("supporter", mark="official")
    assert day.told() == told("1:30", "0:30", "1:30", peer="1:00")


def test_an_official_word_of_another_body_answers(day: Day) -> None:
    day.at("4-27 9:00").ask(day.world.commons, by="foreign_officer")
    day.at("4-27 10:00").say("manager", mark="official")
    assert day.told() == told("1:00", "1:00")


@pytest.mark.parametrize("seed", range(8))
def test_the_sides_and_what_stands_still_are_all_the_time(day: Day, seed: int) -> None:
    chance, moment = random.Random(seed), japan("4-24 9:00")
    day.at("4-24 9:00").ask()
    still, closed = timedelta(), False
    for _number in range(12):
        later = moment + timedelta(minutes=chance.randrange(1, 1500))
        still += working_time(moment, later) if closed else timedelta()
        moment = later
        clock.set_source(partial(moment.astimezone, UTC))
        state = chance.choice(["open", "answered", "closed", "outside"])
        if state == "outside" and not closed:
            word = PassTurn(day.asked.thread_id, "outside", "確認", "架空システム株式会社")
            day.world.write(pass_turn, chance.choice(["supporter", "officer"]), word)
        elif state != "outside":
            how = "solved" if state == "closed" else None
            day.world.write(settle, "supporter", Settle(day.asked.thread_id, state, how))
            closed = state == "closed"
        clocks = day.clocks()
        whole = working_time(japan("4-24 9:00"), moment)
        assert clocks.altogether + clocks.outside + still == whole


def test_readers_see_the_clocks_and_what_they_count(day: Day) -> None:
    day.at("4-27 9:00").ask()
    day.at("4-27 10:20").say("supporter")
    day.at("4-27 13:30")
    for who in ("officer", "supporter"):
        shown = day.world.client(who).get_json(f"/threads/{day.asked.thread_id}/turns").json["html"]
        assert "<dt>最初の回答まで</dt><dd>1時間20分</dd>" in shown
        assert "<dt>県DX担当の番</dt><dd>1時間20分</dd>" in shown
        assert "<dt>相談した団体の番</dt><dd>2時間10分</dd>" in shown
        assert 'href="/help#clocks"' in shown
    for page in (day.world.client("officer").get("/help").text, day.world.client(None).get("/help").text):
        for name in ("最初の回答まで", "県DX担当の番", "相談した団体の番", "外部に確認中", "合計"):
            assert name in page
