"""A better title: who was too late is told, and what was taken out does not come back."""

import re
from html import unescape

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from hub.errors import Conflict
from hub.feed.models import FeedEvent
from hub.threads.commands import ChangeHead, DeleteMessage, LockThread, RedactThread
from hub.threads.models import SummaryRevision, Thread
from hub.threads.services.editing import delete_message
from hub.threads.services.redacting import redact_thread
from hub.threads.services.steering import change_head, lock_thread
from tests.factories import Posted, World, places_of

SECRET = "himitsu3141592"


def row(world: World, said: Posted) -> Thread:
    with world.store.read() as session:
        return session.get_one(Thread, said.thread_id)


def rename(world: World, said: Posted, title: str, version: int | None = None) -> None:
    world.write(change_head, "officer", ChangeHead(said.thread_id, title, version))


def places(world: World) -> set[str]:
    with world.store.read() as session:
        return places_of(session, SECRET)


@pytest.fixture
def redacted(world: World) -> Posted:
    said = world.thread(world.room, title=f"{SECRET} 一")
    world.write(redact_thread, "manager", RedactThread(said.thread_id, "title", "個人情報"))
    return said


def test_the_second_of_two_is_told(world: World) -> None:
    said = world.thread(world.room, title="題名")
    rename(world, said, "一人めの題名", 1)
    with pytest.raises(Conflict):
        rename(world, said, "二人めの題名", 1)
    rename(world, said, "二人めの題名", 2)
    assert row(world, said).title == "二人めの題名"


@pytest.mark.parametrize("version", [1, None])
def test_a_redacted_title_does_not_come_back_by_a_late_form(
    world: World, redacted: Posted, version: int | None
) -> None:
    with pytest.raises(Conflict):
        rename(world, redacted, f"{SECRET} 一", version)
    assert places(world) == set()
    rename(world, redacted, "新しい題名", row(world, redacted).version)
    with pytest.raises(Conflict):  # nor over the one that was given since
        rename(world, redacted, f"{SECRET} 一", version)
    assert places(world) == set()


def test_nor_one_that_went_with_the_first_message(world: World) -> None:
    said = world.thread(world.room, body=f"{SECRET} 一")
    world.write(delete_message, "officer", DeleteMessage(said.message_id))
    with pytest.raises(Conflict):
        rename(world, said, f"{SECRET} 一")
    assert places(world) == set()


def test_a_program_may_leave_the_version_out_where_nothing_was_taken_out(world: World) -> None:
    said = world.thread(world.room, title="題名")
    officer, address = world.client("officer"), f"/threads/{said.thread_id}/head"
    assert officer.post_json(address, title="よい題名").status_code == 200
    assert officer.post_json(address, title="もっとよい題名", version=2).status_code == 200
    late = officer.post_json(address, title="遅れた題名", version=2)
    assert (late.status_code, late.json["error"]["code"]) == (409, "conflict")
    world.write(redact_thread, "manager", RedactThread(said.thread_id, "title", "個人情報"))
    assert officer.post_json(address, title="よい題名").status_code == 409


def version(page: str, name: str = "version") -> str:
    return re.findall(rf'<input [^>]*name="{name}"[^>]*? value="([^"]*)"', page)[0]


def test_without_javascript_the_page_shows_both(world: World) -> None:
    said = world.thread(world.room, title="はじめの題名")
    officer, address = world.client("officer"), f"/threads/{said.thread_id}/head"
    read = version(officer.get(address).text)
    rename(world, said, "先の題名")
    late = officer.post_form(address, title="遅れた題名", title_read="はじめの題名", version=read)
    assert late.status_code == 409
    assert "現在の題名：先の題名" in late.text
    assert 'value="遅れた題名"' in late.text
    assert 'href="#field-title"' in late.text
    assert "ほかの人が先にまとめを変更しました" not in late.text
    assert officer.post_form(address, title="遅れた題名", version=version(late.text)).status_code == 303
    assert row(world, said).title == "遅れた題名"


class Form:
    """The page of title and summary, as a browser sends it."""

    def __init__(self, world: World, said: Posted, who: str = "officer") -> None:
        self.browser, self.address = world.client(who), f"/threads/{said.thread_id}/head"
        self.read(self.browser.get(self.address).text)

    def read(self, page: str) -> None:
        self.page = page
        self.fields = {n: version(page, n) for n in ("version", "title_read", "summary_version", "title")}
        self.fields["body"] = unescape(re.findall(r'<textarea[^>]*name="body"[^>]*>\n?([^<]*)<', page)[0])

    def send(self, **typed: str) -> TestResponse:
        answer = self.browser.post_form(self.address, **self.fields | typed)
        if answer.status_code != 303:
            self.read(answer.text)
        return answer


