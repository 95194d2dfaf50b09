"""Notes over HTTP. Whoever may not read them gets the same 404 as for a thread that does not exist."""

from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.db import db
from hub.feed.log import heads
from hub.feed.streams import notes_stream
from hub.feed.submissions import Receipt
from hub.forms import command_of
from hub.installation import current_epoch
from hub.security.limits import limits
from hub.security.permissions import Permission, require
from hub.security.requires import requires
from hub.threads.composing import Answer, Composer, answer_submission, composer_for, sent_files
from hub.threads.notes.queries import get_notes_for, list_notes
from hub.threads.notes.services import PostNote, post_note
from hub.threads.queries import get_thread_for

bp = Blueprint("notes", __name__)


@bp.get("/threads/<int:thread_id>/notes")
@requires(Permission.NOTE_READ)
def index(actor: Actor, thread_id: int) -> dict[str, Any]:
    with db.read() as session:
        place, _early = get_notes_for(session, actor, thread_id)
        stream = notes_stream(place.room.id)
        head = heads(session, [stream]).get(stream, 0)
        notes = list_notes(session, place)
        return {"notes": notes, "stream": stream, "head": head, "epoch": current_epoch(session)}


@bp.post("/threads/<int:thread_id>/notes")
@requires(Permission.NOTE_POST)
def post(actor: Actor, thread_id: int) -> Answer:
    files = sent_files(actor)
    return answer_submission(
        actor,
        lambda session: _composer(session, actor, thread_id),
        lambda: _write(actor, files.with_command(command_of(PostNote, thread_id=thread_id))),
        "/threads/" + str(thread_id) + "#note-{note_id}",
        files,
    )


def _composer(session: Session, actor: Actor, thread_id: int) -> Composer:
    place = get_thread_for(session, actor, thread_id)
    require(actor, Permission.NOTE_POST, place.subject)
    return composer_for(session, actor, "note", place.room, place.thread)


def _write(actor: Actor, command: PostNote) -> Receipt:
    limits().post(actor.staff_id)
    return db.write(post_note, actor, command)
