"""P1, P2, P6, P7: senseless, repeated and too many events on raw sockets against the real server. Each docstring
names the protection that was switched off to see the test fail."""

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.live import Live
from tests.server.conftest import new_server
from tests.server.raw import TEXT, Raw, masked
from tests.server.watching import figures, harmless, threads_of, worker_of

# T stands for a thread in which the person may write.
SENSELESS = [
    "null", "[]", "0", '"x"', "{}", '{"thread_id":"T"}', "NaN", '{"body":Infinity}',
    '{"a":1,"a":2}', '{"thread_id":"T","body":"\\ud800","client_id":"12345678"}',
    '{"thread_id":["T"],"body":"x","client_id":"12345678"}', '{"thread_id":7,"body":"x","client_id":"12345678"}',
    '{"thread_id":"T","body":"x","client_id":"12345678","is_internal":true}', '{"thread_id":"1e3","body":"x"}',
    '{"thread_id":"T","body":"\\u0000","client_id":"12345678"}', '{"thread_id":"１","body":"x","client_id":"12345678"}',
    '{"thread_id":"99999999999999999999","body":"x","client_id":"12345678"}', "{" * 50, "[" * 100_000, '{"a":' * 50_000,
    '{"thread_id":"T","body":"' + "\u202e\u200b" * 9000 + '","client_id":"12345678"}',
]  # fmt: skip


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    yield from new_server(tmp_path_factory.mktemp("events"), HUB_POSTS_AT_ONCE="50")


@pytest.fixture
def person(live: Live) -> Iterator[Callable[[int], Raw]]:
    opened: list[Raw] = []

    def open_as(staff: int) -> Raw:
        opened.append(Raw(live.port, live.world["staff"][staff]["cookie"]).join())
        return opened[-1]

    yield open_as
    for raw in opened:
        raw.socket.close()


def test_p1_every_senseless_payload_gets_one_clean_refusal(live: Live, person: Callable[[int], Raw]) -> None:
    """Seen to fail with `loads = json.loads` in StrictJson: the connection broke and a stack trace was written; and
    with `extra="ignore"` in STRICT, without the cleaning of a body, and with `int` for Id."""
    with harmless(live, f"P1 {len(SENSELESS) + 1} senseless payloads"):
        raw, thread = person(0), live.world["thread_id"]
        said = [f'["message:post",{payload.replace("T", thread)}]' for payload in SENSELESS]
        for number, event in enumerate([*said, '["message:post",{}'], start=1):
            raw.say(f"42{number}{event}")
            text = raw.text()
            assert text.startswith(f"43{number}["), text[:200]
            (ack,) = json.loads(text[len(f"43{number}") :])
            assert (ack["ok"], ack["error"]["code"]) == (False, "invalid"), event[:200]
        raw.socket.close()


def test_p2_a_flood_of_slow_events_costs_the_others_nothing(live: Live, person: Callable[[int], Raw]) -> None:
    """Seen to fail with `async_handlers=True` (a greenlet for each, answers out of order) and, by the bystander's time,
    without the turns of `Link._take`."""
    streams = [f"room:{n}" for n in range(1000)]
    threads = threads_of(worker_of(live))
    with harmless(live, "P2 flood of 500 slow events"):
        raw = person(0)
        text = "".join(f'42{n}["feed:open",{json.dumps({"streams": streams})}]\n' for n in range(500)).split("\n")[:-1]
        frames = b"".join(masked(TEXT, line.encode()) for line in text)
        writer = threading.Thread(target=raw.send, args=(frames,), daemon=True)
        writer.start()
        answered = [raw.text() for _ in range(500)]
        writer.join()
        assert [a.partition("[")[0] for a in answered] == [f"43{n}" for n in range(500)]
        limited = sum('"rate_limited"' in a for a in answered)
        assert limited > 300
        figures.append(f"{'':44} answered in order, {limited} of 500 rate_limited, threads {threads} -> "
                       f"{threads_of(worker_of(live))}")  # fmt: skip
        assert threads_of(worker_of(live)) <= threads + 2
        raw.socket.close()


def post(live: Live, body: str, client_id: str) -> dict[str, str]:
    return {"thread_id": live.world["thread_id"], "body": body, "client_id": client_id}


def test_p6_a_repeat_gets_the_first_answer_and_writes_nothing(live: Live, person: Callable[[int], Raw]) -> None:
    """Seen to fail without `@once` on post_message."""
    raw, twin, key = person(2), person(2), secrets.token_hex(8)
    first = raw.ask("message:post", post(live, "一度だけ", key))
    assert first["ok"]
    assert [s.ask("message:post", post(live, "一度だけ", key)) for s in (raw, twin, raw)] == [first] * 3
    other = raw.ask("message:post", post(live, "別の内容", key))
    assert other["error"]["code"] == "conflict"
    assert count(live, "一度だけ") == 1
    assert count(live, "別の内容") == 0


def test_p6_fifty_copies_at_once_make_one_message(live: Live) -> None:
    """Seen to fail without the UNIQUE (author, client_id) of submissions; half by socket, half by HTTP."""
    key, cookie = secrets.token_hex(8), live.world["staff"][3]["cookie"]

    def by_socket(_number: int) -> str:
        with Raw(live.port, cookie).join() as raw:
            return str(raw.ask("message:post", post(live, "五十の写し", key)))

    def by_http(_number: int) -> str:
        address = f"{live.url}/threads/{live.world['thread_id']}/messages"
        body = {"body": "五十の写し", "client_id": key}
        return requests.post(address, json=body, headers={"Cookie": cookie, **token}, timeout=20).text

    token = csrf(live, cookie)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: (by_socket, by_http)[n % 2](n), range(50)))
    stored = [a for a in answers if "message_id" in a]
    assert len(stored) == 50, [a for a in answers if a not in stored][:3]
    assert count(live, "五十の写し") == 1
    figures.append(f"{'P6 50 copies at once':<44} 1 message, 50 answers")


def csrf(live: Live, cookie: str) -> dict[str, str]:
    page = requests.get(f"{live.url}/rooms", headers={"Cookie": cookie}, timeout=10)
    token = page.text.partition('name="csrf-token" content="')[2].partition('"')[0]
    kept = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
    return {"X-CSRFToken": token, "Accept": "application/json", "Cookie": kept or cookie}


def count(live: Live, body: str) -> int:
    cookie = {"Cookie": live.world["staff"][0]["cookie"], "Accept": "application/json"}
    address = f"{live.url}/feed/room:{live.world['room_id']}?after=0&limit=1000"
    events = requests.get(address, headers=cookie, timeout=10).json()["events"]
    return sum(e["type"] == "message:posted" and e["data"]["body"] == body for e in events)


def test_p7_of_two_edits_of_one_version_one_is_told(live: Live, person: Callable[[int], Raw]) -> None:
    """Seen to fail without the comparison of versions in edit_message."""
    author = person(2)
    made = author.ask("message:post", post(live, "はじめの文", secrets.token_hex(8)))["data"]
    same = [author, person(2), person(2)]
    for number, raw in enumerate(same):
        edit = {"message_id": made["message_id"], "body": f"{number}番の直し", "version": 1}
        raw.say(f'42777["message:edit",{json.dumps(edit)}]')
    acks = [raw.ack(777) for raw in same]
    assert sorted(ack["ok"] for ack in acks) == [False, False, True]
    assert {ack["error"]["code"] for ack in acks if not ack["ok"]} == {"conflict"}
