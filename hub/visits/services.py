"""視察: asked for, accepted or declined, withdrawn, done. What was asked and answered stays with the case."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today, utc_now
from hub.errors import Closed, Conflict, Forbidden, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt, once
from hub.library.queries import get_case_for, reading_subject
from hub.library.room import is_paused
from hub.security.permissions import Permission, require
from hub.text_chars import TextRefused, clean_source
from hub.threads.services.deciding import written_as
from hub.visits.commands import AcceptVisit, DeclineVisit, FinishVisit, RequestVisit, WithdrawVisit
from hub.visits.happenings import BECAME, VisitRequested
from hub.visits.models import Visit
from hub.visits.queries import VisitPlace, get_visit_for

TEXT_CHARS = 2_000
FINDINGS_CHARS = 4_000


@once
def request_visit(session: Session, actor: Actor, command: RequestVisit) -> Receipt:
    """Ask the body of a case for a visit. Raises NotFound, Forbidden for one's own case and for a body that takes no
    part, Closed while it takes no questions, ValidationFailed."""
    place = get_case_for(session, actor, command.case_id)
    require(actor, Permission.VISIT_REQUEST, reading_subject(actor, place))
    case, host = place.case, place.organisation
    if case.published_version is None or not host.member or host.id in actor.organisation_ids:
        raise Forbidden
    if is_paused(case):
        raise Closed(_("現在、この事例への質問と視察の申込みは受け付けていません。"))
    visit = Visit(case_id=case.id, organisation_id=actor.organisation_id, state="requested", online=command.online)
    visit.proposed_dates, visit.headcount = _days(command), command.headcount
    visit.purpose = _text(command.purpose, "purpose")
    visit.questions = _text(command.questions, "questions", required=False)
    visit.author_id, visit.posting_id, visit.writer_name = actor.staff_id, actor.posting_id, written_as(actor)
    visit.created_at = visit.changed_at = utc_now()
    session.add(visit)
    session.flush()
    happened(session, actor, VisitRequested(visit_id=visit.id, host_id=host.id, organisation_id=host.id))
    return Receipt({"visit_id": str(visit.id), "state": visit.state})


def _days(command: RequestVisit) -> list[str]:
    days = [day for day in (command.first, command.second, command.third) if day]
    if min(days) <= japan_today():
        raise ValidationFailed({"first": _("明日以降の日を選んでください。")})
    return list(dict.fromkeys(day.isoformat() for day in days))


def accept_visit(session: Session, actor: Actor, command: AcceptVisit) -> Receipt:
    """Agree on a day; an agreed visit may be moved to another. Raises ValidationFailed, Conflict."""
    place = _hosted(session, actor, command.visit_id, "requested", "accepted")
    place.visit.agreed_on = _coming(command.agreed_on)
    return _reply(session, actor, place, "accepted", _text(command.reply, "reply", required=False))


def _coming(day: date) -> date:
    if day < japan_today():
        raise ValidationFailed({"agreed_on": _("明日以降の日を選んでください。")})
    return day


def decline_visit(session: Session, actor: Actor, command: DeclineVisit) -> Receipt:
    """Raises ValidationFailed without words for the visitor, Conflict."""
    place = _hosted(session, actor, command.visit_id, "requested", "accepted")
    reply = _text(command.reply, "reply")
    place.visit.agreed_on = None
    return _reply(session, actor, place, "declined", reply)


def withdraw_visit(session: Session, actor: Actor, command: WithdrawVisit) -> Receipt:
    """The visitor no longer comes. Raises Conflict when it is over."""
    place = get_visit_for(session, actor, command.visit_id, lock=True)
    require(actor, Permission.VISIT_WITHDRAW, place.visiting)
    _expect(place.visit, "requested", "accepted")
    place.visit.agreed_on = None
    return _set(session, actor, place, "withdrawn")


def finish_visit(session: Session, actor: Actor, command: FinishVisit) -> Receipt:
    """The visit took place: what was asked and answered is attached to the case, and may be mended later. Raises
    ValidationFailed, Conflict before the agreed day."""
    place = _hosted(session, actor, command.visit_id, "accepted", "done")
    if place.visit.agreed_on is None or place.visit.agreed_on > japan_today():
        raise Conflict(_("視察の当日以降に記録してください。"))
    place.visit.findings = _text(command.findings, "findings", required=False, most=FINDINGS_CHARS)
    return _set(session, actor, place, "done")


def _hosted(session: Session, actor: Actor, visit_id: int, *states: str) -> VisitPlace:
    place = get_visit_for(session, actor, visit_id, lock=True)
    require(actor, Permission.VISIT_ANSWER, place.hosting)
    _expect(place.visit, *states)
    return place


def _expect(visit: Visit, *states: str) -> None:
    if visit.state not in states:
        raise Conflict


def _reply(session: Session, actor: Actor, place: VisitPlace, state: str, reply: str) -> Receipt:
    place.visit.reply, place.visit.replied_at, place.visit.replier_id = reply, utc_now(), actor.staff_id
    return _set(session, actor, place, state)


def _set(session: Session, actor: Actor, place: VisitPlace, state: str) -> Receipt:
    place.visit.state, place.visit.changed_at = state, utc_now()
    visit, host_id = place.visit, place.host.id
    happened(session, actor, BECAME[state](visit_id=visit.id, host_id=host_id, organisation_id=visit.organisation_id))
    return Receipt({"visit_id": str(place.visit.id), "state": state})


def _text(text: str, field: str, *, required: bool = True, most: int = TEXT_CHARS) -> str:
    if not text.strip() and not required:
        return ""
    try:
        return clean_source(text, max_chars=most)
    except TextRefused:
        words = _("%(n)s文字以内で入力してください。", n=f"{most:,}") if text.strip() else _("入力してください。")
        raise ValidationFailed({field: words}) from None
