"""Who acts: what the hub knows of a signed-in person at one moment."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

Role = Literal["officer", "manager", "bureau", "supporter", "lead", "admin", "guest"]
ROLES: tuple[Role, ...] = get_args(Role)
BY_POSTING: frozenset[Role] = frozenset(("officer", "manager", "supporter", "lead"))

Side = Literal["municipality", "prefecture", "outside"]


@dataclass(frozen=True)
class Actor:
    """An answer of `hub/security/actors.py`: right while `access_version` is current and until `valid_until`.

    `audience_ids` are the audiences that the person may read now, `room_ids` single rooms beside these, with a reason
    on record. With several postings (併任) `role` is the highest of
    them; `managed_ids` are the bodies in which the person was made manager or lead. `sign_in_id` is 0 for the command
    line and jobs, which act for somebody without a browser. Flask-Login sees it as the current user.
    """

    staff_id: int
    sign_in_id: int
    posting_id: int
    name: str
    role: Role
    organisation_id: int
    organisation_name: str
    section_name: str
    side: Side
    organisation_ids: frozenset[int] = frozenset()
    managed_ids: frozenset[int] = frozenset()
    section_ids: frozenset[int] = frozenset()
    audience_ids: frozenset[int] = field(default=frozenset(), repr=False)
    room_ids: frozenset[int] = field(default=frozenset(), repr=False)
    shared: bool = False
    writer_name: str = ""
    language: str = "ja"
    access_version: int = 0
    valid_until: datetime | None = None

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def in_dx_section(self) -> bool:
        return self.role in ("supporter", "lead")

    @property
    def displayed_name(self) -> str:
        """吉岡町(山田) for a shared account whose 記入者名 is known, else the person's name."""
        return f"{self.organisation_name}({self.writer_name})" if self.shared and self.writer_name else self.name
