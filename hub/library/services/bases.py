"""Changing a basis (根拠), which flags every case that rests on it; renaming one, and bringing two together."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today, utc_now
from hub.errors import NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.commands import AddBasis, ChangeBasis, SettleBasis
from hub.library.content import LINE_CHARS
from hub.library.happenings import BasisAdded, BasisChanged, BasisMerged, BasisRenamed, OfBasis
from hub.library.models import Basis, BasisAlias, CaseBasis
from hub.library.services.vocabulary import named
from hub.security.permissions import Permission, require_role


def add_basis(session: Session, actor: Actor, command: AddBasis) -> Receipt:
    """Raises ValidationFailed when there is one of this name."""
    require_role(actor, Permission.CURATE)
    name = named(command.name, most=LINE_CHARS)
    _refuse_taken(session, name)
    basis = Basis(name=name, kind=command.kind, curated=True)
    session.add(basis)
    session.flush()
    _note(session, actor, BasisAdded, basis, {"name": name})
    return Receipt({"basis_id": str(basis.id)})


def change_basis(session: Session, actor: Actor, command: ChangeBasis) -> Receipt:
    """Flags what rests on the basis until each is confirmed. Raises NotFound, ValidationFailed."""
    require_role(actor, Permission.CURATE)
    basis = _locked(session, command.basis_id)
    basis.changed_note = named(command.note, "note", LINE_CHARS)
    basis.changed_at, basis.changed_on, basis.curated = utc_now(), command.on or japan_today(), True
    _note(session, actor, BasisChanged, basis, {"note": basis.changed_note})
    return Receipt({"basis_id": str(basis.id)})


def settle_basis(session: Session, actor: Actor, command: SettleBasis) -> Receipt:
    """Rename a basis, say of what kind it is, or bring it together with the one that `means` names. Texts that say a
    former name mean the basis. Raises NotFound, ValidationFailed."""
    require_role(actor, Permission.CURATE)
    basis = _locked(session, command.basis_id)
    if command.means.strip():
        return _bring_together(session, actor, basis, named(command.means, "means", LINE_CHARS))
    name, before = named(command.name, most=LINE_CHARS), basis.name
    basis.kind, basis.curated = command.kind, True
    if name != before:
        _refuse_taken(session, name, but=basis.id)
        session.execute(sa.delete(BasisAlias).where(BasisAlias.name == name))
        session.add(BasisAlias(name=before, basis_id=basis.id))
        basis.name = name
        _note(session, actor, BasisRenamed, basis, {"from": before, "to": name})
    return Receipt({"basis_id": str(basis.id)})


def _bring_together(session: Session, actor: Actor, basis: Basis, name: str) -> Receipt:
    query = sa.select(Basis).outerjoin(BasisAlias, BasisAlias.basis_id == Basis.id)
    meant = session.scalars(query.where(sa.or_(Basis.name == name, BasisAlias.name == name))).first()
    if meant is None or meant.id == basis.id:
        raise ValidationFailed({"means": _("ほかの前提の名称を入力してください。")})
    meant = _locked(session, meant.id)
    _move_cases(session, basis.id, meant.id)
    if basis.changed_at is not None and (meant.changed_at is None or meant.changed_at < basis.changed_at):
        meant.changed_at, meant.changed_on, meant.changed_note = basis.changed_at, basis.changed_on, basis.changed_note
    session.execute(sa.update(BasisAlias).where(BasisAlias.basis_id == basis.id).values(basis_id=meant.id))
    session.delete(basis)
    session.flush()
    session.add(BasisAlias(name=basis.name, basis_id=meant.id))
    _note(session, actor, BasisMerged, meant, {"basis": basis.name, "means": meant.name})
    return Receipt({"basis_id": str(meant.id)})


def _move_cases(session: Session, source: int, target: int) -> None:
    """Of a case that rests on both, the earlier confirmation holds: what was flagged stays flagged."""
    moving = dict(
        session.execute(sa.select(CaseBasis.case_id, CaseBasis.confirmed_at).where(CaseBasis.basis_id == source)).all()
    )
    both = session.scalars(sa.select(CaseBasis).where(CaseBasis.basis_id == target, CaseBasis.case_id.in_(moving)))
    for link in both.all():
        link.confirmed_at = min(link.confirmed_at, moving.pop(link.case_id))
    session.execute(sa.delete(CaseBasis).where(CaseBasis.basis_id == source, CaseBasis.case_id.not_in(moving)))
    session.execute(sa.update(CaseBasis).where(CaseBasis.basis_id == source).values(basis_id=target))


def _locked(session: Session, basis_id: int) -> Basis:
    basis = session.get(Basis, basis_id, with_for_update=True)
    if basis is None:
        raise NotFound
    return basis


def _refuse_taken(session: Session, name: str, but: int = 0) -> None:
    """A name belongs to one basis, also as a former one: texts could not tell two apart."""
    taken = session.scalars(sa.select(Basis.id).where(Basis.name == name, Basis.id != but)).first()
    former = session.scalars(sa.select(BasisAlias.basis_id).where(BasisAlias.name == name)).first()
    if taken is not None or former not in (None, but):
        raise ValidationFailed({"name": _("「%(name)s」はもうあります。", name=name)})


def _note(session: Session, actor: Actor, kind: type[OfBasis], basis: Basis, detail: dict[str, str]) -> None:
    happened(session, actor, kind(basis_id=basis.id, organisation_id=actor.organisation_id, detail=detail))
