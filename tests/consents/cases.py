"""Consents to what a case says, to who reads it and to what became of it."""

from typing import ClassVar

import sqlalchemy as sa

from hub.library.commands import (
    ApproveCase,
    ConfirmCase,
    HearEnding,
    OnVersion,
    ReturnCase,
    SettleContact,
    ShareCase,
    WithdrawCase,
)
from hub.library.endings import acknowledge_end, unheard_endings
from hub.library.freshness import has_ended
from hub.library.models import Case, CaseEnding
from hub.library.publicity import OpenToPublic, open_to_public, publicity_of
from hub.library.queries import get_case_for
from hub.library.services.published import confirm_case, share_case, withdraw_case
from hub.library.services.workflow import approve_case, publish_case, return_case, submit_case
from hub.library.services.writing import settle_contact
from tests.consents.kinds import Kind


class OnCase(Kind):
    """A draft of the town that waits for both sides."""

    def begin(self) -> None:
        self.case = self.library.draft()
        self.again()

    def again(self) -> None:
        if self.row.status != "review":
            self.library.on(submit_case, self.case, "officer")

    @property
    def row(self) -> Case:
        return self.library.case(self.case)

    def approve(self, audience: str | None = None) -> None:
        self.write(approve_case, "manager", ApproveCase(self.case, self.row.version, audience))

    def say_dx(self) -> None:
        self.write(publish_case, "supporter", OnVersion(self.case, self.row.version))

    def case_work_return(self) -> None:
        self.write(return_case, "supporter", ReturnCase(self.case, self.row.version, "短く"))

    def case_work_save(self) -> None:
        for lessons in ("別の学び", ""):
            self.library.save(self.case, lessons=lessons)

    def case_work_withdraw(self) -> None:
        self.write(withdraw_case, "supporter", WithdrawCase(self.case))


class Publication(OnCase):
    columns = frozenset({"cases.approved_version", "cases.approved_audience_id"})
    words = ("town", "dx")
    steps: ClassVar = {"case_work.return": 1, "case_work.save": 1, "case_work.share": 1, "case_work.withdraw": 2}

    def say_town(self) -> None:
        self.approve()

    def case_work_share(self) -> None:
        """For more than the town was asked for."""
        self.write(share_case, "supporter", ShareCase(self.case, "members"))

    def is_out(self) -> bool:
        return self.row.published_version is not None


class WiderReaders(OnCase):
    """What is out for the town alone is to be read by all members from its next version on."""

    columns = frozenset({"cases.agreed_audience_id"})
    words = ("town", "dx")
    steps: ClassVar = {"case_work.return": 1, "case_work.save": 1}

    def begin(self) -> None:
        self.case = self.library.publish(self.library.draft(), "town")
        self.library.save(self.case, lessons="新しい学び")
        self.again()

    def say_town(self) -> None:
        self.approve("members")

    def without_town(self) -> None:
        self.approve()  # to the text, and to its readers as they are set

    def is_out(self) -> bool:
        return bool(self.world.client("foreign_officer").get(f"/cases/{self.case}").status_code == 200)


class Public(OnCase):
    """一般公開, to which the town's manager agrees together with the text."""

    columns = frozenset({"case_publicities.town_agreed_at", "case_publicities.dx_agreed_at"})
    words = ("town", "dx", "site")
    steps: ClassVar = {"case_work.return": 1, "case_work.save": 1, "case_work.withdraw": 3}

    def say_town(self) -> None:
        self.approve("public")

    def without_town(self) -> None:
        self.approve()

    def say_site(self) -> None:
        self.write(open_to_public, "supporter", OpenToPublic(self.case, on=True))

    def is_out(self) -> bool:
        with self.world.store.read() as session:
            return publicity_of(session, get_case_for(session, self.world.actor("supporter"), self.case)).is_open


class PublicSince(Public):
    """一般公開 of what all members read already."""

    columns = frozenset()
    words = ("town", "site")
    steps: ClassVar = {"case_work.share": 2, "exchange.public": 2}

    def begin(self) -> None:
        self.case = self.library.published()

    def again(self) -> None: ...

    def say_town(self) -> None:
        self.write(open_to_public, "manager", OpenToPublic(self.case, on=True))

    def without_town(self) -> None: ...

    def case_work_share(self) -> None:
        for audience in ("dx", "members"):
            self.write(share_case, "manager", ShareCase(self.case, audience))

    def exchange_public(self) -> None:
        self.write(open_to_public, "manager", OpenToPublic(self.case, on=False))


class Ending(OnCase):
    """That a practice has ended is settled when both sides have said that they know."""

    columns = frozenset({"case_endings.town_heard_at", "case_endings.dx_heard_at"})
    words = ("town", "dx")
    steps: ClassVar = {"case_work.publish": 2}

    def begin(self) -> None:
        self.case = self.library.published()
        duty = self.library.duty("officer", self.world.town, self.world.new_id())
        self.write(settle_contact, "officer", SettleContact(self.case, duty))
        self.again()

    def again(self) -> None:
        self.write(confirm_case, "officer", ConfirmCase(self.case, "ended", "終わった"))

    def say_town(self) -> None:
        self.write(acknowledge_end, "manager", HearEnding(self.case))

    def say_dx(self) -> None:
        self.write(acknowledge_end, "supporter", HearEnding(self.case))

    def case_work_publish(self) -> None:
        """It runs again."""
        self.library.save(self.case, stage="実装", ended_on="", ended_reason="")
        self.library.publish(self.case)

    def is_out(self) -> bool:
        with self.world.store.read() as session:
            query = sa.select(Case.id).join(CaseEnding).where(Case.id == self.case)
            people = map(self.world.actor, ("manager", "supporter"))
            unheard = any(session.scalars(query.where(unheard_endings(actor))).first() for actor in people)
        return has_ended(self.row) and not unheard
