"""The state of a consultation: open, answered, closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import ValidationFailed
from hub.events.happenings import Said, happened
from hub.feed.log import Appended
from hub.feed.payloads import STRICT, Id
from hub.feed.submissions import Receipt
from hub.people.models import Posting, Section
from hub.rooms.models import Room
from hub.security.permissions import Permission, require
from hub.threads.announce import announce_thread
from hub.threads.consultations.happenings import ConsultationSettled
from hub.threads.consultations.models import Consultation
from hub.threads.consultations.turns import Move, Next, Standing, first_turn, standings, take_turns
from hub.threads.models import Message, Thread
from hub.threads.queries import Place, get_thread_for, hold

State = Literal["open", "answered", "closed"]
ClosedAs = Literal["solved", "withdrawn", "duplicate"]


@dataclass(config=STRICT)
class Settle:
    """Set the state; `closed_as` is demanded with `closed` and refused otherwise."""

    thread_id: Id
    state: State
    closed_as: ClosedAs | None = None


def begin_consultation(session: Session, actor: Actor, room: Room, thread: Thread, came_at: datetime | None) -> None:
    """Open a consultation, with its first turn, which began when it came. Whoever asks in a support room asks for its
    municipality, also when the DX section types."""
    asking, begun = room.organisation_id or actor.organisation_id, came_at or utc_now()
    consultation = Consultation(thread_id=thread.id, organisation_id=asking, state="open", changed_at=begun, turn=1)
    session.add_all([consultation, first_turn(actor, room, consultation)])
    session.flush()


def follow_messages(session: Session, said: Sequence[Said]) -> None:
    """Whoever wrote last leaves it to the other side (ADR 17): a reply of the DX section, or an official one of anybody
    who did not ask, answers; a further word of the body that asks opens again, unless it says that it waits for nothing
    more (`settled`: thanks, news). Who recorded the question for a town adds to it and answers by an official word
    alone. What is closed stays closed."""
    threads = {what.thread_id for _actor, what in said if what.position > 1}
    found, moves = standings(session, threads), list[Move]()
    for actor, what in said:
        if what.position == 1 or what.thread_id not in found:
            continue
        if any(standing.thread.id == what.thread_id for standing, *_rest in moves):
            move(session, moves)
            found, moves = standings(session, threads), []
        standing = found[what.thread_id]
        consultation, opened_by = standing.consultation, standing.thread.opened_by_id
        state = next_state(consultation.state, consultation.organisation_id, opened_by, actor, what)
        if state is not None:
            moves.append((standing, Next(state, WHY[state]), actor))
    move(session, moves)


WHY = {"open": "further", "answered": "answered"}  # what a message that leaves it so has done


class Word(Protocol):
    """What is written in a consultation, or was."""

    @property
    def mark(self) -> str | None: ...
    @property
    def settled(self) -> bool: ...


def next_state(state: str, asking_id: int | None, opened_by: int, actor: Actor, word: Word) -> State | None:
    """The state in which a further word of the actor leaves a consultation; None where it stays as it is."""
    asks = asking_id in actor.organisation_ids
    if state == "answered" and asks and not word.settled:
        return "open"
    official = word.mark == "official"
    if state == "open" and not asks and (official or (actor.in_dx_section and opened_by != actor.staff_id)):
        return "answered"
    return None


def follow_erasures(session: Session, said: Sequence[Said]) -> None:
    """An answer was taken away: where none is left behind the last question, it waits again. What was settled since
    (thanks) is behind the moment from which it has stood answered."""
    for by, what in said:
        standing = standings(session, [what.thread_id]).get(what.thread_id)
        message = session.get_one(Message, what.message_id)
        first_time = not (message.deleted_at and message.redacted_at)
        if standing is not None and standing.consultation.state == "answered" and first_time:
            _reconsider(session, standing, message, by)


def _reconsider(session: Session, standing: Standing, message: Message, by: Actor | None) -> None:
    words = Words(standing)
    erased = words.newest_first.where(Message.id == message.id, words.answers)
    if session.scalars(erased).first() is None:
        return
    asked = words.newest_first.where(STANDS, words.asks, Message.created_at <= standing.consultation.changed_at)
    since = session.scalars(asked).first() or 0
    answered = words.newest_first.where(STANDS, words.answers, Message.position > since)
    if session.scalars(answered).first() is None:
        move(session, [(standing, Next("open", "erased"), by)])


STANDS = sa.and_(Message.deleted_at.is_(None), Message.redacted_at.is_(None))


class Words:
    """What is said in a consultation, as questions to the database: a thread may be long. By the rules of
    `next_state`."""

    def __init__(self, standing: Standing) -> None:
        thread, asking_id = standing.thread, standing.consultation.organisation_id
        replies = sa.and_(Section.is_dx, Message.author_id != thread.opened_by_id)
        self.asks = Section.organisation_id == asking_id if asking_id else sa.false()
        self.answers = sa.and_(~self.asks, sa.or_(replies, Message.mark == "official"))
        self.newest_first = (
            sa.select(Message.position)
            .join(Posting, Posting.id == Message.posting_id)
            .join(Section, Section.id == Posting.section_id)
            .where(Message.thread_id == thread.id)
            .order_by(Message.position.desc())
            .limit(1)
        )


def settle(session: Session, actor: Actor, command: Settle) -> Receipt:
    """Change the state by hand; appends thread:changed. Raises NotFound, Forbidden, ValidationFailed."""
    standing = standing_to_move(session, actor, command.thread_id, "state")
    if (command.state == "closed") != (command.closed_as is not None):
        raise ValidationFailed({"closed_as": _("終了のしかたを選んでください。")})
    return move_by_hand(session, actor, standing, Next(command.state, "hand", command.closed_as))


def standing_to_move(
    session: Session,
    actor: Actor,
    thread_id: int,
    field: str,
    permission: Permission = Permission.CONSULTATION_SETTLE,
) -> Standing:
    """Raises NotFound, Forbidden, ValidationFailed naming `field` where it is no consultation."""
    place = get_thread_for(session, actor, thread_id)
    hold(session, place.thread)  # two who move it at once move it one after the other
    standing = standings(session, [thread_id]).get(thread_id)
    if standing is None:
        raise ValidationFailed({field: _("相談ではありません。")})
    require(actor, permission, place.subject_of(standing.asking.id))
    return standing


def move_by_hand(session: Session, actor: Actor, standing: Standing, after: Next) -> Receipt:
    """Appends thread:changed, also where nothing was to be moved."""
    if moved := move(session, [(standing, after, actor)]):
        return Receipt(event=moved[0])
    return Receipt(event=announce_thread(session, Place(standing.thread, standing.room)))


def move(session: Session, moves: Sequence[Move]) -> list[Appended]:
    """The balls move, and that is told: one thread:changed for each that did."""
    before = {standing.thread.id: standing.consultation.state for standing, _after, _actor in moves}
    told = []
    for standing in take_turns(session, moves):
        if before[standing.thread.id] != standing.consultation.state:
            happened(session, None, ConsultationSettled(standing.thread.id))
        told.append(announce_thread(session, Place(standing.thread, standing.room)))
    return told
