"""What people can do with rooms, as frozen commands."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from hub.feed.payloads import STRICT, Body, Id

# Moments far outside would not survive the way into UTC and back.
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
Line = Annotated[str, Field(max_length=300)]
Organisations = Annotated[tuple[Id, ...], Field(max_length=200)]


@dataclass(config=STRICT)
class PreferRoom:
    room_id: Id
    muted: bool = False
    favourite: bool = False


@dataclass(config=STRICT)
class CreateRoom:
    name: Body
    kind: Literal["circle", "commons"] = "circle"
    description: Body = ""


@dataclass(config=STRICT)
class DescribeRoom:
    room_id: Id
    name: Body
    description: Body = ""


@dataclass(config=STRICT)
class Admit:
    """Let an organisation read and write in a circle, or no longer."""

    room_id: Id
    organisation_id: Id
    on: bool


@dataclass(config=STRICT)
class AdmitGuest:
    """Let one person in by name; `until_on` is the last day, without it the last one of the fiscal year."""

    room_id: Id
    staff_id: Id
    on: bool
    until_on: Day | None = None


@dataclass(config=STRICT)
class Archive:
    room_id: Id
    on: bool


@dataclass(config=STRICT)
class ReadWithReason:
    room_id: Id
    reason: Line