def changes(world: World) -> int:
    with world.store.read() as session:
        return session.scalar(sa.select(sa.func.count()).where(FeedEvent.type == "thread:changed")) or 0


def revisions(world: World) -> list[str]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(SummaryRevision.body).order_by(SummaryRevision.version)))


def test_both_are_saved_by_one_form_and_said_once(world: World) -> None:
    """Seen to fail: two forms, of which one threw away what was typed into the other."""
    said = world.thread(world.room, title="題名")
    form = Form(world, said)
    assert form.page.count('method="post" data-warns') == 1
    answer = form.send(title="よい題名", body="決めたこと\r\n二行め")
    assert (row(world, said).title, revisions(world), changes(world)) == ("よい題名", ["決めたこと\n二行め"], 1)
    assert "題名とまとめを保存しました。" in form.browser.get(answer.location).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "変更はありませんでした。"),
        ({"title": "次の題名"}, "題名を保存しました。"),
        ({"body": "次のまとめ"}, "まとめを保存しました。"),
    ],
)
def test_what_was_left_as_it_was_is_not_written_again(world: World, typed: dict[str, str], words: str) -> None:
    said = world.thread(world.room, title="題名")
    Form(world, said).send(body="一行め\r\n二行め")
    form = Form(world, said)
    answer = form.send(**{"body": "一行め\r\n二行め"} | typed)
    assert answer.status_code == 303
    assert words in form.browser.get(answer.location).text
    assert len(revisions(world)) == 1 + ("body" in typed)
    assert changes(world) == 1 + bool(typed)


def test_a_title_of_the_first_line_is_not_fixed_by_a_summary(world: World) -> None:
    said = world.thread(world.room, body="はじめの一行")
    Form(world, said).send(body="まとめ")
    assert not row(world, said).titled


def test_what_one_left_alone_does_not_undo_what_others_changed(world: World) -> None:
    said = world.thread(world.room, title="題名")
    one, other, third = Form(world, said), Form(world, said, "manager"), Form(world, said)
    assert other.send(title="他の人の題名").status_code == 303
    assert one.send(body="自分のまとめ").status_code == 303
    assert (row(world, said).title, revisions(world)) == ("他の人の題名", ["自分のまとめ"])
    assert third.send(title="自分の題名").status_code == 409
    assert third.send().status_code == 303
    assert (row(world, said).title, revisions(world)) == ("自分の題名", ["自分のまとめ"])


def test_a_refusal_keeps_both_texts_and_changes_neither(world: World) -> None:
    said = world.thread(world.room, title="題名")
    late = Form(world, said)
    Form(world, said, "manager").send(body="先のまとめ")
    answer = late.send(title="自分の題名", body="遅れたまとめ")
    assert answer.status_code == 409
    assert (row(world, said).title, revisions(world)) == ("題名", ["先のまとめ"])
    assert (late.fields["title"], late.fields["body"]) == ("自分の題名", "遅れたまとめ")
    assert "ほかの人が先にまとめを変更しました" in late.page
    assert late.send(title=" ").status_code == 422
    assert (row(world, said).title, revisions(world)) == ("題名", ["先のまとめ"])
    assert late.fields["body"] == "遅れたまとめ"
    assert late.send(title="自分の題名").status_code == 303
    assert (row(world, said).title, revisions(world)[-1]) == ("自分の題名", "遅れたまとめ")


def test_a_redacted_summary_is_no_change_of_whoever_leaves_it_empty(world: World) -> None:
    said = world.thread(world.room, title="題名")
    early = Form(world, said)
    early.send(body=f"{SECRET} 一")
    open_ = Form(world, said)
    world.write(redact_thread, "manager", RedactThread(said.thread_id, "summary", "個人情報"))
    assert Form(world, said).send(title="次の題名").status_code == 303
    assert revisions(world) == []
    assert open_.send(title="題名のほか").status_code == 409  # its summary is no longer there to be left alone
    assert places(world) == set()


def test_a_locked_thread_keeps_its_head_and_gives_the_text_back(world: World) -> None:
    said = world.thread(world.room, title="題名")
    form = Form(world, said)
    world.write(lock_thread, "supporter", LockThread(said.thread_id, True))
    answer = form.send(title="自分の題名", body="まとめ")
    assert answer.status_code == 409
    assert (form.fields["title"], form.fields["body"]) == ("自分の題名", "まとめ")
    assert (row(world, said).title, revisions(world)) == ("題名", [])
