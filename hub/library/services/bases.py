"""Changing a basis (根拠), which flags every case that rests on it."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.clock import japan_today, utc_now
from hub.errors import NotFound, ValidationFailed
from hub.feed.submissions import Receipt
from hub.library.commands import AddBasis, ChangeBasis
from hub.library.content import LINE_CHARS
from hub.library.models import Basis
from hub.library.services.vocabulary import named
from hub.records.audit import record
from hub.security.actor import Actor
from hub.security.permissions import Permission, require_role


def add_basis(session: Session, actor: Actor, command: AddBasis) -> Receipt:
    """Raises ValidationFailed when there is one of this name."""
    require_role(actor, Permission.CURATE)
    name = named(command.name, most=LINE_CHARS)
    if session.scalars(sa.select(Basis.id).where(Basis.name == name)).first() is not None:
        raise ValidationFailed({"name": _("「%(name)s」はもうあります。", name=name)})
    basis = Basis(name=name, kind=command.kind)
    session.add(basis)
    session.flush()
    return Receipt({"basis_id": str(basis.id)})


def change_basis(session: Session, actor: Actor, command: ChangeBasis) -> Receipt:
    """Flags what rests on the basis until each is confirmed. Raises NotFound, ValidationFailed."""
    require_role(actor, Permission.CURATE)
    basis = session.get(Basis, command.basis_id, with_for_update=True)
    if basis is None:
        raise NotFound
    basis.changed_note = named(command.note, "note", LINE_CHARS)
    basis.changed_at, basis.changed_on = utc_now(), command.on or japan_today()
    detail = {"note": basis.changed_note}
    record(session, actor, "basis.changed", f"basis:{basis.id}", organisation_id=actor.organisation_id, detail=detail)
    return Receipt({"basis_id": str(basis.id)})
