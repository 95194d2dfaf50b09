"""Between the browser's own feed and the real server stands a proxy that loses, doubles, overtakes, delays, cuts and
falls silent (tests/proxy.py says which of it is honest where). Afterwards every page shows what the database holds."""

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.live import Live
from tests.proxy import FaultProxy, Faults
from tests.server.busy import DX, Town
from tests.server.pages import Pages, until
from tests.server.person import Person
from tests.server.soak import SOAK
from tests.server.watching import figures

ROUNDS = 25 if SOAK else 3  # posts of each page
FAULTY_S = 30 if SOAK else 3  # for which changes meet faults
PLACE = "吉岡町"
CHANGES = {"message:posted", "message:edited", "message:deleted"}
PEOPLE = ("supporter", "officer", "lead", "manager", "supporter", "lead")  # so that each way has notes
MESSAGES = {"drop": 0.1, "duplicate": 0.2, "reorder": 0.1, "cut_in_frame": 0.12, "cut_in_ack": 0.3}
REQUESTS = {"lose_request": 0.15, "lose_answer": 0.15, "cut_answer": 0.15, "repeat_request": 0.15}
WAYS: dict[str, dict[str, Any]] = {
    "websocket": {"transports": ["websocket"]},
    "polling": {"transports": ["polling"]},
    "http": {"sockets": False},
}
SEEN = {
    "websocket": ["message lost", "message twice", "message overtaken", "cut in a frame", "cut in an ack"],
    "polling": ["request lost", "answer lost", "answer cut", "request twice"],
    "http": ["request lost", "answer lost", "answer cut", "request twice"],
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = Town(tmp_path_factory.mktemp("network") / "instance")
    yield made
    made.close()


@pytest.fixture(scope="module")
def live(town: Town) -> Iterator[Live]:
    with Live(town.folder, HUB_RATE_LIMITS="off") as live:
        yield live


class Chaos:
    """Two pages for each way to live, each way with its own proxy; all of them in one thread of one room."""

    def __init__(self, live: Live, town: Town, pages: Pages, proxies: dict[str, FaultProxy]) -> None:
        self.live, self.pages, self.proxies = live, pages, proxies
        self.room, self.thread_id = town.rooms[PLACE], town.threads[PLACE]
        self.reader = Person(live.url, town.cookie("supporter"))
        self.sent: dict[str, dict[str, str]] = {}  # page -> body -> client id
        self.notes: dict[str, str] = {}  # body -> client id
        self.edited: dict[str, str] = {}  # message id -> body
        self.deleted: set[str] = set()  # message ids
        people = iter(PEOPLE)
        for number in range(2):
            for way, proxy in proxies.items():
                self._open(f"{way} {number} {(who := next(people))}", proxy, WAYS[way], town.cookie(who))

    def _open(self, name: str, proxy: FaultProxy, way: dict[str, Any], cookie: str) -> None:
        self.sent[name] = {}
        self.pages.open(name, self.live.url, cookie, f"/threads/{self.thread_id}", url=proxy.url, **way)

    @property
    def posts(self) -> dict[str, str]:
        return {body: client_id for own in self.sent.values() for body, client_id in own.items()}

    def post_from_all(self, number: int) -> None:
        for name, own in self.sent.items():
            body = f"{name}から{number}通め {secrets.token_hex(4)}"
            own[body] = self.pages.post(name, self.thread_id, body)

    def note_from_all(self) -> None:
        for name in self.of_dx():
            body = f"{name}のメモ {secrets.token_hex(4)}"
            self.notes[body] = self.pages.post(name, self.thread_id, body, "note:post")

    def change_from_all(self) -> None:
        """Every page edits what it posted first and deletes what it posted next, and insists."""
        stored = {m["client_id"]: m["message_id"] for m in self.of_type("message:posted")}
        for name, own in self.sent.items():
            first, second = (stored[own[body]] for body in list(own)[:2])
            self.edited[first] = f"{name}が直した"
            self.deleted.add(second)
            edit = {"message_id": first, "body": self.edited[first], "version": 1}
            self.pages.ask("insist", name, event="message:edit", payload=edit)
            self.pages.ask("insist", name, event="message:delete", payload={"message_id": second})

    def of_dx(self) -> list[str]:
        return [name for name in self.sent if name.split()[-1] in DX]

    def stored(self) -> bool:
        """The first two of everybody."""
        known = {m["client_id"] for m in self.of_type("message:posted")}
        return all(set(list(own.values())[:2]) <= known for own in self.sent.values())

    def quiet(self) -> bool:
        seen = [self.pages.look(name) for name in self.sent]
        return all(page["pending"] == [] and all("answer" in act for act in page["acts"]) for page in seen)

    def log(self, kind: str = "room") -> list[dict[str, Any]]:
        return self.reader.log(f"{kind}:{self.room}")

    def of_type(self, name: str, kind: str = "room") -> list[dict[str, Any]]:
        return [event["data"] for event in self.log(kind) if event["type"] == name]

    def check(self) -> None:
        """Everything once, in one order, without a gap; every page shows exactly that."""
        acts = [act for name in self.sent for act in self.pages.look(name)["acts"]]
        told = {(act["event"], act["answer"]["error"]["code"]) for act in acts if "error" in act["answer"]}
        assert told <= {("message:delete", "not_found")}, told  # it was done, and the answer was lost
        log = self.log()
        assert [e["seq"] for e in log] == list(range(1, len(log) + 1))
        posted = self.of_type("message:posted")
        times = Counter(m["client_id"] for m in posted if m["client_id"] in self.posts.values())
        assert set(times.values()) == {1}
        assert len(times) == len(self.posts) - len(self.deleted)  # the posting of what was deleted is void
        deletions = Counter(m["message_id"] for m in self.of_type("message:deleted"))
        assert all(deletions[message_id] == 1 for message_id in self.deleted)
        edits = [(m["message_id"], m["body"]) for m in self.of_type("message:edited") if m["message_id"] in self.edited]
        assert sorted(edits) == sorted(self.edited.items())
        noted = Counter(n["client_id"] for n in self.of_type("note:posted", "notes"))
        assert all(noted[client_id] == 1 for client_id in self.notes.values())
        changes = [
            event["data"] for event in log if event["type"] in ("message:posted", "message:edited", "message:deleted")
        ]
        newest = {m["message_id"]: (m["body"], m["version"]) for m in changes}
        ours = {m["message_id"] for m in posted if m["client_id"] in self.posts.values()} | self.deleted
        for name in self.sent:
            until(lambda name=name: self.shows(name, newest, ours), 40, f"{name} shows the thread")

    def shows(self, name: str, newest: dict[str, tuple[str, int]], ours: set[str]) -> bool:
        """All that came while it was open, and each as it is now. A page opens with a part of its thread, where its
        reader has not read on."""
        state = self.pages.look(name)["state"]
        shown = {m["message_id"]: (m["body"], m["version"]) for m in state["messages"].get(self.thread_id, {}).values()}
        notes = {note["body"] for note in state["notes"].get(self.thread_id, {}).values()}
        whole = ours <= shown.keys() and all(newest[id_] == fact for id_, fact in shown.items())
        return whole and (set(self.notes) <= notes if name in self.of_dx() else not notes)


def test_what_is_sent_through_faults_arrives_once_and_everybody_shows_the_same(live: Live, town: Town) -> None:
    """Seen to fail without the gap fetch in cursor.js: what was sent was never seen to be stored."""
    with ExitStack() as stack:
        kinds = {
            "websocket": Faults(**MESSAGES, delay_s=0.05),
            "polling": Faults(**REQUESTS),
            "http": Faults(**REQUESTS),
        }
        proxies = {way: stack.enter_context(FaultProxy(live.port, faults)) for way, faults in kinds.items()}
        chaos = Chaos(live, town, stack.enter_context(Pages()), proxies)
        rounds = 0
        while rounds < ROUNDS or missing(proxies):
            chaos.post_from_all(rounds)
            chaos.note_from_all()
            time.sleep(0.3 if rounds < ROUNDS else 1)  # so that they do not all wait in one row
            rounds += 1
            assert rounds < ROUNDS + 60, missing(proxies)
        until(chaos.stored, 60, "the first two of everybody are stored")
        chaos.change_from_all()
        time.sleep(FAULTY_S)
        begin = time.monotonic()
        for proxy in proxies.values():
            proxy.heal()
        until(chaos.quiet, 120, "everything sent")
        chaos.check()
        for way, proxy in proxies.items():
            counted = ", ".join(f"{number} {what}" for what, number in sorted(proxy.counts.items()))
            figures.append(f"{'faults, ' + way:<44} {2 * rounds} posts once each; {counted}")
        again = sum(act["tries"] - 1 for name in chaos.sent for act in chaos.pages.look(name)["acts"])
        changes = f"{len(chaos.edited)} edits and {len(chaos.deleted)} deletions"
        figures.append(f"{'':44} {len(chaos.notes)} notes, {changes} once each, pressed again {again} times")
        figures.append(f"{'':44} all the same {time.monotonic() - begin:.1f} s after the last fault")


def missing(proxies: dict[str, FaultProxy]) -> list[tuple[str, str]]:
    return [(way, kind) for way, proxy in proxies.items() for kind in SEEN[way] if not proxy.counts[kind]]


def test_a_silence_that_ends_costs_only_its_time(live: Live, town: Town) -> None:
    """What was sent waits in the network and arrives late, perhaps after it was sent again. Seen to fail without
    `once` on post_message: each was there twice."""
    with FaultProxy(live.port) as proxy, Pages() as pages:
        chaos = Chaos(live, town, pages, {"websocket": proxy})
        until(lambda: all(pages.look(name)["status"] == "live" for name in chaos.sent))
        proxy.stall()
        chaos.post_from_all(1)
        time.sleep(180 if SOAK else 9.5)  # longer than an ack is waited for
        proxy.resume()
        until(chaos.quiet, 60, "everything sent")
        chaos.check()


def test_a_connection_that_was_forgotten_is_given_up_soon(live: Live, town: Town) -> None:
    """Half-open: no end of the connection ever comes. The library alone would notice after 45 s. Seen to fail without
    the check for a dead connection in socket.js."""
    with FaultProxy(live.port) as proxy, Pages() as pages:
        chaos = Chaos(live, town, pages, {"websocket": proxy})
        until(lambda: all(pages.look(name)["status"] == "live" for name in chaos.sent))
        proxy.forget()
        begin = time.monotonic()
        chaos.post_from_all(1)
        until(chaos.quiet, 25, "everything sent")
        figures.append(f"{'forgotten connection':<44} sent after {time.monotonic() - begin:.1f} s on a new one")
        chaos.check()
