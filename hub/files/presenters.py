"""Attachments per contract, for many things at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from hub.feed.contracts import AttachmentData
from hub.files.models import Attachment, Blob, verdict_on

_STATES = {"unscanned": "ready", "clean": "ready", "held": "held", "infected": "refused"}


def attachment_data(attachment: Attachment, blob: Blob) -> AttachmentData:
    return cast(
        AttachmentData,
        {
            "attachment_id": str(attachment.id),
            "name": attachment.name,
            "kind": attachment.kind,
            "size_bytes": blob.size_bytes,
            "sha256": blob.digest,
            "state": _STATES[verdict_on(attachment, blob)],
            "width": blob.width,
            "height": blob.height,
        },
    )


def attachments_of_messages(session: Session, ids: Sequence[int]) -> dict[int, list[AttachmentData]]:
    return _by_home(session, Attachment.message_id, ids)


def attachments_of_notes(session: Session, ids: Sequence[int]) -> dict[int, list[AttachmentData]]:
    return _by_home(session, Attachment.note_id, ids)


def attachments_of_case(session: Session, case_id: int) -> dict[str, AttachmentData]:
    """By id: a version's documents name those that it shows."""
    found = _by_home(session, Attachment.case_id, [case_id]).get(case_id, [])
    return {data["attachment_id"]: data for data in found}


def own_uploads(session: Session, uploader_id: int, ids: Sequence[int]) -> list[AttachmentData]:
    """Those of the ids that hang on nothing yet and are this person's."""
    homeless = (Attachment.message_id.is_(None), Attachment.note_id.is_(None), Attachment.case_id.is_(None))
    query = sa.select(Attachment, Blob).join(Blob, Blob.digest == Attachment.digest)
    query = query.where(Attachment.id.in_(ids), Attachment.uploader_id == uploader_id, *homeless)
    found = {a.id: attachment_data(a, b) for a, b in session.execute(query)} if ids else {}
    return [found[id_] for id_ in ids if id_ in found]


def _by_home(
    session: Session, home: InstrumentedAttribute[int | None], ids: Sequence[int]
) -> dict[int, list[AttachmentData]]:
    if not ids:
        return {}
    query = sa.select(home, Attachment, Blob).join(Blob, Blob.digest == Attachment.digest).where(home.in_(ids))
    found: defaultdict[int, list[AttachmentData]] = defaultdict(list)
    for home_id, attachment, blob in session.execute(query.order_by(Attachment.place, Attachment.created_at)):
        found[cast(int, home_id)].append(attachment_data(attachment, blob))
    return dict(found)
