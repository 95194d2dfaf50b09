"""What happens to a karte."""

from dataclasses import dataclass

from hub.events.happenings import Audited, Happening


@dataclass(frozen=True, kw_only=True)
class OfKarte(Audited):
    """Told to the managers of the municipality: it reads all that these are about."""

    karte_id: int

    @property
    def subject(self) -> str:
        return f"organisation:{self.karte_id}"


class FactRecorded(OfKarte):
    action = "karte.fact"


class PlanChanged(OfKarte):
    action = "karte.plan"


class ContactRecorded(OfKarte):
    action = "karte.contact"


@dataclass(frozen=True)
class KarteNotePosted(Happening):
    """Not audited: managers of the municipality read its record."""

    note_id: int
