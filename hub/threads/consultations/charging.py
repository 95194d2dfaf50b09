"""Being in charge of a consultation: taking it, and handing it over with words."""

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import ValidationFailed
from hub.events.happenings import happened
from hub.feed.payloads import STRICT, Body, Id
from hub.feed.submissions import Receipt
from hub.security.permissions import Permission
from hub.threads.consultations.happenings import ConsultationHandedOver, ConsultationTaken
from hub.threads.consultations.in_charge import held_in_dx, one_of_each
from hub.threads.consultations.services import move_by_hand, standing_to_move
from hub.threads.consultations.turns import Next, Standing
from hub.threads.happenings import Call
from hub.threads.input import REASON_CHARS, checked_line
from hub.threads.models import ERASED, Message


@dataclass(config=STRICT)
class TakeCharge:
    thread_id: Id


@dataclass(config=STRICT)
class HandOver:
    thread_id: Id
    duty_id: Id
    reason: Body


def take_charge(session: Session, actor: Actor, command: TakeCharge) -> Receipt:
    """By a duty that the actor holds, first the one that accompanies the body that asks; appends thread:changed. Raises
    NotFound, Forbidden, ValidationFailed."""
    standing = _standing(session, actor, command.thread_id)
    held = one_of_each(held_in_dx(session), standing.asking.id)
    mine = [one.duty_id for one in held if one.staff_id == actor.staff_id]
    if not mine:
        raise ValidationFailed({"duty_id": _("自分の担当が登録されていません。県の統括に登録を依頼してください。")})
    taken = ConsultationTaken(
        thread_id=command.thread_id, detail={"duty": mine[0]}, organisation_id=actor.organisation_id
    )
    happened(session, actor, taken)
    return move_by_hand(session, actor, standing, _in_charge(standing, mine[0]))


def hand_over(session: Session, actor: Actor, command: HandOver) -> Receipt:
    """To a duty of the DX section that somebody holds, who is called by it; appends thread:changed. Raises NotFound,
    Forbidden, ValidationFailed."""
    standing = _standing(session, actor, command.thread_id)
    holders = {one.duty_id: one.staff_id for one in held_in_dx(session)}
    if command.duty_id not in holders:
        raise ValidationFailed({"duty_id": _("引き継ぐ担当を選んでください。")})
    words = checked_line(command.reason, max_chars=REASON_CHARS, field="reason")
    happened(session, actor, _handed(session, actor, standing, command.duty_id, holders[command.duty_id]))
    return move_by_hand(session, actor, standing, _in_charge(standing, command.duty_id, words))


def _standing(session: Session, actor: Actor, thread_id: int) -> Standing:
    standing = standing_to_move(session, actor, thread_id, "duty_id", Permission.CONSULTATION_CHARGE)
    if standing.consultation.state == "closed":
        raise ValidationFailed({"duty_id": _("終了した相談です。先に「状態を変更する」で回答待ちに戻してください。")})
    return standing


def _in_charge(standing: Standing, duty_id: int, words: str = "") -> Next:
    """As it stands, but for who is in charge."""
    state, turn = standing.consultation.state, standing.turn
    if turn is None:
        return Next(state, "hand", words=words, duty_id=duty_id)
    return Next(state, "hand", None, turn.outside, turn.expected_on, words, duty_id)


def _handed(session: Session, actor: Actor, standing: Standing, duty_id: int, holder_id: int) -> ConsultationHandedOver:
    """The holder is called to the newest message that can be read."""
    thread, room = standing.thread, standing.room
    there = sa.select(Message.id).where(Message.thread_id == thread.id, ~ERASED)
    message_id = session.scalars(there.order_by(Message.position.desc()).limit(1)).first()
    called = message_id is not None and holder_id != actor.staff_id
    return ConsultationHandedOver(
        thread_id=thread.id,
        room_id=room.id,
        message_id=message_id or 0,
        calls=(Call(holder_id, "charge"),) if called else (),
        organisation_id=actor.organisation_id,
        detail={"duty": duty_id},
    )
