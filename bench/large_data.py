"""The demo's data made as large as the largest prefecture's after five years, by bulk inserts."""

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.library import multiply
from hub.audiences.services import MEMBERS, ensure_audience, grant
from hub.clock import utc_now
from hub.db import Database
from hub.inbox.models import InboxEntry
from hub.library.models import Adoption, Case
from hub.people.models import Duty, Organisation, Posting, Section, Staff
from hub.rooms.models import Room
from hub.rooms.services import create_circle, create_commons, ensure_member
from hub.sharing.models import Sharing, SharingPart
from hub.text import POLICY
from hub.threads.consultations.models import Consultation
from hub.threads.models import Message, ReadMark, Thread

AT_ONCE = 5_000
YEARS = timedelta(days=5 * 365)


@dataclass(frozen=True)
class Size:
    """How many there are in the end, whatever the demo has of them; messages are those of each thread."""

    towns: int = 179
    staff: int = 2_000
    rooms: int = 300
    threads: int = 20_000
    messages: int = 20
    cases: int = 5_000
    adoptions: int = 20_000
    entries: int = 50_000
    sharings: int = 200


def enlarge(store: Database, size: Size = Size()) -> None:
    """The same data every time."""
    chance = random.Random(7)
    multiply(store, size.cases)
    with store.transaction() as session:
        _people(session, size)
        threads = _threads(session, size, chance)
        _messages(session, threads, chance)
        _reading(session, threads, size, chance)
        _sharings(session, threads, size)
        _adoptions(session, size, chance)
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.text("ANALYZE"))


def _insert(session: Session, model: type[Any], rows: Iterable[Mapping[str, object]]) -> None:
    some = iter(rows)
    while part := list(itertools.islice(some, AT_ONCE)):
        session.execute(sa.insert(model), part)


def _people(session: Session, size: Size) -> None:
    """Municipalities with three sections and duties each, the people in them, and rooms for all and for some."""
    now = utc_now()
    here = session.scalars(sa.select(Organisation).where(Organisation.member, Organisation.kind != "県")).all()
    towns = [
        *here,
        *(Organisation(name=f"架空{n}町", kind="町", member=True, mail_domains=[]) for n in range(size.towns)),
    ]
    towns = towns[: size.towns]
    session.add_all(towns[len(here) :])
    session.flush()
    members = ensure_audience(session, MEMBERS)
    grant(session, members, organisations=[town.id for town in towns])
    for town in towns[len(here) :]:
        ensure_member(session, town)
    sections = [Section(organisation_id=town.id, name=f"第{n}係") for town in towns for n in range(3)]
    session.add_all(sections)
    session.flush()
    session.add_all(Duty(section_id=section.id, name="DX推進担当") for section in sections[::3])
    have = session.scalars(sa.select(sa.func.count()).select_from(Staff)).one()
    staff = [Staff(email=f"{n}@large.example.jp", name=f"架空 {n}", created_at=now) for n in range(size.staff - have)]
    session.add_all(staff)
    session.flush()
    postings = (
        {"staff_id": one.id, "section_id": section.id, "role": "officer", "from_at": now}
        for one, section in zip(staff, itertools.cycle(sections))
    )
    _insert(session, Posting, postings)
    rooms = session.scalars(sa.select(sa.func.count()).select_from(Room)).one()
    for n in range(size.rooms - rooms):
        some = [town.id for town in towns[n % len(towns) :][:6]]
        create_circle(session, f"架空の研究会{n}", "", some) if n % 8 else create_commons(session, f"架空の共通{n}", "")
    session.flush()


def _threads(session: Session, size: Size, chance: random.Random) -> list[Thread]:
    """Consultations in the rooms of municipalities, talk elsewhere, spread over five years; a few still open."""
    now = utc_now()
    rooms = session.scalars(sa.select(Room).order_by(Room.id)).all()
    authors = dict(
        session.execute(
            sa.select(Section.organisation_id, sa.func.min(Posting.id))
            .join(Posting, Posting.section_id == Section.id)
            .group_by(Section.organisation_id)
        ).all()
    )
    staff_of = dict(session.execute(sa.select(Posting.id, Posting.staff_id)).all())
    postings = list(authors.values())
    first = session.scalars(sa.select(sa.func.max(Thread.id))).one() or 0
    rows, talks = [], []
    for n in range(size.threads):
        room, at = rooms[n % len(rooms)], now - YEARS * (1 - n / size.threads)
        posting = authors.get(room.organisation_id or 0) or chance.choice(postings)
        kind = "consultation" if room.organisation_id else "talk"
        row = {"id": first + n + 1, "room_id": room.id, "kind": kind, "title": f"架空の相談 {n}", "titled": True}
        row |= {"urgency": "normal" if kind == "consultation" else None, "version": 1, "created_at": at}
        row |= {"last_message_at": at, "opened_by_id": staff_of[posting], "opened_posting_id": posting}
        row |= {"last_position": size.messages, "summary_version": 0, "opened_writer_name": ""}
        rows.append(row)
        if kind == "consultation":
            state = ("open", "answered")[n % 2] if n > size.threads * 0.97 else "closed"
            closed = "solved" if state == "closed" else None
            talk = {"thread_id": row["id"], "organisation_id": room.organisation_id, "state": state}
            talks.append(talk | {"closed_as": closed, "changed_at": at})
    _insert(session, Thread, rows)
    _insert(session, Consultation, talks)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT setval('threads_id_seq', (SELECT max(id) FROM threads))"))
    return list(session.scalars(sa.select(Thread).where(Thread.id > first).order_by(Thread.id)))


