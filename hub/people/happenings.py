"""What happens to people, their sign-ins, their duties and their organisations."""

from dataclasses import dataclass

from hub.access_changes import Whom
from hub.events.happenings import Audited, Happening


@dataclass(frozen=True, kw_only=True)
class OfStaff(Audited):
    staff_id: int

    @property
    def subject(self) -> str:
        return f"staff:{self.staff_id}"

    @property
    def concerned(self) -> Whom | None:
        return Whom(staff=frozenset([self.staff_id]))


class AdminCreated(OfStaff):
    action = "admin.created"

    @property
    def concerned(self) -> None:
        return None  # everybody: with the first administrator an installation begins


class StaffInvited(OfStaff):
    action = "staff.invited"


class StaffRenamed(OfStaff):
    action = "staff.renamed"


class StaffEnabled(OfStaff):
    action = "staff.enabled"


class StaffDisabled(OfStaff):
    action = "staff.disabled"


class PostingAdded(OfStaff):
    action = "posting.added"


class PostingChanged(OfStaff):
    action = "posting.changed"


class PostingEnded(OfStaff):
    action = "posting.ended"


class PasswordChanged(OfStaff):
    action = "password.changed"


class SignInBegan(OfStaff):
    action = "sign_in.began"


class SignInFailed(OfStaff):
    """`staff_id` is 0 for an address that nobody has."""

    action = "sign_in.failed"

    @property
    def subject(self) -> str:
        return f"staff:{self.staff_id or ''}"


class InvitationIssued(OfStaff):
    action = "invitation.issued"


class InvitationUsed(OfStaff):
    action = "invitation.used"


class ResetIssued(OfStaff):
    action = "reset.issued"


class ResetUsed(OfStaff):
    action = "reset.used"


@dataclass(frozen=True)
class OwnAccountChanged(Happening):
    """What everybody's open pages know of oneself: name, language, 記入者名."""

    staff_id: int

    @property
    def concerned(self) -> Whom:
        return Whom(staff=frozenset([self.staff_id]))


class ProfileSaved(OwnAccountChanged):
    pass


@dataclass(frozen=True)
class SignInsEnded(Happening):
    staff_ids: frozenset[int]

    @property
    def concerned(self) -> Whom:
        return Whom(staff=self.staff_ids)


@dataclass(frozen=True, kw_only=True)
class OfDuty(Audited):
    duty_id: int

    @property
    def subject(self) -> str:
        return f"duty:{self.duty_id}"


class DutyCreated(OfDuty):
    action = "duty.created"


class DutySeated(OfDuty):
    action = "duty.seated"


class AbsenceSet(OfDuty):
    action = "duty.absence"


@dataclass(frozen=True, kw_only=True)
class OfOrganisation(Audited):
    organisation_id: int

    @property
    def subject(self) -> str:
        return f"organisation:{self.organisation_id}"

    @property
    def concerned(self) -> Whom:
        return Whom(organisations=frozenset([self.organisation_id]))


class OrganisationAdded(OfOrganisation):
    action = "organisation.added"


class OrganisationChanged(OfOrganisation):
    action = "organisation.changed"


@dataclass(frozen=True, kw_only=True)
class StaffImported(OfOrganisation):
    action = "staff.imported"
    staff_ids: tuple[int, ...]

    @property
    def concerned(self) -> Whom:
        return Whom(staff=frozenset(self.staff_ids))
