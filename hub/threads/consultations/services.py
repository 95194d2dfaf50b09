"""The state of a consultation: open, answered, closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import ValidationFailed
from hub.events.happenings import Said, happened
from hub.feed.payloads import STRICT, Id
from hub.feed.submissions import Receipt
from hub.people.models import Posting, Section
from hub.rooms.models import Room
from hub.security.permissions import Permission, require
from hub.statements import among
from hub.threads.announce import announce_thread
from hub.threads.consultations.happenings import ConsultationSettled
from hub.threads.consultations.models import Consultation
from hub.threads.happenings import OfMessage
from hub.threads.models import Message, Thread
from hub.threads.queries import Place, get_thread_for

State = Literal["open", "answered", "closed"]
ClosedAs = Literal["solved", "withdrawn", "duplicate"]


@dataclass(config=STRICT)
class Settle:
    """Set the state; `closed_as` is demanded with `closed` and refused otherwise."""

    thread_id: Id
    state: State
    closed_as: ClosedAs | None = None


def begin_consultation(session: Session, actor: Actor, room: Room, thread: Thread) -> Consultation:
    """Open a consultation. Whoever asks in a support room asks for its municipality, also when the DX section types."""
    asking = room.organisation_id or actor.organisation_id
    consultation = Consultation(thread_id=thread.id, organisation_id=asking, state="open", changed_at=utc_now())
    session.add(consultation)
    session.flush()
    return consultation


def follow_messages(session: Session, said: Sequence[Said]) -> None:
    """Whoever wrote last leaves it to the other side (ADR 17): a reply of the DX section, or an official one of anybody
    who did not ask, answers; a further word of the body that asks opens again, unless it says that it waits for nothing
    more (`settled`: thanks, news). Who recorded the question for a town adds to it and answers by an official word
    alone. What is closed stays closed."""
    asked = {"threads": {what.thread_id for _actor, what in said if what.position > 1}}
    found = session.execute(_CONSULTATIONS, asked).all() if asked["threads"] else ()
    consultations = {consultation.thread_id: (consultation, opened_by) for consultation, opened_by in found}
    for actor, what in said:
        if what.position == 1 or what.thread_id not in consultations:
            continue
        consultation, opened_by = consultations[what.thread_id]
        state = next_state(consultation.state, consultation.organisation_id, opened_by, actor, what)
        if state is not None:
            _set(session, _place(session, what), consultation, state, None)


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


_CONSULTATIONS = (
    sa.select(Consultation, Thread.opened_by_id)
    .join(Thread, Thread.id == Consultation.thread_id)
    .where(among(Consultation.thread_id, "threads"))
)


def follow_erasures(session: Session, said: Sequence[Said]) -> None:
    """An answer was taken away: where none is left behind the last question, it waits again. What was settled since
    (thanks) is behind the moment from which it has stood answered."""
    for _by, what in said:
        consultation, message = session.get(Consultation, what.thread_id), session.get_one(Message, what.message_id)
        first_time = not (message.deleted_at and message.redacted_at)
        if consultation is not None and consultation.state == "answered" and first_time:
            _reconsider(session, _place(session, what), consultation, message)


def _place(session: Session, what: OfMessage) -> Place:
    return Place(session.get_one(Thread, what.thread_id), session.get_one(Room, what.room_id))


def _reconsider(session: Session, place: Place, consultation: Consultation, message: Message) -> None:
    said = _said(session, place.thread, consultation)
    if not any(word.message_id == message.id and word.answers for word in said):
        return
    standing = [word for word in said if word.stands]
    asked = max((w.position for w in standing if w.asks and w.at <= consultation.changed_at), default=0)
    if not any(word.answers and word.position > asked for word in standing):
        _set(session, place, consultation, "open", None)


class _Word(NamedTuple):
    """A message of a consultation as far as its state depends on it."""

    message_id: int
    position: int
    at: datetime
    stands: bool
    asks: bool
    answers: bool


def _said(session: Session, thread: Thread, consultation: Consultation) -> list[_Word]:
    """Every message, told by the rules of `follow_messages`."""
    query = sa.select(Message, Section.organisation_id, Section.is_dx).join(Posting, Posting.id == Message.posting_id)
    rows = session.execute(query.join(Section).where(Message.thread_id == thread.id)).all()
    said = []
    for message, body, is_dx in rows:
        asks = body == consultation.organisation_id
        replies = is_dx and message.author_id != thread.opened_by_id
        stands = not (message.deleted_at or message.redacted_at)
        answers = not asks and (replies or message.mark == "official")
        said.append(_Word(message.id, message.position, message.created_at, stands, asks, answers))
    return said


def settle(session: Session, actor: Actor, command: Settle) -> Receipt:
    """Change the state by hand; appends thread:changed. Raises NotFound, Forbidden, ValidationFailed."""
    place = get_thread_for(session, actor, command.thread_id)
    consultation = session.get(Consultation, command.thread_id)
    if consultation is None:
        raise ValidationFailed({"state": _("相談ではありません。")})
    require(actor, Permission.CONSULTATION_SETTLE, place.subject_of(consultation.organisation_id))
    if (command.state == "closed") != (command.closed_as is not None):
        raise ValidationFailed({"closed_as": _("終了のしかたを選んでください。")})
    return _set(session, place, consultation, command.state, command.closed_as)


def _set(
    session: Session, place: Place, consultation: Consultation, state: State, closed_as: ClosedAs | None
) -> Receipt:
    if consultation.state != state:
        consultation.changed_at = utc_now()  # what waits already does not begin to wait anew
        happened(session, None, ConsultationSettled(place.thread.id))
    consultation.state, consultation.closed_as = state, closed_as
    return Receipt(event=announce_thread(session, place))
