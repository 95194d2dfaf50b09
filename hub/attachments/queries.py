"""Attachments are fetched through what they hang on, and that through the actor: absent and forbidden look the same."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.files.models import Attachment, Blob
from hub.library.models import CaseVersion
from hub.library.queries import get_case_for, seen_by_readers
from hub.library.tombstones import CaseWithdrawn
from hub.security.permissions import Permission, Subject, permits
from hub.threads.notes.models import Note
from hub.threads.queries import get_message_for, get_thread_for


class Found(NamedTuple):
    attachment: Attachment
    blob: Blob


def get_attachment_for(session: Session, actor: Actor, attachment_id: int) -> Found:
    """Raises NotFound, also for a file whose message, note or case the actor may not read now."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or not permits(actor, Permission.FILE_READ, _subject(session, actor, attachment)):
        raise NotFound
    return Found(attachment, session.get_one(Blob, attachment.digest))


def _subject(session: Session, actor: Actor, attachment: Attachment) -> Subject:
    """What decides who may read a file. Nobody keeps a right from having sent it: once it hangs somewhere, the place
    decides alone."""
    if attachment.message_id is not None:
        return get_message_for(session, actor, attachment.message_id).place.subject
    if attachment.note_id is not None:
        place = get_thread_for(session, actor, session.get_one(Note, attachment.note_id).thread_id)
        if not permits(actor, Permission.NOTE_READ, place.subject):
            raise NotFound
        return place.subject
    if attachment.case_id is not None:
        return _case_subject(session, actor, attachment)
    return Subject(author_id=attachment.uploader_id)


def _case_subject(session: Session, actor: Actor, attachment: Attachment) -> Subject:
    """Readers of a case get what a version that they may see names; those who work on it get all."""
    case_id = int(attachment.case_id or 0)
    try:
        place = get_case_for(session, actor, case_id)
    except CaseWithdrawn:  # whether the file was ever out is no longer anybody's matter
        raise NotFound from None
    if place.works:
        return place.subject
    for content in session.scalars(sa.select(CaseVersion.content).where(seen_by_readers(place.case))):
        if any(row.get("attachment_id") == str(attachment.id) for row in content.get("documents", ())):
            return Subject(audience_id=place.case.audience_id)
    raise NotFound
