"""Every action that the code writes into the audit record is seen to be written by some test: by the permission matrix
(`tests/effects.txt`), or here, for what no line of it does. A new action without a line fails, and so does one without
words. Where several functions say the same action, each of them is seen to."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.accounts.body_imports import import_organisations
from hub.accounts.founding import create_admin
from hub.accounts.imports import import_staff
from hub.backup.archive import write_backup
from hub.backup.restoring import restore_backup
from hub.events.happenings import Audited
from hub.library.imports import import_cases
from hub.library.models import Case
from hub.library.publicity import OpenToPublic, open_to_public
from hub.library.records import CaseFile, Record
from hub.people.models import Organisation
from hub.records.models import AuditEntry
from hub.records.words import action_words
from hub.rooms.commands import Admit
from hub.rooms.services import create_circle
from hub.rooms.steering import admit
from hub.search.meaning.switching import SwitchMeaning, switch_meaning
from hub.sheets.reading import Row, Sheet
from hub.subscribers import FOLLOWERS
from tests.effects import read_file
from tests.factories import World
from tests.spreading.world import case_of

CODE = "103454"
HUB = Path(__file__).parents[2] / "hub"


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


def take_in_bodies(app: Flask, world: World, _folder: Path) -> None:
    """Of a body that is there, and of a new one: two actions."""
    bodies = (CODE, "榛東村", "村"), ("103462", "珊瑚市", "市")
    rows = [Row(n, {"code": code, "name": name, "kind": kind}) for n, (code, name, kind) in enumerate(bodies, start=2)]
    with app.app_context(), app.extensions["hub.db"].transaction() as session:
        session.get_one(Organisation, world.foreign_town).code = CODE
        import_organisations(session, Sheet(rows), lambda _line: None)


def name_the_section(app: Flask, _world: World, _folder: Path) -> None:
    with app.extensions["hub.db"].transaction() as session:
        create_admin(session, "new@example.jp", "管理", "群馬県", "デジタル課")


def leave_a_circle_with_a_case(_app: Flask, world: World, _folder: Path) -> None:
    case = case_of(world, world.town)
    with world.store.transaction() as session:
        room = create_circle(session, "窓口研究会", "", (world.town, world.foreign_town))
        session.get_one(Case, case).audience_id = room.audience_id
        left = room.id
    world.write(admit, "supporter", Admit(left, world.town, False))


OF_COMMANDS: dict[str, Any] = {
    "meaning.on": search_by_meaning_again,
    "admin.created": make_an_admin,
    "staff.imported": take_in_staff,
    "case.imported": take_in_cases,
    "backup.restored": restore,
    "case.public_agreed": agree_to_the_public,
}

# Of what is said in several places: for each the endpoint of the matrix that comes there, or what does so here.
PLACES: dict[tuple[str, str], Any] = {
    ("CaseShared", "library.services.published:share_case"): "case_work.share",
    ("CaseShared", "library.room:_take_along"): leave_a_circle_with_a_case,
    ("CaseCreated", "library.services.writing:create_case"): "case_work.create",
    ("CaseCreated", "sharing.services.cases:make_case"): "sharings.case",
    ("CaseAdopted", "library.services.adopting:adopt_case"): "cases.adopt",
    ("CaseAdopted", "spreading.services.hearing:settle_proposal"): "spreading.settle",
    ("TagChanged", "library.services.vocabulary:add_tag"): "curation.add_tag",
    ("TagChanged", "library.services.vocabulary:settle_tag"): "curation.settle_tag",
    ("OrganisationAdded", "accounts.offices:add_organisation"): "offices.create_organisation",
    ("OrganisationAdded", "accounts.body_imports:_put"): take_in_bodies,
    ("OrganisationChanged", "accounts.offices:change_organisation"): "offices.change",
    ("OrganisationChanged", "accounts.founding:name_dx_section"): name_the_section,
    ("OrganisationChanged", "accounts.body_imports:_put"): take_in_bodies,
    ("ChecklistChanged", "spreading.services.checklists:add_item"): "spreading_matrix.add",
    ("ChecklistChanged", "spreading.services.checklists:change_item"): "spreading_matrix.change",
    ("ChecklistChanged", "spreading.services.checklists:retire_item"): "spreading_matrix.retire",
}
KINDS = {kind.__name__: kind for kind in FOLLOWERS if issubclass(kind, Audited)}


def of_the_matrix(endpoint: str = "") -> set[str]:
    lines = [found for line, found in read_file().items() if line.split()[0] == endpoint or not endpoint]
    effects = {effect for found in lines for each in found.values() for effect in each}
    return {effect.split()[1].rstrip(",") for effect in effects if effect.startswith("audit ")}


def places_where_said() -> Iterator[tuple[str, str]]:
    """(kind, function) of every function that says one; those that follow and the demo say nothing."""
    for path in sorted(HUB.rglob("*.py")):
        module = ".".join(path.relative_to(HUB).with_suffix("").parts)
        if path.stem in ("happenings", "following", "subscribers") or module.startswith("demo."):
            continue
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                named = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)} & KINDS.keys()
                yield from ((kind, f"{module}:{function.name}") for kind in named)


def test_every_place_that_says_what_others_say_too_is_seen_to() -> None:
    """Silence in one of them would not be noticed by what comes to another. Seen to fail for a body that is taken in
    from a file, the DX section's new name, and cases that go home when their body leaves a 研究会."""
    said = set(places_where_said())
    several = {kind for kind, times in Counter(kind for kind, _place in said).items() if times > 1}
    assert {(kind, place) for kind, place in said if kind in several} == PLACES.keys()


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_what_is_said_there_is_recorded(app: Flask, world: World, tmp_path: Path, kind: str, place: str) -> None:
    comes, action = PLACES[kind, place], KINDS[kind].action
    if isinstance(comes, str):
        assert action in of_the_matrix(comes)
        return
    before = written(world, action)
    comes(app, world, tmp_path)
    assert written(world, action) == before + 1


def written(world: World, action: str) -> int:
    with world.store.read() as session:
        entries = sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
        return int(session.scalars(entries).one())


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
