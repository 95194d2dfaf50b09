"""The socket event that writes a note; its HTTP twin stands in routes.py."""

from typing import Any

from hub.actor import Actor
from hub.db import db
from hub.feed.guard import EventSet
from hub.security.limits import limits
from hub.security.permissions import Permission
from hub.threads.notes.services import PostNote, post_note

events = EventSet()


@events.on("note:post", PostNote, Permission.NOTE_POST)
def on_note_post(actor: Actor, command: PostNote) -> dict[str, Any]:
    limits().post(actor.staff_id)
    return db.write(post_note, actor, command).ack()
