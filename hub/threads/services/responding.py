"""Small answers: reactions, 確認しました, typing."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import NotFound, ValidationFailed
from hub.feed.contracts import EMOJI
from hub.feed.log import append
from hub.feed.streams import room_stream
from hub.feed.submissions import Receipt
from hub.security.permissions import Permission, require
from hub.statements import insert_ignore
from hub.threads.commands import Acknowledge, SetReaction
from hub.threads.models import Acknowledgement, Reaction
from hub.threads.presenters import acknowledgements_of, reactions_of
from hub.threads.pseudonyms.writing import under_alias
from hub.threads.queries import get_message_for, get_thread_for
from hub.threads.services.deciding import written_as
from hub.threads.services.posting import require_open


@under_alias
def set_reaction(session: Session, actor: Actor, command: SetReaction) -> Receipt:
    """Set or take back one emoji on a message; appends reaction:changed with all reactions of the message."""
    found = get_message_for(session, actor, command.message_id)
    require(actor, Permission.POST, found.place.subject)
    require_open(found.place)
    if command.emoji not in EMOJI:
        raise ValidationFailed({"emoji": _("この絵文字は使えません。")})
    if found.message.deleted_at or found.message.redacted_at:
        raise NotFound
    key = {"message_id": command.message_id, "staff_id": actor.staff_id, "emoji": command.emoji}
    if command.on:
        session.execute(insert_ignore(session, Reaction), key | {"created_at": utc_now()})
    else:
        session.execute(sa.delete(Reaction).filter_by(**key))
    message = found.message
    data = {
        "thread_id": str(message.thread_id),
        "message_id": str(message.id),
        "position": message.position,
        "reactions": reactions_of(session, [message.id]).get(message.id, []),
    }
    ids = {"thread_id": message.thread_id, "message_id": message.id}
    return Receipt(event=append(session, room_stream(found.place.room.id), "reaction:changed", data, **ids))


@under_alias
def acknowledge(session: Session, actor: Actor, command: Acknowledge) -> Receipt:
    """確認しました, or taken back; appends thread:acknowledged with everybody who confirmed."""
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.POST, place.subject)
    key = {"thread_id": command.thread_id, "staff_id": actor.staff_id}
    if command.on:
        row = {"posting_id": actor.posting_id, "writer_name": written_as(actor), "created_at": utc_now()}
        session.execute(insert_ignore(session, Acknowledgement), key | row)
    else:
        session.execute(sa.delete(Acknowledgement).filter_by(**key))
    data = {
        "thread_id": str(command.thread_id),
        "acknowledgements": acknowledgements_of(session, command.thread_id),
    }
    stream = room_stream(place.room.id)
    return Receipt(event=append(session, stream, "thread:acknowledged", data, thread_id=command.thread_id))
