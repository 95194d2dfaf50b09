"""What a browser makes of the feed is what the server would show: random lives of threads, folded by the browser's own
reducer, for somebody of the town, of the DX section and of the other town.

Each life is folded as it was emitted (somebody who was there) and as the log tells it afterwards (somebody who catches
up), with the streams in several orders, for streams are not in step with one another."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.errors import HubError
from hub.feed.models import FeedEvent
from hub.feed.publish import as_frame
from hub.feed.queries import readable_streams
from hub.threads.commands import (
    Acknowledge,
    ChangeHead,
    DeleteMessage,
    EditMessage,
    LockThread,
    MoveThread,
    RedactMessage,
    RedactThread,
    SetPassage,
    SetReaction,
)
from hub.threads.consultations.services import Settle, settle
from hub.threads.models import Message, Thread
from hub.threads.notes.queries import list_notes
from hub.threads.presenters import present_messages, present_thread
from hub.threads.queries import get_thread_for
from hub.threads.services.editing import delete_message, edit_message, redact_message
from hub.threads.services.moving import move_thread
from hub.threads.services.passages import set_passage
from hub.threads.services.redacting import redact_thread
from hub.threads.services.responding import acknowledge, set_reaction
from hub.threads.services.steering import change_head, lock_thread
from tests.factories import World

ROOT = Path(__file__).resolve().parents[2]
NODE = shutil.which("node", path=f"{os.environ['PATH']}{os.pathsep}{ROOT / '.venv' / 'bin'}")
ADMITTED = ("bureau", "guest", "admin")  # read a room once they are let in by name
VIEWERS = ("officer", "manager", "supporter", "lead", "foreign_officer", *ADMITTED)
WRITERS = ("officer", "manager", "supporter", "lead", "foreign_officer")

Frames = list[dict[str, Any]]


@dataclass
class Life:
    """Does at random what people do; whatever is refused did not happen."""

    world: World
    threads: list[int] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)

    def step(self, action: str, who: str, pick: int, on: bool) -> None:
        with suppress(HubError, IndexError):
            getattr(self, action)(who, pick, on)

    def _of(self, ids: list[int], pick: int) -> int:
        """One of the newest four, so that something befalls the same thing twice."""
        return ids[-1 - pick % min(len(ids), 4)]

    def _room(self, pick: int) -> int:
        return (self.world.room, self.world.foreign_room, self.world.commons)[pick % 3]

    def open(self, who: str, pick: int, on: bool) -> None:
        kind = ("talk", "consultation", "notice")[pick % 3]
        made = self.world.thread(
            self._room(pick // 3), kind, f"はじめ {pick} @県 四季", who, title="題" if on else None
        )
        self.threads.append(made.thread_id)
        self.messages.append(made.message_id)

    def post(self, who: str, pick: int, on: bool) -> None:
        reply = self.messages[-1] if on else None
        made = self.world.message(self._of(self.threads, pick), f"つづき {pick}", who, reply_to=reply)
        self.messages.append(made.message_id)

    def answer(self, who: str, pick: int, _on: bool) -> None:
        made = self.world.message(self._of(self.threads, pick), "回答", who, mark="official")
        self.messages.append(made.message_id)

    def edit(self, _who: str, pick: int, on: bool) -> None:
        message = self._message(pick)
        command = EditMessage(message.id, f"直し {pick}", message.version if on else 1)
        self.world.write(edit_message, self._author(message), command)

    def delete(self, _who: str, pick: int, _on: bool) -> None:
        message = self._message(pick)
        self.world.write(delete_message, self._author(message), DeleteMessage(message.id))

    def redact(self, _who: str, pick: int, on: bool) -> None:
        command = RedactMessage(self._of(self.messages, pick), "理由")
        self.world.write(redact_message, "manager" if on else "lead", command)

    def ink(self, who: str, pick: int, on: bool) -> None:
        command = RedactThread(self._of(self.threads, pick), "title" if on else "summary", "理由")
        self.world.write(redact_thread, "lead" if who == "lead" else "manager", command)

    def react(self, who: str, pick: int, on: bool) -> None:
        command = SetReaction(self._of(self.messages, pick), ("👍", "🎉")[pick % 2], on)
        self.world.write(set_reaction, who, command)

    def mark(self, who: str, pick: int, on: bool) -> None:
        command = SetPassage(self._of(self.messages, pick), ("issue", "effect")[pick % 2], on)
        self.world.write(set_passage, who, command)

    def confirm(self, who: str, pick: int, on: bool) -> None:
        self.world.write(acknowledge, who, Acknowledge(self._of(self.threads, pick), on))

    def sum_up(self, who: str, pick: int, on: bool) -> None:
        thread_id = self._of(self.threads, pick)
        with self.world.store.read() as session:
            version = session.get_one(Thread, thread_id).summary_version
        self.world.write(change_head, who, ChangeHead(thread_id, body="まとめ" if on else "", summary_version=version))

    def rename(self, who: str, pick: int, _on: bool) -> None:
        self.world.write(change_head, who, ChangeHead(self._of(self.threads, pick), f"題名 {pick}"))

    def lock(self, _who: str, pick: int, on: bool) -> None:
        self.world.write(lock_thread, "lead", LockThread(self._of(self.threads, pick), on))

    def settle(self, who: str, pick: int, on: bool) -> None:
        state = "closed" if on else ("open", "answered")[pick % 2]
        self.world.write(settle, who, Settle(self._of(self.threads, pick), state, "solved" if on else None))

    def move(self, _who: str, pick: int, _on: bool) -> None:
        self.world.write(move_thread, "lead", MoveThread(self._of(self.threads, pick), self._room(pick)))

    def note(self, _who: str, pick: int, on: bool) -> None:
        self.world.note(self._of(self.threads, pick), f"メモ {pick}", "supporter" if on else "lead")

    def _message(self, pick: int) -> Message:
        with self.world.store.read() as session:
            return session.get_one(Message, self._of(self.messages, pick))

    def _author(self, message: Message) -> str:
        return next(who for who in WRITERS if self.world.staff_id(who) == message.author_id)


ACTIONS = "open post post answer edit delete redact ink react mark confirm sum_up rename lock settle move note".split()
STEPS = st.tuples(st.sampled_from(ACTIONS), st.sampled_from(WRITERS), st.integers(0, 40), st.booleans())


def shown(world: World, who: str) -> dict[str, Any]:
    """The state that a fresh read gives."""
    actor, state = world.actor(who), {"threads": {}, "messages": {}, "notes": {}}
    with world.store.read() as session:
        for thread in session.scalars(sa.select(Thread)):
            try:
                place = get_thread_for(session, actor, thread.id)
            except HubError:
                continue
            id_, room = str(thread.id), place.room.id
            messages = session.scalars(sa.select(Message).where(Message.thread_id == thread.id)).all()
            state["threads"][id_] = present_thread(session, thread)
            state["messages"][id_] = {m["message_id"]: m for m in present_messages(session, room, messages)}
            notes = {n["note_id"]: n for n in list_notes(session, place)} if actor.in_dx_section else {}
            if notes:
                state["notes"][id_] = notes
    return without_client_ids(state)


def without_client_ids(state: Any) -> Any:
    """Only the first event of a message says which browser sent it; a note keeps the version at which it was said."""
    if isinstance(state, dict):
        return {k: without_client_ids(value) for k, value in state.items() if k not in ("client_id", "thread_version")}
    return [without_client_ids(value) for value in state] if isinstance(state, list) else state


def differences(folded: Any, fresh: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where the two are not the same."""
    if isinstance(folded, dict) and isinstance(fresh, dict):
        for key in folded.keys() | fresh.keys():
            yield from differences(folded.get(key), fresh.get(key), f"{path}/{key}")
    elif folded != fresh:
        yield path, folded, fresh


