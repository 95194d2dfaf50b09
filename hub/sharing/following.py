"""What a sharing copied of a thread goes when it goes there: of the consultation, and of the edition that came of it.
An edition that is out is a text of its own, to which people agreed: what stands in it is taken out there."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.events.happenings import Said
from hub.sharing.details import made_from
from hub.sharing.models import OPEN, Sharing, SharingPart
from hub.sharing.services.preparing import changed
from hub.text_ahead import require_titled, titled
from hub.threads.happenings import MessageErased
from hub.threads.input import TITLE_CHARS, TITLE_FROM_BODY_CHARS


def forget_messages(session: Session, said: Sequence[Said]) -> None:
    """Empty every copy of a message that was emptied, and a title that came from its first line."""
    for _by, erased in said:
        for sharing in _held(session, erased.thread_id):
            _forget(session, sharing, erased)


def _forget(session: Session, sharing: Sharing, erased: MessageErased) -> None:
    parts = _copies(session, sharing, erased)
    touched = any(part.body or part.included for part in parts)
    for part in parts:
        part.body = ""
        part.included = part.included and sharing.state not in OPEN  # which ones went out stays known
    if sharing.title and _titled_from(session, sharing, erased):
        sharing.title, touched = "", True
    if touched:
        _void(session, sharing)


def forget_titles(session: Session, said: Sequence[Said]) -> None:
    """Empty every copy of a thread's title that was redacted."""
    for _by, redacted in said:
        for sharing in _held(session, redacted.thread_id):
            if sharing.title:
                sharing.title = ""
                _void(session, sharing)


def _held(session: Session, thread_id: int) -> Sequence[Sharing]:
    """Those of the thread and the one that it is the edition of. Nobody agrees to one of them before the commit: what
    is being taken away would go out."""
    ours = sa.or_(Sharing.thread_id == thread_id, Sharing.edition_id == thread_id)
    query = sa.select(Sharing).where(ours).order_by(Sharing.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _copies(session: Session, sharing: Sharing, erased: MessageErased) -> Sequence[SharingPart]:
    """Of the consultation every part that was made of the message; of an edition the one that became it."""
    query = sa.select(SharingPart).where(SharingPart.sharing_id == sharing.id).order_by(SharingPart.position)
    if sharing.edition_id == erased.thread_id:
        query = query.where(SharingPart.included).offset(erased.position - 1).limit(1)
    else:
        query = query.where(SharingPart.message_id == erased.message_id)
    return session.scalars(query).all()


def _titled_from(session: Session, sharing: Sharing, erased: MessageErased) -> bool:
    """While the thread was called by the first line of the body, whatever was made of it goes; afterwards only what is
    still that line, or was at an earlier text."""
    if erased.position > 1 or sharing.thread_id != erased.thread_id:
        return False
    if erased.gave_title:
        return True
    require_titled(session, erased.texts, TITLE_FROM_BODY_CHARS)
    lines = {titled(session, body, TITLE_FROM_BODY_CHARS) for body in erased.texts}
    return any(made_from(line, sharing.title, TITLE_CHARS) for line in lines)


def _void(session: Session, sharing: Sharing) -> None:
    """A form that was read before, and consent to it, count no more. What is out stays what people agreed to."""
    if sharing.state in OPEN:
        changed(session, sharing)
