"""Every command that names the version that was read, sent with it after somebody else has changed the thing and left
it in a state that would allow the command: a conflict that causes nothing. With the newest version the same succeeds.

The commands are found in the code: one with a field of these names needs a way to make it stale in CHANGES."""

import dataclasses
import importlib
import pkgutil
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

import hub
from hub.library.commands import SaveCase
from hub.library.models import Case
from hub.library.services.writing import save_case
from hub.sharing.models import Consent, Sharing
from hub.threads.commands import ChangeHead, EditMessage
from hub.threads.services.editing import edit_message
from hub.threads.services.steering import change_head
from tests.effects import NOTHING, Effects
from tests.factories import Socket, World
from tests.permission_things import Things
from tests.test_permissions_matrix import EVENTS, ROUTES, Line, allowed, filled_in, kinds_of, names_in, request

READ = ("version", "base", "summary_version")  # what a command calls the version that was read
Ids = dict[str, str]
Change = Callable[[World, Ids], int]  # by somebody else; returns the newest version


def edit(world: World, ids: Ids) -> int:
    return int(world.write(edit_message, "officer", EditMessage(ids["message"], "別の直し", 1)).data["version"])


def head(world: World, ids: Ids) -> int:
    command = ChangeHead(ids["thread"], "別の題名", body="別のまとめ", summary_version=0)
    event = world.write(change_head, "supporter", command).event
    return int(event.data["version"])


def save(world: World, ids: Ids) -> int:
    """Another text, and all that stood for the old one stands for it: who is late may do what they could before."""
    case_id = int(next(ids[name] for name in ("draft", "review", "agreed") if name in ids))
    with world.store.read() as session:
        before = session.get_one(Case, case_id)
    version = int(world.write(save_case, "supporter", SaveCase(case_id, 1, {"lessons": "別の学び"})).data["version"])
    with world.store.transaction() as session:
        case = session.get_one(Case, case_id)
        case.status, case.approved_audience_id = before.status, before.approved_audience_id
        case.approved_version = version if before.approved_version else None
    return version


def another_edition(world: World, ids: Ids) -> int:
    sharing_id = int(next(ids[name] for name in ("preparing", "asked", "case_sharing") if name in ids))
    with world.store.transaction() as session:
        session.get_one(Sharing, sharing_id).version = 2
        session.execute(sa.update(Consent).where(Consent.sharing_id == sharing_id).values(version=2))
    return 2


CHANGES: dict[str, tuple[Change, tuple[str, ...]]] = {
    "EditMessage": (edit, ("messages.edit", "message:edit")),
    "ChangeHead": (head, ("steering.put_head",)),
    "SaveCase": (save, ("case_work.save",)),
    "SubmitCase": (save, ("case_work.submit",)),
    "ApproveCase": (save, ("case_work.approve",)),
    "ReturnCase": (save, ("case_work.return",)),
    "OnVersion": (save, ("case_work.publish",)),
    "SaveSharing": (another_edition, ("sharings.save",)),
    "HideDetails": (another_edition, ("sharings.hiding",)),
    "OnSharing": (another_edition, ("sharings.ask", "sharings.case", "sharings.agree")),
    "ReturnSharing": (another_edition, ("sharings.give_back",)),
}
CHANGE_OF = {name: change for change, names in CHANGES.values() for name in names}
LINES = [line for line in ROUTES + EVENTS if any(field in line.fields for field in READ)]


def commands() -> Iterator[type]:
    for module in pkgutil.walk_packages(hub.__path__, "hub."):
        if "migrations" not in module.name:
            for thing in vars(importlib.import_module(module.name)).values():
                if (
                    isinstance(thing, type)
                    and hasattr(thing, "__pydantic_config__")
                    and dataclasses.is_dataclass(thing)
                ):
                    yield thing


@pytest.fixture
def things(app: Flask, world: World) -> Things:
    app.extensions["hub.limits"].enabled = False
    return Things(world)


def test_every_command_with_a_version_is_tried() -> None:
    versioned = {c.__name__ for c in commands() if any(field in c.__dataclass_fields__ for field in READ)}
    assert versioned == set(CHANGES)
    assert {line.name for line in LINES} == set(CHANGE_OF)


def succeeds(world: World, line: Line, role: str, ids: Ids) -> tuple[bool, str]:
    if " " not in line.address:
        ack = Socket(world.client(role)).ask(line.name, filled_in(line.fields, ids))
        return ack["ok"], ack.get("error", {}).get("code", "")
    answer = request(world, line, role, ids)
    return answer.status_code < 400, (answer.json or {}).get("error", {}).get("code", "")


CASES = [
    pytest.param(line, kind, role, id=f"{line.name}-{kind}-{role}")
    for line in LINES
    for kind in kinds_of(line)[:2]
    for role in allowed(line, kind)
]


@pytest.mark.parametrize(("line", "kind", "role"), CASES)
def test_what_somebody_else_has_changed_is_read_again_first(
    world: World, things: Things, line: Line, kind: str, role: str
) -> None:
    ids = things.ids(kind, names_in(line))
    newest = CHANGE_OF[line.name](world, ids)
    field = next(name for name in READ if name in line.fields)
    assert line.fields[field] == newest - 1
    world.client(role)
    effects = Effects(world, None, world.staff_id(role), 0)
    with effects.watch():
        answer = succeeds(world, line, role, ids)
    assert answer == (False, "conflict")
    assert [effect for effect in effects.found if effect != "rows +sign_ins"] in ([], list(NOTHING))
    now = dataclasses.replace(line, fields=line.fields | {n: line.fields[n] + 1 for n in READ if n in line.fields})
    assert succeeds(world, now, role, ids) == (True, "")
