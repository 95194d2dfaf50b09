"""Adoptions for the tests: states of affairs between two bodies."""

import sqlalchemy as sa

from hub.accounts.models import Organisation
from hub.audiences.services import MEMBERS, ensure_audience
from hub.clock import utc_now
from hub.library.commands import CreateCase
from hub.library.models import Adoption, Case
from hub.library.services.workflow import put_out
from hub.library.services.writing import create_case
from hub.spreading.models import ChecklistItem, Echo
from tests.factories import World


def case_of(world: World, organisation_id: int, title: str = "書かない窓口") -> int:
    """A case of this body that all members read."""
    command = CreateCase(title, "要約", organisation_id)
    case_id = int(world.write(create_case, "supporter", command).data["case_id"])
    with world.store.transaction() as session:
        case = session.get_one(Case, case_id)
        case.audience_id = ensure_audience(session, MEMBERS).id
        put_out(session, case)
    return case_id


def adoption_of(
    world: World, case_id: int, organisation_id: int, state: str = "trial", confirmed: bool = True, **more: object
) -> int:
    now = utc_now()
    with world.store.transaction() as session:
        row = Adoption(case_id=case_id, organisation_id=organisation_id, state=state, updated_at=now, **more)
        row.confirmed_at = now if confirmed else None
        session.add(row)
        session.flush()
        return row.id


def item_of(world: World, state: str = "trial") -> int:
    with world.store.read() as session:
        return session.scalars(sa.select(ChecklistItem.id).where(ChecklistItem.state == state)).first() or 0


def spreading_things(world: World, foreign: bool) -> dict[str, str]:
    """What the lines of the permission matrix speak of, of one town or the other."""
    town, other = (world.foreign_town, world.town) if foreign else (world.town, world.foreign_town)
    taken, earlier = case_of(world, world.prefecture), case_of(world, world.prefecture)
    adoption_of(world, taken, town)
    thanked = adoption_of(world, case_of(world, other), town)
    with world.store.transaction() as session:
        session.add(Echo(adoption_id=thanked, heard_state="trial", thanked_at=utc_now()))
    found = {
        "taken": taken,
        "earlier": earlier,
        "item": item_of(world),
        "thanked": thanked,
        "proposed": adoption_of(world, case_of(world, world.prefecture), town, confirmed=False),
        "unheard": adoption_of(world, case_of(world, town), other),
    }
    return {name: str(id_) for name, id_ in found.items()}


def bodies(world: World) -> dict[str, int]:
    with world.store.read() as session:
        return dict(session.execute(sa.select(Organisation.name, Organisation.id)).all())
