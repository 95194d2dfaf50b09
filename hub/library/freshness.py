"""まだ動いていますか: when a case has to be confirmed again. Outsiders' cases are asked about by nobody."""

from calendar import monthrange
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub import config
from hub.clock import after_last_day, in_japan
from hub.library.bases import flagged
from hub.library.models import ENDED, Case
from hub.people.models import Organisation

CHOICES = config.INTERVALS
INTERVALS = (1, *CHOICES)  # months; another one counts as the next longer


def usual_interval(session: Session) -> int:
    """In months, of a case for which nobody has chosen another; as configured."""
    return int(session.info.get("confirm_months", 6))


def has_ended(case: Case) -> bool:
    """Whether that is what readers see, be it only that it was said: a draft beside it changes nothing."""
    return case.published_version is not None and (case.stage == ENDED or case.ended_said_on is not None)


def ended() -> sa.ColumnElement[bool]:
    """The same for rows of Case."""
    return sa.and_(Case.published_version.is_not(None), sa.or_(Case.stage == ENDED, Case.ended_said_on.is_not(None)))


def due_on(case: Case, body: Organisation) -> date | None:
    """The first day on which it is overdue; None = nobody is asked."""
    if not body.member or case.published_version is None or has_ended(case) or case.published_at is None:
        return None
    since = case.last_confirmed_on or in_japan(case.published_at).date()
    months = since.month - 1 + case.confirm_every_months
    year, month = since.year + months // 12, months % 12 + 1
    return date(year, month, min(since.day, monthrange(year, month)[1]))


def overdue(case: Case, body: Organisation, today: date) -> bool:
    due = due_on(case, body)
    return due is not None and due <= today


def freshness_column(today: date) -> sa.ColumnElement[str]:
    """How fresh a case is, in one word, for rows of Case joined with its Organisation: ended, changed (a basis has, and
    nobody confirmed since, or its people said so), outside (nobody is asked), overdue, confirmed, or never."""
    return sa.case(
        (ended(), "ended"),
        (sa.or_(flagged(), Case.changed_on.is_not(None)), "changed"),
        (Organisation.member.is_(False), "outside"),
        (overdue_condition(today), "overdue"),
        (Case.last_confirmed_on.is_not(None), "confirmed"),
        else_="never",
    )


def overdue_condition(today: date) -> sa.ColumnElement[bool]:
    """The same as `overdue` for rows of members' published cases: confirmed, or else published, too long ago."""
    found = []
    for shorter, months in zip((0, *INTERVALS), INTERVALS, strict=False):
        last = _latest_due(today, months)
        before = after_last_day(last)
        never = sa.and_(Case.last_confirmed_on.is_(None), Case.published_at < before)
        interval = sa.and_(Case.confirm_every_months > shorter, Case.confirm_every_months <= months)
        found.append(sa.and_(interval, sa.or_(Case.last_confirmed_on <= last, never)))
    return sa.or_(*found)


def _latest_due(today: date, months: int) -> date:
    """The latest day of which today is `months` later. The last day of a month stands for all that it lacks."""
    count = today.year * 12 + today.month - 1 - months
    year, month = divmod(count, 12)
    last = monthrange(year, month + 1)[1]
    whole = today.day == monthrange(today.year, today.month)[1]
    return date(year, month + 1, last if whole else min(today.day, last))
