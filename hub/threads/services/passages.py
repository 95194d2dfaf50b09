"""課題 / 取組 / 効果 / 苦労: participants mark what a case would be made of."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import NotFound
from hub.feed.log import append
from hub.feed.streams import room_stream
from hub.feed.submissions import Receipt
from hub.security.permissions import Permission, require
from hub.statements import insert_ignore
from hub.threads.commands import SetPassage
from hub.threads.models import Passage
from hub.threads.presenters import passages_of
from hub.threads.pseudonyms.writing import under_alias
from hub.threads.queries import get_message_for
from hub.threads.services.posting import require_open


@under_alias
def set_passage(session: Session, actor: Actor, command: SetPassage) -> Receipt:
    """Set or take back one mark of a message, for everybody; appends passage:changed with all marks of the message.

    Raises NotFound, Forbidden, Closed.
    """
    found = get_message_for(session, actor, command.message_id)
    require(actor, Permission.PASSAGE_MARK, found.place.subject)
    require_open(found.place)
    message = found.message
    if message.deleted_at or message.redacted_at:
        raise NotFound
    key = {"message_id": message.id, "kind": command.kind}
    if command.on:
        row = {"staff_id": actor.staff_id, "created_at": utc_now()}
        session.execute(insert_ignore(session, Passage), key | row)
    else:
        session.execute(sa.delete(Passage).filter_by(**key))
    data = {
        "thread_id": str(message.thread_id),
        "message_id": str(message.id),
        "position": message.position,
        "passages": passages_of(session, [message.id]).get(message.id, []),
    }
    ids = {"thread_id": message.thread_id, "message_id": message.id}
    return Receipt(event=append(session, room_stream(found.place.room.id), "passage:changed", data, **ids))
