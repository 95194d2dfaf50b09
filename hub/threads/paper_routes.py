"""A thread on paper: A4, with question, answers, dates and names, to be shown to a boss or kept as a record."""

from functools import partial

import sqlalchemy as sa
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.db import db
from hub.errors import HubError
from hub.feed.contracts import MessageData, ThreadData
from hub.ids import exact
from hub.page import page_state
from hub.rooms.exporting import note_export
from hub.rooms.queries import get_room_for
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.speaking import speaking
from hub.streaming import stream_page
from hub.threads.listing import PAGE, Filter, list_thread_rows
from hub.threads.models import Message
from hub.threads.presenters import present_messages, present_thread
from hub.threads.queries import get_thread_for, messages_after
from hub.threads.viewing import official_answers

bp = Blueprint("paper", __name__)

MOST = 2_000


@bp.get("/threads/<int:thread_id>/print")
@requires(Permission.ROOM_READ)
def thread(actor: Actor, thread_id: int) -> Response:
    """The whole thread, MOST messages a document and continued by `?after=`; or with `?only=official` the question and
    every official answer."""
    only_official = request.args.get("only") == "official"
    after = min(max(0, request.args.get("after", 0, type=int)), 2**31)
    with db.read() as session:
        place = get_thread_for(session, actor, thread_id)
        state = page_state(session, actor)
        data = present_thread(session, place.thread)
    read = _question_and_answer if only_official else partial(_stretch, after=after)
    messages = db.read_in_thread(speaking(partial(read, room_id=place.room.id, thread_id=thread_id)))
    return stream_page(
        "threads/print.html",
        page_state=state,
        room=place.room,
        thread=data,
        messages=messages,
        only_official=only_official,
        printed_at=utc_now(),
    )


def _stretch(session: Session, *, room_id: int, thread_id: int, after: int = 0) -> list[MessageData]:
    return present_messages(session, room_id, messages_after(session, thread_id, after, MOST))


def _question_and_answer(session: Session, *, room_id: int, thread_id: int) -> list[MessageData]:
    question = messages_after(session, thread_id, 0, 1)
    marked = sa.select(Message).where(Message.thread_id == thread_id, Message.mark == "official")
    answers = session.scalars(marked.order_by(Message.position)).all()
    first = present_messages(session, room_id, question)
    return first + official_answers(present_messages(session, room_id, answers))


@bp.get("/rooms/<int:room_id>/export")
@requires(Permission.ROOM_EXPORT)
def room(actor: Actor, room_id: int) -> Response:
    """The room's threads in one document, newest first, continued by `?before=`; notes are never part of it. Each
    part that is handed out stands in the audit record. A thread is read when the document gets to it."""
    db.write(note_export, actor, room_id)
    with db.read() as session:
        found = get_room_for(session, actor, room_id)
        rows = list_thread_rows(session, actor, room_id, Filter(before_id=request.args.get("before", type=exact)))
    continued = rows[-1].data["thread_id"] if len(rows) == PAGE else None
    parts = (_part(actor, room_id, row.data) for row in rows)
    return stream_page("rooms/export.html", room=found, parts=parts, continued_before=continued, printed_at=utc_now())


def _part(actor: Actor, room_id: int, thread: ThreadData) -> tuple[ThreadData, list[MessageData]]:
    """Nothing of it for whoever may not read the room any more."""

    def read(session: Session) -> list[MessageData]:
        get_thread_for(session, db.confirm(session, actor), int(thread["thread_id"]))
        return _stretch(session, room_id=room_id, thread_id=int(thread["thread_id"]))

    try:
        return thread, db.read_in_thread(speaking(read))
    except HubError:
        return thread, []
