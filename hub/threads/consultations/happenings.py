"""What happens to consultations."""

from dataclasses import dataclass

from hub.events.happenings import Happening


@dataclass(frozen=True)
class ConsultationSettled(Happening):
    """It is in another state than before."""

    thread_id: int
