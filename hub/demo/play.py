"""Act out the threads of the data file, each step at its own time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hub.actor import Actor
from hub.clock import in_japan, japan_today, set_source, utc_now, working_days_after
from hub.db import Database
from hub.demo.files import upload
from hub.demo.people import Cast
from hub.demo.timetable import opening_of, times_of
from hub.security.actors import actor_of_staff
from hub.threads.commands import Acknowledge, ChangeHead, OpenThread, PostMessage, SetReaction
from hub.threads.consultations.charging import HandOver, hand_over
from hub.threads.consultations.passing import PassTurn, pass_turn
from hub.threads.consultations.promising import PromiseAnswer, promise_answer
from hub.threads.consultations.services import Settle, settle
from hub.threads.notes.services import PostNote, post_note
from hub.threads.services.posting import open_thread, post_message
from hub.threads.services.responding import acknowledge, set_reaction
from hub.threads.services.steering import change_head


@dataclass(frozen=True)
class Stage:
    """The loaded people, rooms by the names that the data files use, and names of files by thread and message."""

    database: Database
    cast: Cast
    rooms: dict[str, int]
    files: dict[str, dict[str, list[str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    at: datetime
    do: Callable[[], Any]


def play(stage: Stage, threads: list[dict[str, Any]], progress: Callable[[str], None]) -> dict[str, "Scene"]:
    """Act out all threads, each step at its own time and all steps in the order of time, as it was when they were
    written: what was answered in one room today comes after what was asked in another yesterday. The scenes by key."""
    newest = utc_now() - timedelta(minutes=30)
    scenes = [Scene(stage, row, index, newest) for index, row in enumerate(threads)]
    steps = sorted((step for scene in scenes for step in scene.steps()), key=lambda step: step.at)
    for done, step in enumerate(steps, start=1):
        set_source(partial(_the, step.at))
        step.do()
        if done % 100 == 0 or done == len(steps):
            progress(f"steps {done} / {len(steps)}")
    return {scene.row["key"]: scene for scene in scenes}


def _the(moment: datetime) -> datetime:
    return moment


class Scene:
    """One thread of the data file."""

    def __init__(self, stage: Stage, row: dict[str, Any], index: int, newest: datetime) -> None:
        self.stage, self.row, self.index, self.newest = stage, row, index, newest
        follow = [m["after_min"] for m in row.get("messages", [])]
        notes = [n["after_min"] for n in row.get("notes") or []]
        opened = opening_of(row["day"], row["time"], sorted(follow + notes), newest)
        self.times = times_of(opened, follow)
        self.note_times = times_of(opened, notes)[1:]
        self.thread_id = 0
        self.message_ids: list[int] = []

    def steps(self) -> list[Step]:
        """In the order of time; of two at the same moment the earlier one in this list comes first."""
        last = max(self.times + self.note_times)
        posts = list(enumerate(self.row.get("messages", []), start=1))
        notes = list(enumerate(self.row.get("notes") or [], start=1))
        return [
            Step(self.times[0], self._open),
            *(Step(self.times[n], partial(self._post, message, n)) for n, message in posts),
            *(Step(self.note_times[n - 1], partial(self._note, note, n)) for n, note in notes),
            Step(last, self._finish),
        ]

    def at(self, moment: datetime) -> None:
        set_source(partial(_the, moment))

    def write(self, service: Any, key: str, command: Any) -> Any:
        database = self.stage.database
        with database.read() as session:
            actor = self._actor(session, key)
        return database.write(service, actor, command)

    def _actor(self, session: Any, key: str) -> Actor:
        staff = self.stage.cast.staff[key]
        actor = actor_of_staff(session, staff.id)
        # A shared account writes under the name that somebody typed; the demo's is always the same invented one.
        return (
            Actor(**{**actor.__dict__, "writer_name": self.row.get("writer_name", "山口")}) if actor.shared else actor
        )

    def _client_id(self, name: object) -> str:
        return f"demo-{self.index}-{name}"

    def _open(self) -> None:
        room_id = self.stage.rooms[self.row["room"].removeprefix("commons:").removeprefix("circle:")]
        command = OpenThread(
            attachment_ids=self._files(0, self.row["author"]),
            room_id=room_id,
            kind=self.row["kind"],
            body=self.row["body"],
            client_id=self._client_id("opens"),
            title=self.row.get("title"),
            urgency=self.row.get("urgency"),
        )
        data = self.write(open_thread, self.row["author"], command).data
        self.thread_id = int(data["thread_id"])
        self.message_ids.append(int(data["message_id"]))
        self._react(self.row.get("reactions") or {}, 0)

    def _post(self, message: dict[str, Any], number: int) -> None:
        reply = message.get("reply_to")
        command = PostMessage(
            attachment_ids=self._files(number, message["author"]),
            thread_id=self.thread_id,
            body=message["body"],
            client_id=self._client_id(number),
            mark=message.get("mark"),
            reply_to=self.message_ids[reply] if reply is not None and reply < len(self.message_ids) else None,
        )
        self.message_ids.append(int(self.write(post_message, message["author"], command).data["message_id"]))
        self._react(message.get("reactions") or {}, number)

    def _files(self, number: int, key: str) -> list[int] | None:
        """What the message of this number brings along, uploaded by its author."""
        names = self.stage.files.get(self.row.get("key", ""), {}).get(str(number))
        if not names:
            return None
        with self.stage.database.read() as session:
            actor = self._actor(session, key)
        return [upload(actor, name) for name in names]

    def _react(self, reactions: dict[str, list[str]], number: int) -> None:
        for emoji, keys in reactions.items():
            for key in keys:
                self.write(set_reaction, key, SetReaction(message_id=self.message_ids[number], emoji=emoji, on=True))

    def _note(self, note: dict[str, Any], number: int) -> None:
        command = PostNote(thread_id=self.thread_id, body=note["body"], client_id=self._client_id(f"note-{number}"))
        self.write(post_note, note["author"], command)

    def _finish(self) -> None:
        for given in self.row.get("acknowledgements") or []:
            key = given["author"] if isinstance(given, dict) else given
            self.write(acknowledge, key, Acknowledge(thread_id=self.thread_id, on=True))
        summary = self.row.get("summary")
        if summary:
            body = summary["body"] if isinstance(summary, dict) else summary
            author = summary["author"] if isinstance(summary, dict) else self._supporter()
            self.write(change_head, author, ChangeHead(thread_id=self.thread_id, body=body, summary_version=0))
        if self.row["kind"] == "consultation":  # what stands so already has stood so since then
            command = Settle(thread_id=self.thread_id, state=self.row["state"], closed_as=self.row.get("closed_as"))
            self.write(settle, self.row["author"], command)
        if handed := self.row.get("handed"):
            duty = self.stage.cast.duties[handed["duty"]].id
            self.write(hand_over, handed["author"], HandOver(self.thread_id, duty, handed["reason"]))
        if promised := self.row.get("promised"):
            day = working_days_after(japan_today(), promised["working_days"])
            self.write(promise_answer, promised["author"], PromiseAnswer(self.thread_id, day))
        if outside := self.row.get("outside"):
            self._ask_outside(outside)

    def _ask_outside(self, asked: dict[str, Any]) -> None:
        """Somebody outside has to act next, and is expected to by a day from today."""
        day, to = in_japan(self.newest).date() + timedelta(days=asked["in_days"]), asked["name"]
        command = PassTurn(self.thread_id, "outside", asked["reason"], outside=to, expected_on=day)
        self.write(pass_turn, asked["author"], command)

    def _supporter(self) -> str:
        """Somebody of the DX section who took part, else the author."""
        authors = [m["author"] for m in self.row.get("messages", [])]
        return next((key for key in authors if key.startswith("pref-")), self.row["author"])
