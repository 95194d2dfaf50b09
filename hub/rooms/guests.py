"""People who are let into a 研究会 one by one: those who read nothing by their posting (部局職員, ゲスト)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.audiences.models import Audience
from hub.audiences.queries import current_grants
from hub.audiences.services import grant, withdraw
from hub.clock import after_last_day, fiscal_year_end, japan_today, utc_now
from hub.errors import Forbidden, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.people.models import Organisation, Posting, Section, Staff
from hub.rooms.commands import AdmitGuest
from hub.rooms.happenings import GuestAdmitted, GuestDismissed
from hub.rooms.queries import get_room_for, room_subject
from hub.security.permissions import Permission, require

INVITED_ROLES = ("bureau", "guest")


@dataclass(frozen=True)
class Guest:
    """Somebody who is or could be let in; `until_at` is the moment at which it ends by itself."""

    staff: Staff
    organisation: str
    until_at: datetime | None = None


def admit_guest(session: Session, actor: Actor, command: AdmitGuest) -> Receipt:
    """Let one person read and write in a circle until a day, by default the last one of the fiscal year, or no longer.

    Raises Forbidden for a room of another kind, ValidationFailed.
    """
    room = get_room_for(session, actor, command.room_id)
    require(actor, Permission.ROOM_MANAGE, room_subject(room))
    if room.kind != "circle":
        raise Forbidden
    audience = session.get_one(Audience, room.audience_id)
    withdraw(session, audience, staff=[command.staff_id])
    if command.on:
        _let_in(session, audience, command)
    kind = GuestAdmitted if command.on else GuestDismissed
    happened(session, actor, kind(room_id=room.id, organisation_id=actor.organisation_id))
    return Receipt()


def _let_in(session: Session, audience: Audience, command: AdmitGuest) -> None:
    if command.staff_id not in {guest.staff.id for guest in guests_to_choose(session)}:
        raise ValidationFailed({"staff_id": _("この人は選べません。一覧から別の人を選んでください。")})
    last = command.until_on
    until_at = fiscal_year_end(japan_today()) if last is None else after_last_day(last)
    if until_at <= utc_now():
        raise ValidationFailed({"until_on": _("最後の日は、今日より前にできません。")})
    grant(session, audience, staff=[command.staff_id], until_at=until_at)


def guests_to_choose(session: Session) -> list[Guest]:
    """Everybody who could be let in, by body and kana."""
    now = utc_now()
    query = (
        sa.select(Staff, Organisation.name)
        .join(Posting, Posting.staff_id == Staff.id)
        .join(Section, Section.id == Posting.section_id)
        .join(Organisation, Organisation.id == Section.organisation_id)
        .where(Posting.role.in_(INVITED_ROLES), Staff.disabled_at.is_(None))
        .where(Posting.from_at <= now, sa.or_(Posting.until_at.is_(None), Posting.until_at > now))
        .order_by(Organisation.id, Staff.kana, Staff.id)
    )
    return list({staff.id: Guest(staff, body) for staff, body in session.execute(query)}.values())


def guests_of(session: Session, audience_id: int) -> Sequence[Guest]:
    """Who has been let in and still is, with the moment at which it ends."""
    ends: dict[int | None, datetime | None] = {}
    for found in current_grants(session, [audience_id]):
        one, other = ends.get(found.staff_id, found.until_at), found.until_at
        ends[found.staff_id] = max(one, other) if one and other else None  # let in twice, for as long as either
    return [Guest(g.staff, g.organisation, ends[g.staff.id]) for g in guests_to_choose(session) if g.staff.id in ends]
