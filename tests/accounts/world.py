"""The people of these tests: the invented ones of the demo, without their conversations and without the demo flag."""

import shutil
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from hub import create_app
from hub.actor import Actor
from hub.config import Config
from hub.db import Database
from hub.demo.people import load_people
from hub.installation import ensure_installation
from hub.migrations.runner import migrate
from hub.people.models import Organisation, Posting, Section, Staff
from hub.security.actors import actor_of_staff
from hub.security.passwords import hash_password

PASSWORD = "correct horse battery 7"
FILE = "hub.sqlite3"


def new_app(folder: Path) -> Flask:
    return create_app(Config(instance_path=folder, testing=True, secret_key="for tests only " * 3))


def prepare(folder: Path) -> Path:
    """A database with everybody in it, to be copied for each test."""
    app = new_app(folder)
    store: Database = app.extensions["hub.db"]
    with app.app_context():
        migrate(store)
        with store.transaction() as session:
            ensure_installation(session)
            load_people(session, hash_password(PASSWORD))
    store.engine.dispose()
    return folder / FILE


def copy_of(prepared: Path, folder: Path) -> Flask:
    shutil.copy(prepared, folder / FILE)
    return new_app(folder)


class World:
    """Staff ids by role: officer and manager of one town, an officer of another, the prefecture's, and somebody who
    works for two bodies."""

    def __init__(self, store: Database) -> None:
        self.store = store
        query = (
            sa.select(Staff.id, Staff.shared, Posting.role, Section.organisation_id)
            .join(Posting, Posting.staff_id == Staff.id)
            .join(Section, Section.id == Posting.section_id)
            .join(Organisation, Organisation.id == Section.organisation_id)
            .order_by(Staff.id)
        )
        with store.read() as session:
            people = session.execute(query).all()
        personal = [p for p in people if not p.shared]
        self.shared = next(p.id for p in people if p.shared)
        manager = next(p for p in personal if p.role == "manager")
        officers = [p for p in personal if p.role == "officer"]
        self.manager = manager.id
        self.officer = next(p.id for p in officers if p.organisation_id == manager.organisation_id)
        self.foreign_officer = next(p.id for p in officers if p.organisation_id != manager.organisation_id)
        for role in ("supporter", "lead", "admin", "bureau", "guest"):
            setattr(self, role, next(p.id for p in personal if p.role == role))
        posted = [p.id for p in people]
        self.both = next(id_ for id_ in posted if posted.count(id_) > 1)

    def actor(self, who: str) -> Actor:
        with self.store.read() as session:
            return actor_of_staff(session, getattr(self, who))
