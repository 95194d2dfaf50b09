"""An anonymous edition must not name those who hide in it."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import ValidationFailed
from hub.people.models import Staff
from hub.people.names import families, stems
from hub.sharing.models import Consent, Sharing, SharingPart
from hub.sharing.parties import parties_of
from hub.sharing.queries import Shared, origin_for
from hub.threads.models import Message
from hub.threads.pseudonyms.naming import names_itself


def refuse_what_tells(session: Session, shared: Shared, parts: Sequence[SharingPart]) -> None:
    """Raises ValidationFailed where the title or a text holds what tells of a town that takes part or of a writer."""
    names = names_that_tell(session, shared.sharing)
    found = {f"body-{part.position}": names_itself(part.body, names) for part in parts}
    found["title"] = names_itself(shared.sharing.title, names)
    faults = {
        field: _("匿名の場合、「%(name)s」は書けません。書き換えてください。", name=name)
        for field, name in found.items()
        if name
    }
    if faults:
        raise ValidationFailed(faults)


def names_that_tell(session: Session, sharing: Sharing) -> list[str]:
    """Of the towns that take part, also as people call them, and of everybody who wrote in the consultation, also the
    family name alone."""
    towns = {party.name for party in parties_of(session, sharing) if party.side == "municipality"}
    query = sa.select(Staff.name, Message.writer_name).join(Message, Message.author_id == Staff.id)
    wrote = session.execute(query.where(Message.thread_id == sharing.thread_id).distinct()).all()
    people = {name for name, _writer in wrote}
    return [*sorted(towns), *sorted(stems(towns)), *sorted(people), *(w for _n, w in wrote), *sorted(families(people))]


def hides(session: Session, actor: Actor, thread_id: int) -> bool:
    """In the anonymous edition that the thread is, colleagues of the asker hide as well: their name would tell the
    town."""
    parties = sa.select(Consent.organisation_id).join(Sharing, Sharing.id == Consent.sharing_id)
    hiding = parties.where(Sharing.edition_id == thread_id)
    return actor.side == "municipality" and bool(actor.organisation_ids & set(session.scalars(hiding)))


def unspoken(session: Session, actor: Actor, thread_id: int, hiding: bool) -> list[str]:
    """The names that nobody who hides in the thread may write, nor whoever may read the consultation behind it. None
    for others: a refusal would tell them."""
    if not hiding and origin_for(session, actor, edition_id=thread_id) is None:
        return []
    return names_that_tell(session, session.scalars(sa.select(Sharing).where(Sharing.edition_id == thread_id)).one())
