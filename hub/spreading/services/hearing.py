"""What two bodies say to each other about an adoption: the proposal that a town settles, the author's thanks."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.happenings import AdopterThanked, CaseAdopted, ProposalRefused
from hub.spreading.commands import Hear, SeeThanks, SettleProposal
from hub.spreading.models import Echo
from hub.spreading.queries import get_news_for, proposed_to, thanked, unheard_by
from hub.text_chars import TextRefused, clean_source

THANKS_CHARS = 500


def settle_proposal(session: Session, actor: Actor, command: SettleProposal) -> Receipt:
    """Confirm what a supporter proposed for the actor's town, or throw it away. Raises NotFound."""
    news = get_news_for(session, actor, command.adoption_id, proposed_to(actor))
    adoption = news.adoption
    detail, author_id = {"state": adoption.state}, news.case.organisation_id
    what: dict[str, Any] = {"case_id": news.case.id, "organisation_id": actor.organisation_id, "detail": detail}
    if command.on:
        adoption.confirmed_at = adoption.updated_at = utc_now()
        happened(session, actor, CaseAdopted(author_id=author_id, **what))
    else:
        session.delete(adoption)
        happened(session, actor, ProposalRefused(**what))
    return Receipt({"case_id": str(news.case.id)})


def hear_adoption(session: Session, actor: Actor, command: Hear) -> Receipt:
    """The author's side has heard of it; with a text, or an empty one for thanks without words, it thanks. Raises
    NotFound, ValidationFailed."""
    news = get_news_for(session, actor, command.adoption_id, unheard_by(actor))
    echo = news.echo or Echo(adoption_id=news.adoption.id, thanks="", writer_name="")
    echo.heard_state = news.adoption.state
    if command.thanks is not None:
        echo.thanks, echo.thanked_at, echo.seen_at = _text(command.thanks), utc_now(), None
        echo.staff_id, echo.posting_id, echo.writer_name = actor.staff_id, actor.posting_id, actor.writer_name
        happened(session, actor, AdopterThanked(case_id=news.case.id, organisation_id=news.body.id))
    session.add(echo)
    return Receipt({"case_id": str(news.case.id)})


def see_thanks(session: Session, actor: Actor, command: SeeThanks) -> Receipt:
    """Somebody of the adopter's side has read the thanks. Raises NotFound."""
    news = get_news_for(session, actor, command.adoption_id, thanked(actor))
    if news.echo is not None:
        news.echo.seen_at = utc_now()
    return Receipt({"case_id": str(news.case.id)})


def _text(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return clean_source(text, max_chars=THANKS_CHARS)
    except TextRefused:
        raise ValidationFailed({"thanks": _("%(n)s文字以内で入力してください。", n=THANKS_CHARS)}) from None
