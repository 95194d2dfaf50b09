"""What people can do with 視察, as frozen commands."""

from datetime import date
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from hub.feed.payloads import STRICT, Body, ClientId, Id


@dataclass(config=STRICT)
class RequestVisit:
    """Up to three days in the order of preference."""

    case_id: Id
    client_id: ClientId
    purpose: Body
    headcount: Annotated[int, Field(ge=1, le=500)]
    first: date
    second: date | None = None
    third: date | None = None
    questions: Body = ""
    online: bool = False


@dataclass(config=STRICT)
class AcceptVisit:
    """`agreed_on` may be one of the proposed days or another that both have settled otherwise."""

    visit_id: Id
    agreed_on: date
    reply: Body = ""


@dataclass(config=STRICT)
class DeclineVisit:
    visit_id: Id
    reply: Body


@dataclass(config=STRICT)
class WithdrawVisit:
    visit_id: Id


@dataclass(config=STRICT)
class FinishVisit:
    """`findings`: what was asked and answered; from now on readers of the case see it, without the visitor's name."""

    visit_id: Id
    findings: Body = ""
