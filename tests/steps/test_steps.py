"""Every step of what goes from state to state, tried in every state: what becomes of it, or that it is refused, stands
in `steps.txt`. After a change that is meant, write the file anew and read its diff:

    .venv/bin/pytest -q tests/steps/test_steps.py --write-steps"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

import hub.library.services.adopting
import hub.library.services.published
import hub.library.services.workflow
import hub.sharing.services.cases
import hub.sharing.services.consenting
import hub.sharing.services.editions
import hub.spreading.services.hearing
import hub.visits.services
from hub.errors import HubError
from tests.factories import World
from tests.steps.machines import MACHINES
from tests.test_permissions_matrix import written

FILE = Path(__file__).with_name("steps.txt")
HEAD = "What becomes of a thing by each step in each state; how to read and renew this stands in test_steps.py.\n"
WORKFLOWS: tuple[ModuleType, ...] = (
    hub.library.services.workflow,
    hub.library.services.published,
    hub.library.services.adopting,
    hub.sharing.services.consenting,
    hub.sharing.services.cases,
    hub.sharing.services.editions,
    hub.spreading.services.hearing,
    hub.visits.services,
)
NO_STEPS = {"bookmark_case", "thank_for_case", "request_visit"}  # a reader's own marks, and the beginning of a visit

Cells = dict[tuple[str, str, str], str]  # machine, state, step -> what becomes of it


def read_file() -> Cells:
    cells, machine, state = {}, "", ""
    for text in FILE.read_text().splitlines()[1:] if FILE.exists() else []:
        if text.startswith("    "):
            step, _colon, becomes = text.strip().partition(": ")
            cells[machine, state, step] = becomes
        elif text.startswith("  "):
            state, _equals, cells[machine, state, "(is)"] = text.strip().partition(" = ")
        elif text:
            machine = text
    return cells


def as_text(cells: Cells) -> str:
    parts = [HEAD]
    for name, machine in MACHINES.items():
        parts.append(f"\n{name}\n")
        for state in machine.states:
            told = next((cells[key] for key in cells if key[:2] == (name, state) and key[2] == "(is)"), "")
            parts.append(f"  {state} = {told}\n")
            parts += [f"    {key[2]}: {cells[key]}\n" for key in cells if key[:2] == (name, state) and key[2] != "(is)"]
    return "".join(parts)


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[tuple[Cells, Cells]]:
    known, seen = read_file(), {}
    yield known, seen
    if request.config.getoption("--write-steps"):
        cells = known | seen
        FILE.write_text(as_text({key: cells[key] for key in cells if key[2] == "(is)" or key[2] in steps_of(key[0])}))


def steps_of(name: str) -> list[str]:
    return [step for step in MACHINES[name].steps if not step.startswith("(")] if name in MACHINES else []


def tried(world: World, name: str, state: str) -> Iterator[tuple[str, str]]:
    """What becomes of the thing by each step, or how it is refused. A refused step changes nothing, so the next one is
    tried on the same thing."""
    machine, id_ = MACHINES[name], 0
    for step in steps_of(name):
        id_ = id_ or machine.made(world, state)
        before = written(world.store), machine.told(machine.row(world, id_))
        try:
            machine.steps[step].take(world, machine, id_)
        except HubError as refusal:
            assert (written(world.store), machine.told(machine.row(world, id_))) == before
            yield step, f"refused, {type(refusal).__name__}"
        else:
            yield step, f"-> {machine.told(machine.row(world, id_))}"
            id_ = 0


PAIRS = [(name, state) for name, machine in MACHINES.items() for state in machine.states]


@pytest.mark.once
@pytest.mark.parametrize(("name", "state"), PAIRS)
def test_each_step_does_in_each_state_what_the_table_says(
    app: Flask, world: World, table: tuple[Cells, Cells], request: pytest.FixtureRequest, name: str, state: str
) -> None:
    known, seen = table
    machine = MACHINES[name]
    seen[name, state, "(is)"] = machine.told(machine.row(world, machine.made(world, state)))
    seen.update({(name, state, step): becomes for step, becomes in tried(world, name, state)})
    if not request.config.getoption("--write-steps"):
        found, expected = ({key: c[key] for key in c if key[:2] == (name, state)} for c in (seen, known))
        assert found == expected


def test_every_step_of_these_workflows_is_tried() -> None:
    """By the services' modules: a new service is in no machine and fails."""
    tried_ones = {step.service.__name__ for machine in MACHINES.values() for step in machine.steps.values()}
    services = {
        name
        for module in WORKFLOWS
        for name, thing in vars(module).items()
        if inspect.isfunction(thing)
        and inspect.unwrap(thing).__module__ == module.__name__
        and not name.startswith("_")
        if list(inspect.signature(thing).parameters)[:3] == ["session", "actor", "command"]
    }
    assert services - tried_ones == NO_STEPS
