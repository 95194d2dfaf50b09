"""Writing 県内メモ, the notes that only the DX section reads."""

from typing import Any, cast

import sqlalchemy as sa
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.events.happenings import happened
from hub.feed.log import append
from hub.feed.payloads import STRICT, Body, ClientId, Id
from hub.feed.streams import notes_stream
from hub.feed.submissions import Receipt, once
from hub.files.attaching import attach
from hub.files.presenters import attachments_of_notes
from hub.people.authors import author_of_actor
from hub.security.permissions import Permission, require
from hub.text import POLICY
from hub.text_ahead import rendered
from hub.threads.commands import Attachments
from hub.threads.input import checked_body
from hub.threads.models import Draft
from hub.threads.notes.happenings import NotePosted
from hub.threads.notes.models import Note
from hub.threads.notes.presenters import note_data
from hub.threads.queries import get_thread_for


@dataclass(config=STRICT)
class PostNote:
    thread_id: Id
    body: Body
    client_id: ClientId
    attachment_ids: Attachments | None = None


@once
def post_note(session: Session, actor: Actor, command: PostNote) -> Receipt:
    """A note beside a thread; appends note:posted to the room's notes stream and touches nothing that a municipality
    can see. Raises NotFound (also for everybody outside the DX section), ValidationFailed."""
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.NOTE_POST, place.subject)
    wordless = command.attachment_ids and not command.body.strip()
    body = "" if wordless else checked_body(command.body)
    note = Note(
        thread_id=place.thread.id,
        author_id=actor.staff_id,
        posting_id=actor.posting_id,
        body=body,
        body_html=rendered(session, body),
        policy=POLICY,
        created_at=utc_now(),
    )
    session.add(note)
    session.flush()
    attach(session, actor, command.attachment_ids, note_id=note.id)
    session.execute(sa.delete(Draft).filter_by(staff_id=actor.staff_id, place=f"note:{place.thread.id}"))
    files = attachments_of_notes(session, [note.id]).get(note.id) if command.attachment_ids else None
    data = cast(dict[str, Any], note_data(note, place.thread, author_of_actor(actor), files, command.client_id))
    event = append(session, notes_stream(place.room.id), "note:posted", data, thread_id=place.thread.id)
    happened(session, actor, NotePosted(note.id))
    return Receipt({"note_id": str(note.id)}, event)
