"""Reading notes: the DX section only."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.feed.contracts import NoteData
from hub.files.presenters import attachments_of_notes
from hub.people.authors import AuthorKey, authors
from hub.security.permissions import Permission, permits
from hub.threads.notes.models import Note
from hub.threads.notes.presenters import note_data
from hub.threads.queries import Place, get_thread_for


def get_notes_for(session: Session, actor: Actor, thread_id: int) -> tuple[Place, Sequence[NoteData]]:
    """A thread's notes, oldest first. Raises NotFound for whoever may not read notes there."""
    place = get_thread_for(session, actor, thread_id)
    if not permits(actor, Permission.NOTE_READ, place.subject):
        raise NotFound
    return place, list_notes(session, place)


def list_notes(session: Session, place: Place) -> Sequence[NoteData]:
    notes = session.scalars(sa.select(Note).where(Note.thread_id == place.thread.id).order_by(Note.id)).all()
    people = authors(session, [AuthorKey(n.author_id, n.posting_id) for n in notes]) if notes else {}
    files = attachments_of_notes(session, [n.id for n in notes])
    return [note_data(n, place.thread, people[AuthorKey(n.author_id, n.posting_id)], files.get(n.id)) for n in notes]
