"""An anonymous edition must not name those who hide in it."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.models import Staff
from hub.errors import ValidationFailed
from hub.sharing.details import names_itself
from hub.sharing.models import SharingPart
from hub.sharing.queries import Shared, families, parties_of
from hub.threads.models import Message


def refuse_what_tells(session: Session, shared: Shared, parts: Sequence[SharingPart]) -> None:
    """Raises ValidationFailed where the title or a text holds the name of a town that takes part or of a writer,
    also the family name alone."""
    names = [p.name for p in parties_of(session, shared.sharing) if p.side == "municipality"]
    query = sa.select(Staff.name, Message.writer_name).join(Message, Message.author_id == Staff.id)
    for name, writer_name in session.execute(query.where(Message.thread_id == shared.place.thread.id).distinct()):
        names += [name, writer_name, *families({name})]
    found = {f"body-{part.position}": names_itself(part.body, names) for part in parts}
    found["title"] = names_itself(shared.sharing.title, names)
    faults = {field: _("匿名では「%(name)s」を残せません。", name=name) for field, name in found.items() if name}
    if faults:
        raise ValidationFailed(faults)
