"""The accounts that aliases are: making one, and noting who stands behind it."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.people.authors import AuthorKey
from hub.people.models import Organisation, Posting, Section, Staff
from hub.threads.pseudonyms.models import Alias

# Data, not interface: what an alias is called is stored once and is the same for readers of every language.
# Side -> kind and name of the organisation, name of the person.
STANDING_FOR = {
    "municipality": ("匿名", "ある市町村", "匿名の職員"),
    "prefecture": ("匿名の県", "県の担当", "匿名の担当者"),
    "outside": ("匿名の外部", "外部の助言者など", "匿名の助言者"),
}
SECTION = "匿名"


def new_account(session: Session, side: str, number: int) -> AuthorKey:
    """An account that nobody can sign in to, posted for no time at all to the organisation that stands for its side."""
    now, name = utc_now(), STANDING_FOR[side][2]
    staff = Staff(email=f"{secrets.token_hex(12)}@alias.invalid", is_alias=True, disabled_at=now, created_at=now)
    staff.name = name if number == 1 else f"{name}{number}"
    session.add(staff)
    session.flush()
    posting = Posting(staff_id=staff.id, section_id=_section(session, side).id, role="guest", from_at=now, until_at=now)
    session.add(posting)
    session.flush()
    return AuthorKey(staff.id, posting.id)


def keep_alias(session: Session, thread_id: int, account: AuthorKey, staff_id: int, posting_id: int) -> Alias:
    """Note who stands behind an account."""
    alias = Alias(alias_id=account.staff_id, alias_posting_id=account.posting_id, thread_id=thread_id)
    alias.staff_id, alias.posting_id = staff_id, posting_id
    session.add(alias)
    session.flush()
    return alias


def one_more_alias(session: Session, actor: Actor, thread_id: int) -> Alias:
    """An alias for a colleague who writes for the first time."""
    same = (
        sa.select(sa.func.count())
        .select_from(Alias)
        .join(Posting, Posting.id == Alias.alias_posting_id)
        .where(Alias.thread_id == thread_id, Posting.section_id == _section(session, actor.side).id)
    )
    account = new_account(session, actor.side, session.execute(same).scalar_one() + 1)
    return keep_alias(session, thread_id, account, actor.staff_id, actor.posting_id)


def _section(session: Session, side: str) -> Section:
    kind, name, _person = STANDING_FOR[side]
    organisation = session.scalars(sa.select(Organisation).where(Organisation.kind == kind)).first()
    if organisation is None:
        organisation = Organisation(name=name, kind=kind, member=False, mail_domains=[])
        session.add(organisation)
        session.flush()
        session.add(Section(organisation_id=organisation.id, name=SECTION))
        session.flush()
    return session.scalars(sa.select(Section).where(Section.organisation_id == organisation.id)).one()
