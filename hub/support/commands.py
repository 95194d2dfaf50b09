"""What people do with a karte, as frozen commands."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from hub.feed.payloads import STRICT, Body, ClientId, Id, Typed

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
Number = Annotated[int, Field(ge=0, le=1_000_000)]


@dataclass(config=STRICT)
class RecordFact:
    """`number`: of the statement that was read, 0 where there was none. With another before it, `reason` says why; an
    empty value says that what was said no longer holds."""

    organisation_id: Id
    client_id: ClientId
    name: Typed
    number: Number = 0
    item: Typed = ""
    value: Typed = ""
    source: Typed = ""
    as_of: Day | None = None
    reason: Typed = ""


@dataclass(config=STRICT, kw_only=True)
class Planned:
    """How an item stands. `holder`: `duty:7` or `staff:9`; `outside`: who, when nobody of the two sides has to act."""

    title: Typed
    due_on: Day
    holder: Typed
    side: Literal["municipality", "prefecture", "outside"]
    outside: Typed = ""


@dataclass(config=STRICT, kw_only=True)
class AddPlanItem(Planned):
    organisation_id: Id
    client_id: ClientId


@dataclass(config=STRICT, kw_only=True)
class ChangePlanItem(Planned):
    """`number`: of the change that was read."""

    item_id: Id
    number: Number
    state: Literal["on_track", "ahead", "late", "done", "dropped"]
    reason: Typed = ""


@dataclass(config=STRICT, kw_only=True)
class Told:
    """What a visit or a call came to; `people`: who was there."""

    way: Literal["visit", "call", "online"]
    held_on: Day
    people: Typed
    body: Body
    next_step: Typed = ""
    next_on: Day | None = None


@dataclass(config=STRICT, kw_only=True)
class RecordContact(Told):
    organisation_id: Id
    client_id: ClientId


@dataclass(config=STRICT, kw_only=True)
class CorrectContact(Told):
    """`contact_id`: the row that was read."""

    contact_id: Id
    reason: Typed = ""


@dataclass(config=STRICT)
class PostKarteNote:
    organisation_id: Id
    body: Body
    client_id: ClientId
