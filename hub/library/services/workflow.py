"""下書き → 確認依頼 → (差し戻し) → 公開. The town agrees, to a text and to its readers, and the DX section publishes:
both have to. What comes after that is in `published.py`."""

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Forbidden
from hub.feed.submissions import Receipt
from hub.library.commands import ApproveCase, OnVersion, ReturnCase, SubmitCase
from hub.library.consents import consents_to
from hub.library.happenings import CaseApproved, CasePublished, CaseReturned, CaseSubmitted
from hub.library.models import CaseComment
from hub.library.opening import agree
from hub.library.publicity import take_back_words
from hub.library.publishing import publish_version
from hub.library.services.steps import done, expect, place_for, reason_of
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
        return done(session, actor, place, CaseSubmitted)
    return done(session, actor, place, CaseSubmitted, **agree(session, actor, place, command))


def approve_case(session: Session, actor: Actor, command: ApproveCase) -> Receipt:
    """The town agrees to the publication of this version, to the readers that it chooses or those that are set."""
    place = place_for(session, actor, command.case_id, Permission.CASE_APPROVE)
    expect(place.case, command.version, "review")
    return done(session, actor, place, CaseApproved, **agree(session, actor, place, command))


def return_case(session: Session, actor: Actor, command: ReturnCase) -> Receipt:
    """Send a draft back with what has to be changed. What was agreed to with it has to be agreed to again."""
    place = place_for(session, actor, command.case_id, Permission.CASE_RETURN)
    expect(place.case, command.version, "review")
    comment = CaseComment(case_id=place.case.id, version=place.case.version, created_at=utc_now())
    comment.body = reason_of(command.comment, "comment")
    comment.author_id, comment.posting_id, comment.writer_name = actor.staff_id, actor.posting_id, actor.writer_name
    session.add(comment)
    take_back_words(session, place)
    place.case.status, place.case.approved_version = "returned", None
    return done(session, actor, place, CaseReturned)


def publish_case(session: Session, actor: Actor, command: OnVersion) -> Receipt:
    """Raises Conflict when the town has not agreed to this version."""
    place = place_for(session, actor, command.case_id, Permission.CASE_PUBLISH)
    expect(place.case, command.version, "review")
    publish_version(session, place.case, consents_to(session, actor, place))
    return done(session, actor, place, CasePublished)
