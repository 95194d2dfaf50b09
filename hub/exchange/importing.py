"""A file of cases that somebody sends to the page: read, previewed, and kept in the data base until it is taken in or
thrown away, so that any worker can go on."""

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from pydantic.dataclasses import dataclass as command
from sqlalchemy.orm import Session

from hub import pool
from hub.accounts.founding import ImportFault
from hub.accounts.sheets import UnreadableSheet
from hub.clock import utc_now
from hub.errors import Conflict, NotFound, ValidationFailed
from hub.exchange.models import ImportFile
from hub.feed.payloads import STRICT, Id
from hub.feed.submissions import Receipt
from hub.library.import_fates import Fate, plan_import
from hub.library.import_rows import checked_rows, known
from hub.library.reader_words import words_of
from hub.library.readers import AT_FIRST, Readers, readers_of
from hub.library.records import Record, read_records
from hub.security.actor import Actor

P = ParamSpec("P")
T = TypeVar("T")

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


def parse_file(name: str, content: bytes) -> list[Record]:
    """The rows of a file as it was uploaded, read in the pool. Raises ValidationFailed in words."""
    try:
        records = pool.run(speaking(read_file), name, content)
    except UnreadableSheet as fault:
        raise ValidationFailed({"file": str(fault)}) from None
    if len(records) > MOST_ROWS:
        words = _(
            "画面から取り込めるのは%(n)s行までです。それより多いときは、サーバーで cases import を使ってください。",
            n=MOST_ROWS,
        )
        raise ValidationFailed({"file": words})
    return records


def read_file(name: str, content: bytes) -> list[Record]:
    """Raises UnreadableSheet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"upload{Path(name).suffix.lower()[:8]}")
        path.write_bytes(content)
        return read_records(path)


def speaking(work: Callable[P, T]) -> Callable[P, T]:
    """`work` for a thread of the pool, where it finds words in the language that is spoken here."""
    app, language = cast(Any, current_app)._get_current_object(), str(get_locale())

    def spoken(*args: P.args, **kwargs: P.kwargs) -> T:
        with app.app_context(), force_locale(language):
            return work(*args, **kwargs)

    return spoken


@dataclass(frozen=True)
class Preview:
    """`shown`: the first rows with what would become of each; `counts` of all by their fate; or the faults."""

    shown: list[PlannedRow]
    counts: dict[str, int]
    faults: list[str]


def preview(session: Session, records: list[Record]) -> Preview:
    """Nothing is written."""
    try:
        rows = checked_rows(records, known(session))
    except ImportFault as fault:
        return Preview([], {}, fault.faults)
    plan = plan_import(session, rows)
    counts = Counter(fate.name for fate in plan)
    return Preview(_planned(session, plan[:MOST_SHOWN]), {name: counts[name] for name in FATES}, [])


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
            said = _("いまのまま(ファイルの公開範囲は使いません)") if others else ""
        body = row.record.data["organisation"]
        found.append(PlannedRow(row.record.number, row.content.title, body, fate.name, then, said))
    return found


def keep_file(session: Session, actor: Actor, upload: Upload) -> Receipt:
    """Earlier files of the same person go unless they are on their way in, and so do all old ones."""
    own = sa.and_(ImportFile.staff_id == actor.staff_id, ImportFile.state.not_in(("checking", "writing")))
    old = sa.or_(own, ImportFile.created_at < utc_now() - KEPT_FOR)
    session.execute(sa.delete(ImportFile).where(old))
    row = ImportFile(staff_id=actor.staff_id, name=upload.name[:200], content=upload.content, created_at=utc_now())
    row.total = upload.rows
    session.add(row)
    session.flush()
    return Receipt({"file_id": str(row.id)})


def get_file_for(session: Session, actor: Actor, file_id: int, *, lock: bool = False) -> ImportFile:
    """Raises NotFound unless the actor sent it."""
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
