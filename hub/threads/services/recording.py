"""電話・訪問で受けた相談: somebody of the DX section records it for a municipality, which is told."""

from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import NotFound
from hub.events.happenings import happened
from hub.feed.payloads import STRICT, Body, ClientId, Id
from hub.feed.submissions import Receipt, once
from hub.rooms.queries import get_room_for, room_subject
from hub.security.permissions import Permission, require
from hub.threads.commands import OpenThread, Urgency
from hub.threads.consultations.happenings import ConsultationRecorded
from hub.threads.consultations.models import Reception
from hub.threads.consultations.receiving import Channel, Moment, caller_of, moment_of
from hub.threads.consultations.to_be_told import to_be_told
from hub.threads.consultations.turns import standings
from hub.threads.happenings import Call
from hub.threads.services.posting import open_in


@dataclass(config=STRICT)
class RecordConsultation:
    """`received_at` is a moment in Japan."""

    room_id: Id
    body: Body
    client_id: ClientId
    channel: Channel
    received_at: Moment
    caller: Body | None = None
    urgency: Urgency | None = None


@once
def record_consultation(session: Session, actor: Actor, command: RecordConsultation) -> Receipt:
    """A consultation of the room's municipality, whose author is the actor and whose first turn began when it came.
    Raises NotFound, Forbidden, Closed, ValidationFailed."""
    room = get_room_for(session, actor, command.room_id)
    require(actor, Permission.CONSULTATION_RECORD, room_subject(room))
    if room.kind != "support":
        raise NotFound
    moment = moment_of(command.received_at, utc_now())
    came = Reception(channel=command.channel, received_at=moment, caller=caller_of(command.caller))
    asked = OpenThread(room.id, "consultation", command.body, command.client_id, urgency=command.urgency)
    receipt = open_in(session, actor, room, asked, came)
    _tell(session, actor, receipt, command.channel)
    return receipt


def _tell(session: Session, actor: Actor, receipt: Receipt, channel: Channel) -> None:
    thread_id = int(receipt.data["thread_id"])
    standing = standings(session, [thread_id])[thread_id]
    told = to_be_told(session, [standing]).get(thread_id)
    recorded = ConsultationRecorded(
        thread_id=thread_id,
        room_id=standing.room.id,
        message_id=int(receipt.data["message_id"]),
        calls=tuple(Call(staff_id, "recorded") for staff_id in told.staff_ids) if told else (),
        organisation_id=standing.asking.id,
        detail={"channel": channel},
    )
    happened(session, actor, recorded)
