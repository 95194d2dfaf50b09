"""担当者に聞く: a question to those behind a case, answered once and read by all its readers."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.models import Posting, Section
from hub.clock import japan_today, utc_now
from hub.errors import Closed, Forbidden, ValidationFailed
from hub.feed.submissions import Receipt
from hub.library.commands import AskAboutCase, PauseQuestions
from hub.library.queries import Place, get_case_for, holders_of, reading_subject
from hub.library.room import ensure_room, follow_case, is_paused
from hub.records.audit import record
from hub.rooms.models import Room
from hub.security.actor import Actor
from hub.security.permissions import Permission, require
from hub.threads.commands import OpenThread
from hub.threads.mentions import add_to_inbox
from hub.threads.models import Message
from hub.threads.services.posting import open_thread


def ask_about_case(session: Session, actor: Actor, command: AskAboutCase) -> Receipt:
    """Begin a thread in the case's room, which the first question makes, and tell those who answer for the case.

    About a case whose body takes no part the prefecture is asked, in the support room of the asker's town. Raises
    NotFound, Forbidden, Closed while the owner takes no questions, ValidationFailed.
    """
    place = get_case_for(session, actor, command.case_id, lock=True)
    require(actor, Permission.CASE_ASK, reading_subject(actor, place))
    if place.case.published_version is None:
        raise Forbidden
    if not place.organisation.member:
        return _ask_prefecture(session, actor, place, command)
    if is_paused(place.case):
        raise Closed(_("この事例は、いま質問の受付を停止しています。"))
    room = ensure_room(session, place.case)
    opened = OpenThread(room.id, "talk", command.body, command.client_id, title=command.title)
    receipt = open_thread(session, actor, opened)
    _tell(session, actor, place, room.id, receipt)
    return receipt


def _tell(session: Session, actor: Actor, place: Place, room_id: int, receipt: Receipt) -> None:
    """Entries in the inboxes of the contact duty's holders, or of the managers while nobody holds it. A repeated
    question has no event and tells nobody twice."""
    if receipt.event is None:
        return
    message = session.get_one(Message, int(receipt.data["message_id"]))
    holders = holders_of(session, place.case.contact_duty_id) or _managers(session, place.organisation.id)
    for staff_id in sorted(holders - {actor.staff_id}):
        add_to_inbox(session, staff_id, "question", message, room_id)


def _managers(session: Session, organisation_id: int) -> set[int]:
    now = utc_now()
    query = sa.select(Posting.staff_id).join(Section, Section.id == Posting.section_id)
    query = query.where(Section.organisation_id == organisation_id, Posting.role == "manager", Posting.from_at <= now)
    return set(session.scalars(query.where(sa.or_(Posting.until_at.is_(None), Posting.until_at > now))))


def _ask_prefecture(session: Session, actor: Actor, place: Place, command: AskAboutCase) -> Receipt:
    room = session.scalars(sa.select(Room).where(Room.organisation_id == actor.organisation_id)).first()
    if room is None:
        raise Forbidden
    head = _(
        "事例「%(title)s」(%(body)s)について、県を通じて聞きたいこと:",
        title=place.case.title,
        body=place.organisation.name,
    )
    body = f"{head}\n\n{command.body}" if command.body.strip() else command.body
    title = command.title or _("「%(title)s」について", title=place.case.title[:80])
    return open_thread(session, actor, OpenThread(room.id, "consultation", body, command.client_id, title=title))


def pause_questions(session: Session, actor: Actor, command: PauseQuestions) -> Receipt:
    """受付停止中 until a day, or open again. Answers in threads that have begun go on. Raises ValidationFailed."""
    place = get_case_for(session, actor, command.case_id, lock=True)
    require(actor, Permission.CASE_PAUSE, place.subject)
    if command.until is not None and command.until < japan_today():
        raise ValidationFailed({"until": _("今日より後の日を選んでください。")})
    place.case.paused_until = command.until
    follow_case(session, place.case)
    detail = {"until": command.until.isoformat() if command.until else ""}
    body = place.organisation.id
    record(session, actor, "case.paused", f"case:{place.case.id}", organisation_id=body, detail=detail)
    return Receipt()
