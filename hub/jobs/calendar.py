"""When recurring work is due."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from hub.clock import in_japan


class Calendar(Protocol):
    def after(self, moment: datetime) -> datetime:
        """The next time after `moment`."""


@dataclass(frozen=True)
class Every:
    """So long after the last time."""

    pause: timedelta

    def after(self, moment: datetime) -> datetime:
        return moment + self.pause


@dataclass(frozen=True)
class Daily:
    """At this time of the day in Japan."""

    hour: int
    minute: int = 0

    def after(self, moment: datetime) -> datetime:
        here = in_japan(moment)
        today = here.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        return (today if today > here else today + timedelta(days=1)).astimezone(UTC)
