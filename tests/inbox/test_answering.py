"""Answering from the 通知: a message of its thread as any other, and the entry is seen."""

import pytest

from hub.clock import utc_now
from hub.rooms.models import Room
from hub.threads.commands import PreferThread
from hub.threads.models import Thread
from hub.threads.services.reading import prefer_thread
from tests.inbox.test_inbox import called, count_shown, entries
from tests.town import JSON, Posted, Town


def answer(town: Town, who: str, entry: object, body: str = "承知しました", **more: str) -> object:
    fields = {"body": body, "client_id": "from-the-list-00001"} | more
    return town.browser(who).post(f"/inbox/{entry}/answer", **fields)


def entry_of(town: Town, who: str = "officer") -> str:
    return str(entries(town.browser(who))[0]["entry_id"])


def written(town: Town, posted: Posted) -> list[tuple[str, str | None]]:
    messages = town.browser("supporter").get(f"/threads/{posted.thread_id}", headers=JSON).json["messages"]
    return [(m["body"], m["reply_to"]) for m in messages[1:]]


def test_an_answer_is_a_reply_in_the_thread_and_the_entry_is_seen(town: Town) -> None:
    """Seen to fail without `seen_at` in answer_entry, and without `reply_to`."""
    posted = called(town)
    entry = entry_of(town)
    assert count_shown(town.browser("officer")) == "1"
    officer = town.browser("officer")
    answered = officer.post(f"/inbox/{entry}/answer", body="承知しました", client_id="from-the-list-00001")
    assert (answered.status_code, answered.location) == (303, "/inbox")
    assert "返信しました。" in officer.get("/inbox").text
    [(body, reply_to)] = written(town, posted)
    assert (body, reply_to) == ("承知しました", str(posted.message_id))
    assert count_shown(town.browser("officer")) == ""
    assert [row["kind"] for row in entries(town.browser("supporter"))] == ["reply"]


def test_sent_twice_it_is_one_message(town: Town) -> None:
    posted = called(town)
    entry = entry_of(town)
    for _again in range(2):
        assert answer(town, "officer", entry).status_code == 303
    assert len(written(town, posted)) == 1


@pytest.mark.parametrize("who", ["manager", "foreign_officer", "supporter", "admin"])
def test_nobody_answers_in_somebody_elses_place(town: Town, who: str) -> None:
    posted = called(town)
    assert answer(town, who, entry_of(town)).status_code == (403 if who == "admin" else 404)
    assert written(town, posted) == []


@pytest.mark.parametrize("closing", ["locked", "archived"])
def test_a_closed_thread_takes_none_and_offers_no_field(town: Town, closing: str) -> None:
    """Seen to fail without `row.open` in templates/inbox/_lists.html."""
    posted = called(town)
    entry = entry_of(town)
    assert f"/inbox/{entry}/answer" in town.browser("officer").get("/inbox").text
    with town.store.transaction() as session:
        if closing == "locked":
            session.get_one(Thread, posted.thread_id).locked_at = utc_now()
        else:
            session.get_one(Room, town.room).archived_at = utc_now()
    refused = answer(town, "officer", entry)
    assert refused.status_code == 409
    assert written(town, posted) == []
    assert "承知しました" in refused.text
    assert f"/inbox/{entry}/answer" not in town.browser("officer").get("/inbox").text


def test_what_seems_personal_is_asked_about_first(town: Town) -> None:
    posted = called(town)
    entry = entry_of(town)
    text = "住民の携帯は090-1234-5678です"
    asked = answer(town, "officer", entry, text)
    assert asked.status_code == 200
    assert text in asked.text
    assert f'action="/threads/{posted.thread_id}/messages"' in asked.text
    assert written(town, posted) == []
    assert answer(town, "officer", entry, text, confirmed="1").status_code == 303


def test_an_empty_answer_comes_back_with_the_field_open(town: Town) -> None:
    called(town)
    refused = answer(town, "officer", entry_of(town), " ")
    assert refused.status_code == 422
    assert '<details class="entry__answer" open' in refused.text.replace(' open=""', " open")


def test_thanks_leave_an_answered_consultation_and_trouble_opens_it_again(town: Town) -> None:
    """Seen to fail without `settled` in answer_entry, and without `row.answered`."""
    asked = town.open("officer", town.room, "動きません")
    town.write(prefer_thread, "officer", PreferThread(str(asked.thread_id), following=True, muted=False))
    town.answer("supporter", asked.thread_id)
    officer, entry = town.browser("officer"), entry_of(town)
    assert "まだ困っています" in officer.get("/inbox").text

    def state() -> str:
        return officer.get(f"/threads/{asked.thread_id}", headers=JSON).json["thread"]["state"]

    officer.post(f"/inbox/{entry}/answer", body="ありがとう", client_id="thanks-from-the-list", settled="1")
    assert state() == "answered"
    officer.post(f"/inbox/{entry}/answer", body="やはり動きません", client_id="trouble-from-the-list", settled="0")
    assert state() == "open"
    assert "まだ困っています" not in officer.get("/inbox").text
