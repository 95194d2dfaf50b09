"""What people can do about sharing, as frozen commands."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from hub.feed.payloads import STRICT, Body, Id
from hub.sharing.details import KINDS, Kind

Version = Annotated[int, Field(ge=0, le=2**53)]


@dataclass(config=STRICT)
class Prepare:
    """Begin an edition or a case from a thread."""

    thread_id: Id
    kind: Literal["edition", "case"]
    anonymous: bool = False


@dataclass(config=STRICT)
class PartText:
    position: Version
    included: bool
    body: Body


@dataclass(config=STRICT)
class SaveSharing:
    """`version` is the one that was read; parts that are not named stay as they are."""

    sharing_id: Id
    version: Version
    title: Body
    parts: Annotated[list[PartText], Field(max_length=500)]
    room_id: Id | None = None
    anonymous: bool = False


@dataclass(config=STRICT)
class HideDetails:
    """Put a word like 【氏名】 in place of every detail of these kinds that is found in what goes out."""

    sharing_id: Id
    version: Version
    kinds: Annotated[list[Kind], Field(max_length=len(KINDS))]


@dataclass(config=STRICT)
class OnSharing:
    """Ask for consent to, or agree to, `version`: the one that was read."""

    sharing_id: Id
    version: Version


@dataclass(config=STRICT)
class ReturnSharing:
    sharing_id: Id
    version: Version
    remark: Body


@dataclass(config=STRICT)
class WithdrawSharing:
    sharing_id: Id


@dataclass(config=STRICT)
class AnswerHelp:
    """「匿名で他の市町村に役立てますか」"""

    thread_id: Id
    yes: bool


@dataclass(config=STRICT)
class Unmask:
    sharing_id: Id
    reason: Body
