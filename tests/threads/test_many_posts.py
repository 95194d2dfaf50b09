"""Many posts in one go are what they would be one by one: the same rows, events, answers and refusals."""

import random
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.feed.models import FeedEvent, Stream, Submission
from hub.files.models import Attachment
from hub.inbox.models import InboxEntry
from hub.search.models import SearchChange
from hub.sharing.commands import OnSharing, Prepare
from hub.sharing.services.consenting import ask_consent, consent
from hub.sharing.services.preparing import prepare
from hub.threads.commands import LockThread, PostMessage, PreferThread
from hub.threads.consultations.models import Consultation
from hub.threads.models import Draft, Mention, Message, ReadMark, Thread
from hub.threads.services.posting import post_message
from hub.threads.services.reading import prefer_thread
from hub.threads.services.steering import lock_thread
from hub.writing import Job
from tests.factories import World

WRITERS = ("officer", "manager", "shared", "both", "supporter", "lead", "foreign_officer", "guest", "admin")
POSTS = 60
BODIES = (
    "確認しました。",
    "@県 四季 さん、お願いします。",
    "@吉岡 二葉 さんと @吉岡町 へ",
    "- **期限**: 12月25日",
    "",
    "あ" * 10_001,
)


class Town:
    """A world with threads of every kind, and files that hang nowhere yet."""

    def __init__(self, world: World) -> None:
        self.world = world
        talk = world.thread(world.room)
        self.threads = [talk, world.thread(world.room, body="別の話"), world.thread(world.commons, by="supporter")]
        self.threads += [world.thread(world.room, kind="consultation", body=f"相談 {n}") for n in range(2)]
        self.threads.append(world.thread(world.foreign_room, by="foreign_officer"))
        self.threads.append(world.thread(world.room, body="鍵のかかった話"))
        world.write(lock_thread, "supporter", LockThread(self.threads[-1].thread_id, True))
        world.write(prefer_thread, "manager", PreferThread(talk.thread_id, True, False))
        world.write(prefer_thread, "lead", PreferThread(self.threads[3].thread_id, True, True))
        self.quotable = [world.message(thread, "引用されるもの", by="supporter") for thread in self.threads[:3]]
        self.places = [*(thread.thread_id for thread in self.threads), self._edition(), 999_999]
        self.files = [(who, world.upload(who)) for who in ("officer", "supporter") for _file in range(3)]

    def _edition(self) -> int:
        """An anonymous one of the first consultation, in which the town hides."""
        world, thread_id = self.world, self.threads[3].thread_id
        sharing_id = int(world.write(prepare, "officer", Prepare(thread_id, "edition", True)).data["sharing_id"])
        world.write(ask_consent, "officer", OnSharing(sharing_id, 1))
        return int(world.write(consent, "supporter", OnSharing(sharing_id, 1)).data["edition_id"])

    def asked(self, chance: random.Random) -> list[tuple[str, PostMessage]]:
        """Good posts, refused ones, repeats, quotes, calls, files, words that settle a consultation."""
        found: list[tuple[str, PostMessage]] = []
        for number in range(POSTS):
            who = chance.choice(WRITERS)
            thread_id = chance.choice(self.places)
            body = chance.choices(BODIES, (8, 3, 2, 2, 1, 1))[0]
            more: dict[str, Any] = {"settled": chance.random() < 0.2}
            if chance.random() < 0.2:
                more["mark"] = chance.choice(["official", "personal"])
            if chance.random() < 0.2:
                more["reply_to"] = chance.choice([*(said.message_id for said in self.quotable), 999_999])
            if chance.random() < 0.2:
                more["attachment_ids"] = [id_ for _who, id_ in chance.sample(self.files, chance.randint(1, 2))]
            one = (who, PostMessage(thread_id, body, f"client-{number:06}", **more))
            if found and chance.random() < 0.15:
                one = chance.choice(found)
                if chance.random() < 0.3:
                    one = (one[0], PostMessage(one[1].thread_id, "別の文", one[1].client_id))
            found.append(one)
        return found


def one_by_one(world: World, asked: list[tuple[str, PostMessage]], _chance: random.Random) -> list[Any]:
    answers = []
    for who, command in asked:
        try:
            answers.append(world.write(post_message, who, command).ack())
        except Exception as refusal:
            answers.append(refusal)
    return answers


