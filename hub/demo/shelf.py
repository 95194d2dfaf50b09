"""Act out the library: invented cases from draft to reader, what others asked, 視察, and what the prefecture keeps.

Everything here is invented (架空); what went wrong stands under 架空町 alone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hub.actor import Actor
from hub.clock import japan_today, set_source
from hub.db import Database
from hub.demo.people import Cast
from hub.demo.timetable import moment_of, times_of
from hub.library import commands as c
from hub.library.models import Basis, Case, Tag, TagGroup
from hub.library.services.adopting import thank_for_case
from hub.library.services.asking import ask_about_case, pause_questions
from hub.library.services.bases import change_basis
from hub.library.services.collecting import put_in_collection, save_collection, show_collection
from hub.library.services.published import confirm_case, share_case
from hub.library.services.vocabulary import add_tag, add_tag_group, ensure_tag, settle_tag
from hub.library.services.workflow import approve_case, publish_case, return_case, submit_case
from hub.library.services.writing import create_case, save_case, settle_contact
from hub.security.actors import actor_of_staff
from hub.threads.commands import PostMessage
from hub.threads.services.posting import post_message
from hub.visits.commands import AcceptVisit, DeclineVisit, FinishVisit, RequestVisit
from hub.visits.services import accept_visit, decline_visit, finish_visit, request_visit

EDITOR = "pref-kogure"  # of the DX section


class Shelf:
    """`data` is that of data/library.json."""

    def __init__(self, database: Database, cast: Cast, data: dict[str, Any]) -> None:
        self.database, self.cast, self.data, self.today = database, cast, data, japan_today()
        with database.read() as session:
            self.cases: dict[str, int] = dict(session.execute(sa.select(Case.source_key, Case.id)).all())  # type: ignore[arg-type]

    def fill(self) -> None:
        for row in self.data["cases"]:
            self._case(row)
        for key, duty in self.data["contacts"].items():
            self._write(settle_contact, EDITOR, c.SettleContact(self.cases[key], self.cast.duties[duty].id))
        for number, row in enumerate(self.data["questions"]):
            self._question(row, number)
        for number, row in enumerate(self.data["visits"]):
            self._visit(row, number)
        self._vocabulary()
        self._collections()
        for key, people in self.data["thanks"].items():
            for person in people:
                self._write(thank_for_case, person, c.Mark(self.cases[key], True))
        for key, days in self.data["paused"].items():
            until = self.today + timedelta(days=days)
            self._write(pause_questions, EDITOR, c.PauseQuestions(self.cases[key], until))

    def _at(self, days_ago: int, time: str = "10:10") -> None:
        set_source(None)  # days are counted from today
        self._now(moment_of(days_ago, time))

    def _now(self, moment: datetime) -> None:
        set_source(lambda: moment)

    def _write(self, service: Callable[..., Any], key: str, command: Any) -> Any:
        with self.database.read() as session:
            actor = actor_of_staff(session, self.cast.staff[key].id)
        if actor.shared:
            actor = Actor(**{**actor.__dict__, "writer_name": "山口"})
        return self.database.write(service, actor, command).data

    def _case(self, row: dict[str, Any]) -> None:
        """As far on its way as the row's state says."""
        self._at(row["days_ago"])
        made = self._write(create_case, row["author"], c.CreateCase(row["title"], row["summary"]))
        id_ = self.cases[row["key"]] = int(made["case_id"])
        self._write(settle_contact, row["author"], c.SettleContact(id_, self.cast.duties[row["duty"]].id))
        self._write(share_case, EDITOR, c.ShareCase(id_, "members"))
        version = self._write(save_case, row["author"], c.SaveCase(id_, 1, row["changes"]))["version"]
        if row["state"] == "draft":
            return
        self._write(submit_case, row["author"], c.SubmitCase(id_, version))
        if row["state"] == "returned":
            self._write(return_case, EDITOR, c.ReturnCase(id_, version, row["comment"]))
        elif row["state"] == "published":
            self._write(approve_case, row["manager"], c.ApproveCase(id_, version))
            self._write(publish_case, EDITOR, c.OnVersion(id_, version))

    def _question(self, row: dict[str, Any], number: int) -> None:
        set_source(None)
        said_at = times_of(moment_of(row["days_ago"], "11:05"), [minutes for _who, minutes, _body in row["answers"]])
        self._now(said_at[0])
        command = c.AskAboutCase(self.cases[row["case"]], row["body"], f"demo-case-{number}")
        thread = int(self._write(ask_about_case, row["by"], command)["thread_id"])
        for turn, (who, _minutes, body) in enumerate(row["answers"]):
            self._now(said_at[turn + 1])
            self._write(post_message, who, PostMessage(thread, body, f"demo-case-{number}-{turn}"))

    def _visit(self, row: dict[str, Any], number: int) -> None:
        self._at(row["days_ago"])
        asked_on = self.today - timedelta(days=row["days_ago"])
        command = RequestVisit(
            self.cases[row["case"]],
            f"demo-visit-{number}",
            row["purpose"],
            row["headcount"],
            asked_on + timedelta(days=row["first_in"]),
            asked_on + timedelta(days=row["second_in"]) if row["second_in"] else None,
            questions=row["questions"],
        )
        visit = int(self._write(request_visit, row["by"], command)["visit_id"])
        if row.get("declined"):
            self._write(decline_visit, row["host"], DeclineVisit(visit, row["declined"]))
        elif row["host"]:
            day: date = asked_on + timedelta(days=row["agreed_in"])
            self._write(accept_visit, row["host"], AcceptVisit(visit, day, row["reply"]))
            self._at(row["days_ago"] - row["agreed_in"] - 4)
            self._write(finish_visit, row["host"], FinishVisit(visit, row["findings"]))

    def _vocabulary(self) -> None:
        self._at(30)
        for group, tags in self.data["tag_groups"].items():
            self._write(add_tag_group, EDITOR, c.AddTagGroup(group))
            with self.database.read() as session:
                group_id = session.scalars(sa.select(TagGroup.id).where(TagGroup.name == group)).one()
            for tag, synonyms in tags.items():
                self._write(add_tag, EDITOR, c.AddTag(group_id, tag))
                for name in synonyms:
                    self._write(settle_tag, EDITOR, c.SettleTag(self._tag(name), means=tag))
        with self.database.transaction() as session:
            for name, kind in self.data["kinds"].items():
                session.execute(sa.update(Basis).where(Basis.name == name).values(kind=kind))
        changed = self.data["changed_basis"]
        self._at(changed["days_ago"])
        with self.database.read() as session:
            basis = session.scalars(sa.select(Basis.id).where(Basis.name == changed["name"])).one()
        self._write(change_basis, EDITOR, c.ChangeBasis(basis, changed["note"]))
        for key, days_ago in self.data["confirmed"].items():
            self._at(days_ago)
            holder = next(row["author"] for row in self.data["cases"] if row["key"] == key)
            self._write(confirm_case, holder, c.ConfirmCase(self.cases[key], "running"))

    def _tag(self, name: str) -> int:
        with self.database.transaction() as session:
            tag: Tag = ensure_tag(session, name)
            return tag.id

    def _collections(self) -> None:
        self._at(15)
        for row in self.data["collections"]:
            made = self._write(save_collection, EDITOR, c.SaveCollection(row["title"], row["intro"]))
            id_ = int(made["collection_id"])
            for key in row["cases"]:
                note = row["notes"].get(key, "")
                self._write(put_in_collection, EDITOR, c.PutInCollection(id_, self.cases[key], note=note))
            self._write(show_collection, EDITOR, c.ShowCollection(id_, True))


def fill_library(database: Database, cast: Cast, data: dict[str, Any]) -> None:
    Shelf(database, cast, data).fill()
