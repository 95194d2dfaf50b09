"""Taking cases in through the page: the file waits in the data base between preview and confirmation, so that any
worker can go on; preview and confirmation check it anew."""

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic.dataclasses import dataclass as command
from sqlalchemy.orm import Session

from hub import pool
from hub.accounts.founding import ImportFault
from hub.accounts.sheets import UnreadableSheet
from hub.clock import utc_now
from hub.errors import NotFound, ValidationFailed
from hub.exchange.models import ImportFile
from hub.feed.payloads import STRICT, Id
from hub.feed.submissions import Receipt
from hub.library.imports import checked_rows, import_cases, known_fields, plan_import
from hub.library.records import Record, read_records
from hub.security.actor import Actor

KEPT_FOR = timedelta(days=1)
MOST_ROWS = 500  # more are a matter for the command line: one transaction of seconds would hold everybody up


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes


@command(config=STRICT)
class TakeIn:
    """Import the file that was previewed; with `publish` all members read the cases at once."""

    file_id: Id
    publish: bool = False


@dataclass(frozen=True)
class TakeRecords:
    """The same when the file has been read: nothing may wait for the pool inside a transaction."""

    file_id: int
    records: list[Record]
    publish: bool


@command(config=STRICT)
class ThrowAway:
    file_id: Id


@dataclass(frozen=True)
class PlannedRow:
    number: int
    title: str
    body: str
    fate: str  # new, changed, same, kept


def parse_file(name: str, content: bytes) -> list[Record]:
    """The rows of a file as it was uploaded, read in the pool. Raises ValidationFailed in words."""
    try:
        records = pool.run(_read, name, content)
    except UnreadableSheet as fault:
        raise ValidationFailed({"file": str(fault)}) from None
    if len(records) > MOST_ROWS:
        words = _(
            "画面から取り込めるのは%(n)s行までです。それより多いときは、サーバーで cases import を使ってください。",
            n=MOST_ROWS,
        )
        raise ValidationFailed({"file": words})
    return records


def _read(name: str, content: bytes) -> list[Record]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"upload{Path(name).suffix.lower()[:8]}")
        path.write_bytes(content)
        return read_records(path)


def preview(session: Session, records: list[Record]) -> tuple[list[PlannedRow], list[str]]:
    """What would become of each row, or the faults of all rows in words; nothing is written."""
    try:
        rows = checked_rows(records, known_fields(session))
    except ImportFault as fault:
        return [], fault.faults
    plan = plan_import(session, rows)
    return [PlannedRow(r.record.number, r.content.title, r.record.data["organisation"], fate) for r, fate in plan], []


def keep_file(session: Session, actor: Actor, upload: Upload) -> Receipt:
    """Until the confirmation; earlier files of the same person, and all old ones, go."""
    old = sa.or_(ImportFile.staff_id == actor.staff_id, ImportFile.created_at < utc_now() - KEPT_FOR)
    session.execute(sa.delete(ImportFile).where(old))
    row = ImportFile(staff_id=actor.staff_id, name=upload.name[:200], content=upload.content, created_at=utc_now())
    session.add(row)
    session.flush()
    return Receipt({"file_id": str(row.id)})


def get_file_for(session: Session, actor: Actor, file_id: int) -> ImportFile:
    """Raises NotFound unless the actor sent it."""
    row = session.get(ImportFile, file_id)
    if row is None or row.staff_id != actor.staff_id:
        raise NotFound
    return row


def take_in(session: Session, actor: Actor, command: TakeRecords) -> Receipt:
    """All or nothing. Raises NotFound, ValidationFailed when a row no longer can be taken."""
    row = get_file_for(session, actor, command.file_id)
    try:
        taken = import_cases(session, command.records, publish=command.publish, progress=_silent, actor=actor)
    except ImportFault as fault:
        raise ValidationFailed({"file": " ".join(fault.faults[:5])}) from None
    session.delete(row)
    return Receipt(dict(vars(taken)))


def _silent(_line: str) -> None:
    """A page shows no progress: its imports are short."""


def throw_away(session: Session, actor: Actor, command: ThrowAway) -> Receipt:
    session.delete(get_file_for(session, actor, command.file_id))
    return Receipt()
