"""What happens to consultations."""

from dataclasses import dataclass

from hub.events.happenings import Audited, Happening
from hub.threads.happenings import Call, OfThread


@dataclass(frozen=True)
class ConsultationSettled(Happening):
    """It is in another state than before."""

    thread_id: int


class ConsultationTaken(OfThread):
    action = "consultation.taken"


@dataclass(frozen=True, kw_only=True)
class ConsultationHandedOver(OfThread):
    """`message_id` is the newest that can be read; whoever was given the consultation is called to it."""

    action = "consultation.handed_over"
    room_id: int
    message_id: int = 0
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True)
class _Silence(Happening):
    """`message_id` is the newest that can be read; whoever asked is called to it."""

    thread_id: int
    room_id: int
    message_id: int
    calls: tuple[Call, ...]


class ConsultationSilent(_Silence):
    """Answered, and nobody has said anything since: whoever asked was reminded."""


class ConsultationLapsed(_Silence):
    """Nobody said anything after that either: it is closed."""


@dataclass(frozen=True, kw_only=True)
class ConsultationRecorded(OfThread):
    """By the DX section for a municipality, which is told."""

    action = "consultation.recorded"
    room_id: int
    message_id: int
    calls: tuple[Call, ...]


class ReceptionCorrected(OfThread):
    action = "consultation.reception_corrected"


class RulesChanged(Audited):
    action = "consultation.rules_changed"

    @property
    def subject(self) -> str:
        return "consultations"
