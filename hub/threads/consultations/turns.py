"""Whose turn it is in a consultation: the only place that writes `consultation_turns`, and the copy of the newest turn
that the consultation itself keeps. Many at once, in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import in_japan, utc_now
from hub.people.models import Organisation
from hub.rooms.models import Room
from hub.statements import among, upsert_many
from hub.threads.consultations.models import STANDS, Consultation, Promise, Turn
from hub.threads.models import Thread


class Standing(NamedTuple):
    """A consultation with its newest turn, and what decides whose turn is next. `turn` is missing of one
    that code which knew of none opened, while the hub was being updated."""

    consultation: Consultation
    turn: Turn | None
    thread: Thread
    room: Room
    asking: Organisation
    promise: Promise | None = None


@dataclass(frozen=True)
class Next:
    """How it stands from now on. Without `outside` the state says whose turn it is."""

    state: str
    why: str
    closed_as: str | None = None
    outside: str = ""
    expected_on: date | None = None
    words: str = ""
    duty_id: int | None = None  # None: who is in charge stays
    automatic: bool = False


Move = tuple[Standing, Next, Actor | None]

_STANDINGS = (
    sa.select(Consultation, Turn, Thread, Room, Organisation, Promise)
    .join(Thread, Thread.id == Consultation.thread_id)
    .join(Room, Room.id == Thread.room_id)
    .join(Organisation, Organisation.id == Consultation.organisation_id)
    .outerjoin(Turn, sa.and_(Turn.thread_id == Consultation.thread_id, Turn.number == Consultation.turn))
    .outerjoin(Promise, sa.and_(Promise.thread_id == Consultation.thread_id, STANDS))
    .where(among(Consultation.thread_id, "threads"))
)


def standings(session: Session, thread_ids: Collection[int]) -> dict[int, Standing]:
    """By thread, those of them that are consultations."""
    if not thread_ids:
        return {}
    rows = session.execute(_STANDINGS, {"threads": sorted(thread_ids)})
    return {row[0].thread_id: Standing(*row) for row in rows}


def side_of(state: str, room_kind: str, asking_side: str) -> str | None:
    """Whose turn it is in this state. The DX section answers municipalities; whoever is behind a case, questions about
    it; and municipalities, the prefecture."""
    if state == "closed":
        return None
    if state == "answered":
        return asking_side if asking_side != "outside" else "municipality"
    return "municipality" if room_kind == "case" or asking_side == "prefecture" else "prefecture"


def first_turn(actor: Actor, room: Room, consultation: Consultation) -> Turn:
    """Of a new consultation. In a support room its municipality asks."""
    asking_side = "municipality" if room.organisation_id else actor.side
    side = side_of("open", room.kind, asking_side)
    return Turn(number=1, side=side, outside="", why="asked", words="", **_of(consultation), **_by(actor))


def begin_at(session: Session, standing: Standing, moment: datetime) -> None:
    """The consultation came at another moment than was said: its first turn began then, and whatever has gone on since
    that turn began."""
    thread_id = standing.thread.id
    begun = sa.select(Turn.from_at).where(Turn.thread_id == thread_id, Turn.number == 1)
    before = session.scalars(begun).first()
    if before is None:
        return
    own = sa.update(Turn).where(Turn.thread_id == thread_id)
    session.execute(own.where(Turn.since_at == before).values(since_at=moment))
    session.execute(own.where(Turn.number == 1).values(from_at=moment))
    if standing.consultation.changed_at == before:
        standing.consultation.changed_at = moment


def _of(consultation: Consultation) -> dict[str, Any]:
    names = ("thread_id", "state", "closed_as", "duty_id", "automatic")
    return {
        **{name: getattr(consultation, name) for name in names},
        "from_at": consultation.changed_at,
        "until_at": None,
    }


def _by(actor: Actor | None) -> dict[str, Any]:
    if actor is None:
        return {"staff_id": None, "posting_id": None, "writer_name": ""}
    name = actor.writer_name if actor.shared else ""
    return {"staff_id": actor.staff_id, "posting_id": actor.posting_id, "writer_name": name}


def take_turns(session: Session, moves: Sequence[Move]) -> list[Standing]:
    """Move the balls; those that stand otherwise than before. Of one consultation at most one is taken at a time."""
    rows, moved = [], []
    for standing, after, actor in moves:
        begun = _begun(standing, after, actor)
        if begun is not None:
            ended = _ended(standing, begun["from_at"])
            rows += [ended, begun]
            moved.append(standing)
            _copy(standing.consultation, begun)
            _keep(standing.promise, begun)
    if rows:
        upsert_many(session, Turn, ("thread_id", "number"), rows)
    return moved


_COLUMNS = tuple(column.key for column in sa.inspect(Turn).column_attrs)
_BALL = ("state", "side", "outside")
_WHAT = (*_BALL, "closed_as", "expected_on", "duty_id", "automatic")


def _begun(standing: Standing, after: Next, actor: Actor | None) -> dict[str, Any] | None:
    """The row of the next turn; None where nothing would be other than it is."""
    consultation, turn, _thread, room, asking, _promise = standing
    side = "outside" if after.outside else side_of(after.state, room.kind, asking.side)
    row = {
        "thread_id": consultation.thread_id,
        "number": consultation.turn + 1,
        "state": after.state,
        "closed_as": after.closed_as,
        "side": side,
        "outside": after.outside,
        "expected_on": after.expected_on,
        "duty_id": after.duty_id or consultation.duty_id,
        "automatic": after.automatic,
        "since_at": None,
        "from_at": _not_before(turn.from_at if turn else consultation.changed_at),
        "until_at": None,
        "why": after.why,
        "words": after.words,
        **_by(actor),
    }
    now = _ended(standing, None)
    if all(now[name] == row[name] for name in _BALL):
        row["since_at"] = now["since_at"] or now["from_at"]
    return None if all(now[name] == row[name] for name in _WHAT) else row


def _not_before(moment: datetime) -> datetime:
    """Clocks of several workers may differ: a turn does not end before it began."""
    return max(moment, utc_now())


def _ended(standing: Standing, at: datetime | None) -> dict[str, Any]:
    """The row of the turn that ends."""
    consultation, turn, _thread, room, asking, _promise = standing
    if turn is not None:
        return {**{name: getattr(turn, name) for name in _COLUMNS}, "until_at": at}
    side = side_of(consultation.state, room.kind, asking.side)
    rest = {"outside": "", "expected_on": None, "since_at": None, "why": "before", "words": "", **_by(None)}
    return {**_of(consultation), "number": consultation.turn, "side": side, **rest, "until_at": at}


def _keep(promise: Promise | None, begun: dict[str, Any]) -> None:
    """An answer keeps what was promised, or comes too late for it."""
    if promise is None or begun["state"] == "open":
        return
    in_time = in_japan(begun["from_at"]).date() <= promise.due_on
    promise.ended_at = begun["from_at"]
    promise.ended_as = "closed" if begun["state"] == "closed" else "kept" if in_time else "late"


def _copy(consultation: Consultation, begun: dict[str, Any]) -> None:
    if consultation.state != begun["state"]:
        consultation.changed_at = begun["from_at"]  # what waits already does not begin to wait anew
    consultation.state, consultation.closed_as = begun["state"], begun["closed_as"]
    consultation.turn, consultation.duty_id = begun["number"], begun["duty_id"]
    consultation.automatic = begun["automatic"]
