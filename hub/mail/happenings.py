"""What happens to mails that others have to know of."""

from dataclasses import dataclass
from typing import ClassVar

from hub.events.happenings import Audited


@dataclass(frozen=True, kw_only=True)
class MailRulesSet(Audited):
    action: ClassVar[str] = "mail.rules"

    @property
    def subject(self) -> str:
        return "mail:rules"


@dataclass(frozen=True, kw_only=True)
class MailResumed(Audited):
    action: ClassVar[str] = "mail.resumed"
    staff_id: int

    @property
    def subject(self) -> str:
        return f"staff:{self.staff_id}"
