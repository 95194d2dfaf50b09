"""Visits and calls of the accompanying support: recorded by whoever was there, corrected with words by both sides."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today, start_of_japan_day, utc_now
from hub.errors import Conflict, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt, once
from hub.security.permissions import Permission, require
from hub.support.commands import CorrectContact, RecordContact, Told
from hub.support.contacts import get_contact_for
from hub.support.happenings import ContactRecorded
from hub.support.input import LINE_CHARS, REASON_CHARS, TEXT_CHARS, checked_line, checked_text
from hub.support.models import Contact
from hub.support.queries import Karte, get_karte_for
from hub.threads.services.deciding import written_as

NOON = timedelta(hours=12)
WHAT = ("way", "held_on", "people", "agreed", "next_step", "next_on")


@once
def record_contact(session: Session, actor: Actor, command: RecordContact) -> Receipt:
    """Raises NotFound, ValidationFailed."""
    karte = get_karte_for(session, actor, command.organisation_id)
    require(actor, Permission.KARTE_WRITE, karte.subject)
    return _keep(session, actor, karte, _contact(command))


def correct_contact(session: Session, actor: Actor, command: CorrectContact) -> Receipt:
    """Raises NotFound, Conflict when somebody else has corrected it meanwhile, ValidationFailed."""
    place = get_contact_for(session, actor, command.contact_id, lock=True)
    require(actor, Permission.KARTE_WRITE, place.karte.subject)
    before, after = place.contact, _contact(command)
    if not before.newest:
        raise Conflict
    if all(getattr(before, name) == getattr(after, name) for name in WHAT):
        raise ValidationFailed({"body": _("今の内容と同じです。変更するところを入力してください。")})
    after.why = checked_line(command.reason, "reason", REASON_CHARS)
    after.first_id = before.first_id or before.id
    before.newest = False
    return _keep(session, actor, place.karte, after)


def _contact(told: Told) -> Contact:
    """Raises ValidationFailed."""
    if told.held_on > japan_today():
        raise ValidationFailed({"held_on": _("今日までの日を選んでください。")})
    if told.next_on is not None and told.next_on < told.held_on:
        raise ValidationFailed({"next_on": _("訪問・電話の日より後の日を選んでください。")})
    return Contact(
        way=told.way,
        held_on=told.held_on,
        held_at=start_of_japan_day(told.held_on) + NOON,
        people=checked_line(told.people, "people", LINE_CHARS),
        agreed=checked_text(told.body, "body", TEXT_CHARS),
        next_step=checked_line(told.next_step, "next_step", LINE_CHARS, required=False),
        next_on=told.next_on,
        why="",
    )


def _keep(session: Session, actor: Actor, karte: Karte, contact: Contact) -> Receipt:
    contact.organisation_id, contact.recorded_at = karte.organisation.id, utc_now()
    contact.staff_id, contact.posting_id, contact.writer_name = actor.staff_id, actor.posting_id, written_as(actor)
    session.add(contact)
    session.flush()
    id_ = karte.organisation.id
    detail = {"contact": contact.id, "way": contact.way}
    happened(session, actor, ContactRecorded(karte_id=id_, organisation_id=id_, detail=detail))
    return Receipt({"contact_id": str(contact.id)})
