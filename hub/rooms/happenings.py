"""What happens to rooms and to those who are let into them."""

from dataclasses import dataclass

from hub.access_changes import Whom
from hub.events.happenings import Audited, Happening


@dataclass(frozen=True, kw_only=True)
class OfRoom(Audited):
    room_id: int

    @property
    def subject(self) -> str:
        return f"room:{self.room_id}"


class RoomCreated(OfRoom):
    action = "room.created"


class RoomDescribed(OfRoom):
    action = "room.described"


class RoomArchived(OfRoom):
    action = "room.archived"


class RoomReopened(OfRoom):
    action = "room.reopened"


class RoomExported(OfRoom):
    action = "room.exported"


class OrganisationAdmitted(OfRoom):
    action = "room.admitted"


class OrganisationDismissed(OfRoom):
    action = "room.dismissed"


class GuestAdmitted(OfRoom):
    action = "room.guest_admitted"


class GuestDismissed(OfRoom):
    action = "room.guest_dismissed"


@dataclass(frozen=True, kw_only=True)
class RoomReadWithReason(OfRoom):
    action = "room.read_with_reason"
    staff_id: int

    @property
    def concerned(self) -> Whom:
        return Whom(staff=frozenset([self.staff_id]))


@dataclass(frozen=True)
class RoomReadersChanged(Happening):
    """The room is read by another audience than before."""

    room_id: int

    @property
    def concerned(self) -> Whom:
        return Whom(rooms=frozenset([self.room_id]))
