"""Slowing down whoever guesses passwords, without locking anybody else out (ADR 23).

Only failures fill the leaky buckets. Those of one account are filled before the password is looked at (so that many
guesses at once cannot slip through together) and the drop comes out again when it was right:
- a browser in which the person has signed in before (signed cookie), or has just used a one-time link, has a bucket of
  its own for this account and no other one: no stranger's guesses touch it, from wherever they come;
- every other browser has one for each account that it tries. Whoever throws its cookie away meets the next one;
- the other browsers of one address share a wider one for each account, whether the account exists or not: ten failures
  of one do not keep a colleague's new device behind the same gateway out;
- together they share one per account, against guessing from many addresses at once: 2,900 guesses a day.

An address has one as well, against trying one password on many accounts. It is filled after a failure only, and shuts
nobody out when it is full: unknown browsers then get few tries for each account, and their passwords are looked at one
after the other. 600 people of a gateway who all mistype once do not fill it.
"""

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.errors import RateLimited
from hub.people.models import FailureBucket
from hub.statements import insert_ignore

KEPT = timedelta(days=1)  # by then every bucket has run empty


@dataclass(frozen=True)
class Bucket:
    """Takes `capacity` failures at once and then one in `seconds`."""

    key: str
    capacity: float
    seconds: float


@dataclass(frozen=True)
class Visitor:
    """Who asks for a sign-in. `device` names a browser in which this very account has signed in before; `browser` any
    other one, as long as it keeps its session."""

    email: str
    address: str
    device: str | None = None
    browser: str = ""


def buckets(visitor: Visitor, *, crowded: bool = False) -> tuple[Bucket, ...]:
    """The buckets of one attempt, in the order in which they are locked. `crowded`: the address has had too many
    failures."""
    account, network = account_key(visitor.email), _network(visitor.address)
    if visitor.device:
        return (Bucket(f"device:{visitor.device}:{account}", 10, 120),)
    needed = [Bucket(f"near:{network}:{account}", 30, 60), Bucket(f"account:{account}", 100, 30)]
    if visitor.browser:
        needed.append(Bucket(f"browser:{visitor.browser}:{account}", 10, 120))
    if crowded:
        needed.append(Bucket(f"crowded:{network}:{account}", 3, 900))
    return tuple(sorted(needed, key=lambda bucket: bucket.key))


def crowd(address: str) -> Bucket:
    """What all unknown browsers of an address share."""
    return Bucket(f"address:{_network(address)}", 1200, 1)


def account_key(email: str) -> str:
    return hashlib.sha256(email.encode("utf-8", "replace")).hexdigest()[:32]


def is_crowded(session: Session, visitor: Visitor) -> bool:
    """Whether somebody at this address guesses; a known browser is none of the crowd. Locks nothing."""
    row = None if visitor.device else session.get(FailureBucket, crowd(visitor.address).key)
    if row is None:
        return False
    shared = crowd(visitor.address)
    return _leaked(row, shared, utc_now()) + 1 > shared.capacity


def charge(session: Session, attempt: Iterable[Bucket]) -> None:
    """Count one attempt as failed until it is forgiven. Raises RateLimited, and then nothing is counted."""
    now = utc_now()
    rows = [(bucket, _locked(session, bucket, now)) for bucket in attempt]
    waits = [wait for bucket, row in rows if (wait := (row.level + 1 - bucket.capacity) * bucket.seconds) > 0]
    if waits:
        raise RateLimited(max(waits))
    for _bucket, row in rows:
        row.level += 1


def charge_crowd(session: Session, visitor: Visitor) -> None:
    """An attempt has failed. A full one takes no more: it is as full for whoever goes on as for whoever stops."""
    if not visitor.device:
        shared = crowd(visitor.address)
        row = _locked(session, shared, utc_now())
        row.level = min(shared.capacity, row.level + 1)


def forgive(session: Session, attempt: Iterable[Bucket]) -> None:
    """The password was right: take the drop out again. Buckets that nobody touched for long are thrown away."""
    now = utc_now()
    for bucket in attempt:
        row = _locked(session, bucket, now)
        row.level = max(0.0, row.level - 1)
    session.flush()
    old = sa.select(FailureBucket.key).where(FailureBucket.updated_at < now - KEPT).with_for_update(skip_locked=True)
    session.connection().execute(sa.delete(FailureBucket).where(FailureBucket.key.in_(old)))


def _locked(session: Session, bucket: Bucket, now: datetime) -> FailureBucket:
    """The row, leaked up to now. Its lock is held until the commit (SQLite has one lock for all writers)."""
    query = sa.select(FailureBucket).where(FailureBucket.key == bucket.key).with_for_update()
    query = query.execution_options(populate_existing=True)
    while (row := session.scalars(query).first()) is None:
        new = {"key": bucket.key, "level": 0.0, "updated_at": now}
        session.connection().execute(insert_ignore(session, FailureBucket), new)
    row.level, row.updated_at = _leaked(row, bucket, now), max(now, row.updated_at)
    return row


def _leaked(row: FailureBucket, bucket: Bucket, now: datetime) -> float:
    passed = max(0.0, (now - row.updated_at).total_seconds())
    return max(0.0, row.level - passed / bucket.seconds)


def _network(address: str) -> str:
    """IPv6 users own a whole /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
