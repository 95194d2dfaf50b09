"""A thread on paper: A4, with question, answers, dates and names, to be shown to a boss or kept as a record."""

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.db import db
from hub.feed.contracts import MessageData
from hub.page import page_state
from hub.rooms.queries import get_room_for, room_subject
from hub.security.actor import Actor
from hub.security.permissions import Permission, require
from hub.security.requires import requires
from hub.threads.listing import Filter, list_thread_rows
from hub.threads.models import Message
from hub.threads.presenters import present_messages, present_thread
from hub.threads.queries import Place, get_thread_for, messages_after
from hub.threads.viewing import official_answer

bp = Blueprint("paper", __name__)

MOST = 2_000


@bp.get("/threads/<int:thread_id>/print")
@requires(Permission.ROOM_READ)
def thread(actor: Actor, thread_id: int) -> str:
    """The whole thread, MOST messages a document and continued by `?after=`; or with `?only=official` the question and
    the newest official answer."""
    only_official = request.args.get("only") == "official"
    with db.read() as session:
        place = get_thread_for(session, actor, thread_id)
        state = page_state(session, actor)
        messages = _question_and_answer(session, place) if only_official else _stretch(session, place)
        return render_template(
            "threads/print.html",
            page_state=state,
            room=place.room,
            thread=present_thread(session, place.thread),
            messages=messages,
            only_official=only_official,
            printed_at=utc_now(),
        )


def _stretch(session: Session, place: Place) -> list[MessageData]:
    after = max(0, request.args.get("after", 0, type=int))
    return present_messages(session, place.room.id, messages_after(session, place.thread.id, min(after, 2**31), MOST))


def _question_and_answer(session: Session, place: Place) -> list[MessageData]:
    question = messages_after(session, place.thread.id, 0, 1)
    marked = sa.select(Message).where(Message.thread_id == place.thread.id, Message.mark == "official")
    answers = session.scalars(marked.order_by(Message.position)).all()
    answer = official_answer(present_messages(session, place.room.id, answers))
    first = present_messages(session, place.room.id, question)
    return first + ([answer] if answer and answer["position"] > 1 else [])


@bp.get("/rooms/<int:room_id>/export")
@requires(Permission.ROOM_EXPORT)
def room(actor: Actor, room_id: int) -> str:
    """The room's threads in one document, newest first, continued by `?before=`; notes are never part of it."""
    with db.read() as session:
        found = get_room_for(session, actor, room_id)
        require(actor, Permission.ROOM_EXPORT, room_subject(found))
        rows = list_thread_rows(session, actor, room_id, Filter(before_id=request.args.get("before", type=int)))
        parts = [
            (row.data, present_messages(session, room_id, messages_after(session, int(row.data["thread_id"]), 0, MOST)))
            for row in rows
        ]
        return render_template("rooms/export.html", room=found, parts=parts, printed_at=utc_now())
