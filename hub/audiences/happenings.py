"""Who may read what has changed."""

from dataclasses import dataclass

from hub.access_changes import Ids, Whom
from hub.events.happenings import Happening


@dataclass(frozen=True)
class GrantsChanged(Happening):
    """These people, sections and organisations came to read by an audience, or left it."""

    audience_id: int
    concerned: Whom


class GrantsGiven(GrantsChanged):
    pass


class GrantsTaken(GrantsChanged):
    @property
    def organisation_ids(self) -> Ids:
        return self.concerned.organisations
