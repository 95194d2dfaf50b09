"""「匿名で他の市町村に役立てますか」: asked once of whoever asked, after an answer."""

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Conflict
from hub.feed.submissions import Receipt
from hub.security.permissions import Permission, Subject, require
from hub.sharing.commands import AnswerHelp, Prepare
from hub.sharing.models import HelpAnswer
from hub.sharing.services.preparing import prepare
from hub.threads.queries import get_thread_for


def answer_help(session: Session, actor: Actor, command: AnswerHelp) -> Receipt:
    """Yes begins an anonymous edition, which still needs both sides; no is final. Either way it is not asked again.

    Raises NotFound, Forbidden for anybody but the asker, Conflict when it was answered before.
    """
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.SHARING_ANSWER, Subject(place.room.audience_id, author_id=place.thread.opened_by_id))
    if place.thread.kind != "consultation" or session.get(HelpAnswer, place.thread.id) is not None:
        raise Conflict
    session.add(HelpAnswer(thread_id=place.thread.id, yes=command.yes, created_at=utc_now()))
    session.flush()
    if not command.yes:
        return Receipt({"thread_id": str(place.thread.id)})
    return prepare(session, actor, Prepare(thread_id=place.thread.id, kind="edition", anonymous=True))
