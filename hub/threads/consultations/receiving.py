"""受付: how and when a consultation came that was not typed by whoever asks, and putting that right."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic import Field, NaiveDatetime
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import JAPAN, utc_now
from hub.errors import NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.feed.payloads import STRICT, Body, Id
from hub.feed.submissions import Receipt
from hub.people.authors import Author, AuthorKey, authors
from hub.threads.announce import announce_thread
from hub.threads.consultations.happenings import ReceptionCorrected
from hub.threads.consultations.models import Reception
from hub.threads.consultations.services import standing_to_move
from hub.threads.consultations.turns import begin_at
from hub.threads.input import TITLE_CHARS, checked_line
from hub.threads.queries import Place

Channel = Literal["telephone", "visit", "other"]
Moment = Annotated[NaiveDatetime, Field(ge=datetime(2000, 1, 1), le=datetime(2199, 12, 31))]
EARLIEST = timedelta(days=30)


@dataclass(config=STRICT)
class CorrectReception:
    """`received_at` is a moment in Japan."""

    thread_id: Id
    channel: Channel
    received_at: Moment
    caller: Body | None = None


def moment_of(typed: datetime, until: datetime) -> datetime:
    """In UTC; up to thirty days before `until`. Raises ValidationFailed."""
    moment = typed.replace(tzinfo=JAPAN).astimezone(UTC)
    if not until - EARLIEST <= moment <= until:
        raise ValidationFailed({"received_at": _("記録の日時までの30日間から選んでください。")})
    return moment


def caller_of(typed: str | None) -> str:
    """Raises ValidationFailed."""
    return checked_line(typed, max_chars=TITLE_CHARS, field="caller") if typed and typed.strip() else ""


def correct_reception(session: Session, actor: Actor, command: CorrectReception) -> Receipt:
    """By the municipality for which it was recorded, or the DX section; its turns begin then. Appends thread:changed.
    Raises NotFound, Forbidden, ValidationFailed."""
    standing = standing_to_move(session, actor, command.thread_id, "channel")
    came = session.get(Reception, command.thread_id)
    if came is None:
        raise NotFound
    moment = moment_of(command.received_at, standing.thread.created_at)
    came.channel, came.received_at, came.caller = command.channel, moment, caller_of(command.caller)
    came.corrected_at, came.staff_id, came.posting_id = utc_now(), actor.staff_id, actor.posting_id
    came.writer_name = actor.writer_name if actor.shared else ""
    begin_at(session, standing, moment)
    happened(session, actor, ReceptionCorrected(thread_id=command.thread_id, organisation_id=standing.asking.id))
    return Receipt(event=announce_thread(session, Place(standing.thread, standing.room)))


def reception_of(session: Session, thread_id: int) -> tuple[Reception, Author | None] | None:
    """With who corrected it last. The thread was fetched through the actor."""
    came = session.scalars(sa.select(Reception).where(Reception.thread_id == thread_id)).first()
    if came is None:
        return None
    if came.staff_id is None or came.posting_id is None:
        return came, None
    key = AuthorKey(came.staff_id, came.posting_id, came.writer_name)
    return came, authors(session, [key])[key]


def channel_names() -> dict[str, str]:
    return {"telephone": _("電話"), "visit": _("訪問"), "other": _("その他")}
