"""The word of both sides for one version of a case and for its readers, as something that can be handed on. Publishing
takes nothing else, and nothing else makes one: whatever puts a text out has asked here first (ADR 22)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import Conflict
from hub.library.models import Case
from hub.library.queries import Place
from hub.library.readers import needs_consent, within
from hub.people.models import Organisation
from hub.security.permissions import Permission, require, require_role

_SEAL = object()


@dataclass(frozen=True)
class Consents:
    """That version `version` of a case may go out to the readers `audience_id`."""

    case_id: int
    version: int
    audience_id: int
    seal: object = field(repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("consents are asked for, not made")


def consents_to(session: Session, actor: Actor, place: Place) -> Consents:
    """For the newest version: whoever publishes it speaks for the DX section. Raises NotFound, Forbidden, and Conflict
    as long as the town has not agreed to exactly this version and these readers."""
    require(actor, Permission.CASE_PUBLISH, place.subject)
    return _consents(session, place.case, place.organisation)


def consents_of_import(session: Session, actor: Actor | None, cases: Sequence[Case]) -> list[Consents]:
    """The same for the cases of a file, which the DX section takes over; without an actor the operator does, at the
    server. Raises as `consents_to` does: a file is nobody's consent but theirs."""
    if actor is not None:
        require_role(actor, Permission.CASE_IMPORT)
    ids = {case.organisation_id for case in cases}
    query = sa.select(Organisation).where(Organisation.id.in_(ids))
    bodies = {body.id: body for body in session.scalars(query)} if ids else {}
    return [_consents(session, case, bodies[case.organisation_id]) for case in cases]


def _consents(session: Session, case: Case, body: Organisation) -> Consents:
    agreed = case.approved_version == case.version
    audience_id = case.agreed_audience_id if agreed and case.agreed_audience_id is not None else case.audience_id
    if needs_consent(body) and not (agreed and _meant(session, case, audience_id)):
        raise Conflict(_("団体管理者がまだこの版に同意していません。"))
    return Consents(case.id, case.version, audience_id, _SEAL)


def _meant(session: Session, case: Case, audience_id: int) -> bool:
    """Whether the town agreed to these readers, or to more."""
    approved = case.approved_audience_id
    return approved is not None and (audience_id == approved or within(session, audience_id, approved, case.owners_id))
