"""県内メモ beside a karte, which only the DX section reads."""

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.events.happenings import happened
from hub.feed.submissions import Receipt, once
from hub.security.permissions import Permission, require
from hub.support.commands import PostKarteNote
from hub.support.happenings import KarteNotePosted
from hub.support.input import TEXT_CHARS, checked_text
from hub.support.models import KarteNote
from hub.support.queries import get_karte_for


@once
def post_karte_note(session: Session, actor: Actor, command: PostKarteNote) -> Receipt:
    """Touches nothing that the municipality can see. Raises NotFound (also for everybody outside the DX section),
    ValidationFailed."""
    karte = get_karte_for(session, actor, command.organisation_id)
    require(actor, Permission.KARTE_NOTE, karte.subject)
    note = KarteNote(organisation_id=karte.organisation.id, created_at=utc_now())
    note.body = checked_text(command.body, "body", TEXT_CHARS)
    note.staff_id, note.posting_id = actor.staff_id, actor.posting_id
    session.add(note)
    session.flush()
    happened(session, actor, KarteNotePosted(note.id))
    return Receipt({"note_id": str(note.id)})
