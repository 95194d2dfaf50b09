"""How many bytes an organisation has stored in attachments."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.files.models import Attachment, Blob


def used_bytes(session: Session, organisation_id: int) -> int:
    """What an organisation has stored, each attachment counted."""
    query = sa.select(sa.func.coalesce(sa.func.sum(Blob.size_bytes), 0)).select_from(Attachment)
    query = query.join(Blob, Blob.digest == Attachment.digest).where(Attachment.organisation_id == organisation_id)
    return int(session.execute(query).scalar_one())
