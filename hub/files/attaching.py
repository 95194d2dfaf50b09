"""Hanging uploaded files on what they belong to, inside the transaction that writes it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import ValidationFailed
from hub.events.happenings import happened
from hub.files.happenings import FilesChanged
from hub.files.models import Attachment
from hub.statements import among

MOST = 10


def attach(
    session: Session,
    actor: Actor,
    ids: Sequence[int] | None,
    *,
    already: int = 0,
    field: str = "attachment_ids",
    **home: int,
) -> None:
    """Give the actor's own uploads their home: one of message_id, note_id, case_id. `already` hang there.

    Raises ValidationFailed when one is not there, not the actor's or taken already, or when there are too many.
    """
    wanted = list(dict.fromkeys(ids or ()))
    if not wanted:
        return
    _require_few(session, already + len(wanted), field)
    free = (Attachment.uploader_id == actor.staff_id, *homeless())
    for place, id_ in enumerate(wanted, start=already):
        taken = sa.update(Attachment).where(Attachment.id == id_, *free).values(place=place, **home)
        # The condition settles a race: of two posts that name the same upload the second finds no row.
        if not session.execute(taken, execution_options={"synchronize_session": False}).rowcount:  # type: ignore[attr-defined]
            raise _missing(field)
    if wanted:
        happened(session, actor, FilesChanged(tuple(wanted)))


def _require_few(session: Session, number: int, field: str) -> None:
    most = int(session.info.get("files_per_post", MOST))
    if number > most:
        words = ngettext("添付できるファイルは%(n)s個までです。", "添付できるファイルは%(n)s個までです。", most, n=most)
        raise ValidationFailed({field: words})


def _missing(field: str) -> ValidationFailed:
    return ValidationFailed({field: _("添付ファイルが見つかりません。もう一度添付してください。")})


class Uploads:
    """Files that some commands name, and which of them hang nowhere yet: held until the end of the transaction."""

    def __init__(self, session: Session, ids: Sequence[int]) -> None:
        found = session.connection().execute(_FREE, {"ids": ids}).all() if ids else ()
        self._free: dict[int, int] = dict(found)

    def take(self, session: Session, actor: Actor, ids: Sequence[int] | None) -> list[int]:
        """For one message, each once. Raises ValidationFailed as `attach` does."""
        wanted = list(dict.fromkeys(ids or ()))
        _require_few(session, len(wanted), "attachment_ids")
        if any(self._free.get(id_) != actor.staff_id for id_ in wanted):
            raise _missing("attachment_ids")
        for id_ in wanted:
            del self._free[id_]
        return wanted


def hang_on_messages(session: Session, taken: Sequence[tuple[Actor, int, Sequence[int]]]) -> None:
    """Give files that were taken from `Uploads` their messages: who wrote it, its id, its files."""
    rows = [
        {"file": id_, "message": message_id, "at": place}
        for _actor, message_id, ids in taken
        for place, id_ in enumerate(ids)
    ]
    if not rows:
        return
    session.connection().execute(_HANG, rows)
    for actor, _message_id, ids in taken:
        if ids:
            happened(session, actor, FilesChanged(tuple(ids)))


def homeless() -> tuple[sa.ColumnElement[bool], ...]:
    return (Attachment.message_id.is_(None), Attachment.note_id.is_(None), Attachment.case_id.is_(None))


def detach_from_message(session: Session, message_id: int) -> None:
    """The files of a message that is erased. Their bytes follow once nothing else shows them."""
    mine = Attachment.message_id == message_id
    if gone := tuple(session.scalars(sa.select(Attachment.id).where(mine))):
        happened(session, None, FilesChanged(gone))
        session.execute(sa.delete(Attachment).where(mine))


def count_on_message(session: Session, message_id: int) -> int:
    query: Any = sa.select(sa.func.count()).select_from(Attachment).where(Attachment.message_id == message_id)
    return int(session.execute(query).scalar_one())


_FREE = (
    sa.select(Attachment.id, Attachment.uploader_id)
    .where(among(Attachment.id, "ids"), *homeless())
    .order_by(Attachment.id)
    .with_for_update()
)
_HANG = (
    sa.update(Attachment)
    .where(Attachment.id == sa.bindparam("file"))
    .values(message_id=sa.bindparam("message"), place=sa.bindparam("at"))
)
