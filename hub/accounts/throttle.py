"""Slowing down whoever guesses passwords, without locking anybody else out.

Only failures fill the leaky buckets: a drop goes in before the password is looked at (so that many guesses at once
cannot slip through together) and comes out again when it was right. These buckets can be in the way:
- a browser in which the person has signed in before (signed cookie) has a bucket of its own for this account, so a
  stranger who guesses from elsewhere does not touch it;
- all other browsers of one address share one per account, whether the account exists or not: a stranger elsewhere does
  not keep the owner from a new device either;
- together they share a wider one per account, against guessing from many addresses at once: 2,900 guesses a day;
- every address has a wide one against trying one password on many accounts: 600 people of one prefecture's gateway who
  arrive within two minutes do not fill it, not even if each of them mistypes once.
"""

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.models import FailureBucket
from hub.clock import utc_now
from hub.errors import RateLimited
from hub.statements import insert_ignore

KEPT = timedelta(days=1)  # by then every bucket has run empty


@dataclass(frozen=True)
class Bucket:
    """Takes `capacity` failures at once and then one in `seconds`."""

    key: str
    capacity: float
    seconds: float


def buckets(email: str, address: str, device: str | None) -> tuple[Bucket, ...]:
    """The buckets of one attempt, in the order in which they are locked. `device` names a browser in which this very
    account has signed in before."""
    account, network = account_key(email), _network(address)
    here = Bucket(f"address:{network}", 1200, 1)
    if device:
        needed = [here, Bucket(f"device:{device}:{account}", 10, 120)]
    else:
        near = Bucket(f"near:{network}:{account}", 10, 120)
        needed = [here, near, Bucket(f"account:{account}", 100, 30)]
    return tuple(sorted(needed, key=lambda bucket: bucket.key))


def account_key(email: str) -> str:
    return hashlib.sha256(email.encode("utf-8", "replace")).hexdigest()[:32]


def charge(session: Session, attempt: Iterable[Bucket]) -> None:
    """Count one attempt as failed until it is forgiven. Raises RateLimited, and then nothing is counted."""
    now = utc_now()
    rows = [(bucket, _locked(session, bucket, now)) for bucket in attempt]
    waits = [wait for bucket, row in rows if (wait := (row.level + 1 - bucket.capacity) * bucket.seconds) > 0]
    if waits:
        raise RateLimited(max(waits))
    for _bucket, row in rows:
        row.level += 1


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
    passed = max(0.0, (now - row.updated_at).total_seconds())
    row.level, row.updated_at = max(0.0, row.level - passed / bucket.seconds), max(now, row.updated_at)
    return row


def _network(address: str) -> str:
    """IPv6 users own a whole /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
