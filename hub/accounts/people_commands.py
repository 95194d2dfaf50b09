"""What managers and administrators do with people, bodies and duties, as frozen commands."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from hub.feed.payloads import STRICT, Body, Id

Line = Annotated[str, Field(max_length=300)]
# A day that people mean; moments far outside would not survive the way into UTC and back.
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
GivenRole = Literal["officer", "manager", "bureau", "supporter", "lead", "guest", "admin"]


@dataclass(config=STRICT)
class Invite:
    """A new account with one posting; they set their password by a link that is handed over."""

    organisation_id: Id
    email: Line
    name: Line
    section: Line
    role: GivenRole
    kana: Line = ""
    from_on: Day | None = None
    until_on: Day | None = None
    shared: bool = False


@dataclass(config=STRICT)
class AddPosting:
    staff_id: Id
    organisation_id: Id
    section: Line
    role: GivenRole
    from_on: Day | None = None
    until_on: Day | None = None


@dataclass(config=STRICT)
class ChangePosting:
    """Role and dates of a posting that is not over. `from_on` counts only while it has not begun; without `until_on` it
    has no end."""

    staff_id: Id
    posting_id: Id
    role: GivenRole
    from_on: Day | None = None
    until_on: Day | None = None


@dataclass(config=STRICT)
class EndPosting:
    """`until_on` is the last day; without it the posting ends now."""

    staff_id: Id
    posting_id: Id
    until_on: Day | None = None


@dataclass(config=STRICT)
class SetAccess:
    """Disable an account (`on` false) or enable it again; accounts are never deleted."""

    staff_id: Id
    on: bool


@dataclass(config=STRICT)
class AddOrganisation:
    """A further body: a municipality that takes part, or その他, whose people are guests."""

    name: Line
    kind: Literal["市", "町", "村", "その他"]
    kana: Line = ""
    code: Line = ""


@dataclass(config=STRICT)
class ChangeOrganisation:
    """`mail_domains` one to a line: whom its manager may invite; empty = anybody."""

    organisation_id: Id
    name: Line
    kana: Line = ""
    district: Line = ""
    mail_domains: Body = ""
    member: bool = False


@dataclass(config=STRICT)
class PutDuty:
    """A seat in a section; `accompanies` is the municipality of a 伴走支援 seat."""

    section_id: Id
    name: Line
    accompanies: Id | None = None


@dataclass(config=STRICT)
class SeatHolder:
    """Who sits in a duty's seat from now or from a later day on; nobody when `staff_id` is missing. `until_on` is the
    last day."""

    duty_id: Id
    staff_id: Id | None = None
    from_on: Day | None = None
    until_on: Day | None = None


@dataclass(config=STRICT)
class SetAbsence:
    """不在: first and last day; neither = present."""

    duty_id: Id
    from_on: Day | None = None
    until_on: Day | None = None
    deputy_duty_id: Id | None = None
