"""That every side has agreed to one version of what goes out, as something that can be handed on: an edition is made of
nothing else, and nothing else makes one (ADR 22)."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from hub.sharing.models import Sharing
from hub.sharing.parties import consents_of, parties_of

_SEAL = object()


@dataclass(frozen=True)
class Agreed:
    """By every party, to this version and to the room in which it will be read."""

    sharing_id: int
    version: int
    room_id: int | None
    seal: object = field(repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("consents are asked for, not made")

    def is_to(self, sharing: Sharing) -> bool:
        return (self.sharing_id, self.version, self.room_id) == (sharing.id, sharing.version, sharing.room_id)


def agreed_by_all(session: Session, sharing: Sharing) -> Agreed | None:
    """None while somebody has not answered yet."""
    given = consents_of(session, sharing)
    parties = parties_of(session, sharing)
    if not parties or any(party.id not in given for party in parties):
        return None
    return Agreed(sharing.id, sharing.version, sharing.room_id, _SEAL)
