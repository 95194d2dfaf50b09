"""Looking again at the sockets of this worker whose access may have changed, a few at a time: whoever posts or asks for
a page meanwhile waits for a few of them, never for all."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from flask import Flask
from flask_socketio import leave_room
from sqlalchemy.orm import Session

from hub.access_changes import Whom, concerned_since
from hub.clock import utc_now
from hub.config import Config
from hub.db import Database
from hub.feed.connections import Connection, Connections
from hub.feed.publish import disconnect, emit
from hub.feed.queries import StreamAccess
from hub.installation import Facts, facts
from hub.people.models import SignIn
from hub.pool import breathe
from hub.security.actors import actors_of_sign_ins

# What takes a few milliseconds on two small cores.
PAGES_AT_ONCE, STREAMS_AT_ONCE, LOOKED_THROUGH_AT_ONCE = 6, 200, 500


class Examiner:
    def __init__(self, app: Flask) -> None:
        self.app = app

    def examine(self) -> None:
        """Close the sockets and streams whose right has ended, and give the others the actor as it is now."""
        database, open_ones = self._parts()
        pages = open_ones.all()  # before the version is read: none of them can have been let in by a later one
        with database.read() as session:
            known = facts(session)
            concerned = _by_version(session, known, pages)
        for some in _slices(_stale(pages, known.access_version, concerned)):
            with database.read() as session:
                self._look_at(session, some)
            breathe()

    def _parts(self) -> tuple[Database, Connections]:
        extensions = self.app.extensions
        return cast(Database, extensions["hub.db"]), cast(Connections, extensions["hub.connections"])

    def _look_at(self, session: Session, stale: list[Connection]) -> None:
        config = cast(Config, self.app.extensions["hub.config"])
        ids = {c.actor.sign_in_id for c in stale}
        sign_ins = session.scalars(sa.select(SignIn).where(SignIn.id.in_(ids)))
        actors = actors_of_sign_ins(session, sign_ins, config.idle)
        looked_at = {stream for c in stale for stream in c.streams}
        access = StreamAccess(session, looked_at)
        for connection in stale:
            actor = actors.get(connection.actor.sign_in_id)
            if actor is None:
                disconnect(connection.sid)
                continue
            connection.actor = actor
            _close_foreign(access, connection, connection.streams & looked_at)
            connection.examined = actor.access_version


def _by_version(session: Session, known: Facts, pages: list[Connection]) -> dict[int, Whom | None]:
    """Whom it concerns, what has changed since each of the versions up to which pages were looked at."""
    versions = {c.examined for c in pages}
    return {v: concerned_since(session, known.epoch, v, known.access_version) for v in versions}


def _stale(pages: list[Connection], version: int, concerned: dict[int, Whom | None]) -> Iterator[Connection]:
    now = utc_now()
    for number, page in enumerate(pages, start=1):
        if _expired(page, now) or is_concerned(page, concerned.get(page.examined)):
            yield page
        else:
            page.examined = version
        if number % LOOKED_THROUGH_AT_ONCE == 0:
            breathe()


def is_concerned(page: Connection, whom: Whom | None) -> bool:
    if whom is None:
        return True
    actor = page.actor
    return (
        actor.staff_id in whom.staff
        or actor.organisation_id in whom.organisations
        or not whom.organisations.isdisjoint(actor.organisation_ids)
        or not whom.sections.isdisjoint(actor.section_ids)
        or any(f"{kind}:{room_id}" in page.streams for room_id in whom.rooms for kind in ("room", "notes"))
    )


def _expired(page: Connection, now: datetime) -> bool:
    return page.actor.valid_until is not None and now >= page.actor.valid_until


def _slices(pages: Iterable[Connection]) -> Iterator[list[Connection]]:
    some: list[Connection] = []
    streams = 0
    for page in pages:
        some.append(page)
        streams += len(page.streams)
        if len(some) >= PAGES_AT_ONCE or streams >= STREAMS_AT_ONCE:
            yield some
            some, streams = [], 0
    if some:
        yield some


def _close_foreign(access: StreamAccess, connection: Connection, streams: set[str]) -> None:
    """Of `streams`, which were open when `access` was looked up: of those opened since it knows nothing."""
    for stream in sorted(streams - access.readable(actor=connection.actor, keys=streams)):
        connection.streams.discard(stream)
        leave_room(stream, sid=connection.sid, namespace="/")
        emit("feed:closed", {"stream": stream}, to=connection.sid)
