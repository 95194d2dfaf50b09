"""What people do to their own account and sign-ins. Managing others is the people pages' matter."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.links import void_open_links
from hub.accounts.new_passwords import NewPassword
from hub.actor import Actor
from hub.clock import utc_now
from hub.config import Config
from hub.errors import NotFound
from hub.events.happenings import happened
from hub.mail.addressing import remember_origin
from hub.people.happenings import (
    OwnAccountChanged,
    PasswordChanged,
    ProfileSaved,
    SignInBegan,
    SignInFailed,
    StaffRenamed,
)
from hub.people.input import EXTENSION_CHARS, checked_name
from hub.people.models import Expertise, Field, Posting, Section, SignIn, Staff
from hub.security.actors import actors_of_staff
from hub.security.sessions import begin_sign_in, end_sign_ins, hash_token
from hub.security.throttle import Bucket, forgive


@dataclass(frozen=True)
class Arrival:
    """A sign-in that has begun: the cookie's token, and the reset that the owner has not been told of yet."""

    token: str
    reset_notice: str | None
    needs_writer_name: bool


@dataclass(frozen=True)
class Profile:
    name: str
    kana: str
    extension: str
    language: str
    field_ids: frozenset[int]


@dataclass(frozen=True)
class Attempt:
    """A browser that asks for a sign-in: what it filled of the throttle, what it is, what it was signed in with."""

    drops: tuple[Bucket, ...]
    device: str
    former_token: str | None
    origin: str = ""  # under which name of the hub, where it has several


def sign_in(session: Session, staff_id: int, config: Config, attempt: Attempt) -> Arrival:
    """Begin a sign-in for somebody whose password was right; the one this browser had before ends.

    Raises NotFound when the person is disabled or has no current posting.
    """
    actor = actors_of_staff(session, [staff_id]).get(staff_id)
    if actor is None:
        raise NotFound
    forgive(session, attempt.drops)
    if attempt.former_token:
        end_sign_ins(session, SignIn.token_hash == hash_token(attempt.former_token))
    if attempt.origin:
        remember_origin(session, staff_id, attempt.origin)
    staff = session.get_one(Staff, staff_id)
    notice, staff.reset_notice = staff.reset_notice, None
    happened(session, actor, SignInBegan(staff_id=staff_id, organisation_id=actor.organisation_id))
    return Arrival(begin_sign_in(session, staff_id, config, attempt.device), notice, staff.shared)


def note_failure(session: Session, staff_id: int) -> None:
    """A sign-in was refused; `staff_id` is 0 for an address that nobody has. What was typed is kept nowhere: it may be
    a password. Both cases ask and write the same, so that the time it takes tells nobody which addresses exist."""
    now = utc_now()
    query = sa.select(Section.organisation_id).join(Posting, Posting.section_id == Section.id)
    query = query.where(Posting.staff_id == staff_id, Posting.from_at <= now).order_by(Posting.id.desc())
    body = session.scalars(query.where(sa.or_(Posting.until_at.is_(None), Posting.until_at > now))).first()
    happened(session, None, SignInFailed(staff_id=staff_id, organisation_id=body))


def sign_out(session: Session, actor: Actor, _command: None) -> None:
    end_sign_ins(session, SignIn.id == actor.sign_in_id)


def end_own_sign_in(session: Session, actor: Actor, sign_in_id: int) -> None:
    """Raises NotFound when it is not the actor's own or has ended."""
    row = session.get(SignIn, sign_in_id)
    if row is None or row.staff_id != actor.staff_id or row.ended_at:
        raise NotFound
    end_sign_ins(session, SignIn.id == sign_in_id)


def end_all_own_sign_ins(session: Session, actor: Actor, _command: None) -> None:
    end_sign_ins(session, SignIn.staff_id == actor.staff_id)


def choose_language(session: Session, actor: Actor, language: str) -> None:
    session.get_one(Staff, actor.staff_id).language = language
    happened(session, actor, OwnAccountChanged(actor.staff_id))  # open sockets answer in the new language


def save_profile(session: Session, actor: Actor, command: Profile) -> None:
    """Raises ValidationFailed."""
    staff = session.get_one(Staff, actor.staff_id)
    name = checked_name(command.name, field="name")
    kana = checked_name(command.kana, field="kana", required=False)
    extension = checked_name(command.extension, field="extension", max_chars=EXTENSION_CHARS, required=False)
    if name != staff.name:
        happened(session, actor, StaffRenamed(staff_id=staff.id, organisation_id=actor.organisation_id))
    staff.name, staff.kana, staff.extension, staff.language = name, kana, extension, command.language
    _set_expertise(session, actor.staff_id, command.field_ids)
    happened(session, actor, ProfileSaved(staff.id))  # name and language are part of the actor


def change_password(session: Session, actor: Actor, command: NewPassword) -> None:
    """The old password was checked. All other sign-ins of the person end, and so do links that would set another."""
    staff = session.get_one(Staff, actor.staff_id)
    staff.password_hash, staff.password_changed_at = command.password_hash, utc_now()
    void_open_links(session, actor.staff_id)
    end_sign_ins(session, SignIn.staff_id == actor.staff_id, SignIn.id != actor.sign_in_id)
    happened(session, actor, PasswordChanged(staff_id=staff.id, organisation_id=actor.organisation_id))


def _set_expertise(session: Session, staff_id: int, field_ids: frozenset[int]) -> None:
    known = session.scalars(sa.select(Field.id).where(Field.id.in_(field_ids))).all()
    session.execute(sa.delete(Expertise).where(Expertise.staff_id == staff_id))
    session.add_all(Expertise(staff_id=staff_id, field_id=id_) for id_ in known)
