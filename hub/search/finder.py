"""The quick finder: rooms, people who are glad to be asked, threads read before, and the first results."""

from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.people.models import Staff
from hub.reading.registry import reading
from hub.rooms.models import Room
from hub.rooms.queries import list_rooms_for
from hub.search.analysis import fold, to_hiragana
from hub.search.corpus import Corpus
from hub.search.documents import Document
from hub.search.models import SearchDocument
from hub.search.repair import complete
from hub.search.searching import Found, Hit, find
from hub.search.sources.people import person_documents
from hub.statements import among
from hub.threads.models import ReadMark, Thread

MOST = 5


class Place(NamedTuple):
    title: str
    url: str


class ReadThread(NamedTuple):
    """`untitled` as in `hub/threads/wording.py`, which finds the words for a title that is not there."""

    title: str
    untitled: str | None
    url: str


@dataclass(frozen=True)
class Finding:
    rooms: list[Place]
    people: list[Document]
    recent: list[ReadThread]
    hits: list[Hit]
    words: list[str]
    answer: Found | None = None  # of the search that the hits are the first of


@reading(newest_only=True)
def look_up(session: Session, actor: Actor, typed: str) -> Finding:
    """With nothing typed: the first rooms, and of the threads that the actor has read those written in last."""
    wanted = _folded(typed).split()
    mine = (r for r in list_rooms_for(session, actor) if _named(wanted, r.name, r.kana))
    rooms = [Place(room.name, f"/rooms/{room.id}") for room in islice(mine, MOST)]
    if not wanted:
        return Finding(rooms, [], _recent(session, actor, []), [], [])
    people = _people(session, actor, wanted)
    named = {person.ref_id for person in people}
    answer = find(session, actor, typed)
    hits = [h for h in answer.hits if h.document.kind != "person" or h.document.ref_id not in named]
    words = complete(Corpus(session, actor.audience_ids), typed)
    return Finding(rooms, people, _recent(session, actor, wanted), hits[:MOST], words, answer)


def _folded(text: str) -> str:
    """Old forms of characters as new ones, and kana of either kind as one."""
    return to_hiragana(fold(text))


def _named(wanted: list[str], *names: str) -> bool:
    """Whether every wanted word is a part of the names, whatever their order; of a name with a space too."""
    parts = "\n".join("".join(_folded(name).split()) for name in names)
    return all(word in parts for word in wanted)


def _people(session: Session, actor: Actor, wanted: list[str]) -> list[Document]:
    """By parts of the name or its kana, of those whom the search knows for this reader. No database folds as we do,
    and they are no more than have named a field."""
    query = (
        sa.select(Staff.id, Staff.name, Staff.kana)
        .join(SearchDocument, sa.and_(SearchDocument.kind == "person", SearchDocument.ref_id == Staff.id))
        .where(among(SearchDocument.audience_id, actor.audience_ids))
        .order_by(Staff.kana, Staff.id)
    )
    named = (id_ for id_, name, kana in session.execute(query) if _named(wanted, name, kana))
    found = person_documents(session, list(islice(named, MOST)))
    return [person for person in found if person.audience_id in actor.audience_ids]


def _recent(session: Session, actor: Actor, wanted: list[str]) -> list[ReadThread]:
    """Threads that the actor has read in, the last written first: when they were opened is not kept."""
    query = (
        sa.select(Thread)
        .join(ReadMark, sa.and_(ReadMark.thread_id == Thread.id, ReadMark.staff_id == actor.staff_id))
        .join(Room, Room.id == Thread.room_id)
        .where(among(Room.audience_id, actor.audience_ids))
        .order_by(Thread.last_message_at.desc(), Thread.id.desc())
        .limit(50)
    )
    read = (thread for thread in session.scalars(query) if _named(wanted, thread.title))
    return [ReadThread(thread.title, thread.untitled, f"/threads/{thread.id}") for thread in islice(read, MOST)]
