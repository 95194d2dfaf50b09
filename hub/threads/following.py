"""Who is told of everything that is written in a thread."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.queries import who_reads
from hub.threads.models import ThreadPreference
from hub.threads.queries import Place

_WISHES = sa.select(ThreadPreference.staff_id, ThreadPreference.following, ThreadPreference.muted).where(
    ThreadPreference.thread_id == sa.bindparam("thread")
)


def followers_of(session: Session, place: Place, but: int) -> list[int]:
    """Whoever opened the thread, and whoever wants to be told, while they may read it; nobody who muted it, and not the
    one who writes."""
    wishes = session.connection().execute(_WISHES, {"thread": place.thread.id}).all()
    muted = {staff_id for staff_id, _following, muted in wishes if muted}
    following = {staff_id for staff_id, wished, _muted in wishes if wished}
    wanted = {place.thread.opened_by_id, *following} - {but, *muted}
    return who_reads(session, place.room.audience_id, wanted) if wanted else []
