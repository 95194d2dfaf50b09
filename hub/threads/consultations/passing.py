"""Moving the ball of a consultation by hand, with words."""

from datetime import date
from typing import Annotated, Literal

from flask_babel import gettext as _
from pydantic import Field
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import ValidationFailed
from hub.feed.payloads import STRICT, Body, Id
from hub.feed.submissions import Receipt
from hub.threads.consultations.services import move_by_hand, standing_to_move
from hub.threads.consultations.turns import Next
from hub.threads.input import REASON_CHARS, TITLE_CHARS, checked_line

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]


@dataclass(config=STRICT)
class PassTurn:
    """`to`: those who answer, those who ask, or somebody outside, who has a name then and may be expected to have acted
    on a day."""

    thread_id: Id
    to: Literal["answering", "asking", "outside"]
    reason: Body
    outside: Body | None = None
    expected_on: Day | None = None


def pass_turn(session: Session, actor: Actor, command: PassTurn) -> Receipt:
    """Appends thread:changed. While somebody outside is asked, the consultation waits for an answer if the DX section
    asked them, and for the body that asks if that did. Raises NotFound, Forbidden, ValidationFailed."""
    standing = standing_to_move(session, actor, command.thread_id, "to")
    if standing.consultation.state == "closed":
        raise ValidationFailed({"to": _("終了した相談です。先に「状態を変更する」で回答待ちに戻してください。")})
    words = checked_line(command.reason, max_chars=REASON_CHARS, field="reason")
    if command.to != "outside":
        after = Next({"answering": "open", "asking": "answered"}[command.to], "hand", words=words)
    else:
        name = checked_line(command.outside or "", max_chars=TITLE_CHARS, field="outside")
        state = "answered" if standing.asking.id in actor.organisation_ids else "open"
        after = Next(state, "hand", outside=name, expected_on=command.expected_on, words=words)
    return move_by_hand(session, actor, standing, after)
