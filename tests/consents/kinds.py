"""Every kind of consent in the hub, for `test_consents.py`: whose words it takes, how it goes out, and by which steps
it goes back. A kind names the columns that hold its words."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar

import sqlalchemy as sa

from hub import clock
from hub.library.commands import Adopt
from hub.library.models import Adoption
from hub.library.services.adopting import propose_adoption
from hub.rooms.commands import ReadWithReason
from hub.rooms.reasons import LASTS, read_with_reason
from hub.rooms.services import create_circle
from hub.sharing.commands import OnSharing, PartText, Prepare, ReturnSharing, SaveSharing, WithdrawSharing
from hub.sharing.models import Sharing
from hub.sharing.queries import parts_of
from hub.sharing.services.consenting import ask_consent, consent, return_sharing
from hub.sharing.services.editions import withdraw_sharing
from hub.sharing.services.preparing import prepare, save_sharing
from hub.spreading.commands import SettleProposal
from hub.spreading.services.hearing import settle_proposal
from hub.threads.commands import DeleteMessage
from hub.threads.services.editing import delete_message
from hub.visits.commands import AcceptVisit, DeclineVisit, RequestVisit, WithdrawVisit
from hub.visits.models import Visit
from hub.visits.services import accept_visit, decline_visit, request_visit, withdraw_visit
from tests.library.conftest import Library


class Kind:
    """One thing that needs `words` before it is out. `steps`: endpoint of the step back -> how many of the words have
    been said by then; the method that takes it is called like the endpoint, with _ for the point. `again` repeats what
    the step undid, unchanged; `otherwise` is what is done where a word is left out, if anything."""

    columns: ClassVar[frozenset[str]]
    words: ClassVar[tuple[str, ...]]
    steps: ClassVar[dict[str, int]]

    def __init__(self, library: Library) -> None:
        self.library, self.world = library, library.world
        self.begin()

    def begin(self) -> None: ...

    def say(self, word: str) -> None:
        getattr(self, f"say_{word}")()

    def otherwise(self, word: str) -> None:
        getattr(self, f"without_{word}", lambda: None)()

    def step(self, name: str) -> None:
        getattr(self, name.replace(".", "_"))()

    def again(self) -> None: ...

    def is_out(self) -> bool:
        raise NotImplementedError

    def write(self, service: Callable[..., Any], who: str, command: Any) -> Any:
        return self.world.write(service, who, command)


class Edition(Kind):
    """A consultation of two towns in a circle goes to everybody: both towns and the prefecture say so."""

    columns = frozenset({"sharing_consents.version", "sharing_consents.organisation_id"})
    words = ("town", "other", "dx")
    steps: ClassVar = {"sharings.give_back": 2, "sharings.save": 2, "messages.delete": 2, "sharings.withdraw": 3}

    def begin(self) -> None:
        world = self.world
        with world.store.transaction() as session:
            room = create_circle(session, world.new_id(), "", [world.town, world.foreign_town]).id
        self.asked = world.thread(room, "consultation", "窓口の混雑", by="officer")
        world.message(self.asked, "番号札が役に立ちました", by="foreign_officer")
        self.more = world.message(self.asked, "試します", by="officer")
        self.again()

    def again(self) -> None:
        command = Prepare(self.asked.thread_id, "edition", anonymous=False)
        self.id = int(self.write(prepare, "officer", command).data["sharing_id"])

    @property
    def row(self) -> Sharing:
        with self.world.store.read() as session:
            return session.get_one(Sharing, self.id)

    def say_town(self) -> None:
        self._say("officer")

    def say_other(self) -> None:
        self._say("foreign_officer")

    def say_dx(self) -> None:
        self._say("supporter")

    def _say(self, who: str) -> None:
        service = consent if self.row.state == "asked" else ask_consent
        self.write(service, who, OnSharing(self.id, self.row.version))

    def sharings_give_back(self) -> None:
        self.write(return_sharing, "supporter", ReturnSharing(self.id, self.row.version, "短く"))

    def sharings_save(self) -> None:
        """There and back: the texts are those to which they agreed."""
        with self.world.store.read() as session:
            parts = [PartText(p.position, p.included, p.body) for p in parts_of(session, self.id)]
        title = self.row.title
        for name in ("別の題名", title):
            form = SaveSharing(self.id, self.row.version, name, parts, self.row.room_id, anonymous=False)
            self.write(save_sharing, "supporter", form)

    def messages_delete(self) -> None:

        self.write(delete_message, "officer", DeleteMessage(self.more.message_id))

    def sharings_withdraw(self) -> None:
        self.write(withdraw_sharing, "officer", WithdrawSharing(self.id))

    def is_out(self) -> bool:
        return self.row.state == "out"


class Proposal(Kind):
    """横展開 that a supporter proposes and the town confirms."""

    columns = frozenset({"adoptions.confirmed_at"})
    words = ("dx", "town")
    steps: ClassVar = {"spreading.settle": 1}

    def begin(self) -> None:
        self.case = self.library.publish(self.library.draft("supporter", organisation=self.world.prefecture))

    def say_dx(self) -> None:
        self.write(propose_adoption, "supporter", Adopt(self.case, "trial", self.world.town))

    def say_town(self) -> None:
        self._settle(on=True)

    def spreading_settle(self) -> None:
        self._settle(on=False)

    def _settle(self, *, on: bool) -> None:
        self.write(settle_proposal, "officer", SettleProposal(self._id(Adoption.confirmed_at.is_(None)) or 1, on))

    def _id(self, *conditions: Any) -> int | None:
        with self.world.store.read() as session:
            query = sa.select(Adoption.id).where(Adoption.case_id == self.case, *conditions)
            return session.scalars(query).first()

    def is_out(self) -> bool:
        return self._id(Adoption.confirmed_at.is_not(None)) is not None


class Invitation(Kind):
    """視察, asked for by the one body and agreed to by the other."""

    columns = frozenset({"visits.agreed_on"})
    words = ("visitor", "host")
    steps: ClassVar = {"visits.withdraw": 2, "visits.decline": 2}
    day = date(2099, 4, 1)

    def begin(self) -> None:
        self.case = self.library.publish(self.library.draft("supporter", organisation=self.world.prefecture))
        self.id = 0

    def say_visitor(self) -> None:
        command = RequestVisit(self.case, self.world.new_id(), "見たい", 3, self.day)
        self.id = int(self.write(request_visit, "officer", command).data["visit_id"])

    def say_host(self) -> None:
        self.write(accept_visit, "supporter", AcceptVisit(self.id, self.day))

    def visits_withdraw(self) -> None:
        self.write(withdraw_visit, "officer", WithdrawVisit(self.id))

    def visits_decline(self) -> None:
        self.write(decline_visit, "supporter", DeclineVisit(self.id, "混み合っています"))

    def is_out(self) -> bool:
        with self.world.store.read() as session:
            return session.scalars(sa.select(Visit.id).where(Visit.state == "accepted")).first() is not None


class Reason(Kind):
    """An administrator reads a room for the reason that was given, and after an hour for a new one."""

    columns = frozenset({"room_grants.reason"})
    words = ("reason",)
    steps: ClassVar = {"circles.give_reason": 1}

    def say_reason(self) -> None:
        self.write(read_with_reason, "admin", ReadWithReason(self.world.room, "障害の調査"))

    def circles_give_reason(self) -> None:
        later = clock.utc_now() + LASTS + timedelta(seconds=1)
        clock.set_source(lambda: later)

    def is_out(self) -> bool:
        return bool(self.world.client("admin").get(f"/rooms/{self.world.room}").status_code == 200)
