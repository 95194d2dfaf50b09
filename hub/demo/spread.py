"""Act out 横展開: who took up which case and when, what the authors answered, and what waits for a town's word.

The lineage between sourced cases is real; whatever bodies do with cases here is invented (架空)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today, set_source
from hub.db import Database
from hub.demo.people import Cast
from hub.demo.timetable import moment_of
from hub.library.commands import Adopt
from hub.library.models import Adoption, Case
from hub.library.services.adopting import adopt_case, propose_adoption
from hub.people.models import Organisation
from hub.security.actors import actor_of_staff
from hub.spreading.commands import Hear, Tick
from hub.spreading.models import Predecessor
from hub.spreading.queries import list_items
from hub.spreading.services.checklists import tick
from hub.spreading.services.hearing import hear_adoption

PROPOSER = "pref-kogure"
HEARD_AFTER_DAYS = 60  # what is older has been heard of by the authors; the rest waits in their お知らせ箱
RECORDED_DAYS_AGO = 700  # everybody of the demo was posted two years ago: earlier beginnings were recorded then


class Spread:
    def __init__(self, database: Database, cast: Cast) -> None:
        self.database, self.cast, self.today = database, cast, japan_today()
        with database.read() as session:
            self.cases = dict(session.execute(sa.select(Case.source_key, Case.id)).all())
            self.owners = dict(session.execute(sa.select(Case.id, Case.organisation_id)).all())
            self.items: dict[str, list[int]] = {item.state: [] for item in list_items(session)}
            for item in list_items(session):
                self.items[item.state].append(item.id)
        self.speakers = self._speakers()

    def _speakers(self) -> dict[int, int]:
        """Who speaks for a body: the first of its officers and managers in the data file; for the prefecture a
        supporter."""
        found: dict[int, int] = {}
        with self.database.read() as session:
            for key, staff in self.cast.staff.items():
                actor = actor_of_staff(session, staff.id)
                if actor.role in ("officer", "manager") or key == PROPOSER:
                    found.setdefault(actor.organisation_id, staff.id)
        return found

    def play(self, rows: list[dict[str, Any]]) -> None:
        """In the order of time, so that whoever learned from another came later."""
        for row in sorted(rows, key=lambda row: -int(row.get("started_days_ago", 14))):
            self._one(row)

    def _one(self, row: dict[str, Any]) -> None:
        days = int(row.get("started_days_ago", 14))
        set_source(None)  # days are counted from the real today, not from the day of the row before
        moment = moment_of(min(days, RECORDED_DAYS_AGO), "10:40")
        set_source(lambda: moment)
        body, case_id = self.cast.organisations[row["body"]], self.cases[row["case"]]
        command = self._command(row, case_id, body)
        if row.get("proposed"):
            self._write(propose_adoption, self.cast.staff[PROPOSER].id, command)
            return
        speaker = self.speakers[body.id]
        self._write(adopt_case, speaker, command)
        for item_id in self.items.get(row["state"], [])[: int(row.get("ticks", 0))]:
            self._write(tick, speaker, Tick(case_id, item_id, True))
        owner = self.speakers.get(self.owners[case_id])
        if owner is not None and ("thanks" in row or days > HEARD_AFTER_DAYS):
            self._write(hear_adoption, owner, Hear(self._adoption(case_id, body.id), row.get("thanks")))

    def _command(self, row: dict[str, Any], case_id: int, body: Organisation) -> Adopt:
        teacher = self.cast.organisations[row["learned_from"]].id if "learned_from" in row else None
        return Adopt(
            case_id,
            row["state"],
            body.id if row.get("proposed") else None,
            reason=row["reason"],
            changes=row.get("changes", ""),
            person_days=row.get("person_days"),
            cost_yen=row.get("cost_yen"),
            ease=row.get("ease"),
            started_on=self._day(row, "started_days_ago"),
            ended_on=self._day(row, "ended_days_ago"),
            learned_from_id=teacher,
        )

    def _day(self, row: dict[str, Any], name: str) -> date | None:
        """Counted from the day of loading, whatever the demo's clock says."""
        return self.today - timedelta(days=row[name]) if name in row else None

    def _adoption(self, case_id: int, organisation_id: int) -> int:
        with self.database.read() as session:
            query = sa.select(Adoption.id).filter_by(case_id=case_id, organisation_id=organisation_id)
            return session.scalars(query).one()

    def _write(self, service: Callable[..., Any], staff_id: int, command: Any) -> None:
        with self.database.read() as session:
            actor = actor_of_staff(session, staff_id)
        if actor.shared:
            actor = Actor(**{**actor.__dict__, "writer_name": "山口"})
        self.database.write(service, actor, command)


def link_cases(session: Session, rows: list[dict[str, str]]) -> None:
    """The real lineage, as the sources of the cases tell it."""
    cases = dict(session.execute(sa.select(Case.source_key, Case.id)).all())
    for row in rows:
        pair = {"case_id": cases[row["case"]], "predecessor_id": cases[row["predecessor"]]}
        session.add(Predecessor(**pair, note=row["note"]))


def spread_cases(database: Database, cast: Cast, data: dict[str, Any]) -> None:
    with database.transaction() as session:
        link_cases(session, data["predecessors"])
    Spread(database, cast).play(data["adoptions"])
