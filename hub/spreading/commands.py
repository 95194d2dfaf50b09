"""What people do about the spreading of practices, as frozen commands."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from hub.feed.payloads import STRICT, Body, Id
from hub.library.commands import AdoptionState

Place = Annotated[int, Field(ge=0, le=10**6)]


@dataclass(config=STRICT)
class SettleProposal:
    """このとおり確定する, or このとおりではない: what a supporter proposed is then gone."""

    adoption_id: Id
    on: bool


@dataclass(config=STRICT)
class Hear:
    """確認しました by the author's side; with `thanks` the adopter is thanked."""

    adoption_id: Id
    thanks: Body | None = None


@dataclass(config=STRICT)
class SeeThanks:
    adoption_id: Id


@dataclass(config=STRICT)
class Tick:
    case_id: Id
    item_id: Id
    on: bool


@dataclass(config=STRICT)
class TickAll:
    """A whole stage as the form shows it: `ticked` are the items that are done, separated by blanks."""

    case_id: Id
    shown: Body = ""
    ticked: Body = ""


@dataclass(config=STRICT)
class AddItem:
    state: AdoptionState
    text: Body


@dataclass(config=STRICT)
class ChangeItem:
    item_id: Id
    text: Body
    position: Place


@dataclass(config=STRICT)
class RetireItem:
    item_id: Id
    on: bool


@dataclass(config=STRICT)
class LinkPredecessor:
    """`predecessor` as typed: the number of a case, or the address of its page."""

    case_id: Id
    predecessor: Body
    note: Body = ""


@dataclass(config=STRICT)
class UnlinkPredecessor:
    case_id: Id
    predecessor_id: Id