def orders(world: World, who: str, frames: Frames) -> list[Frames]:
    """The frames that somebody may read: as they happened; the notes ahead of all else; and stream by stream, rooms
    before notes, upwards and downwards. (Nobody has the notes of two rooms open at once.)"""
    with world.store.read() as session:
        streams = readable_streams(session, world.actor(who), {frame["stream"] for frame in frames})
    mine = [frame for frame in frames if frame["stream"] in streams]
    notes = [frame for frame in mine if frame["stream"].startswith("notes:")]
    rest = [frame for frame in mine if frame not in notes]
    upwards, downwards = sorted(streams), sorted(streams, reverse=True)
    return [mine, notes + rest] + [
        [f for part in (rest, notes) for stream in order for f in part if f["stream"] == stream]
        for order in (upwards, downwards)
    ]


def fold(lives: list[Frames]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [str(NODE), str(ROOT / "static/js/feed/fold.js")],
        input=json.dumps([life or [{"type": "void", "stream": "room:0", "data": {}}] for life in lives]),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return list(json.loads(done.stdout))


def live(app: Flask, steps: list[tuple[str, str, int, bool]], heard: list[FeedEvent]) -> None:
    world = World(app)
    for who in ADMITTED:
        world.admit(who, world.room)
    heard.clear()
    life = Life(world)
    for step in steps:
        life.step(*step)
    emitted = [as_frame(event, "e") for event in heard]
    with world.store.read() as session:
        stored = [as_frame(e, "e") for e in session.scalars(sa.select(FeedEvent).order_by(FeedEvent.id))]
    cases = [
        (who, told, number, frames)
        for who in VIEWERS
        for told, log in (("emitted", emitted), ("stored", stored))
        for number, frames in enumerate(orders(world, who, log))
    ]
    expected = {who: shown(world, who) for who in VIEWERS}
    for (who, told, number, _frames), folded in zip(cases, fold([c[-1] for c in cases]), strict=True):
        state = without_client_ids({part: folded[part] for part in ("threads", "messages", "notes")})
        assert list(differences(state, expected[who])) == [], (who, told, number)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[FeedEvent]:
    events: list[FeedEvent] = []
    monkeypatch.setattr("hub.feed.log._publishers", [lambda _epoch, committed: events.extend(committed)])
    return events


@given(steps=st.lists(STEPS, min_size=1, max_size=40))
@settings(
    derandomize=True,
    max_examples=int(os.environ.get("FOLDING_EXAMPLES", "25")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
def test_folding_the_feed_gives_what_is_shown(
    fresh_app: Callable[[], Any], heard: list[FeedEvent], steps: list[tuple[str, str, int, bool]]
) -> None:
    with fresh_app() as app:
        live(app, [("open", "officer", 0, False), *steps], heard)