def together(world: World, asked: list[tuple[str, PostMessage]], chance: random.Random) -> list[Any]:
    jobs: list[Job] = []
    with world.app.app_context():
        while len(jobs) < len(asked):
            some = asked[len(jobs) : len(jobs) + chance.randint(1, 30)]
            batch = [Job(post_message, world.actor(who), command, {}) for who, command in some]
            world.store.writer.write_together(batch)
            jobs += batch
    return [job.outcome if isinstance(job.outcome, Exception) else job.outcome.ack() for job in jobs]


class Seen:
    """Everything that was written, with messages called by their places: ids may have holes, and differ."""

    def __init__(self, session: Session, town: Town, answers: list[Any]) -> None:
        rows = session.execute(sa.select(Message.id, Message.thread_id, Message.position)).all()
        self.names = {str(id_): f"{thread_id}/{position}" for id_, thread_id, position in rows}
        self.names |= {str(id_): f"file {number}" for number, (_who, id_) in enumerate(town.files)}
        files = session.execute(sa.select(Attachment.id, Attachment.message_id, Attachment.place)).all()
        self.parts = {
            "answers": [self._answer(answer) for answer in answers],
            "messages": self._rows(session, Message),
            "threads": self._rows(session, Thread),
            "consultations": self._rows(session, Consultation),
            "marks": self._rows(session, ReadMark),
            "drafts": self._rows(session, Draft),
            "heads": sorted(session.execute(sa.select(Stream.key, Stream.head)).all()),
            "inbox": sorted(self._rows(session, InboxEntry)),
            "mentions": sorted(self._rows(session, Mention)),
            "receipts": self._rows(session, Submission),
            "files": sorted(
                (self.names[str(id_)], self.names.get(str(message_id)), place) for id_, message_id, place in files
            ),
            "index": sorted(set(self._rows(session, SearchChange))),
            "rooms": self._events(session, FeedEvent.stream.like("room:%")),
            "people": sorted(self._events(session, FeedEvent.stream.like("user:%"))),
        }

    def _answer(self, answer: Any) -> str:
        if isinstance(answer, Exception):
            return f"{type(answer).__name__} {getattr(answer, 'fields', '')}"
        return self._plain(answer)

    def _rows(self, session: Session, model: Any) -> list[str]:
        keys = list(model.__table__.primary_key)
        names = [c for c in model.__table__.columns if c.name != "id" or model in (Thread, Consultation)]
        order = [Message.thread_id, Message.position] if model is Message else keys
        return [self._plain(dict(row._mapping)) for row in session.execute(sa.select(*names).order_by(*order))]

    def _events(self, session: Session, which: Any) -> list[str]:
        person = "user" in str(which.right.value)
        query = sa.select(FeedEvent.stream, FeedEvent.seq, FeedEvent.type, FeedEvent.data, FeedEvent.message_id)
        rows = session.execute(query.where(which).order_by(FeedEvent.stream, FeedEvent.seq)).all()
        return [self._plain(dict(row._mapping) | ({"seq": 0} if person else {})) for row in rows]

    def _plain(self, value: Any, key: str = "") -> str:
        if isinstance(value, dict):
            kept = {
                k: self._plain(v, k) for k, v in value.items() if not k.endswith("_at") and k not in ("at", "entry_id")
            }
            return str(sorted(kept.items()))
        if isinstance(value, list):
            return str([self._plain(item, key) for item in value])
        if key in ("message_id", "reply_to", "reply_to_id", "ref_id", "attachment_id"):
            return self.names.get(str(value), str(value))
        return str(value)


Write = Callable[[World, list[tuple[str, PostMessage]], random.Random], list[Any]]


def written(fresh_app: Callable[[], Any], seed: int, write: Write) -> dict[str, Any]:
    with fresh_app() as app:
        world = World(app)
        town = Town(world)
        asked = town.asked(random.Random(seed))
        answers = write(world, asked, random.Random(seed))
        with world.store.read() as session:
            return Seen(session, town, answers).parts


@pytest.mark.parametrize("seed", range(4))
def test_together_is_as_one_by_one(fresh_app: Callable[[], Any], seed: int) -> None:
    alone = written(fresh_app, seed, one_by_one)
    assert len({answer[:12] for answer in alone["answers"]}) > 4  # receipts, and refusals of several kinds
    many = written(fresh_app, seed, together)
    for part, expected in alone.items():
        assert many[part] == expected, part
