"""Adoptions for the tests: states of affairs between two bodies."""

import sqlalchemy as sa

from hub.audiences.services import MEMBERS, ensure_audience
from hub.clock import utc_now
from hub.library.commands import CreateCase
from hub.library.models import Adoption, Case
from hub.library.services.writing import create_case
from hub.people.models import Organisation
from hub.spreading.models import ChecklistItem, Echo
from tests.agreed import put_out_as_agreed
from tests.factories import World


def case_of(world: World, organisation_id: int, title: str = "書かない窓口") -> int:
    """A case of this body that all members read."""
    command = CreateCase(title, "要約", organisation_id)
    case_id = int(world.write(create_case, "supporter", command).data["case_id"])
    with world.store.transaction() as session:
        case = session.get_one(Case, case_id)
        case.audience_id = ensure_audience(session, MEMBERS).id
        put_out_as_agreed(world, session, case)
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


ADOPTIONS = ("taken", "proposed", "unheard", "thanked", "item", "earlier")


def spreading_thing(world: World, name: str, foreign: bool) -> int:
    """What a line of the permission matrix speaks of, of one town or the other: for `earlier` and `taken` a case, for
    `item` a row of a checklist, else an adoption."""
    town, other = (world.foreign_town, world.town) if foreign else (world.town, world.foreign_town)
    if name == "item":
        return item_of(world)
    case_id = case_of(world, {"thanked": other, "unheard": town}.get(name, world.prefecture))
    if name == "earlier":
        return case_id
    adoption = adoption_of(world, case_id, other if name == "unheard" else town, confirmed=name != "proposed")
    if name == "thanked":
        with world.store.transaction() as session:
            session.add(Echo(adoption_id=adoption, heard_state="trial", thanked_at=utc_now()))
    return case_id if name == "taken" else adoption


def bodies(world: World) -> dict[str, int]:
    with world.store.read() as session:
        return dict(session.execute(sa.select(Organisation.name, Organisation.id)).all())
