"""Who hides in an anonymous edition: the one way to learn it, by one permission, with a reason that stays on record."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hub.actor import Actor
from hub.events.happenings import happened
from hub.people.models import Organisation, Posting, Section, Staff
from hub.security.permissions import Permission, require
from hub.sharing.commands import Unmask
from hub.sharing.happenings import AliasesUnmasked
from hub.sharing.queries import get_sharing_for
from hub.threads.input import REASON_CHARS, checked_line
from hub.threads.pseudonyms.models import Alias


@dataclass(frozen=True)
class Behind:
    alias: str
    name: str
    organisation: str


def unmask(session: Session, actor: Actor, command: Unmask) -> list[Behind]:
    """The people behind the aliases. Their own town's manager and the administrators find it in the record."""
    shared = get_sharing_for(session, actor, command.sharing_id)
    require(actor, Permission.SHARING_UNMASK, shared.subject)
    reason = checked_line(command.reason, max_chars=REASON_CHARS, field="reason")
    sharing = shared.sharing
    detail, organisation_id = {"reason": reason}, sharing.organisation_id
    unmasked = AliasesUnmasked(sharing_id=sharing.id, organisation_id=organisation_id, detail=detail)
    happened(session, actor, unmasked)
    hidden = aliased(Staff)
    query = (
        sa.select(hidden.name, Staff.name, Organisation.name)
        .select_from(Alias)
        .join(hidden, hidden.id == Alias.alias_id)
        .join(Staff, Staff.id == Alias.staff_id)
        .join(Posting, Posting.id == Alias.posting_id)
        .join(Section, Section.id == Posting.section_id)
        .join(Organisation, Organisation.id == Section.organisation_id)
        .where(Alias.thread_id == sharing.edition_id)
        .order_by(Alias.alias_id)
    )
    return [Behind(*row) for row in session.execute(query)]
