"""Every action that the code writes into the audit record is seen to be written by some test: by the permission matrix
(`tests/effects.txt`), or here, for what no line of it does. A new action without a line fails, and so does one without
words."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.accounts.founding import create_admin
from hub.accounts.imports import import_staff
from hub.backup.archive import write_backup
from hub.backup.restoring import restore_backup
from hub.events.happenings import Audited
from hub.library.imports import import_cases
from hub.library.publicity import OpenToPublic, open_to_public
from hub.library.records import CaseFile, Record
from hub.people.models import Organisation
from hub.records.models import AuditEntry
from hub.records.words import action_words
from hub.search.meaning.switching import SwitchMeaning, switch_meaning
from hub.sheets.reading import Row, Sheet
from hub.subscribers import FOLLOWERS
from tests.effects import read_file
from tests.factories import World
from tests.spreading.world import case_of

CODE = "103454"


def make_an_admin(app: Flask, _world: World, _folder: Path) -> None:
    with app.extensions["hub.db"].transaction() as session:
        create_admin(session, "new@example.jp", "管理", "群馬県")


def take_in_staff(app: Flask, world: World, _folder: Path) -> None:
    cells = {"メール": "new@example.jp", "氏名": "新人", "団体コード": CODE, "部署": "情報係", "役割": "職員"}
    with app.extensions["hub.db"].transaction() as session:
        session.get_one(Organisation, world.town).code = CODE
        import_staff(session, Sheet([Row(2, cells)]), lambda _line: None)


def take_in_cases(app: Flask, _world: World, _folder: Path) -> None:
    record = Record(1, {"id": "a", "title": "事例", "organisation": "架空市"})
    with app.app_context(), app.extensions["hub.db"].transaction() as session:
        import_cases(
            session, CaseFile([record]), publish=False, progress=lambda _line: None, confirm=lambda _bodies: None
        )


def restore(app: Flask, _world: World, folder: Path) -> None:
    parts = app.extensions["hub.db"], app.extensions["hub.config"]
    with app.app_context():
        write_backup(*parts, folder / "hub.backup")
        restore_backup(*parts, folder / "hub.backup")


def agree_to_the_public(_app: Flask, world: World, _folder: Path) -> None:
    world.write(open_to_public, "manager", OpenToPublic(case_of(world, world.town), True))


def search_by_meaning_again(_app: Flask, world: World, _folder: Path) -> None:
    for state in ("off", "on"):
        world.write(switch_meaning, "admin", SwitchMeaning(state))


OF_COMMANDS: dict[str, Any] = {
    "meaning.on": search_by_meaning_again,
    "admin.created": make_an_admin,
    "staff.imported": take_in_staff,
    "case.imported": take_in_cases,
    "backup.restored": restore,
    "case.public_agreed": agree_to_the_public,
}


def of_the_matrix() -> set[str]:
    effects = {effect for found in read_file().values() for each in found.values() for effect in each}
    return {effect.split()[1].rstrip(",") for effect in effects if effect.startswith("audit ")}


def test_every_action_stands_in_a_test(app: Flask) -> None:
    with app.test_request_context():
        actions = set(action_words())
    assert actions == of_the_matrix() | set(OF_COMMANDS)


def test_every_action_of_the_code_has_words(app: Flask) -> None:
    """And no words are left of an action that nothing writes any more."""
    with app.test_request_context():
        assert set(action_words()) == {kind.action for kind in FOLLOWERS if issubclass(kind, Audited)}


@pytest.mark.parametrize("action", OF_COMMANDS)
def test_what_no_page_does_is_recorded_too(app: Flask, world: World, tmp_path: Path, action: str) -> None:
    OF_COMMANDS[action](app, world, tmp_path)
    with world.store.read() as session:
        assert action in session.scalars(sa.select(AuditEntry.action)).all()
