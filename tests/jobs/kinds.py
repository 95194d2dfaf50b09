"""Kinds of jobs for tests, and a runner that does them: what each has done stands in a table of its own."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from hub.db import Database
from hub.jobs.leasing import Lease
from hub.jobs.runner import Runner
from hub.jobs.table import JobTable, Recurring, work

MADE = "CREATE TABLE IF NOT EXISTS done_jobs (kind TEXT NOT NULL, number INTEGER NOT NULL)"


@dataclass(frozen=True)
class Settle:
    """Its effect and its end are one transaction."""

    number: int


@dataclass(frozen=True)
class Repeat:
    """Its effect is written before it ends: whoever is killed between the two does it again."""

    number: int


@dataclass(frozen=True)
class Fail:
    words: str = ""


@dataclass(frozen=True)
class Tend:
    """Recurring."""


def put(session: Session, kind: str, number: int) -> None:
    session.execute(sa.text("INSERT INTO done_jobs VALUES (:kind, :number)"), {"kind": kind, "number": number})


def _store() -> Database:
    found: Database = current_app.extensions["hub.db"]
    return found


def settle(job: Settle, lease: Lease) -> None:
    def write(session: Session) -> None:
        put(session, "Settle", job.number)
        lease.settle(session)

    _store().write_apart(write)


def repeat(job: Repeat, _lease: Lease) -> None:
    _store().write_apart(lambda session: put(session, "Repeat", job.number))


def fail(job: Fail, _lease: Lease) -> None:
    raise ValueError(job.words)


def tend(_job: Tend, _lease: Lease) -> None:
    _store().write_apart(lambda session: put(session, "Tend", 0))


WORK = (work(Settle, settle), work(Repeat, repeat), work(Fail, fail), work(Tend, tend))


def runner(database: Database, *recurring: Recurring) -> Runner:
    with database.transaction() as session:
        session.execute(sa.text(MADE))
    app = Flask("jobs")
    app.extensions["hub.db"] = database
    return Runner(app, database, JobTable(WORK, recurring))


def done(database: Database) -> list[tuple[str, int]]:
    with database.read() as session:
        rows = session.execute(sa.text("SELECT kind, number FROM done_jobs ORDER BY kind, number"))
        return [(row.kind, row.number) for row in rows]
