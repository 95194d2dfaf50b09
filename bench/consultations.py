"""Rooms full of invented consultations to search in: rows of their own tables, and their documents in the index.

The words are those of the shipped synonyms, as unevenly frequent as words are (Zipf); 架空 all of it.
"""

import dataclasses
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.batches import batches
from hub.audiences.services import grant, new_audience
from hub.db import Database
from hub.library.models import Tag
from hub.people.models import Organisation, Posting, Section, Staff
from hub.rooms.models import Room
from hub.search.documents import Document, Prepared, facet_key, prepare
from hub.search.sources.conversations import message_documents, thread_documents
from hub.search.store import replace
from hub.search.synonyms import shipped_groups
from hub.threads.consultations.models import Consultation, Turn
from hub.threads.models import Message, Thread

GLUE = (
    "について",
    "の手続きを",
    "は",
    "を確認して",
    "に必要な書類を",
    "の担当へ",
    "と",
    "が変わるときの",
    "を教えてください。",
)
BEGIN, YEARS = datetime(2024, 4, 1, tzinfo=UTC), timedelta(days=730)
MESSAGES = 10  # in a thread
SUPPORTERS, TAGS = 10, 100


class Writer:
    """Sentences whose words are as unevenly frequent as in life."""

    def __init__(self) -> None:
        self.random = random.Random(7)
        self.words = [word for group in shipped_groups() for word in group]
        self.random.shuffle(self.words)
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(len(self.words))))

    def text(self, words: int) -> str:
        chosen = self.random.choices(self.words, cum_weights=self.weights, k=words)
        return "".join(f"{word}{self.random.choice(GLUE)}" for word in chosen)


class Place(NamedTuple):
    room_id: int
    organisation_id: int | None
    staff_id: int
    posting_id: int


def make_places(session: Session, count: int) -> tuple[list[Place], int]:
    """A DX section, tags, and so many municipalities with their room and a person each; and somebody of the DX section,
    who may read all of them."""
    prefecture = Organisation(name="架空県", kind="県", source="架空")
    session.add(prefecture)
    session.add_all(Tag(name=f"架空のタグ{n}") for n in range(TAGS))
    session.flush()
    dx = Section(organisation_id=prefecture.id, name="DX推進", is_dx=True)
    session.add(dx)
    session.flush()
    supporters = [_person(session, f"dx{n}", dx, "supporter") for n in range(SUPPORTERS)]
    return [_place(session, n, dx) for n in range(count)], supporters[0].staff_id


def _place(session: Session, number: int, dx: Section) -> Place:
    body = Organisation(name=f"架空市{number}", kind="市", source="架空")
    session.add(body)
    session.flush()
    section = Section(organisation_id=body.id, name="情報")
    session.add(section)
    session.flush()
    person, audience = _person(session, f"town{number}", section, "officer"), new_audience(session)
    grant(session, audience, organisations=[body.id], sections=[dx.id])
    room = Room(kind="support", name=body.name, audience_id=audience.id, organisation_id=body.id, created_at=BEGIN)
    session.add(room)
    session.flush()
    return Place(room.id, body.id, person.staff_id, person.id)


def _person(session: Session, name: str, section: Section, role: str) -> Posting:
    staff = Staff(email=f"{name}@bench.example.jp", name=f"架空 {name}", created_at=BEGIN)
    session.add(staff)
    session.flush()
    posting = Posting(staff_id=staff.id, section_id=section.id, role=role, from_at=BEGIN)
    session.add(posting)
    session.flush()
    return posting


def fill(database: Database, places: list[Place], count: int, different: int = 0) -> None:
    """`count` documents: threads of ten messages, in turns in these places. With `different`, so many texts again and
    again, whose analysis is done once."""
    writer = Writer()
    bodies = _bodies(writer, different or count)
    remembered: dict[tuple[str, str], Prepared] = {}
    threads = count // MESSAGES
    for some in batches(range(threads), 400):
        with database.transaction() as session:
            thread_ids = _threads(session, writer, places, some, threads)
            message_ids = _messages(session, bodies, places, some, thread_ids, threads)
            documents = [*thread_documents(session, thread_ids), *message_documents(session, message_ids)]
            replace(session, [], [_prepared(document, remembered if different else {}) for document in documents])


def _bodies(writer: Writer, different: int) -> Callable[[], str]:
    texts: list[str] = []

    def body() -> str:
        if len(texts) < different:
            texts.append(writer.text(writer.random.randint(5, 40)))
            return texts[-1]
        return writer.random.choice(texts)

    return body


def _threads(session: Session, writer: Writer, places: list[Place], numbers: Iterable[int], of: int) -> list[int]:
    rows = list(_thread_rows(writer, places, numbers, of))
    ids = list(session.scalars(sa.insert(Thread).returning(Thread.id, sort_by_parameter_order=True), rows))
    consultations = [
        {"thread_id": id_, "organisation_id": place.organisation_id, "state": "answered", "changed_at": BEGIN}
        for id_, number in zip(ids, numbers, strict=True)
        if (place := places[number % len(places)]).organisation_id
    ]
    if consultations:
        session.execute(sa.insert(Consultation), consultations)
        begun = {"number": 1, "side": "municipality", "outside": "", "why": "before", "words": "", "writer_name": ""}
        session.execute(
            sa.insert(Turn),
            [begun | {"thread_id": c["thread_id"], "state": c["state"], "from_at": BEGIN} for c in consultations],
        )
    return ids


def _thread_rows(writer: Writer, places: list[Place], numbers: Iterable[int], of: int) -> Iterator[dict[str, object]]:
    for number in numbers:
        place, at = places[number % len(places)], BEGIN + YEARS * number / of
        yield {
            "room_id": place.room_id,
            "kind": "consultation" if place.organisation_id else "talk",
            "title": writer.text(4),
            "last_position": MESSAGES,
            "last_message_at": at,
            "created_at": at,
            "opened_by_id": place.staff_id,
            "opened_posting_id": place.posting_id,
        }


def _messages(
    session: Session, body: Callable[[], str], places: list[Place], numbers: Iterable[int], ids: list[int], of: int
) -> list[int]:
    rows = []
    for number, thread_id in zip(numbers, ids, strict=True):
        place, at = places[number % len(places)], BEGIN + YEARS * number / of
        common = {"thread_id": thread_id, "author_id": place.staff_id, "posting_id": place.posting_id, "policy": 1}
        for position in range(1, MESSAGES + 1):
            text = body()
            rows.append(common | {"position": position, "body": text, "body_html": f"<p>{text}</p>", "created_at": at})
    return list(session.scalars(sa.insert(Message).returning(Message.id), rows))


def _prepared(document: Document, remembered: dict[tuple[str, str], Prepared]) -> Prepared:
    text = document.title, document.body
    if text not in remembered:
        remembered[text] = prepare(dataclasses.replace(document, keys=()))
    same = remembered[text]
    marks = {key: mark for key, mark in same.marks.items() if not key.startswith(facet_key("kind:"))}
    marks |= dict.fromkeys(map(facet_key, (f"kind:{document.shown_kind}", *document.keys)), 0)
    return dataclasses.replace(same, document=document, marks=marks)
