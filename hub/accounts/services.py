"""What people do to their own account and sign-ins. Managing others is the people pages' matter."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.actors import actors_of_staff
from hub.accounts.input import EXTENSION_CHARS, checked_name
from hub.accounts.links import void_open_links
from hub.accounts.models import Expertise, Field, SignIn, Staff
from hub.accounts.sessions import begin_sign_in, end_sign_ins, hash_token
from hub.accounts.throttle import Bucket, forgive
from hub.clock import utc_now
from hub.config import Config
from hub.errors import NotFound
from hub.installation import raise_access_version
from hub.records.audit import record
from hub.search.outbox import outdated
from hub.security.actor import Actor


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
class NewPassword:
    """Already hashed: hashing takes too long for a transaction."""

    password_hash: str


@dataclass(frozen=True)
class Attempt:
    """A browser that asks for a sign-in: what it filled of the throttle, what it is, what it was signed in with."""

    drops: tuple[Bucket, ...]
    device: str
    former_token: str | None


def sign_in(session: Session, staff_id: int, config: Config, attempt: Attempt) -> Arrival:
    """Begin a sign-in for somebody whose password was right; the one this browser had before ends.

    Raises NotFound when the person is disabled or has no current posting.
    """
    if staff_id not in actors_of_staff(session, [staff_id]):
        raise NotFound
    forgive(session, attempt.drops)
    if attempt.former_token:
        end_sign_ins(session, SignIn.token_hash == hash_token(attempt.former_token))
    staff = session.get_one(Staff, staff_id)
    notice, staff.reset_notice = staff.reset_notice, None
    return Arrival(begin_sign_in(session, staff_id, config, attempt.device), notice, staff.shared)


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
    raise_access_version(session)  # open sockets answer in the new language


def save_profile(session: Session, actor: Actor, command: Profile) -> None:
    """Raises ValidationFailed."""
    staff = session.get_one(Staff, actor.staff_id)
    name = checked_name(command.name, field="name")
    kana = checked_name(command.kana, field="kana", required=False)
    extension = checked_name(command.extension, field="extension", max_chars=EXTENSION_CHARS, required=False)
    if name != staff.name:
        record(session, actor, "staff.renamed", f"staff:{staff.id}", organisation_id=actor.organisation_id)
    staff.name, staff.kana, staff.extension, staff.language = name, kana, extension, command.language
    _set_expertise(session, actor.staff_id, command.field_ids)
    outdated(session, "person", [staff.id])
    raise_access_version(session)  # name and language are part of the actor


def change_password(session: Session, actor: Actor, command: NewPassword) -> None:
    """The old password was checked. All other sign-ins of the person end, and so do links that would set another."""
    staff = session.get_one(Staff, actor.staff_id)
    staff.password_hash, staff.password_changed_at = command.password_hash, utc_now()
    void_open_links(session, actor.staff_id)
    end_sign_ins(session, SignIn.staff_id == actor.staff_id, SignIn.id != actor.sign_in_id)
    record(session, actor, "password.changed", f"staff:{staff.id}", organisation_id=actor.organisation_id)


def set_writer_name(session: Session, actor: Actor, name: str) -> None:
    """記入者名 of a shared account, for this browser session. Raises NotFound for a personal one, ValidationFailed."""
    if not actor.shared:
        raise NotFound
    typed = checked_name(name, field="writer_name")
    sign_in = session.get_one(SignIn, actor.sign_in_id)
    if typed != sign_in.writer_name:  # composers tell it with every message
        sign_in.writer_name = typed
        raise_access_version(session)


def _set_expertise(session: Session, staff_id: int, field_ids: frozenset[int]) -> None:
    known = session.scalars(sa.select(Field.id).where(Field.id.in_(field_ids))).all()
    session.execute(sa.delete(Expertise).where(Expertise.staff_id == staff_id))
    session.add_all(Expertise(staff_id=staff_id, field_id=id_) for id_ in known)
