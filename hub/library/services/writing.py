"""Beginning a case and saving its draft. Two editors at once lose nothing: fields that only one of them changed are put
together, and where both changed the same field the second is told and decides."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic import ValidationError
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import Conflict, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.commands import CreateCase, SaveCase, SettleContact, SettleInterval
from hub.library.content import Content, as_json, content_of, differences
from hub.library.document_files import hang_on_case
from hub.library.freshness import CHOICES
from hub.library.happenings import CaseCreated, CaseSaved, ContactSettled, IntervalSettled
from hub.library.publicity import take_back_words
from hub.library.queries import Place, duties_of, get_case_for, own_duty, read_version
from hub.library.versions import add_version, new_case
from hub.library.vocabulary import as_named_now
from hub.library.wording import explain
from hub.people.models import Field, Organisation
from hub.security.permissions import Permission, Subject, require


class EditedMeanwhile(Conflict):
    """Somebody else changed the same `fields` since `base`; `newest` is the version that has theirs."""

    def __init__(self, fields: list[str], newest: int) -> None:
        super().__init__()
        self.fields, self.newest = fields, newest


def create_case(session: Session, actor: Actor, command: CreateCase) -> Receipt:
    """Begin a draft. Raises ValidationFailed."""
    wanted = command.organisation_id if actor.in_dx_section else actor.organisation_id
    organisation = session.get(Organisation, wanted) if wanted else None
    if organisation is None:
        raise ValidationFailed({"organisation_id": _("団体を選んでください。")})
    require(actor, Permission.CASE_CREATE, Subject(organisation_id=organisation.id))
    content = checked(session, {"title": command.title, "summary": command.summary})
    case = new_case(session, actor, organisation, content)
    case.contact_duty_id = own_duty(session, actor, organisation.id)
    happened(session, actor, CaseCreated(case_id=case.id, organisation_id=organisation.id))
    return Receipt({"case_id": str(case.id), "version": case.version})


def save_case(session: Session, actor: Actor, command: SaveCase) -> Receipt:
    """Save the asked fields as a new version; nothing changed, no version.

    Raises ValidationFailed, or EditedMeanwhile when somebody else changed the same fields differently.
    """
    place = get_case_for(session, actor, command.case_id, lock=True)
    require(actor, Permission.CASE_EDIT, place.subject)
    case = place.case
    newest = read_version(session, case, case.version)[1]
    base = newest if command.base == case.version else read_version(session, case, command.base)[1]
    typed = checked(session, as_json(base) | command.changes)
    mine, theirs = differences(base, typed), differences(base, newest)
    clash = [name for name in mine if name in theirs and getattr(newest, name) != getattr(typed, name)]
    if clash:
        raise EditedMeanwhile(clash, case.version)
    merged = content_of(as_json(newest) | {name: as_json(typed)[name] for name in mine})
    if merged != newest:
        hang_on_case(session, actor, case, merged)
        _reopen(session, place)
        add_version(session, actor, case, merged)
        happened(session, actor, CaseSaved(case_id=case.id, organisation_id=case.organisation_id))
    return Receipt({"case_id": str(case.id), "version": case.version})


def settle_contact(session: Session, actor: Actor, command: SettleContact) -> Receipt:
    """Name the duty that answers for the case. Raises ValidationFailed when it is none of the case's body."""
    place = get_case_for(session, actor, command.case_id, lock=True)
    require(actor, Permission.CASE_EDIT, place.subject)
    if command.duty_id is not None and command.duty_id not in dict(duties_of(session, place.organisation.id)):
        raise ValidationFailed({"duty_id": _("この担当は選べません。一覧から選び直してください。")})
    place.case.contact_duty_id = command.duty_id
    happened(session, actor, ContactSettled(case_id=place.case.id, organisation_id=place.organisation.id))
    return Receipt()


def settle_interval(session: Session, actor: Actor, command: SettleInterval) -> Receipt:
    """How often the case is to be confirmed. Raises ValidationFailed when it is none of CHOICES."""
    place = get_case_for(session, actor, command.case_id, lock=True)
    require(actor, Permission.CASE_EDIT, place.subject)
    if command.months not in CHOICES:
        raise ValidationFailed({"months": _("この間隔は選べません。一覧から選び直してください。")})
    place.case.confirm_every_months = command.months
    case_id, organisation_id, detail = place.case.id, place.organisation.id, {"months": command.months}
    happened(session, actor, IntervalSettled(case_id=case_id, organisation_id=organisation_id, detail=detail))
    return Receipt()


def checked(session: Session, data: dict[str, Any]) -> Content:
    """The content as it is stored. Raises ValidationFailed naming the fields."""
    try:
        content = content_of(data)
    except ValidationError as fault:
        raise ValidationFailed(explain(fault)) from None
    content = as_named_now(session, content)
    known = set(session.scalars(sa.select(Field.name).where(Field.name.in_(content.fields))))
    if set(content.fields) - known:
        raise ValidationFailed({"fields": _("この分野は見つかりません。一覧から選び直してください。")})
    return content


def _reopen(session: Session, place: Place) -> None:
    """What was asked or agreed was about another text. To be called before that is there."""
    case = place.case
    if case.status == "review":
        take_back_words(session, place)
    case.approved_version = None
    case.status = "returned" if case.status == "returned" else "draft"
