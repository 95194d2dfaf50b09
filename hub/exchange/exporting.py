"""Cases on their way out: what of them somebody may have, and that it is written down who took them: what has left the
hub is beyond any later narrowing."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.events.happenings import happened
from hub.exchange.rows import home_of, row_of, said_by
from hub.library.facets import Wanted
from hub.library.happenings import CasesExported
from hub.library.listing import find_cases
from hub.library.models import Case
from hub.security.permissions import Permission, require_role


@dataclass(frozen=True)
class Exported:
    format: str
    rows: int


def note_export(session: Session, actor: Actor, command: Exported) -> None:
    require_role(actor, Permission.CASE_READ)
    detail = {"format": command.format, "rows": command.rows}
    happened(session, actor, CasesExported(organisation_id=actor.organisation_id, detail=detail))


PART = 100  # cases that are read in one go


def ids_to_export(session: Session, actor: Actor, wanted: Wanted, *, marked: bool) -> list[int]:
    """The cases of the list, in its order."""
    return [case.id for case, _body in session.execute(find_cases(session, actor, wanted, marked=marked))]


def rows_to_export(session: Session, actor: Actor, ids: list[int]) -> list[dict[str, Any]]:
    """Their rows, without those that the actor may not read any more."""
    everything = find_cases(session, actor, Wanted()).where(Case.id.in_(ids))
    home, place = home_of(session), {id_: n for n, id_ in enumerate(ids)}
    said = sorted(said_by(session, everything), key=lambda one: place[one.case.id])
    return [row_of(one, home) for one in said]
