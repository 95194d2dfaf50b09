"""Both sides agree to the same version before anything goes out."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Closed, Conflict, Forbidden, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.people.models import Organisation
from hub.rooms.models import Room
from hub.security.permissions import Permission, require
from hub.sharing.commands import OnSharing, ReturnSharing
from hub.sharing.consents import agreed_by_all
from hub.sharing.happenings import ConsentAsked, ConsentGiven, SharingPublished, SharingReturned
from hub.sharing.models import Consent, Sharing
from hub.sharing.parties import consents_of, may_agree, parties_of
from hub.sharing.queries import Shared, get_sharing_for, parts_of
from hub.sharing.secrecy import refuse_what_tells
from hub.sharing.services.editions import publish_edition
from hub.sharing.services.preparing import open_sharing
from hub.statements import upsert
from hub.threads.input import checked_body

REMARK_CHARS = 2_000


def ask_consent(session: Session, actor: Actor, command: OnSharing) -> Receipt:
    """Ask the other side. Whoever asks has agreed for their own side; where nobody else is concerned an edition goes
    out; a case can be made when all have agreed whose words it uses.

    Raises ValidationFailed when nothing is left to share, or when an anonymous edition names those who ask, Conflict
    for a case that needs nobody's word here.
    """
    shared = open_sharing(session, actor, command.sharing_id, command.version)
    sharing = shared.sharing
    if not parties_of(session, sharing):
        raise Conflict(_("同意を求める団体はありません。"))
    _check(session, shared)
    sharing.state, sharing.remark = "asked", ""
    _agree(session, actor, shared)
    given = consents_of(session, sharing)
    missing = tuple(party.id for party in parties_of(session, sharing) if party.id not in given)
    asked = ConsentAsked(sharing_id=sharing.id, organisation_id=sharing.organisation_id, party_ids=missing)
    happened(session, actor, asked)
    return _perhaps_out(session, actor, shared)


def consent(session: Session, actor: Actor, command: OnSharing) -> Receipt:
    """Agree for one's own side. The last consent puts it out. Raises Forbidden for whom nobody asked."""
    shared = _asked(session, actor, command.sharing_id, command.version)
    _check(session, shared)
    if not _agree(session, actor, shared):
        raise Forbidden
    return _perhaps_out(session, actor, shared)


def return_sharing(session: Session, actor: Actor, command: ReturnSharing) -> Receipt:
    """Not like this: back to whoever prepares it, with what should change. Every consent is void."""
    shared = _asked(session, actor, command.sharing_id, command.version)
    sharing = shared.sharing
    if not any(may_agree(actor, shared.subject, party) for party in parties_of(session, sharing)):
        raise Forbidden
    sharing.remark = checked_body(command.remark, max_chars=REMARK_CHARS, field="remark")
    sharing.state = "returned"
    session.execute(sa.delete(Consent).where(Consent.sharing_id == sharing.id))
    happened(session, actor, SharingReturned(sharing_id=sharing.id, organisation_id=sharing.organisation_id))
    return _receipt(sharing)


def _asked(session: Session, actor: Actor, sharing_id: int, version: int) -> Shared:
    shared = get_sharing_for(session, actor, sharing_id, lock=True)
    party = session.get_one(Organisation, shared.sharing.organisation_id)
    if not may_agree(actor, shared.subject, party):
        require(actor, Permission.SHARING_READ, shared.subject)
    if shared.sharing.state != "asked":
        raise Closed(_("この共有は、現在、同意を待っていません。"))
    if shared.sharing.version != version:
        raise Conflict
    return shared


def _check(session: Session, shared: Shared) -> None:
    """Raises ValidationFailed, Closed when the room to which it would go has ended since it was chosen."""
    if shared.sharing.room_id and session.get_one(Room, shared.sharing.room_id).archived_at:
        raise Closed(_("共有する先のルームは終了しています。別のルームを選んでください。"))
    parts = [part for part in parts_of(session, shared.sharing.id) if part.included]
    if not parts:
        raise ValidationFailed({"parts": _("共有する投稿を1つ以上選んでください。")})
    if not shared.sharing.title:  # it was redacted since
        raise ValidationFailed({"title": _("入力してください。")})
    if shared.sharing.anonymous:
        refuse_what_tells(session, shared, parts)


def _agree(session: Session, actor: Actor, shared: Shared) -> bool:
    """Note the consent of every party for which the actor speaks; whether there was one."""
    mine = [party for party in parties_of(session, shared.sharing) if may_agree(actor, shared.subject, party)]
    for party in mine:
        row = {
            "sharing_id": shared.sharing.id,
            "organisation_id": party.id,
            "version": shared.sharing.version,
            "staff_id": actor.staff_id,
            "created_at": utc_now(),
        }
        upsert(session, Consent, ("sharing_id", "organisation_id"), row)
        happened(session, actor, ConsentGiven(sharing_id=shared.sharing.id, organisation_id=party.id))
    return bool(mine)


def _perhaps_out(session: Session, actor: Actor, shared: Shared) -> Receipt:
    sharing = shared.sharing
    agreed = agreed_by_all(session, sharing)
    if agreed is not None and sharing.kind == "edition":
        publish_edition(session, shared, agreed)
        published = SharingPublished(sharing_id=sharing.id, organisation_id=sharing.organisation_id)
        happened(session, actor, published)
    return _receipt(sharing)


def _receipt(sharing: Sharing) -> Receipt:
    out = {"edition_id": str(sharing.edition_id)} if sharing.edition_id else {}
    return Receipt({"sharing_id": str(sharing.id), "state": sharing.state} | out)
