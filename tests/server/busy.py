"""Twenty people in five rooms who post, edit, delete and note without pause, and what must be true of it afterwards:
whatever was acknowledged happened exactly once, whatever was not at most once, and everybody is told the same."""

import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from flask import Flask

from hub import create_app
from hub.config import Config
from hub.demo.loader import mark_empty_as_demo
from hub.feed.epoch import begin
from hub.migrations.runner import migrate
from hub.rooms.services import create_commons
from hub.security.loader import TOKEN
from hub.security.sessions import begin_sign_in
from tests.factories import World, make_world
from tests.feed.test_folding import differences, fold, shown, without_client_ids
from tests.server.raw import Raw

CLIENTS = 20
READERS = ("supporter", "lead", "officer", "foreign_officer")
PEOPLE = {  # room -> who writes there
    "吉岡町": ("officer", "manager", "supporter", "lead"),
    "榛東村": ("foreign_officer", "supporter", "lead", "foreign_officer"),
    "県内共通": ("officer", "foreign_officer", "supporter", "manager"),
    "標準化": ("officer", "manager", "foreign_officer", "lead"),
    "窓口": ("foreign_officer", "officer", "supporter", "manager"),
}
DX = {"supporter", "lead"}


class Town:
    """The world of the unit tests in a real server's database, with a thread and a cookie for each place."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.app: Flask = create_app(Config(instance_path=folder, database_url=database_url, rate_limits=False))
        store = self.app.extensions["hub.db"]
        migrate(store)
        begin(store, folder)
        assert mark_empty_as_demo(store)
        with store.transaction() as session:
            make_world(session, "no password")
            for name in ("標準化", "窓口"):
                create_commons(session, name, "")
        self.world = World(self.app)
        with self.app.app_context():
            rooms = {"吉岡町": self.world.room, "榛東村": self.world.foreign_room, "県内共通": self.world.commons}
            rooms |= {name: self.world.commons + n for n, name in enumerate(("標準化", "窓口"), start=1)}
            self.rooms = {name: str(room) for name, room in rooms.items()}
            self.threads = {
                name: str(self.world.thread(room, by="supporter").thread_id) for name, room in rooms.items()
            }

    def cookie(self, who: str) -> str:
        with self.world.store.transaction() as session:
            config = self.app.extensions["hub.config"]
            token = begin_sign_in(session, self.world.staff_id(who), config, "busy")
        signer = self.app.session_interface.get_signing_serializer(self.app)
        return f"hub_session={signer.dumps({TOKEN: token})}"

    def close(self) -> None:
        self.world.store.engine.dispose()


@dataclass
class Told:
    """What one person was told of their commands."""

    posts: dict[str, dict[str, Any]] = field(default_factory=dict)  # client id -> ack
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    edits: dict[int, tuple[str, str]] = field(default_factory=dict)  # seq -> (message id, body)
    deletes: dict[int, str] = field(default_factory=dict)  # seq -> message id
    given_up: set[str] = field(default_factory=set)  # client ids that nobody acknowledged
    unsure: set[str] = field(default_factory=set)  # message ids whose edit or deletion nobody acknowledged
    frames: dict[str, dict[int, tuple[str, str]]] = field(default_factory=dict)  # stream -> seq -> (type, message)
    counts: Counter[str] = field(default_factory=Counter)


class Busy(threading.Thread):
    def __init__(self, town: Town, place: str, who: str, port: int) -> None:
        super().__init__(daemon=True)
        self.room, self.thread_id, self.dx = town.rooms[place], town.threads[place], who in DX
        self.port, self.cookie, self.who = port, town.cookie(who), who
        self.told, self.stop = Told(), threading.Event()
        self.luck = random.Random(f"{place}{who}{port}")
        self.raw: Raw | None = None
        self.mine: dict[str, int] = {}  # message id -> version
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.act()
        except BaseException as fault:
            self.fault = fault

    def act(self) -> None:
        chance = self.luck.random()
        if chance < 0.55 or not self.mine:
            self.create("message:post", self.told.posts)
        elif chance < 0.7 and self.dx:
            self.create("note:post", self.told.notes)
        elif chance < 0.9:
            self.edit(*self.luck.choice(list(self.mine.items())))
        else:
            self.delete(self.luck.choice(list(self.mine)))

    def create(self, event: str, acks: dict[str, dict[str, Any]]) -> None:
        """Until it is acknowledged, or in one of four cases only once: what was not acknowledged then may be there."""
        key, patient, tries = secrets.token_hex(8), self.luck.random() < 0.75, 0
        payload = {
            "thread_id": self.thread_id,
            "body": f"{self.who} {key} の件、確認をお願いします。",
            "client_id": key,
        }
        while True:
            tries += 1
            ack = self.ask(event, payload)
            if ack is not None:
                break
            if not patient or self.stop.is_set():
                self.told.given_up.add(key)
                self.told.counts["given up"] += 1
                return
        assert ack["ok"], ack
        acks[key] = ack["data"]
        self.told.counts["created"] += 1
        self.told.counts["sent again"] += tries - 1
        if event == "message:post":
            self.mine[ack["data"]["message_id"]] = 1

    def edit(self, message_id: str, version: int) -> None:
        body = f"直し {secrets.token_hex(4)}"
        ack = self.ask("message:edit", {"message_id": message_id, "body": body, "version": version})
        if ack is None:
            self.unsure(message_id)
            return
        assert ack["ok"], ack
        self.told.edits[ack["data"]["seq"]] = (message_id, body)
        self.mine[message_id] = ack["data"]["version"]
        self.told.counts["edited"] += 1

    def delete(self, message_id: str) -> None:
        ack = self.ask("message:delete", {"message_id": message_id})
        if ack is None:
            self.unsure(message_id)
            return
        assert ack["ok"], ack
        del self.mine[message_id]
        self.told.deletes[ack["data"]["seq"]] = message_id
        self.told.counts["deleted"] += 1

    def unsure(self, message_id: str) -> None:
        del self.mine[message_id]
        self.told.unsure.add(message_id)
        self.told.counts["unsure"] += 1

    def ask(self, event: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        """The ack; None when the connection broke first, or there is none to be had."""
        try:
            if self.raw is None:
                self.raw = Raw(self.port, self.cookie, timeout=8).join()
                streams = [f"room:{self.room}", *([f"notes:{self.room}"] if self.dx else [])]
                assert self.raw.ask("feed:open", {"streams": streams})["data"]["refused"] == []
            ack = self.raw.ask(event, payload)
            self.keep_frames(self.raw)
        except (OSError, PermissionError, IndexError):
            if self.raw is not None:
                self.keep_frames(self.raw)
                self.raw.socket.close()
            self.raw = None
            time.sleep(0.2 + self.luck.random() / 2)
            return None
        if not ack["ok"] and ack["error"]["code"] == "unavailable":
            time.sleep(0.1)
            return None
        return ack

    def keep_frames(self, raw: Raw) -> None:
        for name, data in raw.events:
            if name == "feed":
                seen = self.told.frames.setdefault(data["stream"], {})
                fact = (data["type"], data["data"].get("message_id", ""))
                assert seen.setdefault(data["seq"], fact) == fact
        raw.events.clear()


@contextmanager
def busy(town: Town, *ports: int) -> Iterator[list[Busy]]:
    """All of them at work; stopped and joined at the end. Raises what one of them met."""
    places = [(place, who) for place, people in PEOPLE.items() for who in people]
    people = [Busy(town, place, who, ports[n % len(ports)]) for n, (place, who) in enumerate(places)]
    assert len(people) == CLIENTS
    for person in people:
        person.start()
    yield people
    for person in people:
        person.stop.set()
    for person in people:
        person.join(60)
        assert not person.is_alive()
        if person.raw is not None:
            person.raw.socket.close()
        if person.fault is not None:
            raise person.fault


def done(people: list[Busy]) -> int:
    return sum(sum(p.told.counts[kind] for kind in ("created", "edited", "deleted")) for p in people)


def wait_for_work(people: list[Busy], more: int, within_s: float = 60) -> None:
    goal, end = done(people) + more, time.monotonic() + within_s
    while done(people) < goal:
        faults = [repr(p.fault) for p in people if p.fault]
        assert not faults, faults
        assert time.monotonic() < end, "the commands do not get through"
        time.sleep(0.02)


def whole_log(url: str, cookie: str, stream: str) -> list[dict[str, Any]]:
    """All events of a stream, from the start; none when the reader may not have it."""
    events: list[dict[str, Any]] = []
    while True:
        after = events[-1]["seq"] if events else 0
        headers = {"Cookie": cookie, "Accept": "application/json"}
        answer = requests.get(f"{url}/feed/{stream}?after={after}&limit=1000", headers=headers, timeout=20)
        if answer.status_code == 404:
            return []
        events += answer.json()["events"]
        if not answer.json()["has_more"]:
            return events


def check(url: str, town: Town, people: list[Busy]) -> Counter[str]:
    """Assert all of it; returns what was counted."""
    total: Counter[str] = Counter()
    cookie = town.cookie("supporter")
    for place, room in town.rooms.items():
        mine = [p.told for p in people if p.room == room]
        for stream in (f"room:{room}", f"notes:{room}"):
            log = whole_log(url, cookie, stream)
            assert [e["seq"] for e in log] == list(range(1, len(log) + 1)), (place, "a hole in the log")
            _check_stream(stream, log, mine)
            total["events"] += len(log)
    for person in people:
        total += person.told.counts
    _check_browsers(url, town)
    return total


def _check_stream(stream: str, log: list[dict[str, Any]], people: list[Told]) -> None:
    is_notes, by_seq = stream.startswith("notes:"), {e["seq"]: e for e in log}
    times = Counter(e["data"]["client_id"] for e in log if e["type"] in ("message:posted", "note:posted"))
    assert max(times.values(), default=1) == 1, "something was doubled"
    deletions = Counter(e["data"]["message_id"] for e in log if e["type"] == "message:deleted")
    assert max(deletions.values(), default=1) == 1, "a deletion was doubled"
    deleted = set(deletions)
    for told in people:
        for key, ack in (told.notes if is_notes else told.posts).items():
            event = by_seq[ack["seq"]]
            assert event["data"].get("client_id") == key or (event["type"] == "void" and ack["message_id"] in deleted)
        for seq, fact in told.frames.get(stream, {}).items():
            event = by_seq[seq]
            assert event["type"] == "void" or (event["type"], event["data"].get("message_id", "")) == fact
        if not is_notes:
            _check_changes(by_seq, told, deleted)
    unsure = set().union(*(told.unsure for told in people))
    asked = {(seq, *what) for told in people for seq, what in told.edits.items()}
    changed = {(e["seq"], e["data"]["message_id"], e["data"]["body"]) for e in log if e["type"] == "message:edited"}
    assert {message_id for _seq, message_id, _body in changed - asked} <= unsure, "an edit that nobody asked for"
    assert deleted <= unsure.union(*(told.deletes.values() for told in people)), "a deletion that nobody asked for"


def _check_changes(by_seq: dict[int, dict[str, Any]], told: Told, deleted: set[str]) -> None:
    for seq, (message_id, body) in told.edits.items():
        event = by_seq[seq]
        said = (event["type"], event["data"].get("body"))
        assert said == ("message:edited", body) or (event["type"] == "void" and message_id in deleted)
    for seq, message_id in told.deletes.items():
        assert (by_seq[seq]["type"], by_seq[seq]["data"]["message_id"]) == ("message:deleted", message_id)


def _check_browsers(url: str, town: Town) -> None:
    """The browser's own reducer, folded over each reader's streams, shows what the database holds."""
    lives = []
    for who in READERS:
        cookie = town.cookie(who)
        streams = [f"{kind}:{room}" for kind in ("room", "notes") for room in town.rooms.values()]
        lives.append([frame for stream in streams for frame in whole_log(url, cookie, stream)])
    for who, folded in zip(READERS, fold(lives), strict=True):
        state = without_client_ids({part: folded[part] for part in ("threads", "messages", "notes")})
        assert list(differences(state, shown(town.world, who)))[:3] == [], who
