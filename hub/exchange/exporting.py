"""Who took which cases out of the hub is written down: what has left it is beyond any later narrowing."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.records.audit import record
from hub.security.actor import Actor


@dataclass(frozen=True)
class Exported:
    format: str
    rows: int


def note_export(session: Session, actor: Actor, command: Exported) -> None:
    detail = {"format": command.format, "rows": command.rows}
    record(session, actor, "case.exported", "cases", organisation_id=actor.organisation_id, detail=detail)
