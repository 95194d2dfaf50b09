"""Bodies (団体): what an administrator sets of them."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.people_commands import AddOrganisation, ChangeOrganisation
from hub.actor import Actor
from hub.audiences.services import MEMBERS, ensure_audience, withdraw
from hub.errors import NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.people.codes import code_fault
from hub.people.happenings import OrganisationAdded, OrganisationChanged
from hub.people.input import checked_name, plain_domain
from hub.people.models import Organisation
from hub.rooms.models import Room
from hub.rooms.services import ensure_member
from hub.security.permissions import Permission, require_role

OTHER = "その他"


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
    happened(session, actor, OrganisationAdded(organisation_id=organisation.id))
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
    happened(session, actor, OrganisationChanged(organisation_id=organisation.id))


def rename_organisation(session: Session, organisation: Organisation, name: str, kana: str) -> None:
    """A support room bears its municipality's name, and whoever has a socket open writes under the new one at once."""
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
    if fault := code_fault(code):
        raise ValidationFailed({"code": fault})
    if session.scalar(sa.select(Organisation.id).where(Organisation.code == code)) is not None:
        raise ValidationFailed({"code": _("同じ団体コードの団体があります。")})
    return code


def _domains(text: str) -> list[str]:
    domains = {plain_domain(line) for line in text.split()}
    if None in domains:
        raise ValidationFailed(
            {"mail_domains": _("メールアドレスの@より後ろを、1行に1つ、town.example.jp の形で入力してください。")}
        )
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
