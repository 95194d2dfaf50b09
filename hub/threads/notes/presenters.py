"""Notes as dicts, in the shape that `hub/feed/contracts.py` promises."""

from hub.clock import iso
from hub.feed.contracts import AttachmentData, NoteData
from hub.people.authors import Author
from hub.threads.models import Thread
from hub.threads.notes.models import Note


def note_data(
    note: Note,
    thread: Thread,
    author: Author,
    attachments: list[AttachmentData] | None = None,
    client_id: str | None = None,
) -> NoteData:
    return {
        "note_id": str(note.id),
        "thread_id": str(note.thread_id),
        "room_id": str(thread.room_id),
        "thread_version": thread.version,
        "author": author,
        "body": note.body,
        "body_html": note.body_html,
        "attachments": attachments or [],
        "client_id": client_id,
        "created_at": iso(note.created_at),
    }
