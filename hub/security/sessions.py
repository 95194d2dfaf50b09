"""Sign-ins: one row per signed-in browser. The cookie holds a random token, the table only its SHA-256."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.config import Config
from hub.errors import NotFound
from hub.events.happenings import happened
from hub.people.happenings import OwnAccountChanged, SignInsEnded
from hub.people.input import checked_name
from hub.people.models import SignIn
from hub.security.actors import actors_of_sign_ins

TOUCH_EVERY = timedelta(seconds=60)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin_sign_in(session: Session, staff_id: int, config: Config, device: str) -> str:
    """A new sign-in for somebody whose password was right. Returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    now = utc_now()
    row = SignIn(staff_id=staff_id, token_hash=hash_token(token), device=device[:200], writer_name="")
    row.created_at = row.seen_at = now
    row.ends_at = now + config.absolute
    session.add(row)
    session.flush()
    return token


def actor_of_token(session: Session, token: str, idle: timedelta) -> Actor | None:
    """Who is behind a cookie now; None when the sign-in has ended or the person has no access."""
    row = session.scalars(sa.select(SignIn).where(SignIn.token_hash == hash_token(token))).first()
    return actors_of_sign_ins(session, [row], idle).get(row.id) if row else None


def end_sign_ins(session: Session, *conditions: sa.ColumnElement[bool]) -> None:
    """End the sign-ins that fit; their sockets are cut within half a second on every worker."""
    now = utc_now()
    held = sa.select(SignIn.id).where(SignIn.ended_at.is_(None), *conditions).order_by(SignIn.id).with_for_update()
    session.execute(held)  # in the order in which whoever notes activity takes them
    ended = sa.update(SignIn).where(SignIn.ended_at.is_(None), *conditions).values(ended_at=now)
    session.execute(ended, execution_options={"synchronize_session": False})
    theirs = session.scalars(sa.select(SignIn.staff_id).where(SignIn.ended_at == now, *conditions))
    happened(session, None, SignInsEnded(frozenset(theirs)))


_TOUCH = (
    sa.update(SignIn)
    .where(SignIn.id == sa.bindparam("sign_in"), SignIn.seen_at < sa.bindparam("seen"))
    .values(seen_at=sa.bindparam("seen"))
)


def touch(session: Session, actor: Actor, _command: None) -> None:
    """Note that the person did something; the idle time begins anew."""
    touch_all(session, {actor.sign_in_id: utc_now()})


def touch_all(session: Session, seen: Mapping[int, datetime]) -> None:
    """The same for several sign-ins, each with the moment at which something was done; in the order of ids, as all
    who hold several of these rows do."""
    session.connection().execute(_TOUCH, [{"sign_in": key, "seen": seen[key]} for key in sorted(seen)])


def absolute_end(session: Session, actor: Actor) -> datetime | None:
    """When the sign-in ends whatever the person does. None without a browser."""
    return session.execute(sa.select(SignIn.ends_at).where(SignIn.id == actor.sign_in_id)).scalar()


class Remaining(NamedTuple):
    """How long a sign-in lasts if nothing more is done, and how long at most, in seconds; 0 when it has ended."""

    ends_in_s: float
    at_most_s: float


def remaining(session: Session, actor: Actor, idle: timedelta) -> Remaining:
    row = session.get(SignIn, actor.sign_in_id)
    if row is None or row.ended_at:
        return Remaining(0.0, 0.0)
    now = utc_now()
    left = [max(0.0, (end - now).total_seconds()) for end in (row.seen_at + idle, row.ends_at)]
    return Remaining(min(left), left[1])


def set_writer_name(session: Session, actor: Actor, name: str) -> None:
    """記入者名 of a shared account, for this browser session. Raises NotFound for a personal one, ValidationFailed."""
    if not actor.shared:
        raise NotFound
    typed = checked_name(name, field="writer_name")
    sign_in = session.get_one(SignIn, actor.sign_in_id)
    if typed != sign_in.writer_name:  # composers tell it with every message
        sign_in.writer_name = typed
        happened(session, actor, OwnAccountChanged(actor.staff_id))
