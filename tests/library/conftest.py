"""Cases for the tests: made through the services."""

from typing import Any

import pytest
import sqlalchemy as sa

from hub.clock import utc_now
from hub.library.commands import ApproveCase, CreateCase, OnVersion, SaveCase, ShareCase, SubmitCase
from hub.library.content import Content
from hub.library.models import Case
from hub.library.queries import read_version
from hub.library.services.published import share_case
from hub.library.services.workflow import approve_case, publish_case, submit_case
from hub.library.services.writing import create_case, save_case
from hub.people.models import Duty, Field, Holding, Section
from tests.factories import World


class Library:
    """What a test does with cases; `who` is a key of the world's people."""

    def __init__(self, world: World) -> None:
        self.world = world

    def draft(self, who: str = "officer", title: str = "書かない窓口", organisation: int | None = None) -> int:
        command = CreateCase(title, "来庁者が申請書を書かずにすむ窓口にした。", organisation)
        return int(self.world.write(create_case, who, command).data["case_id"])

    def save(self, case_id: int, who: str = "officer", base: int | None = None, **changes: Any) -> int:
        base = self.case(case_id).version if base is None else base
        return int(self.world.write(save_case, who, SaveCase(case_id, base, changes)).data["version"])

    def on(self, service: Any, case_id: int, who: str) -> Any:
        command = {approve_case: ApproveCase, submit_case: SubmitCase}.get(service, OnVersion)
        return self.world.write(service, who, command(case_id, self.case(case_id).version))

    def publish(self, case_id: int, audience: str = "members") -> int:
        self.world.write(share_case, "supporter", ShareCase(case_id, audience))
        self.on(submit_case, case_id, "supporter")
        if self.case(case_id).organisation_id in (self.world.town, self.world.foreign_town):
            self._agree(case_id)
        self.on(publish_case, case_id, "supporter")
        return case_id

    def published(self, title: str = "書かない窓口", **changes: Any) -> int:
        case_id = self.draft(title=title)
        if changes:
            self.save(case_id, **changes)
        return self.publish(case_id)

    def _agree(self, case_id: int) -> None:
        if self.case(case_id).organisation_id == self.world.town:
            self.on(approve_case, case_id, "manager")
        else:  # the other town of the world has no manager
            meant = sa.func.coalesce(Case.agreed_audience_id, Case.audience_id)
            values = {"approved_version": Case.version, "approved_audience_id": meant}
            self.change(sa.update(Case).where(Case.id == case_id).values(values))

    def case(self, case_id: int) -> Case:
        with self.world.store.read() as session:
            return session.get_one(Case, case_id)

    def content(self, case_id: int, number: int | None = None) -> Content:
        with self.world.store.read() as session:
            case = session.get_one(Case, case_id)
            return read_version(session, case, number or case.version)[1]

    def change(self, statement: Any) -> None:
        with self.world.store.transaction() as session:
            session.execute(statement)

    def duty(self, holder: str, organisation: int, name: str = "情報担当") -> int:
        """A seat in the body's first section, with somebody in it."""
        with self.world.store.transaction() as session:
            section = session.scalars(sa.select(Section.id).where(Section.organisation_id == organisation)).first()
            duty = Duty(section_id=section, name=name)
            session.add(duty)
            session.flush()
            session.add(Holding(duty_id=duty.id, staff_id=self.world.staff_id(holder), from_at=utc_now()))
            return duty.id


@pytest.fixture
def library(world: World) -> Library:
    with world.store.transaction() as session:
        session.add_all(Field(name=name, position=n) for n, name in enumerate(("窓口改革", "防災", "生成AI")))
    return Library(world)
