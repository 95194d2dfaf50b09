"""Turn sign-ins into actors: postings, grants and dates as they are at this moment.

Works for many sign-ins at once, because every worker re-examines all its sockets after each change of access.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hub.actor import BY_POSTING, Actor, Role, Side
from hub.audiences.models import Grant, RoomGrant
from hub.clock import utc_now
from hub.errors import NotFound, SignedOut
from hub.installation import access_version
from hub.people.models import Organisation, Posting, Section, SignIn, Staff

# Of several postings (併任) the first of these roles speaks for the person.
RANK: tuple[Role, ...] = ("admin", "lead", "supporter", "manager", "officer", "bureau", "guest")
# These roles read what their organisation and section may read; the others only what was granted to them by name.
# These run the people of the body in which they were given the role, and of no other.
MANAGING: frozenset[Role] = frozenset(("manager", "lead"))

# Every request asks these: made once, which takes longer than running them.
_PEOPLE = sa.select(Staff).where(Staff.id.in_(sa.bindparam("staff", expanding=True)), Staff.disabled_at.is_(None))
_POSTINGS = (
    sa.select(Posting)
    .where(Posting.staff_id.in_(sa.bindparam("staff", expanding=True)))
    .where(sa.or_(Posting.until_at.is_(None), Posting.until_at > sa.bindparam("now")))
    .options(joinedload(Posting.section).joinedload(Section.organisation))
)
_GRANTS = sa.select(Grant).where(
    sa.or_(Grant.until_at.is_(None), Grant.until_at > sa.bindparam("now")),
    sa.or_(
        Grant.organisation_id.in_(sa.bindparam("organisations", expanding=True)),
        Grant.section_id.in_(sa.bindparam("sections", expanding=True)),
        Grant.staff_id.in_(sa.bindparam("staff", expanding=True)),
    ),
)
_ROOM_GRANTS = sa.select(RoomGrant).where(
    RoomGrant.until_at > sa.bindparam("now"), RoomGrant.staff_id.in_(sa.bindparam("admins", expanding=True))
)


def actors_of_sign_ins(session: Session, sign_ins: Iterable[SignIn], idle: timedelta) -> dict[int, Actor]:
    """Actors by sign-in id; a sign-in that has ended or whose person has no current posting is missing."""
    now = utc_now()
    live = [s for s in sign_ins if s.ended_at is None and now < s.ends_at and now < s.seen_at + idle]
    actors = actors_of_staff(session, {s.staff_id for s in live})
    return {s.id: _signed_in(actors[s.staff_id], s, idle) for s in live if s.staff_id in actors}


def _signed_in(actor: Actor, sign_in: SignIn, idle: timedelta) -> Actor:
    ends = min(sign_in.ends_at, sign_in.seen_at + idle)
    valid_until = ends if actor.valid_until is None else min(ends, actor.valid_until)
    changes = {"sign_in_id": sign_in.id, "writer_name": sign_in.writer_name, "valid_until": valid_until}
    return Actor(**{**actor.__dict__, **changes})


def actors_of_staff(session: Session, staff_ids: Collection[int]) -> dict[int, Actor]:
    """Actors by staff id, without sign-in; disabled people and people without a current posting are missing."""
    now, version = utc_now(), access_version(session)
    people = session.scalars(_PEOPLE, {"staff": list(staff_ids)})
    postings = _postings(session, staff_ids, now)
    grants = _Grants(session, [p for own in postings.values() for p in own], now)
    actors = {}
    for staff in people:
        current = [p for p in postings[staff.id] if p.from_at <= now]
        if current:
            actors[staff.id] = _actor(staff, current, _first_change(postings[staff.id], now), grants, version)
    return actors


def actor_of_staff(session: Session, staff_id: int) -> Actor:
    """One person without a browser (command line, jobs). Raises NotFound when they have no access now."""
    try:
        return actors_of_staff(session, [staff_id])[staff_id]
    except KeyError:
        raise NotFound from None


def confirm_actor(session: Session, actor: Actor, idle: timedelta) -> Actor:
    """The same actor while nothing changed, else made anew. Raises SignedOut when nothing is left of it."""
    if actor.access_version == access_version(session) and (actor.valid_until is None or utc_now() < actor.valid_until):
        return actor
    return actor_again(session, actor.staff_id, actor.sign_in_id, idle)


def actor_again(session: Session, staff_id: int, sign_in_id: int, idle: timedelta) -> Actor:
    """Who somebody is by now. Raises SignedOut when that sign-in is over; with 0 for none, NotFound."""
    if not sign_in_id:
        return actor_of_staff(session, staff_id)
    sign_in = session.get(SignIn, sign_in_id)
    fresh = actors_of_sign_ins(session, [sign_in] if sign_in else [], idle)
    if sign_in_id not in fresh:
        raise SignedOut
    return fresh[sign_in_id]


def _postings(session: Session, staff_ids: Collection[int], now: datetime) -> defaultdict[int, list[Posting]]:
    """Current and future postings with section and organisation, by staff id."""
    found: defaultdict[int, list[Posting]] = defaultdict(list)
    for posting in session.scalars(_POSTINGS, {"staff": list(staff_ids), "now": now}):
        found[posting.staff_id].append(posting)
    return found


def _first_change(rows: Iterable[Posting | Grant], now: datetime) -> datetime | None:
    """The next moment at which one of these begins or ends."""
    moments = [m for row in rows for m in (row.from_at, row.until_at) if m is not None and m > now]
    return min(moments, default=None)


class _Grants:
    """The grants that could matter to some people, looked up once."""

    def __init__(self, session: Session, postings: list[Posting], now: datetime) -> None:
        self.now = now
        holders = {
            "organisations": list({p.section.organisation_id for p in postings}),
            "sections": list({p.section_id for p in postings}),
            "staff": list({p.staff_id for p in postings}),
        }
        self.by_holder: defaultdict[tuple[str, int], list[Grant]] = defaultdict(list)
        for grant in session.scalars(_GRANTS, holders | {"now": now}):
            self.by_holder[_holder(grant)].append(grant)
        self.rooms: defaultdict[int, list[RoomGrant]] = defaultdict(list)
        admins = list({p.staff_id for p in postings if p.role == "admin" and p.from_at <= now})
        for room in session.scalars(_ROOM_GRANTS, {"admins": admins, "now": now}) if admins else ():
            self.rooms[room.staff_id].append(room)

    def of(self, staff_id: int, postings: Iterable[Posting]) -> list[Grant]:
        member = [p for p in postings if p.role in BY_POSTING]
        holders = {("staff", staff_id)}
        holders |= {("organisation", p.section.organisation_id) for p in member}
        holders |= {("section", p.section_id) for p in member}
        return [grant for holder in holders for grant in self.by_holder[holder]]


def _holder(grant: Grant) -> tuple[str, int]:
    if grant.staff_id is not None:
        return "staff", grant.staff_id
    if grant.section_id is not None:
        return "section", grant.section_id
    return "organisation", cast(int, grant.organisation_id)


def _actor(
    staff: Staff, postings: list[Posting], first_change: datetime | None, grants: _Grants, version: int
) -> Actor:
    main = min(postings, key=lambda p: (RANK.index(cast(Role, p.role)), p.id))
    organisation: Organisation = main.section.organisation
    mine = grants.of(staff.id, postings)
    rooms = grants.rooms[staff.id]
    ends = [room.until_at for room in rooms]
    changes = [m for m in (first_change, _first_change(mine, grants.now), *ends) if m is not None]
    return Actor(
        staff_id=staff.id,
        sign_in_id=0,
        posting_id=main.id,
        name=staff.name,
        role=cast(Role, main.role),
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        section_name=main.section.name,
        side=cast(Side, organisation.side),
        organisation_ids=frozenset(p.section.organisation_id for p in postings if p.role in BY_POSTING),
        managed_ids=frozenset(p.section.organisation_id for p in postings if p.role in MANAGING),
        section_ids=frozenset(p.section_id for p in postings if p.role in BY_POSTING),
        audience_ids=frozenset(g.audience_id for g in mine if g.from_at is None or g.from_at <= grants.now),
        room_ids=frozenset(room.room_id for room in rooms),
        shared=staff.shared,
        language=staff.language,
        access_version=version,
        valid_until=min(changes, default=None),
    )
