"""Taking in a file that was previewed. Many rows take a while, so a job does it, and its page tells how far it is. All
or nothing: the rows and the word that they are in are one transaction."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import timedelta
from typing import Annotated, Any, cast

import structlog
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from pydantic import Field
from pydantic.dataclasses import dataclass as command
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub import pool
from hub.actor import Actor
from hub.clock import utc_now
from hub.config import Config
from hub.db import db
from hub.errors import HubError, ImportFault, NotFound
from hub.exchange.importing import MOST_ROWS, get_file_for, read_file
from hub.exchange.jobs import TakeFile
from hub.feed.payloads import STRICT, Id
from hub.feed.submissions import Receipt
from hub.jobs.leasing import Lease, LeaseLost
from hub.jobs.services import enqueue
from hub.library.import_bodies import NewBody
from hub.library.import_rows import Check, CheckedRow, known, refuse_unconfirmed
from hub.library.imports import put_rows
from hub.library.models import ImportFile
from hub.people.fields import ensure_fields
from hub.people.models import Staff
from hub.search.outbox import wake
from hub.security.actors import actor_again
from hub.security.permissions import Permission, require_role
from hub.sheets.reading import UnreadableSheet
from hub.speaking import speaking

log = structlog.get_logger()

Line = Annotated[str, Field(max_length=300)]

PART = 250  # rows between two words about how far it is
SILENT = timedelta(minutes=2)  # a worker that says nothing for so long is gone
MOST_FAULTS = 200
UNDER_WAY = ("checking", "writing")


@command(config=STRICT)
class TakeIn:
    """Import the file that was previewed; with `publish` it goes out at once, but for what waits for its town.
    `new_organisations`: the bodies that may be added, each by its code, or its name where it has none."""

    file_id: Id
    publish: bool = False
    new_organisations: Annotated[list[Line], Field(max_length=MOST_ROWS)] = dataclass_field(default_factory=list)


@dataclass(frozen=True)
class Progress:
    """`state`: waiting (for a yes), checking, writing, done, failed, or stopped (its worker is gone; it can be begun
    again). `outcome`: the counts when done, the faults when failed, with the `bodies` that have to be confirmed where
    that is what was wrong; before, the bodies that are `confirmed`."""

    state: str
    name: str
    publish: bool
    done: int
    total: int
    outcome: dict[str, Any]


def progress_of(row: ImportFile) -> Progress:
    gone = row.state in UNDER_WAY and (row.beat_at is None or utc_now() - row.beat_at > SILENT)
    state = "stopped" if gone else row.state
    return Progress(state, row.name, row.publish, row.done, row.total, row.outcome or {})


def begin_taking(session: Session, actor: Actor, command: TakeIn) -> Receipt:
    """Whether there is something to begin: a second press of the button changes nothing. Raises NotFound."""
    row = get_file_for(session, actor, command.file_id, lock=True)
    if progress_of(row).state not in ("waiting", "failed", "stopped"):
        return Receipt({"begun": False})
    row.state, row.publish, row.done, row.total = "checking", command.publish, 0, 0
    before = (row.outcome or {}).get("confirmed", [])
    row.outcome = {"confirmed": sorted({*before, *command.new_organisations})}
    row.beat_at = utc_now()
    enqueue(session, TakeFile(row.id, actor.staff_id, actor.sign_in_id), key=str(row.id))
    return Receipt({"begun": True})


def take_file(job: TakeFile, lease: Lease) -> None:
    """The function of the job. It speaks the language of whoever waits for it."""
    with db.read() as session:
        row = session.get(ImportFile, job.file_id)
        language = session.get_one(Staff, job.staff_id).language
    if row is not None and row.state in UNDER_WAY:
        with force_locale(language):
            Taking(job, lease).run()


class _Unconfirmed(ImportFault):
    """Nobody has said that these bodies are to be added."""

    def __init__(self, faults: list[str], bodies: list[NewBody]) -> None:
        super().__init__(faults)
        self.bodies = bodies


class Taking:
    """One file on its way in."""

    def __init__(self, job: TakeFile, lease: Lease) -> None:
        self.job, self.lease = job, lease
        self.confirmed: list[str] = []  # bodies that may be added

    def run(self) -> None:
        try:
            self._write(self._check())
        except LeaseLost:
            raise
        except _Unconfirmed as fault:
            self._fail(fault.faults, bodies=[body._asdict() for body in fault.bodies])
        except (ImportFault, UnreadableSheet) as fault:
            self._fail(fault.faults if isinstance(fault, ImportFault) else [str(fault)])
        except (HubError, IntegrityError) as fault:  # two files with the same new row: the second finds it there
            log.warning("import", kind=type(fault).__name__)
            self._fail([_("ただいま処理できません。少し待ってからもう一度お試しください。")])
        except Exception:
            log.exception("import")
            self._fail([_("取込みの途中でエラーが発生しました。システム管理者に連絡してください。")])

    def _check(self) -> list[CheckedRow]:
        with db.read() as session:
            row = session.get(ImportFile, self.job.file_id)
            check = Check(known(session))
        if row is None:
            raise NotFound
        self.confirmed = (row.outcome or {}).get("confirmed", [])
        file = read_file(row.name, row.content)
        check.begin(file)
        for start in range(0, len(file.records), PART):
            self._tell(state="checking", done=start, total=len(file.records))
            pool.run(speaking(check.take), file.records[start : start + PART])
        checked = check.finish()
        try:
            refuse_unconfirmed(checked.new_bodies, self.confirmed)
        except ImportFault as fault:
            raise _Unconfirmed(fault.faults, checked.new_bodies) from None
        self._tell(state="writing", done=len(file.records))
        return checked.rows

    def _write(self, rows: list[CheckedRow]) -> None:
        """In a thread of its own: readers and the loop go on meanwhile. The job is done with the rows."""
        idle = cast(Config, current_app.extensions["hub.config"]).idle

        def work(session: Session) -> None:
            actor = actor_again(session, self.job.staff_id, self.job.sign_in_id, idle)
            require_role(actor, Permission.CASE_IMPORT)
            row = get_file_for(session, actor, self.job.file_id, lock=True)
            if row.state != "writing":
                return
            ensure_fields(session)
            taken = put_rows(session, rows, publish=row.publish, progress=_silent, actor=actor)
            row.state, row.content, row.outcome = "done", b"", dict(vars(taken))
            self.lease.settle(session)

        db.write_apart(work)
        wake()

    def _fail(self, faults: list[str], **more: Any) -> None:
        outcome = {"faults": faults[:MOST_FAULTS], "count": len(faults), "confirmed": self.confirmed}
        self._tell(state="failed", outcome=outcome | more)

    def _tell(self, **said: Any) -> None:
        with db.transaction() as session:
            row = session.get(ImportFile, self.job.file_id)
            if row is not None and row.state in UNDER_WAY:
                for name, value in (said | {"beat_at": utc_now()}).items():
                    setattr(row, name, value)


def _silent(_line: str) -> None:
    """What is not yet written for others to see cannot be told to them."""
