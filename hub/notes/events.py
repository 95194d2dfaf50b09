"""Socket event of notes."""

from typing import Any

from hub.db import db
from hub.feed.guard import EventSet
from hub.notes.services import PostNote, post_note
from hub.security.actor import Actor
from hub.security.limits import limits
from hub.security.permissions import Permission

events = EventSet()


@events.on("note:post", PostNote, Permission.NOTE_POST)
def on_note_post(actor: Actor, command: PostNote) -> dict[str, Any]:
    limits().post(actor.staff_id)
    return db.write(post_note, actor, command).ack()
