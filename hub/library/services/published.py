"""What becomes of a case once it is out: other readers, an end, being taken back, and whether it still is so."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today
from hub.errors import Conflict, Forbidden, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.bases import confirm_bases
from hub.library.commands import ConfirmCase, EndCase, ShareCase, WithdrawCase
from hub.library.consents import consents_to
from hub.library.content import as_json, content_of
from hub.library.endings import note_ending
from hub.library.freshness import has_ended
from hub.library.happenings import CaseConfirmed, CaseEnded, CaseShared, CaseUnpublished
from hub.library.models import ENDED
from hub.library.opening import chosen_now, chosen_of, open_to
from hub.library.publicity import end_publicity, publicity_of
from hub.library.publishing import publish_version
from hub.library.queries import Place, get_case_for, read_version
from hub.library.readers import needs_consent, reads_more
from hub.library.room import follow_case
from hub.library.services.steps import done, place_for, reason_of, state_of
from hub.library.versions import add_version
from hub.security.permissions import Permission, permits, require


def share_case(session: Session, actor: Actor, command: ShareCase) -> Receipt:
    """Change who reads it once published. Narrowing acts at once and is either side's; to widen needs the town's word:
    what is not out yet has to be agreed to again, what is out stays as it is. Before the first publication everybody
    who writes the case can say for whom it is meant. What is set already changes nothing. Raises ValidationFailed."""
    place = get_case_for(session, actor, command.case_id, lock=True)
    case = place.case
    require(actor, Permission.CASE_EDIT if case.published_at is None else Permission.CASE_SHARE, place.subject)
    chosen = chosen_of(session, actor, place, command)
    if case.readers_chosen and chosen.values == chosen_now(session, actor, place).values:
        return state_of(case)
    approves = permits(actor, Permission.CASE_APPROVE, place.subject)
    if needs_consent(place.organisation) and not approves and reads_more(session, case, chosen.audience_id):
        if case.published_version is not None:
            words = _("公開中の事例を読める人を増やせるのは、その事例の団体の団体管理者だけです。")
            raise ValidationFailed({"audience": words})
        case.approved_version = None
    elif approves and case.approved_version == case.version:
        case.approved_audience_id = chosen.audience_id
    was_open = publicity_of(session, place).is_open
    open_to(session, actor, place, chosen)
    lags = was_open and not publicity_of(session, place).is_open
    return done(session, actor, place, CaseShared, lags=lags, **chosen.detail)


def end_case(session: Session, actor: Actor, command: EndCase) -> Receipt:
    """The practice has ended: the case stays, with the reason when both sides have agreed to its words."""
    place = place_for(session, actor, command.case_id, Permission.CASE_SHARE)
    _end(session, actor, place, command.reason)
    return done(session, actor, place, CaseEnded, lags=publicity_of(session, place).is_open)


def withdraw_case(session: Session, actor: Actor, command: WithdrawCase) -> Receipt:
    """Take it away from the readers at once, who are told that and no more; those who work on it keep it with all
    versions."""
    place = place_for(session, actor, command.case_id, Permission.CASE_SHARE)
    if place.case.published_version is None:
        raise Conflict
    lags = publicity_of(session, place).is_open
    place.case.agreed_audience_id = None
    place.case.published_version, place.case.approved_version, place.case.status = None, None, "withdrawn"
    end_publicity(session, place.case.id)
    follow_case(session, place.case)
    unpublished = CaseUnpublished(
        case_id=place.case.id, organisation_id=place.organisation.id, withdrawn_by=actor.organisation_id
    )
    happened(session, actor, unpublished)
    return Receipt(state_of(place.case).data | ({"site_lags": True} if lags else {}))


def confirm_case(session: Session, actor: Actor, command: ConfirmCase) -> Receipt:
    """Answer whether what the case says is still so; that it has changed is shown to readers until the next version is
    out. Raises Forbidden for outsiders' cases: nobody is asked there."""
    place = place_for(session, actor, command.case_id, Permission.CASE_CONFIRM)
    if not place.organisation.member:
        raise Forbidden
    if place.case.published_version is None:
        raise Conflict
    place.case.last_confirmed_on = japan_today()
    place.case.changed_on = japan_today() if command.answer == "changed" else None
    if command.answer == "ended":
        _end(session, actor, place, command.reason)
    else:
        place.case.ended_said_on = None
    confirm_bases(session, place.case)
    lags = command.answer == "ended" and publicity_of(session, place).is_open
    return done(session, actor, place, CaseConfirmed, lags=lags, answer=command.answer)


def _end(session: Session, actor: Actor, place: Place, reason: str) -> None:
    """Stage and reason are a version of their own, made of what readers see: it goes out as every other does, with the
    word of both sides, of which this is one. Until then readers see that it was said, in the hub's words. A draft
    beside it stays among the versions and does not go out with it."""
    case = place.case
    if case.published_version is None:
        raise Conflict(_("公開していない事例です。"))
    if has_ended(case):
        raise Conflict(_("すでに終了した取組です。理由は「編集する」から変更できます。"))
    content = read_version(session, case, case.published_version)[1]
    ended = as_json(content) | {"stage": ENDED, "ended_reason": reason_of(reason, "reason")}
    ended["ended_on"] = content.ended_on or f"{japan_today():%Y-%m}"
    add_version(session, actor, case, content_of(ended))
    session.flush()
    case.status, case.approved_version, case.agreed_audience_id = "review", None, None
    case.ended_said_on = japan_today()
    note_ending(session, actor, place)
    if permits(actor, Permission.CASE_APPROVE, place.subject):
        case.approved_version, case.approved_audience_id = case.version, case.audience_id
    if not needs_consent(place.organisation) and permits(actor, Permission.CASE_PUBLISH, place.subject):
        publish_version(session, case, consents_to(session, actor, place))
