"""Act out the kartes: what towns and supporters said of them in the last three months. Everything is invented (架空)
but what names its source."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from hub.actor import Actor
from hub.clock import fiscal_year, japan_today, set_source
from hub.db import Database
from hub.demo.people import Cast
from hub.demo.timetable import moment_of
from hub.security.actors import actor_of_staff
from hub.support.commands import AddPlanItem, ChangePlanItem, PostKarteNote, RecordContact, RecordFact
from hub.support.models import Fact, PlanItem
from hub.support.services.contacts import record_contact
from hub.support.services.facts import record_fact
from hub.support.services.noting import post_karte_note
from hub.support.services.planning import add_plan_item, change_plan_item

PLANNED = 65  # days ago, for items of a plan
Step = tuple[int, Callable[[], None]]  # days ago, and what was done then


class Desk:
    """`row` is one karte of data/kartes.json."""

    def __init__(self, database: Database, cast: Cast, row: dict[str, Any]) -> None:
        self.database, self.cast, self.row, self.today = database, cast, row, japan_today()
        self.body = cast.organisations[row["organisation"]].id
        self.sent = 0

    def steps(self) -> list[Step]:
        row = self.row
        facts = [*row["facts"], *self._standard()]
        steps: list[Step] = [(fact["days_ago"], lambda fact=fact: self._fact(fact)) for fact in facts]  # type: ignore[misc]
        for item in row["plan"]:
            steps.append((PLANNED, lambda item=item: self._plan(item)))  # type: ignore[misc]
            for change in item["changes"]:
                steps.append((change["days_ago"], lambda item=item, change=change: self._change(item, change)))  # type: ignore[misc]
        steps += [(told["days_ago"], lambda told=told: self._contact(told)) for told in row["contacts"]]  # type: ignore[misc]
        return steps + [(note["days_ago"], lambda note=note: self._note(note)) for note in row["notes"]]

    def _standard(self) -> list[dict[str, Any]]:
        said = {"by": "town", "days_ago": 48, "name": "standard", "source": "架空（デモ）"}
        return [said | {"item": i, "value": state} for state, items in self.row["standard"].items() for i in items]

    def _fact(self, fact: dict[str, Any]) -> None:
        goals = fact["name"] == "goals"
        item = str(fiscal_year(self.today)) if goals else fact.get("item", "")
        day = None if goals else date.fromisoformat(fact["as_of"]) if fact.get("as_of") else japan_today()
        with self.database.read() as session:
            named = {"organisation_id": self.body, "name": fact["name"], "item": item, "newest": True}
            earlier = session.scalars(sa.select(Fact).filter_by(**named)).first()
        command = RecordFact(
            self.body,
            self._id(),
            fact["name"],
            earlier.number if earlier else 0,
            item,
            fact["value"],
            fact["source"],
            day,
            fact.get("reason", ""),
        )
        self._write(record_fact, fact["by"], command)

    def _plan(self, item: dict[str, Any]) -> None:
        command = AddPlanItem(organisation_id=self.body, client_id=self._id(), **self._planned(item))
        item["id"] = int(self._write(add_plan_item, "supporter", command)["item_id"])

    def _planned(self, item: dict[str, Any]) -> dict[str, Any]:
        return {
            "title": item["title"],
            "due_on": self.today + timedelta(days=item["due_in"]),
            "holder": f"duty:{self.cast.duties[self.row[item['holder']]].id}",
            "side": item["side"],
            "outside": item.get("outside", ""),
        }

    def _change(self, item: dict[str, Any], change: dict[str, Any]) -> None:
        with self.database.read() as session:
            number = session.get_one(PlanItem, item["id"]).number
        command = ChangePlanItem(
            item_id=item["id"], number=number, state=change["state"], reason=change["reason"], **self._planned(item)
        )
        self._write(change_plan_item, change["by"], command)

    def _contact(self, told: dict[str, Any]) -> None:
        day = japan_today()
        command = RecordContact(
            organisation_id=self.body,
            client_id=self._id(),
            way=told["way"],
            held_on=day,
            people=told["people"],
            body=told["body"],
            next_step=told["next_step"],
            next_on=day + timedelta(days=told["next_in"]),
        )
        self._write(record_contact, "supporter", command)

    def _note(self, note: dict[str, Any]) -> None:
        self._write(post_karte_note, "supporter", PostKarteNote(self.body, note["body"], self._id()))

    def _id(self) -> str:
        self.sent += 1
        return f"demo-karte-{self.body}-{self.sent}"

    def _write(self, service: Callable[..., Any], who: str, command: Any) -> Any:
        key = self.row[who]
        with self.database.read() as session:
            actor = actor_of_staff(session, self.cast.staff[key].id)
        if actor.shared:
            actor = Actor(**{**actor.__dict__, "writer_name": "山口"})
        return self.database.write(service, actor, command).data


def fill_kartes(database: Database, cast: Cast, data: dict[str, Any]) -> None:
    """Each step at its own time, the first day first."""
    steps = [step for row in data["kartes"] for step in Desk(database, cast, row).steps()]
    for days_ago, do in sorted(steps, key=lambda step: -step[0]):
        set_source(None)  # days are counted from today
        moment = moment_of(days_ago, "16:30")
        set_source(lambda moment=moment: moment)  # type: ignore[misc]
        do()
