"""Taking in a file that was previewed. Many rows take a while, so it is done beside the requests, and its page tells
how far it is. All or nothing: the rows and the word that they are in are one transaction."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import structlog
from flask import Flask, current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from pydantic.dataclasses import dataclass as command
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub import pool
from hub.accounts.fields import ensure_fields
from hub.accounts.founding import ImportFault
from hub.accounts.sheets import UnreadableSheet
from hub.clock import utc_now
from hub.config import Config
from hub.db import Database, db
from hub.errors import HubError, NotFound
from hub.exchange.importing import get_file_for, read_file, speaking
from hub.exchange.models import ImportFile
from hub.extensions import socketio
from hub.feed.payloads import STRICT, Id
from hub.feed.submissions import Receipt
from hub.library.import_rows import Check, CheckedRow, known
from hub.library.imports import put_rows
from hub.search.outbox import wake
from hub.security.actor import Actor
from hub.security.permissions import Permission, require_role

log = structlog.get_logger()

PART = 250  # rows between two words about how far it is
SILENT = timedelta(minutes=2)  # a worker that says nothing for so long is gone
MOST_FAULTS = 200


@command(config=STRICT)
class TakeIn:
    """Import the file that was previewed; with `publish` it goes out at once, but for what waits for its town."""

    file_id: Id
    publish: bool = False


@dataclass(frozen=True)
class Progress:
    """`state`: waiting (for a yes), checking, writing, done, failed, or stopped (its worker is gone; it can be begun
    again). `outcome`: the counts when done, the faults when failed."""

    state: str
    name: str
    publish: bool
    done: int
    total: int
    outcome: dict[str, Any]


def progress_of(row: ImportFile) -> Progress:
    gone = row.state in ("checking", "writing") and (row.beat_at is None or utc_now() - row.beat_at > SILENT)
    state = "stopped" if gone else row.state
    return Progress(state, row.name, row.publish, row.done, row.total, row.outcome or {})


def begin_taking(session: Session, actor: Actor, command: TakeIn) -> Receipt:
    """Whether there is something to begin: a second press of the button changes nothing. Raises NotFound."""
    row = get_file_for(session, actor, command.file_id, lock=True)
    if progress_of(row).state not in ("waiting", "failed", "stopped"):
        return Receipt({"begun": False})
    row.state, row.publish, row.done, row.total, row.outcome = "checking", command.publish, 0, 0, None
    row.beat_at = utc_now()
    return Receipt({"begun": True})


def start(actor: Actor, file_id: int) -> None:
    """In tests at once, else beside the requests."""
    app = cast(Any, current_app)._get_current_object()
    work = Taking(app, actor, file_id).run
    if cast(Config, app.extensions["hub.config"]).testing:
        work()
    else:
        socketio.start_background_task(work)


class Taking:
    """One file on its way in."""

    def __init__(self, app: Flask, actor: Actor, file_id: int) -> None:
        self.app, self.actor, self.file_id = app, actor, file_id

    def run(self) -> None:
        with self.app.app_context(), force_locale(self.actor.language):
            try:
                self._write(self._check())
            except (ImportFault, UnreadableSheet) as fault:
                self._fail(fault.faults if isinstance(fault, ImportFault) else [str(fault)])
            except (HubError, IntegrityError) as fault:  # two files with the same new row: the second finds it there
                log.warning("import", kind=type(fault).__name__)
                self._fail([_("ただいま処理できません。少し待ってからもう一度お試しください。")])
            except Exception:
                log.exception("import")
                self._fail([_("取り込みの途中で誤りが起きました。システム管理者に知らせてください。")])

    def _check(self) -> list[CheckedRow]:
        with db.read() as session:
            row = session.get(ImportFile, self.file_id)
            check = Check(known(session))
        if row is None:
            raise NotFound
        records = pool.run(speaking(read_file), row.name, row.content)
        check.begin(records)
        for start in range(0, len(records), PART):
            self._tell(state="checking", done=start, total=len(records))
            pool.run(speaking(check.take), records[start : start + PART])
        self._tell(state="writing", done=len(records))
        return check.finish()

    def _write(self, rows: list[CheckedRow]) -> None:
        """In a thread of its own: readers and the loop go on meanwhile."""
        store: Database = self.app.extensions["hub.db"]

        def work(session: Session) -> None:
            actor = store.confirm(session, self.actor)
            require_role(actor, Permission.CASE_IMPORT)
            row = get_file_for(session, actor, self.file_id, lock=True)
            if row.state != "writing":
                return
            ensure_fields(session)
            taken = put_rows(session, rows, publish=row.publish, progress=_silent, actor=actor)
            row.state, row.content, row.outcome = "done", b"", dict(vars(taken))

        store.write_apart(work)
        wake()

    def _fail(self, faults: list[str]) -> None:
        self._tell(state="failed", outcome={"faults": faults[:MOST_FAULTS], "count": len(faults)})

    def _tell(self, **said: Any) -> None:
        with db.transaction() as session:
            row = session.get(ImportFile, self.file_id)
            if row is not None:
                for name, value in (said | {"beat_at": utc_now()}).items():
                    setattr(row, name, value)


def _silent(_line: str) -> None:
    """What is not yet written for others to see cannot be told to them."""
