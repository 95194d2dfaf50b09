"""What a worker with 2,000 open pages does when somebody's access changes: `python -m gevent.monkey --module
bench.access_changes`.

Pages are entries of the worker's own list, without a browser; 2,000 people of 179 municipalities, each with their own
inbox, their town's room and 20 that all read, and ten of the DX section who have every room and its notes open. A
bystander in the same loop notes how long it was kept from running: by the clock, and of this process's own work, which
other programs on the machine do not lengthen. By default on SQLite, else on the server of HUB_TEST_DATABASE_URL.
"""

import gc
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from bench.bystander import Gap, watching
from bench.library import bare_app
from hub.access_changes import raise_access_version
from hub.audiences.services import MEMBERS, ensure_audience, grant, withdraw
from hub.clock import utc_now
from hub.config import Config
from hub.db import Database
from hub.feed.connections import Connections
from hub.people.models import Organisation, Posting, Section, SignIn, Staff
from hub.rooms.models import Room
from hub.rooms.services import ensure_member, grant_dx_section
from hub.security.actors import actors_of_sign_ins
from hub.security.sessions import end_sign_ins

TOWNS, PEOPLE, COMMONS, IN_DX = 179, 2_000, 20, 10


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = bare_app(Path(folder))
        store: Database = app.extensions["hub.db"]
        with store.transaction() as session:
            fill(session)
        open_pages(app)
        gc.collect()
        gc.freeze()  # what a worker has from its start, its collector leaves alone
        tick(app)
        kind = store.engine.dialect.name
        for name, change in CHANGES.items():
            with store.transaction() as session:
                change(session)
            took, worst = tick(app)
            print(f"{kind:11} {name:36} {took:7.1f} ms in all; in one piece at most {worst}")


def fill(session: sa.orm.Session) -> None:
    now = utc_now()
    prefecture = Organisation(name="架空県", kind="県", member=True, mail_domains=[])
    session.add(prefecture)
    session.flush()
    dx = Section(organisation_id=prefecture.id, name="DX担当課", is_dx=True)
    session.add(dx)
    session.flush()
    grant_dx_section(session)
    sections = [_town(session, number) for number in range(TOWNS)]
    for number in range(COMMONS):
        audience = ensure_audience(session, MEMBERS)
        session.add(Room(kind="commons", name=f"共通{number}", audience_id=audience.id, created_at=now))
    for number in range(PEOPLE):
        section_id = dx.id if number < IN_DX else sections[number % TOWNS]
        role = "supporter" if number < IN_DX else "officer"
        staff = Staff(email=f"{number}@town.example.jp", name=f"試験 {number}", created_at=now)
        session.add(staff)
        session.flush()
        session.add(Posting(staff_id=staff.id, section_id=section_id, role=role, from_at=now))
        row = SignIn(staff_id=staff.id, token_hash=str(number), device="", writer_name="")
        row.created_at = row.seen_at = now
        row.ends_at = now + Config(instance_path=Path()).absolute
        session.add(row)


def _town(session: sa.orm.Session, number: int) -> int:
    town = Organisation(name=f"架空町{number}", kind="町", member=True, mail_domains=[])
    session.add(town)
    session.flush()
    ensure_member(session, town)
    section = Section(organisation_id=town.id, name="情報係")
    session.add(section)
    session.flush()
    return section.id


def open_pages(app: Flask) -> None:
    store: Database = app.extensions["hub.db"]
    open_ones: Connections = app.extensions["hub.connections"]
    with store.read() as session:
        actors = actors_of_sign_ins(session, session.scalars(sa.select(SignIn)), Config(instance_path=Path()).idle)
        rooms = list(session.scalars(sa.select(Room)))
    for sign_in_id, actor in actors.items():
        open_ones.add(f"page-{sign_in_id}", actor)
        mine = {f"room:{r.id}" for r in rooms if r.audience_id in actor.audience_ids} | {f"user:{actor.staff_id}"}
        notes = {f"notes:{r.id}" for r in rooms} if actor.in_dx_section else set()
        found = open_ones.get(f"page-{sign_in_id}")
        if found is not None:
            found.streams |= mine | notes


def tick(app: Flask) -> tuple[float, Gap]:
    """Milliseconds: a look of the watcher, and the longest time for which it let nobody else run."""
    with app.app_context(), watching() as worst:
        begun = time.perf_counter()
        app.extensions["hub.watcher"].tick()
        took = (time.perf_counter() - begun) * 1000
    return took, worst()


def sign_out(session: sa.orm.Session) -> None:
    end_sign_ins(session, SignIn.token_hash == str(PEOPLE - 1))


def leave(session: sa.orm.Session) -> None:
    town = session.scalars(sa.select(Organisation.id).where(Organisation.name == "架空町100")).one()
    withdraw(session, ensure_audience(session, MEMBERS), organisations=[town])


def join(session: sa.orm.Session) -> None:
    town = session.scalars(sa.select(Organisation.id).where(Organisation.name == "架空町100")).one()
    grant(session, ensure_audience(session, MEMBERS), organisations=[town])


CHANGES: dict[str, Callable[[sa.orm.Session], None]] = {
    "one person signs out": sign_out,
    "a town leaves the common rooms": leave,
    "a town comes back to them": join,
    "everybody's access may have changed": raise_access_version,
}

if __name__ == "__main__":
    main()
