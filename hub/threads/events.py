"""Socket events of threads. The HTTP twins in routes.py call the same services."""

from typing import Any

from hub.actor import Actor
from hub.db import db
from hub.feed.guard import EventSet, asking
from hub.feed.publish import emit
from hub.feed.streams import room_stream
from hub.security.limits import limits
from hub.security.permissions import Permission
from hub.threads.commands import (
    Acknowledge,
    DeleteMessage,
    EditMessage,
    MarkRead,
    OpenThread,
    PostMessage,
    SetPassage,
    SetReaction,
    StartTyping,
)
from hub.threads.pseudonyms.identity import identity_in
from hub.threads.queries import get_thread_for
from hub.threads.services.editing import delete_message, edit_message
from hub.threads.services.passages import set_passage
from hub.threads.services.posting import open_thread, post_message, require_open
from hub.threads.services.reading import mark_read
from hub.threads.services.responding import acknowledge, set_reaction

events = EventSet()


@events.on("thread:open", OpenThread, Permission.POST)
def on_thread_open(actor: Actor, command: OpenThread) -> dict[str, Any]:
    limits().post(actor.staff_id)
    return db.write(open_thread, actor, command).ack()


@events.on("message:post", PostMessage, Permission.POST)
def on_message_post(actor: Actor, command: PostMessage) -> dict[str, Any]:
    limits().post(actor.staff_id)
    return db.write(post_message, actor, command).ack()


@events.on("message:edit", EditMessage, Permission.EDIT)
def on_message_edit(actor: Actor, command: EditMessage) -> dict[str, Any]:
    return db.write(edit_message, actor, command).ack()


@events.on("message:delete", DeleteMessage, Permission.DELETE)
def on_message_delete(actor: Actor, command: DeleteMessage) -> dict[str, Any]:
    return db.write(delete_message, actor, command).ack()


@events.on("reaction:set", SetReaction, Permission.POST)
def on_reaction_set(actor: Actor, command: SetReaction) -> dict[str, Any]:
    return db.write(set_reaction, actor, command).ack()


@events.on("passage:set", SetPassage, Permission.PASSAGE_MARK)
def on_passage_set(actor: Actor, command: SetPassage) -> dict[str, Any]:
    return db.write(set_passage, actor, command).ack()


@events.on("thread:acknowledge", Acknowledge, Permission.POST)
def on_thread_acknowledge(actor: Actor, command: Acknowledge) -> dict[str, Any]:
    return db.write(acknowledge, actor, command).ack()


@events.on("thread:read", MarkRead, Permission.ROOM_READ)
def on_thread_read(actor: Actor, command: MarkRead) -> dict[str, Any]:
    return db.write(mark_read, actor, command).ack()


@events.on("typing:start", StartTyping, Permission.POST)
def on_typing_start(actor: Actor, command: StartTyping) -> dict[str, Any]:
    """Shown to whoever has the room open; nothing is stored. Nobody sees somebody type who hides behind an alias."""
    with db.read() as session:
        actor = db.confirm(session, actor)
        place = get_thread_for(session, actor, command.thread_id)
        require_open(place)
        if identity_in(session, actor, command.thread_id).hides:
            return {}
    data = {"thread_id": str(command.thread_id), "name": actor.displayed_name}
    emit("typing", data, to=room_stream(place.room.id), skip_sid=asking().sid)
    return {}
