"""What happens to what is prepared to be shared with others."""

from dataclasses import dataclass

from hub.events.happenings import Audited


@dataclass(frozen=True, kw_only=True)
class OfSharing(Audited):
    sharing_id: int

    @property
    def subject(self) -> str:
        return f"sharing:{self.sharing_id}"


class SharingPrepared(OfSharing):
    action = "sharing.prepared"


@dataclass(frozen=True, kw_only=True)
class ConsentAsked(OfSharing):
    """`party_ids` are the organisations whose consent is missing."""

    action = "sharing.asked"
    party_ids: tuple[int, ...]


class ConsentGiven(OfSharing):
    action = "sharing.consented"


class SharingReturned(OfSharing):
    action = "sharing.returned"


class SharingPublished(OfSharing):
    action = "sharing.out"


class SharedAsCase(OfSharing):
    action = "sharing.case_made"


class SharingWithdrawn(OfSharing):
    action = "sharing.withdrawn"


class AliasesUnmasked(OfSharing):
    action = "sharing.unmasked"
