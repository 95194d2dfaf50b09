"""下書き → 確認依頼 → (差し戻し) → 公開. The town agrees, to a text and to its readers, and the DX section publishes:
both have to. What comes after that is in `published.py`."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.errors import Conflict, Forbidden
from hub.feed.submissions import Receipt
from hub.library.commands import ApproveCase, OnVersion, ReturnCase, SubmitCase
from hub.library.models import CaseComment
from hub.library.opening import agree
from hub.library.publishing import put_out
from hub.library.readers import needs_consent
from hub.library.services.steps import done, expect, place_for, reason_of
from hub.security.actor import Actor
from hub.security.permissions import Permission, permits


def submit_case(session: Session, actor: Actor, command: SubmitCase) -> Receipt:
    """Ask for review. A manager who asks has agreed, to the text and to the readers that the form shows; nobody else
    chooses them here. Raises Conflict when the draft has changed since it was read."""
    place = place_for(session, actor, command.case_id, Permission.CASE_EDIT)
    expect(place.case, command.version, "draft", "returned", "withdrawn")
    place.case.status = "review"
    if not permits(actor, Permission.CASE_APPROVE, place.subject):
        if command.audience is not None:
            raise Forbidden
        return done(session, actor, place, "case.submitted")
    return done(session, actor, place, "case.submitted", **agree(session, actor, place, command))


def approve_case(session: Session, actor: Actor, command: ApproveCase) -> Receipt:
    """The town agrees to the publication of this version, to the readers that it chooses or those that are set."""
    place = place_for(session, actor, command.case_id, Permission.CASE_APPROVE)
    expect(place.case, command.version, "review")
    return done(session, actor, place, "case.approved", **agree(session, actor, place, command))


def return_case(session: Session, actor: Actor, command: ReturnCase) -> Receipt:
    """Send a draft back with what has to be changed."""
    place = place_for(session, actor, command.case_id, Permission.CASE_RETURN)
    expect(place.case, command.version, "review")
    comment = CaseComment(case_id=place.case.id, version=place.case.version, created_at=utc_now())
    comment.body = reason_of(command.comment, "comment")
    comment.author_id, comment.posting_id, comment.writer_name = actor.staff_id, actor.posting_id, actor.writer_name
    session.add(comment)
    place.case.status, place.case.approved_version = "returned", None
    return done(session, actor, place, "case.returned")


def publish_case(session: Session, actor: Actor, command: OnVersion) -> Receipt:
    """Raises Conflict when the town has not agreed to this version."""
    place = place_for(session, actor, command.case_id, Permission.CASE_PUBLISH)
    expect(place.case, command.version, "review")
    if needs_consent(place.organisation) and place.case.approved_version != place.case.version:
        raise Conflict(_("団体管理者がまだこの版に同意していません。"))
    put_out(session, place.case)
    return done(session, actor, place, "case.published")
