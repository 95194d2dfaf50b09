"""Which rows go, and when. What people wrote is none of them, nor is the record of operations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from hub.config import Config
from hub.feed.models import FeedEvent, Submission
from hub.people.models import FailureBucket, OneTimeLink, SignIn
from hub.people.queries import RESETS_SHOWN
from hub.security import throttle


@dataclass(frozen=True)
class Rule:
    """`some(before, most)` chooses at most so many rows that are older, the oldest first, by their `key`."""

    name: str
    model: type[Any]
    key: tuple[sa.SQLColumnExpression[Any], ...]
    some: Callable[[datetime, int], sa.Select[Any]]
    kept: Callable[[Config], timedelta]


def _oldest_events(before: datetime, most: int) -> sa.Select[Any]:
    """The newest of all stays, however old: by it a start knows whether the database was put back in time
    (hub/feed/epoch.py)."""
    newest = sa.select(sa.func.max(FeedEvent.id)).scalar_subquery()
    return _first(FeedEvent.id, FeedEvent.at, most).where(sa.column("moment") < before, sa.column("id") < newest)


def _ended_sign_ins(before: datetime, most: int) -> sa.Select[Any]:
    return _first(SignIn.id, SignIn.ends_at, most).where(sa.column("moment") < before)


def _old_links(before: datetime, most: int) -> sa.Select[Any]:
    return _first(OneTimeLink.id, OneTimeLink.expires_at, most).where(sa.column("moment") < before)


def _first(key: Any, moment: Any, most: int) -> sa.Select[Any]:
    """Ids rise with time: to look at the first ones is enough, and needs no index."""
    first = sa.select(key.label("id"), moment.label("moment")).order_by(key).limit(most).subquery()
    return sa.select(first.c.id).select_from(first)


def _old_submissions(before: datetime, most: int) -> sa.Select[Any]:
    query = sa.select(Submission.author_id, Submission.client_id).where(Submission.created_at < before)
    return cast(sa.Select[Any], query.order_by(Submission.created_at).limit(most))


def _empty_buckets(before: datetime, most: int) -> sa.Select[Any]:
    return sa.select(FailureBucket.key).where(FailureBucket.updated_at < before).limit(most)


def _sign_ins(config: Config) -> timedelta:
    return timedelta(days=config.keep_sign_ins_days)


RULES = (
    Rule("events", FeedEvent, (FeedEvent.id,), _oldest_events, lambda c: timedelta(days=c.keep_events_days)),
    Rule(
        "submissions",
        Submission,
        (Submission.author_id, Submission.client_id),
        _old_submissions,
        lambda c: timedelta(days=c.keep_submissions_days),
    ),
    Rule("sign-ins", SignIn, (SignIn.id,), _ended_sign_ins, _sign_ins),
    Rule("links", OneTimeLink, (OneTimeLink.id,), _old_links, lambda c: max(RESETS_SHOWN, _sign_ins(c))),
    Rule("throttle", FailureBucket, (FailureBucket.key,), _empty_buckets, lambda _c: throttle.KEPT),
)