def _messages(session: Session, threads: list[Thread], chance: random.Random) -> None:
    people = session.execute(sa.select(Posting.staff_id, Posting.id).order_by(Posting.id)).all()
    common = {"version": 1, "writer_name": "", "policy": POLICY, "mark": None}
    common |= {"body": "本文です。", "body_html": "<p>本文です。</p>"}

    def rows() -> Iterator[dict[str, object]]:
        for thread in threads:
            for position in range(1, thread.last_position + 1):
                staff_id, posting_id = chance.choice(people)
                row = {"thread_id": thread.id, "position": position, "created_at": thread.created_at}
                yield common | row | {"author_id": staff_id, "posting_id": posting_id}

    _insert(session, Message, rows())


def _reading(session: Session, threads: list[Thread], size: Size, chance: random.Random) -> None:
    """Marks of whoever is of the demo, for half of what there is; entries of everybody."""
    readers = session.scalars(sa.select(Posting.staff_id).order_by(Posting.id).limit(60)).all()
    marks = (
        {"staff_id": reader, "thread_id": thread.id, "position": thread.last_position - chance.choice((0, 0, 0, 3))}
        for reader in set(readers)
        for thread in chance.sample(threads, len(threads) // 20)
    )
    _insert(session, ReadMark, marks)
    staff = session.scalars(sa.select(Staff.id)).all()
    newest = session.scalars(sa.select(Message.id).order_by(Message.id.desc()).limit(size.entries)).all()
    entries = (
        {"staff_id": chance.choice(staff), "kind": "answer", "message_id": id_, "created_at": utc_now()}
        for id_ in newest
    )
    _insert(session, InboxEntry, entries)


def _sharings(session: Session, threads: list[Thread], size: Size) -> None:
    """Asked for and not answered: what both sides find in their menu. The newest of each municipality first."""
    rank: Counter[int] = Counter()
    ranked = []
    for thread in reversed([thread for thread in threads if thread.kind == "consultation"]):
        rank[thread.room_id] += 1
        ranked.append((rank[thread.room_id], thread.room_id, thread))
    asked = [thread for _rank, _room, thread in sorted(ranked, key=lambda row: row[:2])[: size.sharings]]
    prefecture = session.scalars(sa.select(Posting.staff_id).where(Posting.role == "supporter")).first()
    owner = dict(session.execute(sa.select(Room.id, Room.organisation_id)).all())
    now = utc_now()
    made = [
        Sharing(kind="edition", thread_id=thread.id, organisation_id=owner[thread.room_id], title=thread.title)
        for thread in asked
    ]
    room = session.scalars(sa.select(Room.id).where(Room.kind == "commons")).first()
    for sharing in made:
        sharing.state, sharing.room_id, sharing.prepared_by_id, sharing.created_at = "asked", room, prefecture or 0, now
    session.add_all(made)
    session.flush()
    for sharing in made:
        first = session.scalars(sa.select(Message.id).where(Message.thread_id == sharing.thread_id).limit(2)).all()
        session.add_all(
            SharingPart(
                sharing_id=sharing.id, position=n + 1, message_id=id_, kind="", included=True, body="本文です。"
            )
            for n, id_ in enumerate(first)
        )
    session.flush()


def _adoptions(session: Session, size: Size, chance: random.Random) -> None:
    now = utc_now()
    have = set(session.execute(sa.select(Adoption.case_id, Adoption.organisation_id)).all())
    cases = session.scalars(sa.select(Case.id).where(Case.published_version.is_not(None))).all()
    towns = session.scalars(sa.select(Organisation.id).where(Organisation.member, Organisation.kind != "県")).all()
    wanted = set[tuple[int, int]]()
    while len(wanted) + len(have) < size.adoptions:
        pair = (chance.choice(cases), chance.choice(towns))
        if pair not in have:
            wanted.add(pair)
    states = ("considering", "trial", "adopted", "adapted", "declined")
    rest = {"reason": "", "changes": "", "ease": "", "confirmed_at": now, "updated_at": now}
    _insert(
        session,
        Adoption,
        ({"case_id": c, "organisation_id": t, "state": chance.choice(states)} | rest for c, t in sorted(wanted)),
    )
