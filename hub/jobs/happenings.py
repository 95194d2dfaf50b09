"""What happens to jobs that a person has to know of."""

from dataclasses import dataclass
from typing import ClassVar

from hub.events.happenings import Audited


@dataclass(frozen=True, kw_only=True)
class JobRetried(Audited):
    action: ClassVar[str] = "job.retried"
    job_id: int

    @property
    def subject(self) -> str:
        return f"job:{self.job_id}"
