"""Opening threads and posting messages."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from hub.actor import Actor
from hub.ahead import NotYet
from hub.clock import utc_now
from hub.commits import pace_room
from hub.errors import Closed, HubError
from hub.events.happenings import happened
from hub.feed.log import append
from hub.feed.streams import room_stream
from hub.feed.submissions import Receipt, keep_answers, once
from hub.files.attaching import Uploads
from hub.many import LATER, Asked, Later, list_of_one, only
from hub.people.authors import author_of_actor
from hub.rooms.models import Room
from hub.rooms.queries import get_room_for, is_paused, room_subject
from hub.security.permissions import Permission, require
from hub.text_ahead import rendered, titled
from hub.threads.commands import OpenThread, PostMessage
from hub.threads.consultations.models import Reception
from hub.threads.consultations.services import begin_consultation
from hub.threads.happenings import ThreadOpened
from hub.threads.input import TITLE_CHARS, TITLE_FROM_BODY_CHARS, checked_line
from hub.threads.mentions import mentions_in
from hub.threads.models import Thread
from hub.threads.presenters import asked_in, thread_data
from hub.threads.queries import Place
from hub.threads.services.deciding import Deciding, body_of, entitled, written_as
from hub.threads.services.storing import Accepted, Where, store

OPENS = {
    "consultation": Permission.CONSULTATION_OPEN,
    "notice": Permission.NOTICE_OPEN,
    "talk": Permission.POST,
}


@once
def open_thread(session: Session, actor: Actor, command: OpenThread) -> Receipt:
    """A new thread with its first message; appends thread:opened and message:posted.

    A consultation needs no title: the first line of its body stands in. Raises NotFound, Forbidden, Closed,
    ValidationFailed.
    """
    room = get_room_for(session, actor, command.room_id)
    require(actor, OPENS[command.kind], room_subject(room))
    return open_in(session, actor, room, command)


def open_in(session: Session, actor: Actor, room: Room, command: OpenThread, came: Reception | None = None) -> Receipt:
    """The same in a room where the actor may. `came`: how and when it did, of a consultation that is recorded for
    somebody else."""
    if room.archived_at or is_paused(room):
        raise Closed
    body = body_of(command)
    title = checked_line(command.title, max_chars=TITLE_CHARS, field="title") if command.title else ""
    thread = _new_thread(session, actor, command, title or titled(session, body, TITLE_FROM_BODY_CHARS))
    if command.kind == "consultation":
        begin_consultation(session, actor, room, thread, came.received_at if came else None)
    if came is not None:
        came.thread_id = thread.id
        session.add(came)
        session.flush()
    asked = asked_in(session, [thread.id]).get(thread.id, ()) if command.kind == "consultation" else ()
    # The opening event shows the thread before its first message, which follows as an event of its own.
    opened = thread_data(thread, author_of_actor(actor), *asked)
    append(session, room_stream(room.id), "thread:opened", cast(dict[str, Any], opened), thread_id=thread.id)
    happened(session, actor, ThreadOpened(thread.id))
    (receipt,) = store(session, [_first(session, actor, Place(thread, room), command, body, composed=came is None)])
    set_committed_value(thread, "last_position", 1)
    return receipt


def _new_thread(session: Session, actor: Actor, command: OpenThread, title: str) -> Thread:
    now = utc_now()
    thread = Thread(
        room_id=command.room_id,
        kind=command.kind,
        title=title,
        titled=bool(command.title),
        urgency=(command.urgency or "normal") if command.kind == "consultation" else None,
        version=1,
        last_position=0,
        last_message_at=now,
        created_at=now,
        opened_by_id=actor.staff_id,
        opened_posting_id=actor.posting_id,
        opened_writer_name=written_as(actor),
        summary_version=0,
    )
    session.add(thread)
    session.flush()
    return thread


def _first(session: Session, actor: Actor, place: Place, command: OpenThread, body: str, *, composed: bool) -> Accepted:
    room, thread = place.room, place.thread
    targets = mentions_in(session, room.audience_id, body)
    html = rendered(session, body, {t.name for t in targets})
    pace_room(session, actor, room.id)  # counts, so it comes after what may have to be tried again
    return Accepted(
        actor,
        Where(thread.id, room.id, room.audience_id, thread.opened_by_id, 0),
        command.client_id,
        body,
        html,
        thread.opened_writer_name,
        targets,
        drafted_by=actor.staff_id if composed else None,
        attachment_ids=Uploads(session, command.attachment_ids or ()).take(session, actor, command.attachment_ids),
    )


def post(session: Session, asked: Sequence[Asked[PostMessage]]) -> list[Receipt | Exception | Later]:
    """Further messages, in this order; appends message:posted for each.

    The outcome of each is its receipt, or NotFound, Forbidden, Closed, ValidationFailed, RateLimited, and Conflict for
    the same client_id with other content."""
    deciding = Deciding(session, asked, entitled)
    outcomes: list[Receipt | Exception | Later] = []
    accepted: dict[int, Accepted] = {}
    for number, one in enumerate(asked):
        try:
            decided = one.run(deciding.decide, one)
        except (HubError, NotYet) as refusal:
            outcomes.append(refusal)
            continue
        if isinstance(decided, Accepted):
            accepted[number] = decided
        outcomes.append(LATER if isinstance(decided, Accepted) else decided)
    if accepted:
        receipts = dict(zip(accepted, store(session, list(accepted.values())), strict=True))
        keep_answers(session, [(deciding.claims[number], receipt) for number, receipt in receipts.items()])
        outcomes = [receipts.get(number, outcome) for number, outcome in enumerate(outcomes)]
    return outcomes


@list_of_one(post)
def post_message(session: Session, actor: Actor, command: PostMessage) -> Receipt:
    """A further message. Raises what `post` says."""
    return only(post(session, [Asked(actor, command)]))


def require_open(place: Place) -> None:
    """Raises Closed when the thread is locked or its room archived."""
    if place.thread.locked_at or place.room.archived_at:
        raise Closed
