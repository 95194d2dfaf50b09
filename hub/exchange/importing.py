"""A file of cases that somebody sends to the page: read, previewed, and kept in the database until it is taken in or
thrown away, so that any worker can go on."""

import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic.dataclasses import dataclass as command
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Conflict, ImportFault, NotFound, ValidationFailed
from hub.feed.payloads import STRICT, Id
from hub.feed.submissions import Receipt
from hub.library.import_bodies import NewBody
from hub.library.import_fates import Fate, plan_import
from hub.library.import_rows import checked_rows, known
from hub.library.models import ImportFile
from hub.library.reader_words import words_of
from hub.library.readers import AT_FIRST, Readers, readers_of
from hub.library.records import CaseFile, read_records
from hub.security.permissions import Permission, require_role
from hub.sheets.reading import UnreadableSheet

KEPT_FOR = timedelta(days=1)
FATES = ("new", "changed", "same", "kept")
MOST_SHOWN = 200
MOST_ROWS = 5_000  # written in one transaction of seconds, for which other writers wait


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes
    rows: int


@command(config=STRICT)
class ThrowAway:
    file_id: Id


@dataclass(frozen=True)
class PlannedRow:
    """`then`: what becomes of it when everything that may goes out at once: out, waits, agreed, or nothing. `readers`:
    who reads a new case, in words; of a known one that the file names others, which change nothing."""

    number: int
    title: str
    body: str
    fate: str  # new, changed, same, kept
    then: str
    readers: str


def parse_file(name: str, content: bytes) -> CaseFile:
    """The rows of a file as it was uploaded. Raises ValidationFailed in words, Unavailable."""
    try:
        file = read_file(name, content)
    except UnreadableSheet as fault:
        raise ValidationFailed({"file": str(fault)}) from None
    if len(file.records) > MOST_ROWS:
        words = _(
            "画面から取り込めるのは%(n)s行までです。ファイルを分けるか、システム管理者に依頼してください。",
            n=MOST_ROWS,
        )
        raise ValidationFailed({"file": words})
    return file


def read_file(name: str, content: bytes) -> CaseFile:
    """Raises UnreadableSheet, Unavailable. Not in the pool: reading has a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"upload{Path(name).suffix.lower()[:8]}")
        path.write_bytes(content)
        return read_records(path)


@dataclass(frozen=True)
class Preview:
    """`shown`: the first rows with what would become of each; `counts` of all by their fate; `new_bodies` that would be
    added and have to be confirmed each; or the faults."""

    shown: list[PlannedRow]
    counts: dict[str, int]
    faults: list[str]
    new_bodies: list[NewBody] = field(default_factory=list)


def preview(session: Session, file: CaseFile) -> Preview:
    """Nothing is written."""
    try:
        checked = checked_rows(file, known(session))
    except ImportFault as fault:
        return Preview([], {}, fault.faults)
    plan = plan_import(session, checked.rows)
    counts = Counter(fate.name for fate in plan)
    shown = _planned(session, plan[:MOST_SHOWN])
    return Preview(shown, {name: counts[name] for name in FATES}, [], checked.new_bodies)


def _planned(session: Session, fates: list[Fate]) -> list[PlannedRow]:
    """The number of statements follows how many different readers are named, not how many rows."""
    now = readers_of(session, [(fate.case, fate.case.audience_id) for fate in fates if fate.case])
    named = {fate.row.readers or Readers(AT_FIRST) for fate in fates if fate.case is None}
    words = {readers: words_of(session, readers) for readers in named}
    found = []
    for fate in fates:
        row, goes, readers = fate.row, fate.name in ("new", "changed"), fate.row.readers
        then = "waits" if fate.waits else "out" if goes else "agreed" if fate.agreed else ""
        if fate.case is None:
            said = words[readers or Readers(AT_FIRST)]
        else:
            others = readers is not None and replace(readers, circle="") != replace(now[fate.case.id], circle="")
            said = _("今のまま（ファイルの公開範囲は使いません）") if others else ""
        body = row.record.data["organisation"]
        found.append(PlannedRow(row.record.number, row.content.title, body, fate.name, then, said))
    return found


def keep_file(session: Session, actor: Actor, upload: Upload) -> Receipt:
    """Raises Forbidden. Earlier files of the same person go, and so do all old ones; not while they are on their way
    in, be it on their second day: then a day after the worker last said so."""
    require_role(actor, Permission.CASE_IMPORT)
    old = utc_now() - KEPT_FOR
    unwanted = sa.or_(ImportFile.staff_id == actor.staff_id, ImportFile.created_at < old)
    at_rest = sa.or_(ImportFile.state.not_in(("checking", "writing")), ImportFile.beat_at < old)
    session.execute(sa.delete(ImportFile).where(unwanted, at_rest))
    row = ImportFile(staff_id=actor.staff_id, name=upload.name[:200], content=upload.content, created_at=utc_now())
    row.total = upload.rows
    session.add(row)
    session.flush()
    return Receipt({"file_id": str(row.id)})


def get_file_for(session: Session, actor: Actor, file_id: int, *, lock: bool = False) -> ImportFile:
    """Raises Forbidden, NotFound unless the actor sent it."""
    require_role(actor, Permission.CASE_IMPORT)
    row = session.get(ImportFile, file_id, with_for_update=lock or None)
    if row is None or row.staff_id != actor.staff_id:
        raise NotFound
    return row


def throw_away(session: Session, actor: Actor, command: ThrowAway) -> Receipt:
    """Raises NotFound, Conflict while the rows are being written."""
    row = get_file_for(session, actor, command.file_id, lock=True)
    if row.state == "writing":
        raise Conflict
    session.delete(row)
    return Receipt()
