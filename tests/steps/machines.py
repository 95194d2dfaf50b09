"""Things that go from state to state: how each state is reached, and every step that somebody may try in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from hub.library.commands import (
    Adopt,
    ApproveCase,
    ConfirmCase,
    EndCase,
    OnVersion,
    PauseQuestions,
    ReturnCase,
    SaveCase,
    SettleContact,
    ShareCase,
    SubmitCase,
    WithdrawCase,
)
from hub.library.models import Adoption, Case
from hub.library.publicity import OpenToPublic, open_to_public
from hub.library.services.adopting import adopt_case, propose_adoption
from hub.library.services.asking import pause_questions
from hub.library.services.published import confirm_case, end_case, share_case, withdraw_case
from hub.library.services.workflow import approve_case, publish_case, return_case, submit_case
from hub.library.services.writing import save_case, settle_contact
from hub.sharing.commands import HideDetails, OnSharing, Prepare, ReturnSharing, SaveSharing, WithdrawSharing
from hub.sharing.models import Sharing
from hub.sharing.services.cases import make_case
from hub.sharing.services.consenting import ask_consent, consent, return_sharing
from hub.sharing.services.editions import withdraw_sharing
from hub.sharing.services.preparing import hide_details, prepare, save_sharing
from hub.spreading.commands import Hear, SeeThanks, SettleProposal
from hub.spreading.services.hearing import hear_adoption, see_thanks, settle_proposal
from hub.threads.consultations.models import Consultation
from hub.threads.consultations.services import Settle, settle
from hub.visits.commands import AcceptVisit, DeclineVisit, FinishVisit, RequestVisit, WithdrawVisit
from hub.visits.models import Visit
from hub.visits.services import accept_visit, decline_visit, finish_visit, request_visit, withdraw_visit
from tests.factories import World
from tests.library.conftest import Library
from tests.spreading.world import case_of

LATER = date(2099, 1, 1)


@dataclass(frozen=True)
class Step:
    """`command` makes one from the id of the thing and its newest version."""

    service: Callable[..., Any]
    who: str
    command: Callable[[int, int], Any]

    def take(self, world: World, machine: "Machine", id_: int) -> Any:
        return world.write(self.service, self.who, self.command(id_, machine.version(world, id_)))


@dataclass(frozen=True)
class Machine:
    """`states`: the steps that lead from a new thing into a state. `told` says in which state it is, after a step."""

    model: type[Any]
    new: Callable[[World], int]
    steps: dict[str, Step]
    states: dict[str, tuple[str, ...]]
    told: Callable[[Any], str]

    def row(self, world: World, id_: int) -> Any:
        with world.store.read() as session:
            return session.get(self.model, id_)

    def version(self, world: World, id_: int) -> int:
        return int(getattr(self.row(world, id_), "version", 0) or 0)

    def made(self, world: World, state: str) -> int:
        id_ = self.new(world)
        for name in self.states[state]:
            self.steps[name].take(world, self, id_)
        return id_


def new_case(world: World) -> int:
    return Library(world).draft()


def told_of_case(case: Case) -> str:
    agreed = "+agreed" if case.approved_version == case.version else ""
    out = f"+out{case.published_version}of{case.version}" if case.published_version else ""
    return f"{case.status}{agreed}{out}{'+said' if case.ended_said_on else ''}"


CASE_STEPS = {
    "save by officer": Step(save_case, "officer", lambda id_, v: SaveCase(id_, v, {"lessons": f"学び{v}"})),
    "save by supporter": Step(save_case, "supporter", lambda id_, v: SaveCase(id_, v, {"lessons": f"県の{v}"})),
    "submit by officer": Step(submit_case, "officer", SubmitCase),
    "submit by manager": Step(submit_case, "manager", SubmitCase),
    "approve by manager": Step(approve_case, "manager", ApproveCase),
    "approve by supporter": Step(approve_case, "supporter", ApproveCase),
    "return by manager": Step(return_case, "manager", lambda id_, v: ReturnCase(id_, v, "直す")),
    "return by supporter": Step(return_case, "supporter", lambda id_, v: ReturnCase(id_, v, "直す")),
    "publish by supporter": Step(publish_case, "supporter", OnVersion),
    "publish by manager": Step(publish_case, "manager", OnVersion),
    "widen by manager": Step(share_case, "manager", lambda id_, _v: ShareCase(id_, "members")),
    "widen by supporter": Step(share_case, "supporter", lambda id_, _v: ShareCase(id_, "members")),
    "narrow by supporter": Step(share_case, "supporter", lambda id_, _v: ShareCase(id_, "town")),
    "end by manager": Step(end_case, "manager", lambda id_, _v: EndCase(id_, "やめた")),
    "end by supporter": Step(end_case, "supporter", lambda id_, _v: EndCase(id_, "やめた")),
    "confirm running": Step(confirm_case, "manager", lambda id_, _v: ConfirmCase(id_, "running")),
    "confirm changed": Step(confirm_case, "manager", lambda id_, _v: ConfirmCase(id_, "changed")),
    "confirm ended": Step(confirm_case, "manager", lambda id_, _v: ConfirmCase(id_, "ended", "やめた")),
    "withdraw by supporter": Step(withdraw_case, "supporter", lambda id_, _v: WithdrawCase(id_)),
    "withdraw by officer": Step(withdraw_case, "officer", lambda id_, _v: WithdrawCase(id_)),
    "public by manager": Step(open_to_public, "manager", lambda id_, _v: OpenToPublic(id_, True)),
    "public by supporter": Step(open_to_public, "supporter", lambda id_, _v: OpenToPublic(id_, True)),
    "contact": Step(settle_contact, "officer", lambda id_, _v: SettleContact(id_)),
    "pause": Step(pause_questions, "officer", lambda id_, _v: PauseQuestions(id_, LATER)),
    "adopt by another": Step(adopt_case, "foreign_officer", lambda id_, _v: Adopt(id_, "trial")),
}
_OUT = ("widen by manager", "submit by manager", "publish by supporter")
CASES = Machine(
    Case,
    new_case,
    CASE_STEPS,
    {
        "draft": (),
        "review": ("submit by officer",),
        "review, agreed": ("submit by manager",),
        "returned": ("submit by manager", "return by supporter"),
        "published": _OUT,
        "published, draft beside": (*_OUT, "save by officer"),
        "published, review beside": (*_OUT, "save by officer", "submit by officer"),
        "published, agreed beside": (*_OUT, "save by officer", "submit by manager"),
        "end said": (*_OUT, "end by supporter"),
        "ended": (*_OUT, "end by supporter", "approve by manager", "publish by supporter"),
        "withdrawn": (*_OUT, "withdraw by supporter"),
        "withdrawn, review": (*_OUT, "withdraw by supporter", "submit by officer"),
    },
    told_of_case,
)


def new_sharing(kind: str) -> Callable[[World], int]:
    def new(world: World) -> int:
        asked = world.thread(world.room, "consultation", "窓口の帳票を変えたい")
        world.message(asked, "まず数えてください。1,200万円かかります。", by="supporter", mark="official")
        command = Prepare(asked.thread_id, kind, kind == "edition")
        return int(world.write(prepare, "officer", command).data["sharing_id"])

    return new


class Edit(Step):
    """Another title, for the same room."""

    def take(self, world: World, machine: Machine, id_: int) -> Any:
        row = machine.row(world, id_)
        title = f"題{row.version}"
        return world.write(self.service, self.who, SaveSharing(id_, row.version, title, [], row.room_id, row.anonymous))


def sharing_steps(editor: str) -> dict[str, Step]:
    by = {"officer": "town", "supporter": "prefecture"}
    return {
        **{f"hide by {s}": Step(hide_details, who, lambda i, v: HideDetails(i, v, ["money"])) for who, s in by.items()},
        **{f"ask by {s}": Step(ask_consent, who, OnSharing) for who, s in by.items()},
        **{f"agree by {s}": Step(consent, who, OnSharing) for who, s in by.items()},
        "agree by another town": Step(consent, "foreign_officer", OnSharing),
        **{f"return by {s}": Step(return_sharing, w, lambda i, v: ReturnSharing(i, v, "直す")) for w, s in by.items()},
        **{f"case by {s}": Step(make_case, who, OnSharing) for who, s in by.items()},
        **{f"withdraw by {s}": Step(withdraw_sharing, w, lambda i, _v: WithdrawSharing(i)) for w, s in by.items()},
        "edit": Edit(save_sharing, editor, OnSharing),
    }


EDITIONS = Machine(
    Sharing,
    new_sharing("edition"),
    sharing_steps("officer"),
    {
        "preparing": (),
        "asked by the town": ("ask by town",),
        "asked by the prefecture": ("ask by prefecture",),
        "returned": ("ask by town", "return by prefecture"),
        "out": ("ask by town", "agree by prefecture"),
        "withdrawn before": ("ask by town", "withdraw by prefecture"),
        "withdrawn after": ("ask by town", "agree by prefecture", "withdraw by town"),
    },
    lambda sharing: f"{sharing.state}{'+edition' if sharing.edition_id else ''}",
)
CASE_SHARINGS = Machine(
    Sharing,
    new_sharing("case"),
    sharing_steps("supporter"),
    {
        "preparing": (),
        "made": ("case by town",),
        "withdrawn": ("withdraw by town",),
    },
    lambda sharing: f"{sharing.state}{'+case' if sharing.case_id else ''}",
)


def new_visit(world: World) -> int:
    case_id = case_of(world, world.prefecture)
    command = RequestVisit(case_id, world.new_id(), "見たい", 3, LATER)
    return int(world.write(request_visit, "officer", command).data["visit_id"])


def _day_comes(world: World, who: str, id_: int) -> None:
    with world.store.transaction() as session:
        session.get_one(Visit, id_).agreed_on = date(2020, 1, 1)


class Comes(Step):
    """Not taken by anybody: the agreed day."""

    def take(self, world: World, machine: Machine, id_: int) -> Any:
        _day_comes(world, self.who, id_)


VISITS = Machine(
    Visit,
    new_visit,
    {
        "accept": Step(accept_visit, "supporter", lambda id_, _v: AcceptVisit(id_, LATER)),
        "accept by the visitor": Step(accept_visit, "officer", lambda id_, _v: AcceptVisit(id_, LATER)),
        "decline": Step(decline_visit, "supporter", lambda id_, _v: DeclineVisit(id_, "混み合っています。")),
        "withdraw": Step(withdraw_visit, "officer", lambda id_, _v: WithdrawVisit(id_)),
        "withdraw by the host": Step(withdraw_visit, "supporter", lambda id_, _v: WithdrawVisit(id_)),
        "finish": Step(finish_visit, "supporter", lambda id_, _v: FinishVisit(id_, "問いと答え")),
        "(day comes)": Comes(finish_visit, "", lambda _id, _v: None),
    },
    {
        "requested": (),
        "accepted": ("accept",),
        "accepted, day come": ("accept", "(day comes)"),
        "declined": ("decline",),
        "withdrawn": ("withdraw",),
        "done": ("accept", "(day comes)", "finish"),
    },
    lambda visit: str(visit.state),
)


def new_adoption(world: World) -> int:
    """A proposal of the prefecture for 榛東村 about a case of 吉岡町."""
    case_id = case_of(world, world.town)
    world.write(propose_adoption, "supporter", Adopt(case_id, "trial", world.foreign_town))
    with world.store.read() as session:
        return session.scalars(sa.select(Adoption.id).where(Adoption.case_id == case_id)).one()


class OfCase(Step):
    """A command about the case of the adoption."""

    def take(self, world: World, machine: Machine, id_: int) -> Any:
        row = machine.row(world, id_)
        command = Adopt(row.case_id, self.command(0, 0), world.foreign_town if self.who == "supporter" else None)
        return world.write(self.service, self.who, command)


ADOPTIONS = Machine(
    Adoption,
    new_adoption,
    {
        "propose": OfCase(propose_adoption, "supporter", lambda _id, _v: "adopted"),
        "settle yes": Step(settle_proposal, "foreign_officer", lambda id_, _v: SettleProposal(id_, True)),
        "settle no": Step(settle_proposal, "foreign_officer", lambda id_, _v: SettleProposal(id_, False)),
        "settle by another": Step(settle_proposal, "officer", lambda id_, _v: SettleProposal(id_, True)),
        "adopt": OfCase(adopt_case, "foreign_officer", lambda _id, _v: "adopted"),
        "end": OfCase(adopt_case, "foreign_officer", lambda _id, _v: "ended"),
        "thank": Step(hear_adoption, "officer", lambda id_, _v: Hear(id_, "ありがとう")),
        "see thanks": Step(see_thanks, "foreign_officer", lambda id_, _v: SeeThanks(id_)),
    },
    {
        "proposed": (),
        "confirmed": ("settle yes",),
        "thanked": ("settle yes", "thank"),
        "thanks seen": ("settle yes", "thank", "see thanks"),
        "ended": ("settle yes", "end"),
    },
    lambda row: "gone" if row is None else f"{row.state}{'' if row.confirmed_at else '+proposed'}",
)


def new_consultation(world: World) -> int:
    return int(world.thread(world.room, "consultation").thread_id)


CONSULTATIONS = Machine(
    Consultation,
    new_consultation,
    {
        "answered": Step(settle, "supporter", lambda id_, _v: Settle(id_, "answered")),
        "closed": Step(settle, "officer", lambda id_, _v: Settle(id_, "closed", "solved")),
        "closed without a way": Step(settle, "officer", lambda id_, _v: Settle(id_, "closed")),
        "open with a way": Step(settle, "officer", lambda id_, _v: Settle(id_, "open", "solved")),
        "open": Step(settle, "officer", lambda id_, _v: Settle(id_, "open")),
        "closed by another town": Step(settle, "foreign_officer", lambda id_, _v: Settle(id_, "closed", "solved")),
    },
    {"open": (), "answered": ("answered",), "closed": ("closed",)},
    lambda row: f"{row.state}{'+' + row.closed_as if row.closed_as else ''}",
)

MACHINES = {
    "case": CASES,
    "edition": EDITIONS,
    "case from a consultation": CASE_SHARINGS,
    "visit": VISITS,
    "adoption": ADOPTIONS,
    "consultation": CONSULTATIONS,
}
