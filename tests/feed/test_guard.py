"""Whatever a socket sends gets an ack with one of the contract's codes, and nothing else happens."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import extensions
from hub.errors import ValidationFailed
from hub.feed import guard
from hub.feed.payloads import StrictJson, parse
from hub.people.models import Staff
from hub.threads.commands import PostMessage
from tests.factories import Posted, Socket, World

SocketOf = Callable[[str], Socket]
EVENTS = (
    "feed:open feed:close thread:open message:post message:edit message:delete reaction:set thread:acknowledge "
    "thread:read note:post typing:start passage:set search:similar"
).split()
DEEP: Any = {}
for _ in range(50):
    DEEP = {"x": DEEP}
SENSELESS = [None, 0, 1.5, True, "", "text", [], [{}], {}, {"unknown": 1}, DEEP, {"": ""}, {"x" * 5_000: 1}, [[]]]
# Values that fit no field of any command.
UNFIT = [None, [], {}, [1], 1.5, -1, True, 10**30, "", "x" * 300, "１", "-1", "0x10", "1; DROP TABLE", "\x00", [None]]


@pytest.fixture
def said(world: World) -> Posted:
    return world.thread(world.room, by="supporter")


@pytest.fixture
def proper(world: World, said: Posted) -> dict[str, dict[str, Any]]:
    """A payload for each event that would succeed."""
    thread, message = {"thread_id": str(said.thread_id)}, {"message_id": str(said.message_id)}
    room = [f"room:{world.room}"]
    return {
        "feed:open": {"streams": room},
        "feed:close": {"streams": room},
        "thread:open": {"room_id": str(world.room), "kind": "talk", "body": "話", "client_id": "client-guard-1"},
        "message:post": {**thread, "body": "話", "client_id": "client-guard-2", "mark": "personal"},
        "message:edit": {**message, "body": "直した", "version": 1},
        "message:delete": message,
        "reaction:set": {**message, "emoji": "👍", "on": True},
        "thread:acknowledge": {**thread, "on": True},
        "thread:read": {**thread, "position": 1},
        "note:post": {**thread, "body": "メモ", "client_id": "client-guard-3"},
        "typing:start": thread,
        "search:similar": {"text": "帳票の様式を変えたい"},
        "passage:set": {**message, "kind": "issue", "on": True},
    }


@pytest.fixture
def socket(app: Flask, socket_of: SocketOf) -> Socket:
    app.extensions["hub.limits"].enabled = False
    return socket_of("supporter")


def test_these_are_all_events(app: Flask, proper: dict[str, Any]) -> None:
    """Seen to fail without the declaration of `typing:start` in hub/threads/events.py."""
    assert set(app.extensions["hub.events"]) == set(EVENTS) == set(proper)


@pytest.mark.parametrize("event", EVENTS)
def test_senseless_payloads_are_invalid(socket: Socket, event: str) -> None:
    """Seen to fail without the count of arguments in `_handle` in hub/feed/guard.py (a fault of the hub's own) and
    without `_refusal` in `parse`."""
    for payload in SENSELESS:
        ack = socket.ask(event, payload)
        assert (ack["ok"], ack["error"]["code"]) == (False, "invalid"), payload
    for several in ((), ({}, {}), (None, None, None)):
        assert socket.ask(event, *several)["error"]["code"] == "invalid"
    assert socket.open_to_server


@pytest.mark.parametrize("event", EVENTS)
def test_each_field_is_strict(socket: Socket, proper: dict[str, Any], event: str) -> None:
    """Seen to fail without `strict` and without `extra="forbid"` in `STRICT`, and without `isascii` and without the
    whole condition in `_number_of_id`, in hub/feed/payloads.py."""
    for name in proper[event]:
        for value in UNFIT:
            if (
                (name, value) in (("on", True), ("streams", []))
                or (name == "mark" and value is None)
                or _is_text(name, value)
            ):
                continue
            ack = socket.ask(event, proper[event] | {name: value})
            assert not ack["ok"], (name, value)
            assert ack["error"]["code"] in ("invalid", "not_found", "conflict"), (name, value, ack)
            assert "reference" not in ack["error"], (name, value)
        missing = {key: value for key, value in proper[event].items() if key != name}
        if name != "mark":
            assert socket.ask(event, missing)["error"]["fields"].keys() == {name}
    unknown = socket.ask(event, proper[event] | {"admin": True})
    assert unknown["error"]["code"] == "invalid"
    assert socket.ask(event, proper[event])["ok"]


def _is_text(name: str, value: object) -> bool:
    """Texts of a body are taken as they are, but for empty ones; what is being written may be empty as well."""
    return isinstance(value, str) and (name == "text" or (name == "body" and value.strip("\x00 ") != ""))


@pytest.mark.parametrize(
    "name", ["message", "json", "nonsense", "connect", "disconnect", "feed", "session:ended", "*", ""]
)
def test_an_event_that_nobody_declared_is_invalid(socket: Socket, name: str) -> None:
    """Seen to fail without `refuse` in `install` (no ack) and without `RESERVED` in `_is_event`."""
    assert socket.ask(name, {})["error"]["code"] == "invalid"


@pytest.mark.parametrize("name", [None, 1, {}, {"message:post": 1}, [], ["message:post"], True])
def test_a_name_that_is_no_text_is_invalid(socket: Socket, name: object) -> None:
    """Seen to fail without `isinstance(data[0], str)` in `_is_event`, for lists and dicts."""
    assert socket.ask(name, {})["error"]["code"] == "invalid"
    assert socket.open_to_server


@pytest.mark.parametrize(
    "packet",
    [
        "x",
        '51-["message:post"]',
        "2",
        "27",
        '27"text"',
        "27{}",
        "27[]",
        "27null",
        '27{"0":"message:post"}',
        "27[{}]",
    ],
)
def test_a_packet_that_is_no_event_does_no_harm(socket: Socket, packet: str) -> None:
    """Seen to fail without `_is_expected` and without `except` in `StrictPacket.decode`, and without each condition of
    `_is_event`: an exception in the library."""
    extensions.socketio.server._handle_eio_message(socket.eio_sid, packet)
    assert socket.ask("feed:close", {"streams": []})["ok"]


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "10,000文字以内で入力してください。"), ("en", "At most 10,000 characters.")]
)
def test_acks_say_what_is_wrong_in_the_persons_language(
    world: World, socket_of: SocketOf, said: Posted, language: str, words: str
) -> None:
    """Seen to fail with "ja" for everybody in `answer` in hub/feed/guard.py."""
    with world.store.transaction() as session:
        session.get_one(Staff, world.supporter).language = language
    payload = {"thread_id": str(said.thread_id), "body": "あ" * 10_001, "client_id": "client-long"}
    assert socket_of("supporter").ask("message:post", payload)["error"]["fields"] == {"body": words}


def test_acks_come_in_the_order_of_the_events(socket: Socket, said: Posted) -> None:
    """Seen to fail when `_RAISE_POSITION` raised by two. Handlers side by side are seen in
    tests/server/test_hostile_events.py: this client runs them one by one in any case."""
    positions = []
    for n in range(12):
        payload = {"thread_id": str(said.thread_id), "body": str(n), "client_id": f"client-order-{n}"}
        positions.append(socket.ask("message:post", payload)["data"]["position"])
    assert positions == list(range(2, 14))


def test_the_eleventh_post_at_once_has_to_wait_and_others_do_not(
    world: World, socket_of: SocketOf, said: Posted
) -> None:
    """Seen to fail without `limits().post` in `on_message_post`, without it in hub/threads/routes.py, and with one
    bucket for everybody in `Limits.post`."""
    hasty, other = socket_of("officer"), socket_of("manager")

    def post(socket: Socket, n: int) -> Any:
        payload = {"thread_id": str(said.thread_id), "body": "速い", "client_id": f"client-hasty-{n}"}
        return socket.ask("message:post", payload)

    acks = [post(hasty, n) for n in range(11)]
    assert [ack["ok"] for ack in acks] == [True] * 10 + [False]
    assert acks[-1]["error"]["code"] == "rate_limited"
    assert 0 < acks[-1]["error"]["retry_after_s"] <= 2
    again = world.client("officer").post_json(
        f"/threads/{said.thread_id}/messages", body="二番", client_id="client-second"
    )
    assert (again.status_code, again.json["error"]["code"]) == (429, "rate_limited")
    assert int(again.headers["Retry-After"]) >= 1
    assert post(other, 1)["ok"]


def test_a_fault_of_the_hub_itself_is_an_ack_without_detail(
    socket: Socket, said: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail without `except Exception` in `answer` and with the exception's own words for `standard_message`."""

    def broken(*_args: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("hub.threads.events.mark_read", broken)
    with structlog.testing.capture_logs() as logged:
        ack = socket.ask("thread:read", {"thread_id": str(said.thread_id), "position": 1})
    assert ack["error"]["code"] == "unavailable"
    assert "secret" not in json.dumps(ack)
    assert [entry["reference"] for entry in logged] == [ack["error"]["reference"]]
    assert socket.open_to_server


def test_an_event_of_no_connection_is_signed_out(app: Flask) -> None:
    """Seen to fail without `SignedOut` in `asking` in hub/feed/guard.py."""
    event = app.extensions["hub.events"]["thread:read"]
    ack = guard.answer(app, event, "nobody", {"thread_id": "1", "position": 1})
    assert ack["error"]["code"] == "signed_out"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


PROPER = {"thread_id": "12", "body": "話", "client_id": "client-guard", "mark": "personal"}


@given(
    payload=st.fixed_dictionaries(
        {}, optional={name: st.just(value) | JSON_VALUES for name, value in PROPER.items()} | {"x": JSON_VALUES}
    )
)
@settings(derandomize=True, max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_parsing_ends_in_a_command_or_one_kind_of_fault(app: Flask, payload: dict[str, Any]) -> None:
    """Seen to fail without `_refusal` in `parse` and without `extra="forbid"` in `STRICT`."""
    with app.app_context():
        try:
            command = parse(PostMessage, payload)
        except ValidationFailed:
            return
    assert isinstance(command.thread_id, int)
    assert "x" not in payload


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1,",
        '["a",NaN]',
        '["a",Infinity]',
        '["a",{"x":1,"x":2}]',
        '["a","\\ud800"]',
        "[" * 100_000,
        "\x00",
        b"\xff",
    ],
)
def test_spoilt_json_is_an_event_that_nobody_declared(text: str | bytes) -> None:
    """Seen to fail without `ValueError`, `RecursionError`, `_unique`, `_no_constant` and the lone surrogates' `encode`
    in `StrictJson.loads`, each for what it stops."""
    assert StrictJson.loads(text) == ["malformed", None]


@given(st.text() | st.binary())
@settings(derandomize=True, max_examples=300, deadline=None)
def test_reading_json_never_raises(text: str | bytes) -> None:
    """Seen to fail without `except` in `StrictJson.loads`."""
    StrictJson.loads(text)
