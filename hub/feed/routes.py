"""Catching up over plain HTTP: the same events, authorised at the moment of reading."""

from flask import Blueprint, request

from hub.actor import Actor
from hub.db import db
from hub.errors import ValidationFailed
from hub.feed.log import heads
from hub.feed.publish import as_frame
from hub.feed.queries import events_after, readable_streams
from hub.feed.streams import MOST_STREAMS
from hub.feed.watch import ensure_watching
from hub.installation import current_epoch
from hub.security.permissions import Permission
from hub.security.requires import requires

bp = Blueprint("feed", __name__)
bp.before_request(ensure_watching)  # where no socket gets through, the watermark has to move all the same


@bp.get("/feed/<stream>")
@requires(Permission.SIGNED_IN)
def catch_up(actor: Actor, stream: str) -> dict[str, object]:
    after = _number("after", 0, 2**53)
    limit = min(max(1, _number("limit", 200, 2**53)), 1000)
    with db.read() as session:
        page = events_after(session, actor, stream, after=after, epoch=request.args.get("epoch"), limit=limit)
    events = [as_frame(event, page.epoch) for event in page.events]
    return {"epoch": page.epoch, "events": events, "head": page.head, "has_more": page.has_more}


@bp.get("/feed")
@requires(Permission.SIGNED_IN)
def read_heads(actor: Actor) -> dict[str, object]:
    wanted = [s for s in request.args.get("streams", "").split(",") if s]
    if len(wanted) > MOST_STREAMS:
        raise ValidationFailed({"streams": "streams"})
    with db.read() as session:
        allowed = readable_streams(session, actor, wanted)
        return {"epoch": current_epoch(session), "heads": heads(session, sorted(allowed))}


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 16 or int(text) > most:
        raise ValidationFailed({name: name})
    return int(text)
