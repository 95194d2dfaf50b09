"""Load the demo through the same services that people use, on a clock set to the day on which it happened."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from hub.audiences.models import Audience
from hub.audiences.services import grant
from hub.clock import fiscal_year_end, japan_today, set_source, utc_now
from hub.config import StartupFault
from hub.db import Database
from hub.demo.accounts import PASSWORD
from hub.demo.consents import agree_to_sourced_cases
from hub.demo.crowd import add_crowd
from hub.demo.kartes import fill_kartes
from hub.demo.people import DATA, Cast, load_people, read_json
from hub.demo.play import Stage, play
from hub.demo.reading import read_the_old
from hub.demo.sharing import play_sharings
from hub.demo.shelf import fill_library
from hub.demo.spread import spread_cases
from hub.feed.epoch import begin
from hub.installation import Installation
from hub.library.imports import import_cases
from hub.library.records import read_records
from hub.people.models import Organisation, Staff
from hub.rooms.models import Room
from hub.rooms.services import create_circle, create_commons
from hub.search.rebuilding import rebuild
from hub.security.passwords import hash_password

Progress = Callable[[str], None]


def load_demo(app: Flask, *, extra_staff: int = 0, progress: Progress = lambda line: None) -> None:
    """Fill an empty database and mark it as a demo. Raises StartupFault when it is not empty."""
    database: Database = app.extensions["hub.db"]
    begin(database, app.extensions["hub.config"].instance_path)
    if not mark_empty_as_demo(database):
        raise StartupFault("demo data can be loaded only into an empty database")
    with database.transaction() as session:
        cast = load_people(session, hash_password(PASSWORD))
        rooms = _make_rooms(session, cast)
        if extra_staff:
            add_crowd(session, extra_staff, hash_password(PASSWORD))
    progress("organisations and people")
    with app.app_context(), database.transaction() as session:
        import_cases(
            session,
            read_records(DATA / "cases.jsonl"),
            publish=True,
            progress=lambda line: None,
            confirm=lambda bodies: None,
        )
    with app.app_context():
        agree_to_sourced_cases(database, cast)
    progress("case studies")
    now = utc_now()
    try:
        with app.app_context():
            stage = Stage(database, cast, rooms, read_json("files.json"))
            scenes = play(stage, read_json("threads.json"), progress)
            play_sharings(scenes, rooms, read_json("sharings.json"))
            set_source(None)
            spread_cases(database, cast, read_json("adoptions.json"))
            progress("spreading of the cases")
            set_source(None)
            fill_library(database, cast, read_json("library.json"))
            progress("questions and visits")
            set_source(None)
            fill_kartes(database, cast, read_json("kartes.json"))
            progress("kartes")
    finally:
        set_source(None)
    with database.transaction() as session:
        read_the_old(session, now)
    rebuild(database, fresh=True, progress=lambda line: None)  # found from the first search on
    progress("index of the search")


def mark_empty_as_demo(database: Database) -> bool:
    """Set the demo flag if nobody and nothing is in the database yet. True when it was empty."""
    with database.transaction() as session:
        empty = session.scalars(sa.select(Staff.id).limit(1)).first() is None
        empty = empty and session.scalars(sa.select(Organisation.id).limit(1)).first() is None
        if empty:
            session.execute(sa.update(Installation).values(demo=True))
    return empty


def _make_rooms(session: Session, cast: Cast) -> dict[str, int]:
    data = read_json("commons.json")
    for row in data["commons"]:
        create_commons(session, row["name"], row["description"])
    for row in data["circles"]:
        room = create_circle(
            session, row["name"], row["description"], [cast.organisations[m].id for m in row["members"]]
        )
        guests = [cast.staff[key].id for key in row.get("guests", [])]
        audience = session.get_one(Audience, room.audience_id)
        grant(session, audience, staff=guests, until_at=fiscal_year_end(japan_today()))
        for key, days in row.get("guests_for_days", {}).items():
            grant(session, audience, staff=[cast.staff[key].id], until_at=utc_now() + timedelta(days=days))
    named = session.execute(sa.select(Room.kind, Room.name, Room.id))
    return {f"support:{name}" if kind == "support" else name: id_ for kind, name, id_ in named}
