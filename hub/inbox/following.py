"""通知 follow what happens: entries for those whom a message calls, and `inbox:changed` for those for whom something
waits, or waits no more. What waits is read from the thing itself, when somebody looks (ADR 14)."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.queries import who_reads
from hub.clock import iso, utc_now
from hub.events.happenings import Said
from hub.feed.log import append
from hub.feed.streams import user_stream
from hub.inbox.models import InboxEntry
from hub.inbox.queries import addressed_to
from hub.library.happenings import (
    AdopterThanked,
    AdoptionProposed,
    CaseAdopted,
    CaseApproved,
    CasePublished,
    CaseReturned,
    CaseSubmitted,
    EndingNoted,
)
from hub.library.models import Case
from hub.library.news import list_followers
from hub.people.models import Organisation, Posting, Section
from hub.security.permissions import DX, MUNICIPAL
from hub.sharing.happenings import ConsentAsked
from hub.statements import among
from hub.threads.models import Message
from hub.visits.happenings import OfVisit

Waiting = Literal["adoption", "proposal", "thanks", "consent", "ended", "case", "visit"]
_INSERT = sa.insert(InboxEntry).returning(InboxEntry.id, InboxEntry.staff_id, InboxEntry.message_id, InboxEntry.kind)


class Notice(NamedTuple):
    """Something of this kind waits, or waits no more, for whoever speaks for the organisation in one of these roles.
    Without an organisation: for the DX section."""

    organisation_id: int | None
    kind: Waiting
    roles: str = MUNICIPAL


def add_entries(session: Session, said: Sequence[Said]) -> None:
    """An entry without text for everybody whom a message calls, and inbox:added on that person's own stream."""
    now = utc_now()
    calls = [(what, call) for _by, what in said for call in what.calls]
    rows = [
        {"staff_id": call.staff_id, "kind": call.kind, "message_id": what.message_id, "created_at": now}
        for what, call in calls
    ]
    if not rows:
        return
    ids = {(who, which, kind): id_ for id_, who, which, kind in session.connection().execute(_INSERT, rows)}
    for what, call in calls:
        data = {
            "entry_id": str(ids[call.staff_id, what.message_id, call.kind]),
            "kind": call.kind,
            "room_id": str(what.room_id),
            "thread_id": str(what.thread_id),
            "message_id": str(what.message_id),
            "at": iso(now),
        }
        append(session, user_stream(call.staff_id), "inbox:added", data)


def see_entries(session: Session, said: Sequence[Said]) -> None:
    """Follows reading: what points at a message that was read is seen, and every open page counts anew."""
    for by, what in said:
        read = sa.select(Message.id).where(Message.thread_id == what.thread_id, Message.position <= what.position)
        theirs = sa.update(InboxEntry).where(
            addressed_to(by), InboxEntry.seen_at.is_(None), InboxEntry.message_id.in_(read)
        )
        seen = session.execute(theirs.values(seen_at=utc_now()), execution_options={"synchronize_session": False})
        if seen.rowcount:  # type: ignore[attr-defined]
            append(session, user_stream(by.staff_id), "inbox:changed", {"kind": "seen"})


def remove_entries(session: Session, said: Sequence[Said]) -> None:
    """Follows messages that are erased."""
    theirs = InboxEntry.message_id.in_([what.message_id for _by, what in said])
    _called_no_more(session, theirs)
    session.execute(sa.delete(InboxEntry).where(theirs))


def recount(session: Session, said: Sequence[Said]) -> None:
    """Follows threads that were moved: some can no longer open what their entries point at."""
    moved = [what.thread_id for _by, what in said]
    _called_no_more(session, InboxEntry.message_id.in_(sa.select(Message.id).where(Message.thread_id.in_(moved))))


