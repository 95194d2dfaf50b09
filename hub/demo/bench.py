"""`bench-world`: rooms and people for load tests, with cookies that are signed in already."""

import json
import secrets
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from hub import private
from hub.audiences.services import grant, new_audience
from hub.clock import utc_now
from hub.config import Config
from hub.db import Database
from hub.demo.loader import Progress
from hub.people.models import Organisation, Posting, Section, SignIn, Staff
from hub.rooms.models import Room
from hub.security.actors import actor_of_staff
from hub.security.loader import TOKEN
from hub.security.sessions import hash_token
from hub.threads.commands import OpenThread
from hub.threads.services.posting import open_thread

BODY_NAME = "負荷試験(架空)"
SHOWN_EVERY = 20


def make_world(app: Flask, rooms: int, members: int, out: Path, progress: Progress = lambda line: None) -> None:
    """Add `rooms` rooms with one talk thread each and `members` people who may read each; write them to `out`."""
    database: Database = app.extensions["hub.db"]
    world = []
    for number in range(1, rooms + 1):
        with database.transaction() as session:
            made = _make_room(session, members, app.extensions["hub.config"])
        with database.read() as session:
            actor = actor_of_staff(session, made["staff_ids"][0])
        command = OpenThread(room_id=made["room_id"], kind="talk", body="負荷試験", client_id=secrets.token_hex(8))
        with app.app_context():
            receipt = database.write(open_thread, actor, command)
        staff = [{"email": email, "cookie": _cookie(app, token)} for email, token in made["people"]]
        world.append({"room_id": str(made["room_id"]), "thread_id": receipt.data["thread_id"], "staff": staff})
        if number % SHOWN_EVERY == 0 or number == rooms:
            progress(f"{number}/{rooms} rooms")
    private.write(out, json.dumps({"rooms": world}).encode())  # signed-in people's cookies are in it


def _make_room(session: Session, members: int, config: Config) -> dict[str, Any]:
    organisation = _organisation(session)
    mark = secrets.token_hex(4)
    section = Section(organisation_id=organisation.id, name=f"第{mark}班")
    session.add(section)
    session.flush()
    people = [(f"{mark}-{n}@bench.example.jp", secrets.token_urlsafe(24)) for n in range(members)]
    ids = _add_people(session, section.id, people, config)
    audience = new_audience(session)
    grant(session, audience, sections=[section.id])
    room = Room(kind="circle", name=f"負荷試験 {mark}", audience_id=audience.id, created_at=utc_now())
    session.add(room)
    session.flush()
    return {"room_id": room.id, "staff_ids": ids, "people": people}


def _organisation(session: Session) -> Organisation:
    found = session.scalars(sa.select(Organisation).where(Organisation.name == BODY_NAME)).first()
    if found is None:
        found = Organisation(name=BODY_NAME, kind="その他", source="架空", mail_domains=[])
        session.add(found)
        session.flush()
    return found


def _add_people(session: Session, section_id: int, people: list[tuple[str, str]], config: Config) -> list[int]:
    now = utc_now()
    staff = [
        {
            "email": e,
            "name": f"試験 {e[:8]}",
            "created_at": now,
            "kana": "",
            "extension": "",
            "language": "ja",
            "shared": False,
        }
        for e, _token in people
    ]
    ids = list(session.scalars(sa.insert(Staff).returning(Staff.id, sort_by_parameter_order=True), staff))
    common = {"section_id": section_id, "role": "officer", "from_at": now}
    session.execute(sa.insert(Posting), [{"staff_id": id_, **common} for id_ in ids])
    lasting = {"created_at": now, "seen_at": now, "ends_at": now + config.absolute, "device": "", "writer_name": ""}
    sign_ins = [
        {"staff_id": id_, "token_hash": hash_token(token), **lasting}
        for id_, (_email, token) in zip(ids, people, strict=True)
    ]
    session.execute(sa.insert(SignIn), sign_ins)
    return ids


def _cookie(app: Flask, token: str) -> str:
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({TOKEN: token})}"
