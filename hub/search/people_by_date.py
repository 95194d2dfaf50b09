"""Postings that begin or end by their date: nobody writes anything at that moment, yet what is said of a person (body,
section, whether they are listed at all) is another from then on."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.db import Database
from hub.people.models import Expertise, Posting
from hub.search.index_state import hold_state
from hub.search.models import SearchChange, SearchState

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def name_people_by_date(database: Database) -> bool:
    """Name in the outbox whose posting has begun or ended since this was last done. False when nobody's has."""
    with database.read() as session:
        state = session.get(SearchState, 1)
        if state is None or not _people(session, state.postings_until, utc_now()):
            return False
    database.write_apart(_name)
    return True


def _name(session: Session) -> None:
    state, now = hold_state(session), utc_now()  # asked again: another worker may have been faster
    people = _people(session, state.postings_until, now)
    if people:
        session.execute(sa.insert(SearchChange), [{"kind": "person", "ref_id": staff_id} for staff_id in people])
    state.postings_until = now


def _people(session: Session, since: datetime | None, now: datetime) -> list[int]:
    """Of those who named a field: nobody else is found."""
    moments = (Posting.from_at, Posting.until_at)
    passed = sa.or_(*(sa.and_(moment > (since or LONG_AGO), moment <= now) for moment in moments))
    query = sa.select(Posting.staff_id).join(Expertise, Expertise.staff_id == Posting.staff_id).where(passed)
    return list(session.scalars(query.distinct().order_by(Posting.staff_id)))
