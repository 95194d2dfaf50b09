"""A better title: who was too late is told, and what was taken out does not come back."""

import re

import pytest

from hub.errors import Conflict
from hub.threads.commands import DeleteMessage, RedactThread, RenameThread
from hub.threads.models import Thread
from hub.threads.services.editing import delete_message
from hub.threads.services.redacting import redact_thread
from hub.threads.services.steering import rename_thread
from tests.factories import Posted, World, places_of

SECRET = "himitsu3141592"


def row(world: World, said: Posted) -> Thread:
    with world.store.read() as session:
        return session.get_one(Thread, said.thread_id)


def rename(world: World, said: Posted, title: str, version: int | None = None) -> None:
    world.write(rename_thread, "officer", RenameThread(said.thread_id, title, version))


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
    officer, address = world.client("officer"), f"/threads/{said.thread_id}/title"
    assert officer.post_json(address, title="よい題名").status_code == 200
    assert officer.post_json(address, title="もっとよい題名", version=2).status_code == 200
    late = officer.post_json(address, title="遅れた題名", version=2)
    assert (late.status_code, late.json["error"]["code"]) == (409, "conflict")
    world.write(redact_thread, "manager", RedactThread(said.thread_id, "title", "個人情報"))
    assert officer.post_json(address, title="よい題名").status_code == 409


def test_without_javascript_the_page_shows_both(world: World) -> None:
    said = world.thread(world.room, title="はじめの題名")
    officer, address = world.client("officer"), f"/threads/{said.thread_id}/title"

    def version(page: str) -> str:
        found = re.search(r'/title" method.*?name="version" value="(\d+)"', page, re.DOTALL)
        assert found
        return found[1]

    read = version(officer.get(f"/threads/{said.thread_id}/head").text)
    rename(world, said, "先の題名")
    late = officer.post_form(address, title="遅れた題名", version=read)
    assert late.status_code == 409
    assert "現在の題名：先の題名" in late.text
    assert 'value="遅れた題名"' in late.text
    assert 'href="#field-title"' in late.text
    assert "ほかの人が先にまとめを変更しました" not in late.text
    assert officer.post_form(address, title="遅れた題名", version=version(late.text)).status_code == 303
    assert row(world, said).title == "遅れた題名"
