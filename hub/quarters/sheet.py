"""The sheet of a quarter: its figures, of all that the actor sees and of each municipality."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import NotFound
from hub.people.models import Organisation
from hub.quarters.figures import Figures, figures_of
from hub.quarters.records import by_organisation, consultations_of
from hub.quarters.spans import Quarter
from hub.reading.registry import reading
from hub.rooms.queries import list_municipalities
from hub.security.permissions import Permission, Subject, permits


@dataclass(frozen=True)
class Line:
    organisation_id: int
    code: str
    name: str
    figures: Figures


@dataclass(frozen=True)
class Sheet:
    """`lines` by 団体コード: of all municipalities that take part, or of the actor's own alone."""

    quarter: Quarter
    total: Figures
    lines: Sequence[Line]


@reading()
def sheet_of(session: Session, actor: Actor, quarter: Quarter) -> Sheet:
    asked, now = consultations_of(session, actor, quarter), utc_now()
    of_body = by_organisation(asked)
    bodies = [body for body in list_municipalities(session) if _may_see(actor, body)]
    lines = [
        Line(body.id, body.code or "", body.name, figures_of(of_body.get(body.id, []), quarter, now)) for body in bodies
    ]
    return Sheet(quarter, figures_of(asked, quarter, now), lines)


def _may_see(actor: Actor, body: Organisation) -> bool:
    return permits(actor, Permission.QUARTER_READ, Subject(organisation_id=body.id))


def line_of(sheet: Sheet, organisation_id: int) -> Line:
    """Raises NotFound of a municipality that is not on it."""
    for line in sheet.lines:
        if line.organisation_id == organisation_id:
            return line
    raise NotFound
