"""Invitations for many at once: who waits for one, and a link for each of those who were chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.directory import POSTED, managed_organisations
from hub.accounts.links import IssuedLink, IssueLink, issue_link, issue_link_by_operator
from hub.accounts.postings import managed_staff, not_over
from hub.actor import Actor
from hub.clock import in_japan, utc_now
from hub.errors import ValidationFailed
from hub.people.models import OneTimeLink, Organisation, Posting, Section, Staff
from hub.security.permissions import Permission, require_role
from hub.sheets.guarding import guarded

MOST_AT_ONCE = 500


class Waiting(NamedTuple):
    """Somebody who has not set a password yet. `has_link`: one that was handed out still works."""

    staff_id: int
    email: str
    name: str
    body: str
    section: str
    has_link: bool


class Invited(NamedTuple):
    person: Waiting
    link: IssuedLink


@dataclass(frozen=True)
class InviteMany:
    staff_ids: tuple[int, ...]


def waiting_for(session: Session, actor: Actor) -> list[Waiting]:
    """The people of the bodies that the actor runs, in the order of the bodies; not those who serve another one too,
    whose links are the administrators' to give."""
    require_role(actor, Permission.STAFF_MANAGE)
    own = [body.id for body in managed_organisations(session, actor)]
    elsewhere = set(
        session.scalars(
            sa.select(Posting.staff_id).join(Section).where(Section.organisation_id.not_in(own), not_over())
        )
    )
    return [person for person in waiting_in(session, own) if person.staff_id not in elsewhere]


def waiting_in(session: Session, organisation_ids: list[int] | None) -> list[Waiting]:
    """None: of all bodies. Each person once, with their first posting that is not over."""
    open_link = sa.exists().where(
        OneTimeLink.staff_id == Staff.id, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > utc_now()
    )
    query = (
        sa.select(Staff.id, Staff.email, Staff.name, Organisation.name, Section.name, open_link)
        .select_from(POSTED)
        .where(Staff.password_hash.is_(None), Staff.disabled_at.is_(None), Staff.is_alias.is_(sa.false()), not_over())
        .order_by(Organisation.code.is_(None), Organisation.code, Staff.kana, Staff.id, Posting.from_at)
    )
    if organisation_ids is not None:
        query = query.where(Organisation.id.in_(organisation_ids))
    found: dict[int, Waiting] = {}
    for row in session.execute(query):
        found.setdefault(row[0], Waiting(*row))
    return list(found.values())


def invite_many(session: Session, actor: Actor, command: InviteMany) -> list[Invited]:
    """A link for each; earlier ones of the same people stop working. Raises Forbidden, NotFound for somebody whose
    account is not the actor's to run, ValidationFailed."""
    require_role(actor, Permission.STAFF_MANAGE)
    if not command.staff_ids or len(command.staff_ids) > MOST_AT_ONCE:
        raise ValidationFailed({"staff_ids": _("1人から%(n)s人までを選んでください。", n=MOST_AT_ONCE)})
    people = {person.staff_id: person for person in waiting_for(session, actor)}
    for id_ in set(command.staff_ids) - people.keys():
        managed_staff(session, actor, id_)  # whoever is somebody else's to run is not there
        raise ValidationFailed({"staff_ids": _("すでに登録を終えた人が含まれています。選び直してください。")})
    chosen = [people[id_] for id_ in dict.fromkeys(command.staff_ids)]
    return [Invited(person, issue_link(session, actor, IssueLink(person.staff_id))) for person in chosen]


def invite_by_operator(session: Session, people: list[Waiting]) -> list[Invited]:
    """On the command line of the server."""
    staff = {s.id: s for s in session.scalars(sa.select(Staff).where(Staff.id.in_([p.staff_id for p in people])))}
    return [Invited(person, issue_link_by_operator(session, staff[person.staff_id])) for person in people]


def table_of(invited: list[Invited], address_of: Callable[[IssuedLink], str]) -> list[list[str]]:
    """A row for each person, to be handed over one by one."""
    head = [_("団体"), _("部署"), _("氏名"), _("メール"), _("リンク"), _("期限")]
    return [head, *(_line(person, link, address_of(link)) for person, link in invited)]


def _line(person: Waiting, link: IssuedLink, address: str) -> list[str]:
    until = in_japan(link.expires_at).strftime("%Y-%m-%d %H:%M")
    said = [person.body, person.section, person.name, person.email]
    return [*map(guarded, said), address, until]
