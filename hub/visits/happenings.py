"""What happens to a 視察, from the request to what was learnt there."""

from dataclasses import dataclass

from hub.events.happenings import Audited


@dataclass(frozen=True, kw_only=True)
class OfVisit(Audited):
    """`host_id` is the organisation that is visited."""

    visit_id: int
    host_id: int

    @property
    def subject(self) -> str:
        return f"visit:{self.visit_id}"


class VisitRequested(OfVisit):
    action = "visit.requested"


class VisitAccepted(OfVisit):
    action = "visit.accepted"


class VisitDeclined(OfVisit):
    action = "visit.declined"


class VisitWithdrawn(OfVisit):
    action = "visit.withdrawn"


class VisitDone(OfVisit):
    action = "visit.done"


BECAME: dict[str, type[OfVisit]] = {
    "accepted": VisitAccepted,
    "declined": VisitDeclined,
    "withdrawn": VisitWithdrawn,
    "done": VisitDone,
}