def _called_no_more(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Tell those whose unseen entries are gone, or may be: the number on their open pages is asked for anew."""
    query = sa.select(InboxEntry.staff_id).where(InboxEntry.seen_at.is_(None), which).distinct()
    for staff_id in sorted(session.scalars(query)):
        append(session, user_stream(staff_id), "inbox:changed", {"kind": "gone"})


def notify_organisations(session: Session, said: Sequence[Said]) -> None:
    """`inbox:changed` for everybody who speaks for an organisation for which something waits from now on, but for
    whoever did it."""
    for by, what in said:
        calls = {(id_, notice.kind): None for notice in _notices(what) for id_ in _speakers(session, notice)}
        for staff_id, kind in calls:
            if by is None or staff_id != by.staff_id:
                append(session, user_stream(staff_id), "inbox:changed", {"kind": kind})


def tell_followers(session: Session, said: Sequence[Said]) -> None:
    """Follows cases that went out: `inbox:changed` for those who follow a field or a tag of them and may read them."""
    ids = {case_id for _by, what in said for case_id in what.case_ids}
    for audience_id, owners_id, case_ids in _by_audience(session, ids):
        followers = list_followers(session, case_ids)
        readers = {*who_reads(session, audience_id, followers), *who_reads(session, owners_id, followers)}
        for staff_id in sorted(readers):
            append(session, user_stream(staff_id), "inbox:changed", {"kind": "new_case"})


def _by_audience(session: Session, ids: set[int]) -> Iterable[tuple[int, int, list[int]]]:
    """The cases by who reads them: a file of thousands has a few audiences."""
    found: dict[tuple[int, int], list[int]] = {}
    query = sa.select(Case.id, Case.audience_id, Case.owners_id).where(among(Case.id, ids)).order_by(Case.id)
    for case_id, audience_id, owners_id in session.execute(query):
        found.setdefault((audience_id, owners_id), []).append(case_id)
    return [(*key, case_ids) for key, case_ids in found.items()]


def count_news_anew(session: Session, said: Sequence[Said]) -> None:
    """Follows people who looked at a new case, or follow something else: on every open page of theirs."""
    for staff_id in sorted({by.staff_id for by, _what in said if by is not None}):
        append(session, user_stream(staff_id), "inbox:changed", {"kind": "seen"})


def _notices(what: Any) -> Iterable[Notice]:
    match what:
        case CaseAdopted():
            yield Notice(what.author_id, "adoption")
        case AdoptionProposed():
            yield Notice(what.organisation_id or 0, "proposal")
        case AdopterThanked():
            yield Notice(what.organisation_id or 0, "thanks")
        case ConsentAsked():
            yield from (Notice(party_id, "consent") for party_id in what.party_ids)
        case EndingNoted():
            yield Notice(what.organisation_id, "ended", "manager" if what.managers_only else MUNICIPAL)
        case CaseSubmitted() | CaseApproved() | CaseReturned() | CasePublished():
            yield from (Notice(what.organisation_id or 0, "case"), Notice(None, "case"))
        case OfVisit():
            yield from (Notice(party_id, "visit") for party_id in sorted({what.host_id, what.organisation_id or 0}))


def _speakers(session: Session, notice: Notice) -> Sequence[int]:
    """Officers and managers of a municipality or those of the notice's roles, the prefecture's DX section."""
    now = utc_now()
    own = sa.and_(Section.is_dx, Posting.role.in_(DX.split()))
    town = sa.and_(Organisation.kind != "県", Posting.role.in_(notice.roles.split()))
    theirs = sa.and_(Organisation.id == notice.organisation_id, sa.or_(own, town))
    query = (
        sa.select(Posting.staff_id)
        .join(Section, Section.id == Posting.section_id)
        .join(Organisation, Organisation.id == Section.organisation_id)
        .where(own if notice.organisation_id is None else theirs)
        .where(Posting.from_at <= now, sa.or_(Posting.until_at.is_(None), Posting.until_at > now))
    )
    return session.scalars(query.distinct()).all()
