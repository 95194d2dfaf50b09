"""Bodies (団体): what an administrator sets of them."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.input import checked_name, plain_domain
from hub.accounts.models import Organisation
from hub.accounts.people_commands import AddOrganisation, ChangeOrganisation
from hub.audiences.services import MEMBERS, ensure_audience, withdraw
from hub.errors import NotFound, ValidationFailed
from hub.installation import raise_access_version
from hub.records.audit import record
from hub.rooms.models import Room
from hub.rooms.services import ensure_member
from hub.search.outbox import outdated, outdated_organisation
from hub.security.actor import Actor
from hub.security.permissions import Permission, require_role

OTHER = "その他"
CODE_DIGITS = 6


def add_organisation(session: Session, actor: Actor, command: AddOrganisation) -> int:
    """A body; a municipality takes part at once, with its support room. Raises Forbidden, ValidationFailed."""
    require_role(actor, Permission.ORGANISATION_MANAGE)
    name = _free_name(session, command.name)
    kana = checked_name(command.kana, field="kana", required=False)
    code = _free_code(session, command.code)
    organisation = Organisation(code=code, name=name, kana=kana, kind=command.kind, mail_domains=[])
    organisation.member = command.kind != OTHER
    session.add(organisation)
    session.flush()
    if organisation.member:
        ensure_member(session, organisation)
    outdated(session, "organisation", [organisation.id])
    record(session, actor, "organisation.added", f"organisation:{organisation.id}", organisation_id=organisation.id)
    return organisation.id


def change_organisation(session: Session, actor: Actor, command: ChangeOrganisation) -> None:
    """Name, domains and whether the body takes part. Raises NotFound, Forbidden, ValidationFailed."""
    require_role(actor, Permission.ORGANISATION_MANAGE)
    organisation = session.get(Organisation, command.organisation_id)
    if organisation is None:
        raise NotFound
    name = _free_name(session, command.name, besides=organisation.id)
    kana = checked_name(command.kana, field="kana", required=False)
    rename_organisation(session, organisation, name, kana)
    organisation.district = checked_name(command.district, field="district", required=False)
    organisation.mail_domains = _domains(command.mail_domains)
    if organisation.kind not in ("県", OTHER):
        _set_member(session, organisation, command.member)
    outdated_organisation(session, organisation.id)
    record(session, actor, "organisation.changed", f"organisation:{organisation.id}", organisation_id=organisation.id)


def rename_organisation(session: Session, organisation: Organisation, name: str, kana: str) -> None:
    """A support room bears its municipality's name."""
    organisation.name, organisation.kana = name, kana
    named_after = sa.update(Room).where(Room.organisation_id == organisation.id)
    session.execute(named_after.values(name=name, kana=kana))


def _free_name(session: Session, text: str, besides: int = 0) -> str:
    name = checked_name(text, field="name")
    taken = sa.select(Organisation.id).where(Organisation.name == name, Organisation.id != besides)
    if session.scalar(taken) is not None:
        raise ValidationFailed({"name": _("同じ名前の団体があります。")})
    return name


def _free_code(session: Session, text: str) -> str | None:
    code = text.strip()
    if not code:
        return None
    if not (len(code) == CODE_DIGITS and code.isascii() and code.isdigit()):
        raise ValidationFailed({"code": _("団体コードは6桁の数字です。")})
    if session.scalar(sa.select(Organisation.id).where(Organisation.code == code)) is not None:
        raise ValidationFailed({"code": _("同じ団体コードの団体があります。")})
    return code


def _domains(text: str) -> list[str]:
    domains = {plain_domain(line) for line in text.split()}
    if None in domains:
        raise ValidationFailed({"mail_domains": _("ドメインは1行に1つ、town.example.jp の形で入力してください。")})
    return sorted(d for d in domains if d)


def _set_member(session: Session, organisation: Organisation, member: bool) -> None:
    if member == organisation.member:
        return
    organisation.member = member
    session.flush()
    if member:
        ensure_member(session, organisation)
    else:
        withdraw(session, ensure_audience(session, MEMBERS), organisations=[organisation.id])
    raise_access_version(session)
