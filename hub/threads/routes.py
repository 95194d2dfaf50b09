"""Reading a thread, opening one, answering in one. The socket events in events.py call the same services."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.db import db
from hub.feed.contracts import EMOJI
from hub.feed.submissions import Receipt
from hub.forms import command_of
from hub.ids import exact
from hub.page import frame, page_state
from hub.responses import wants_json
from hub.rooms.queries import get_room_for, room_subject
from hub.security.limits import limits
from hub.security.permissions import Permission, permits, require
from hub.security.requires import requires
from hub.threads.commands import OpenThread, PostMessage
from hub.threads.composing import Answer, answer_submission, composer_for, message_composer, sent_files
from hub.threads.listing import Filter, list_thread_rows
from hub.threads.models import Message
from hub.threads.notes.queries import list_notes
from hub.threads.queries import get_message_for, get_thread_for
from hub.threads.room_listing import first_rooms
from hub.threads.services.posting import open_thread, post_message
from hub.threads.viewing import Span, replied_to, thread_json, viewer_of
from hub.threads.waiting import thread_marks
from hub.threads.wording import passage_names

bp = Blueprint("threads", __name__)

Command = TypeVar("Command")


@bp.get("/threads/<int:thread_id>")
@requires(Permission.ROOM_READ)
def show(actor: Actor, thread_id: int) -> str | dict[str, Any]:
    with db.read() as session:
        place = get_thread_for(session, actor, thread_id)
        state = page_state(session, actor, room_id=place.room.id, thread_id=thread_id)
        if wants_json():
            return thread_json(session, place, _span(None))
        mark = thread_marks(session, actor, [thread_id])[thread_id]
        unread_from = mark.position + 1 if 0 < mark.position < place.thread.last_position else None
        state["thread"] = thread_json(session, place, _span(unread_from or (1 if mark.position == 0 else None)))
        state["viewer"] = viewer_of(session, actor, place)
        notes = list_notes(session, place) if permits(actor, Permission.NOTE_READ, place.subject) else None
        if notes is not None:
            state["notes"] = {"notes": notes}
        return render_template(
            "threads/show.html",
            page_state=state,
            rooms=first_rooms(session, actor, room_id=place.room.id),
            room=place.room,
            subject=place.subject,
            threads=list_thread_rows(session, actor, place.room.id, Filter()),
            thread=state["thread"]["thread"],
            messages=state["thread"]["messages"],
            replied=replied_to(session, state["thread"]["messages"]),
            viewer=state["viewer"],
            mark=mark,
            unread_from=unread_from,
            never_opened=mark.position == 0,
            emoji=EMOJI,
            passage_names=passage_names(),
            **frame().thread_parts(session, actor, place),
            reply=_reply(session, actor, thread_id),
            notes=notes,
            composer=composer_for(session, actor, "message", place.room, place.thread),
            note_composer=None if notes is None else composer_for(session, actor, "note", place.room, place.thread),
        )


def _reply(session: Session, actor: Actor, thread_id: int) -> Message | None:
    """The message that `?reply=` names, when it stands in this thread."""
    wanted = request.args.get("reply", type=exact)
    if wanted is None:
        return None
    message = get_message_for(session, actor, wanted).message
    gone = message.deleted_at or message.redacted_at
    return message if message.thread_id == thread_id and not gone else None


def _span(wanted: int | None) -> Span:
    """Which messages are asked for. A person without a wish starts where they stopped reading, or at the first."""
    asked = {name: request.args.get(name, type=int) for name in ("before", "after", "at")}
    if all(value is None for value in asked.values()):
        asked["at"] = wanted
    return Span(limit=request.args.get("limit", 50, type=int), **asked)


@bp.get("/rooms/<int:room_id>/ask")
@requires(Permission.POST)
def ask(actor: Actor, room_id: int) -> str:
    with db.read() as session:
        room = get_room_for(session, actor, room_id)
        require(actor, Permission.POST, room_subject(room))
        composer = composer_for(session, actor, "thread", room)
        composer.values |= {"kind": request.args.get("kind", _usual_kind(actor, room.kind))}
        return render_template(
            "threads/compose.html",
            page_state=page_state(session, actor, room_id=room_id),
            composer=composer,
        )


def _usual_kind(actor: Actor, room_kind: str) -> str:
    return "consultation" if room_kind == "support" and actor.side != "outside" else "talk"


@bp.post("/rooms/<int:room_id>/threads")
@requires(Permission.POST)
def open_(actor: Actor, room_id: int) -> Answer:
    files = sent_files(actor)
    return answer_submission(
        actor,
        lambda session: composer_for(session, actor, "thread", get_room_for(session, actor, room_id)),
        lambda: _limited(open_thread, actor, files.with_command(command_of(OpenThread, room_id=room_id))),
        "/threads/{thread_id}",
        files,
    )


@bp.post("/threads/<int:thread_id>/messages")
@requires(Permission.POST)
def post(actor: Actor, thread_id: int) -> Answer:
    files = sent_files(actor)
    return answer_submission(
        actor,
        lambda session: message_composer(session, actor, thread_id),
        lambda: _limited(post_message, actor, files.with_command(command_of(PostMessage, thread_id=thread_id))),
        "/threads/{thread_id}?at={position}#{position}",
        files,
    )


def _limited(service: Callable[[Session, Actor, Command], Receipt], actor: Actor, command: Command) -> Receipt:
    limits().post(actor.staff_id)
    return db.write(service, actor, command)
