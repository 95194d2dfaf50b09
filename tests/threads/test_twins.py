"""The HTTP twins of the socket events: forms lead on with 303, JSON answers as the ack does."""

import pytest

from tests.factories import World


@pytest.fixture
def path(world: World) -> str:
    return f"/threads/{world.thread(world.room).thread_id}/messages"


def test_absent_and_foreign_are_one_answer(world: World, path: str) -> None:
    stranger = world.client("foreign_officer")
    foreign = stranger.post_json(path, body="x", client_id="client-01")
    absent = stranger.post_json("/threads/999999/messages", body="x", client_id="client-01")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json == absent.json
    assert foreign.json["error"]["code"] == "not_found"


def test_who_is_signed_out_is_told_so_as_json_and_as_a_page(world: World, path: str) -> None:
    nobody = world.client(None)
    answer = nobody.post_json(path, body="x", client_id="client-01")
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "signed_out")
    page = nobody.post_form(path, body="消えては困る文章")
    assert (page.status_code, page.mimetype) == (401, "text/html")
    assert "消えては困る文章" in page.text, "what was typed goes along through the sign-in"
    assert 'name="password"' in page.text


def test_json_answers_as_the_ack(world: World, path: str) -> None:
    officer = world.client("officer")
    answer = officer.post_json(path, body="返事", client_id="client-01")
    assert answer.status_code == 201
    assert set(answer.json["data"]) >= {"message_id", "position", "stream", "seq", "created_at"}
    assert officer.post_json(path, body="返事", client_id="client-01").json == answer.json
    refused = officer.post_json(path, body="ほかの返事", client_id="client-01")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "conflict")


@pytest.mark.parametrize("extra", [{"mark": "loud"}, {"author": "1"}, {"thread_id": "999999"}, {"reply_to": 1}])
def test_json_is_as_strict_as_the_socket(world: World, path: str, extra: dict[str, object]) -> None:
    answer = world.client("officer").post_json(path, body="返事", client_id="client-01", **extra)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "invalid")


def test_a_form_leads_to_what_it_made(world: World, path: str) -> None:
    officer = world.client("officer")
    answer = officer.post_form(path, body="返事", client_id="client-01")
    assert answer.status_code == 303
    assert answer.location.endswith("#2")
    assert officer.post_form(path, body="返事", client_id="client-01").location == answer.location


def test_a_form_without_a_client_id_is_a_message_each_time(world: World, path: str) -> None:
    officer = world.client("officer")
    assert officer.post_form(path, body="同じ").location.endswith("#2")
    assert officer.post_form(path, body="同じ").location.endswith("#3")
    opened = officer.post_form(f"/rooms/{world.room}/threads", kind="consultation", body="題名のない相談")
    assert opened.status_code == 303


def test_a_form_that_is_refused_keeps_what_was_written(world: World, path: str) -> None:
    answer = world.client("officer").post_form(path, body="長" * 10_001)
    assert answer.status_code == 422
    assert "長" * 10_001 in answer.text
