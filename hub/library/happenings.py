"""What happens to cases, and to the words and lists that the DX section keeps for all of them."""

from dataclasses import dataclass

from hub.access_changes import Whom
from hub.events.happenings import Audited, Happening


@dataclass(frozen=True, kw_only=True)
class OfCase(Audited):
    case_id: int

    @property
    def subject(self) -> str:
        return f"case:{self.case_id}"


class CaseCreated(OfCase):
    action = "case.created"


class CaseSaved(OfCase):
    action = "case.saved"


class CaseSubmitted(OfCase):
    action = "case.submitted"


class CaseApproved(OfCase):
    action = "case.approved"


class CaseReturned(OfCase):
    action = "case.returned"


class CasePublished(OfCase):
    action = "case.published"


class CaseShared(OfCase):
    action = "case.shared"


class CaseEnded(OfCase):
    action = "case.ended"


@dataclass(frozen=True, kw_only=True)
class CaseUnpublished(OfCase):
    """`withdrawn_by` is the organisation that took it back from its readers."""

    action = "case.withdrawn"
    withdrawn_by: int


class CaseConfirmed(OfCase):
    action = "case.confirmed"


class ContactSettled(OfCase):
    action = "case.contact"


class IntervalSettled(OfCase):
    action = "case.interval"


class QuestionsPaused(OfCase):
    action = "case.paused"


class PublicityAgreed(OfCase):
    action = "case.public_agreed"


class PublicityEnded(OfCase):
    action = "case.public_ended"


@dataclass(frozen=True, kw_only=True)
class CaseAdopted(OfCase):
    """An organisation says itself what it does with a case of `author_id`."""

    action = "case.adopted"
    author_id: int


class AdoptionProposed(OfCase):
    action = "case.adoption_proposed"


class ProposalRefused(OfCase):
    action = "case.proposal_refused"


class AdopterThanked(OfCase):
    action = "case.adopter_thanked"


class LineageChanged(OfCase):
    action = "case.lineage_changed"


@dataclass(frozen=True)
class CasesGoneOut(Happening):
    """Versions of these cases became the ones that readers see."""

    case_ids: tuple[int, ...]


@dataclass(frozen=True)
class FacetsChanged(Happening):
    """What lists show of these cases and filter by is another."""

    case_ids: tuple[int, ...]


@dataclass(frozen=True)
class CaseNewsRead(Happening):
    """The actor has less, or more, to be told of new cases."""


@dataclass(frozen=True)
class TombstonesChanged(Happening):
    """These people and organisations see that a case was withdrawn, or see it no more."""

    concerned: Whom


@dataclass(frozen=True)
class EndingNoted(Happening):
    """A case has ended; `organisation_id` is of a side that has not said so itself, `managers_only` for a town."""

    organisation_id: int
    managers_only: bool


class CasesImported(Audited):
    action = "case.imported"

    @property
    def subject(self) -> str:
        return "cases"


class CasesExported(Audited):
    action = "case.exported"

    @property
    def subject(self) -> str:
        return "cases"


@dataclass(frozen=True, kw_only=True)
class OfField(Audited):
    field: int | str  # the name of one that is new or gone

    @property
    def subject(self) -> str:
        return f"field:{self.field}"


class FieldAdded(OfField):
    action = "field.added"


class FieldRenamed(OfField):
    action = "field.renamed"


class FieldDropped(OfField):
    action = "field.dropped"


@dataclass(frozen=True, kw_only=True)
class OfTag(Audited):
    tag: int | str

    @property
    def subject(self) -> str:
        return f"tag:{self.tag}"


class TagGroupAdded(OfTag):
    action = "tag.group_added"


class TagChanged(OfTag):
    action = "tag.changed"


class TagMerged(OfTag):
    action = "tag.merged"


@dataclass(frozen=True, kw_only=True)
class OfBasis(Audited):
    basis_id: int

    @property
    def subject(self) -> str:
        return f"basis:{self.basis_id}"


class BasisAdded(OfBasis):
    action = "basis.added"


class BasisChanged(OfBasis):
    action = "basis.changed"


class BasisRenamed(OfBasis):
    action = "basis.renamed"


class BasisMerged(OfBasis):
    action = "basis.merged"


@dataclass(frozen=True, kw_only=True)
class CollectionChanged(Audited):
    action = "collection.changed"
    collection_id: int

    @property
    def subject(self) -> str:
        return f"collection:{self.collection_id}"
