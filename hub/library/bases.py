"""根拠: what cases rest on, and which of them have to be looked at again because it has changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.library.content import Content
from hub.library.models import Basis, BasisAlias, Case, CaseBasis
from hub.library.sight import published, within_sight
from hub.people.models import Organisation
from hub.statements import insert_ignore

MOST = 500


@dataclass(frozen=True)
class BasisRow:
    """`cases` rest on it, `waiting` of them have not been confirmed since it changed."""

    basis: Basis
    cases: int
    waiting: int
    former: list[str]


def changed_since() -> sa.ColumnElement[bool]:
    """Of CaseBasis joined with Basis: changed after somebody last said that the case holds."""
    return sa.and_(Basis.changed_at.is_not(None), CaseBasis.confirmed_at < Basis.changed_at)


def flagged() -> sa.ColumnElement[bool]:
    """Of Case: one of its bases has changed and nobody has confirmed the case since."""
    return Case.id.in_(sa.select(CaseBasis.case_id).join(Basis, Basis.id == CaseBasis.basis_id).where(changed_since()))


def changed_bases_of(session: Session, case_id: int) -> list[Basis]:
    query = sa.select(Basis).join(CaseBasis, CaseBasis.basis_id == Basis.id).where(CaseBasis.case_id == case_id)
    return list(session.scalars(query.where(changed_since()).order_by(Basis.name)))


def list_bases(session: Session) -> list[BasisRow]:
    """Every basis, those with waiting cases first."""
    waiting = sa.func.count(sa.case((changed_since(), 1)))
    query = (
        sa.select(Basis, sa.func.count(CaseBasis.case_id), waiting)
        .outerjoin(CaseBasis, CaseBasis.basis_id == Basis.id)
        .group_by(Basis.id)
        .order_by(waiting.desc(), Basis.name)
        .limit(MOST)
    )
    former: dict[int, list[str]] = {}
    for alias in session.scalars(sa.select(BasisAlias).order_by(BasisAlias.name)):
        former.setdefault(alias.basis_id, []).append(alias.name)
    return [BasisRow(*row, former.get(row[0].id, [])) for row in session.execute(query)]


def list_basis_names(session: Session, actor: Actor) -> list[str]:
    """What the form offers: those that the DX section looks after, and those of cases that the actor may read."""
    rests = sa.select(CaseBasis.basis_id).join(Case, Case.id == CaseBasis.case_id).where(within_sight(actor))
    query = sa.select(Basis.name).where(sa.or_(Basis.curated, Basis.id.in_(rests)))
    return list(session.scalars(query.order_by(Basis.name).limit(MOST)))


def cases_on(session: Session, actor: Actor, basis_id: int) -> list[tuple[Case, str, bool]]:
    """What rests on a basis and may be read: case, body, and whether it is flagged."""
    flag = sa.case((changed_since(), True), else_=False)
    query = (
        sa.select(Case, Organisation.name, flag)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .join(CaseBasis, CaseBasis.case_id == Case.id)
        .join(Basis, Basis.id == CaseBasis.basis_id)
        .where(Basis.id == basis_id, published(actor))
        .order_by(flag.desc(), Case.id)
        .limit(MOST)
    )
    return [(case, body, bool(is_flagged)) for case, body, is_flagged in session.execute(query)]


def link_bases(session: Session, said: Sequence[tuple[int, Content]]) -> None:
    """Let cases, by id, rest on what their texts name; new names make new rows. A basis that stays keeps its
    confirmation: a new text alone does not say that the change was dealt with."""
    wanted = {case_id: dict.fromkeys(row.name for row in content.bases if row.name) for case_id, content in said}
    known = _ensure(session, {name for names in wanted.values() for name in names})
    links = {(case_id, known[name]) for case_id, names in wanted.items() for name in names}
    rests = sa.select(CaseBasis.case_id, CaseBasis.basis_id).where(CaseBasis.case_id.in_(wanted))
    have = {(case_id, basis_id) for case_id, basis_id in session.execute(rests)}
    for case_id, basis_id in have - links:
        session.execute(sa.delete(CaseBasis).filter_by(case_id=case_id, basis_id=basis_id))
    new = [{"case_id": i, "basis_id": basis_id, "confirmed_at": utc_now()} for i, basis_id in sorted(links - have)]
    if new:
        session.execute(sa.insert(CaseBasis), new)


def _ensure(session: Session, names: set[str]) -> dict[str, int]:
    """The ids of the bases of these names; new ones are made."""
    if not names:
        return {}
    rows = [{"name": name, "kind": "other", "changed_note": ""} for name in sorted(names)]
    session.connection().execute(insert_ignore(session, Basis), rows)
    return dict(session.execute(sa.select(Basis.name, Basis.id).where(Basis.name.in_(names))).all())


def confirm_bases(session: Session, case: Case) -> None:
    """Somebody entitled says that the case holds on what its bases are now."""
    session.execute(sa.update(CaseBasis).where(CaseBasis.case_id == case.id).values(confirmed_at=utc_now()))
