"""回答予定: promising an answer by a day."""

from datetime import timedelta

from flask_babel import gettext as _
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import is_working_day, japan_today, utc_now, working_days_after
from hub.errors import ValidationFailed
from hub.feed.payloads import STRICT, Id
from hub.feed.submissions import Receipt
from hub.security.permissions import Permission
from hub.threads.announce import announce_thread
from hub.threads.consultations.models import Promise
from hub.threads.consultations.passing import Day
from hub.threads.consultations.services import standing_to_move
from hub.threads.queries import Place

CHOICES = (1, 3, 5, 10)  # working days from today, each one click
FARTHEST = timedelta(days=366)


@dataclass(config=STRICT)
class PromiseAnswer:
    """Without a day the promise is withdrawn."""

    thread_id: Id
    due_on: Day | None = None


def promise_answer(session: Session, actor: Actor, command: PromiseAnswer) -> Receipt:
    """An earlier promise that stands is replaced; appends thread:changed. Raises NotFound, Forbidden,
    ValidationFailed."""
    standing = standing_to_move(session, actor, command.thread_id, "due_on", Permission.CONSULTATION_CHARGE)
    if standing.consultation.state != "open":
        raise ValidationFailed({"due_on": _("回答予定を伝えられるのは、回答待ちの相談だけです。")})
    if command.due_on is not None:
        _check(command)
    if standing.promise is not None:
        standing.promise.ended_at = utc_now()
        standing.promise.ended_as = "replaced" if command.due_on else "withdrawn"
        session.flush()
    if command.due_on is not None:
        made = {"made_at": utc_now(), "staff_id": actor.staff_id, "posting_id": actor.posting_id}
        session.add(Promise(thread_id=command.thread_id, due_on=command.due_on, **made))
        session.flush()
    return Receipt(event=announce_thread(session, Place(standing.thread, standing.room)))


def _check(command: PromiseAnswer) -> None:
    day, today = command.due_on, japan_today()
    if day is None or not today <= day <= today + FARTHEST:
        raise ValidationFailed({"due_on": _("今日から1年以内の日を選んでください。")})
    if not is_working_day(day):
        raise ValidationFailed({"due_on": _("閉庁日です。開庁日を選んでください。")})


def promise_days() -> list[str]:
    """The days that are offered, as they are typed."""
    today = japan_today()
    return [working_days_after(today, number).isoformat() for number in CHOICES]
