"""A post of 10,000 characters of nothing but marks, and what somebody else in the same worker notices of it: `python -m
gevent.monkey --module bench.posting`."""

import gc
import secrets
import tempfile
from pathlib import Path

import sqlalchemy as sa

from bench.access_changes import fill
from bench.bystander import watching
from bench.library import bare_app
from bench.text_speed import REPEATED
from hub import pool
from hub.db import Database
from hub.people.models import Posting
from hub.rooms.models import Room
from hub.security.actors import actor_of_staff
from hub.threads.commands import OpenThread
from hub.threads.services.posting import open_thread

CHARS = 10_000
KINDS = ("headings", "line ends", "list lines", "underscores", "wide text")


def main() -> None:
    pool.yield_to_the_loop()  # as gunicorn's workers do
    app = bare_app(Path(tempfile.mkdtemp()))
    store: Database = app.extensions["hub.db"]
    with store.transaction() as session:
        fill(session)
    with store.read() as session:
        officer = session.scalars(sa.select(Posting.staff_id).where(Posting.role == "officer")).first()
        actor = actor_of_staff(session, officer or 0)
        room_id = session.scalars(sa.select(Room.id).where(Room.kind == "commons")).first() or 0
    gc.collect()
    gc.freeze()  # what a worker has from its start, its collector leaves alone
    for kind in KINDS:
        body = (REPEATED[kind] * CHARS)[:CHARS]
        command = OpenThread(room_id=room_id, kind="talk", body=body, client_id=secrets.token_hex(8))
        with app.app_context(), watching() as worst:
            store.write(open_thread, actor, command)
            print(f"{kind:12} in one piece at most {worst()}")


if __name__ == "__main__":
    main()
