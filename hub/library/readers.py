"""Who reads a case once it is out: an audience of the same table as those of rooms (ADR 18). Beside it those who work
on the case always do. Every audience that can be chosen, but for the DX section alone, holds these."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.audiences.models import Audience, Grant
from hub.audiences.queries import current_grants
from hub.audiences.services import DX, MEMBERS, ensure_audience, grant
from hub.errors import ValidationFailed
from hub.library.models import Case
from hub.library.versions import owners_key
from hub.people.models import Organisation
from hub.rooms.models import Room
from hub.rooms.queries import list_municipalities
from hub.rooms.services import dx_section
from hub.statements import among, insert_ignore

CIRCLE, BODIES, PUBLIC = "circle:", "bodies:", "public"
AT_FIRST = "members"  # what a town is asked to agree to while nobody has chosen


@dataclass(frozen=True)
class Readers:
    """`choice`: members, bodies, circle:<room id>, town or dx; `bodies` are the ids of the chosen municipalities."""

    choice: str
    bodies: tuple[int, ...] = ()
    circle: str = ""  # its name


def needs_consent(body: Organisation) -> bool:
    """Whether a town has to agree before a case of this body goes out: those of the prefecture and of outsiders are
    curated by the DX section."""
    return body.side == "municipality"


def readers_now(session: Session, case: Case) -> Readers:
    """Those that are set. 一般公開 stands beside them: it is an agreement, not an audience."""
    return readers_of(session, [(case, case.audience_id)])[case.id]


def readers_agreed(session: Session, case: Case) -> Readers | None:
    """Those that come in when the version is out that the town agreed to; None when these are the readers of now."""
    if case.agreed_audience_id is None or case.approved_version != case.version:
        return None
    return readers_of(session, [(case, case.agreed_audience_id)])[case.id]


def readers_of(session: Session, wanted: Iterable[tuple[Case, int]]) -> dict[int, Readers]:
    """What the audiences of these cases are as a choice, by the case's id; a few queries however many they are."""
    pairs = list(wanted)
    ids = {audience_id for _case, audience_id in pairs}
    keys = dict(session.execute(sa.select(Audience.id, Audience.key).where(Audience.id.in_(ids))).all())
    rooms = sa.select(Room.audience_id, Room.id, Room.name).where(Room.kind == "circle", Room.audience_id.in_(ids))
    circles = {audience_id: Readers(f"{CIRCLE}{id_}", circle=name) for audience_id, id_, name in session.execute(rooms)}
    named: dict[int, list[int]] = {}
    grants = sa.select(Grant.audience_id, Grant.organisation_id).where(Grant.audience_id.in_(ids))
    for audience_id, body_id in session.execute(grants):
        named.setdefault(audience_id, []).extend([body_id] if body_id else [])
    found: dict[int, Readers] = {}
    for case, audience_id in pairs:
        standard = {MEMBERS: "members", DX: "dx"}.get(keys[audience_id] or "")
        if standard or audience_id == case.owners_id:
            found[case.id] = Readers(standard or "town")
        else:
            bodies = tuple(sorted(id_ for id_ in named.get(audience_id, []) if id_ != case.organisation_id))
            found[case.id] = circles.get(audience_id) or Readers("bodies", bodies)
    return found


def proposed_audience(session: Session, case: Case, body: Organisation) -> int:
    """The id of the audience to which the case goes if the page is left as it stands: what a town is asked to agree
    to, or what it has agreed to."""
    if case.agreed_audience_id is not None and case.approved_version == case.version:
        return case.agreed_audience_id
    if case.readers_chosen or not needs_consent(body) or case.approved_version == case.version:
        return case.audience_id
    return session.scalars(sa.select(Audience.id).where(Audience.key == MEMBERS)).one()


def circles_for(session: Session, actor: Actor, organisation: Organisation) -> list[tuple[int, str]]:
    """The 研究会 that can be chosen: open, with the actor in it, and with the case's own municipality."""
    query = sa.select(Room.id, Room.name).where(Room.kind == "circle", Room.archived_at.is_(None))
    query = query.where(among(Room.audience_id, actor.audience_ids)).order_by(Room.name)
    if organisation.side == "municipality":
        query = query.where(Room.audience_id.in_(_with_body(organisation.id)))
    return [(id_, name) for id_, name in session.execute(query)]


def _with_body(organisation_id: int) -> sa.Select[int]:
    return sa.select(Grant.audience_id).where(Grant.organisation_id == organisation_id)


def audience_for(session: Session, actor: Actor | None, organisation: Organisation, readers: Readers) -> int:
    """The id of the audience, made on first use. Without an actor (an import, whose rows have been checked) any circle
    will do. Raises ValidationFailed for what cannot be chosen."""
    if readers.choice == "bodies":
        return _bodies(session, organisation, readers.bodies)
    if readers.choice.startswith(CIRCLE):
        room_id = int(readers.choice.removeprefix(CIRCLE))
        if actor is not None and room_id not in dict(circles_for(session, actor, organisation)):
            raise _not_to_be_chosen()
        return session.get_one(Room, room_id).audience_id
    if readers.choice == "town" and organisation.side != "municipality":
        raise _not_to_be_chosen()
    key = {"members": MEMBERS, "dx": DX, "town": owners_key(organisation)}[readers.choice]
    return ensure_audience(session, key).id


def _not_to_be_chosen() -> ValidationFailed:
    return ValidationFailed({"audience": _("この公開範囲は選べません。一覧から選び直してください。")})


def _bodies(session: Session, organisation: Organisation, chosen: Iterable[int]) -> int:
    """The one audience of exactly these. It never changes: other bodies are another audience, so that no change of one
    case moves the readers of another."""
    ids = set(chosen) - {organisation.id}
    if not ids or ids - {body.id for body in list_municipalities(session)}:
        raise ValidationFailed({"bodies": _("読める市町村を1つ以上選んでください。")})
    if organisation.side == "municipality":
        ids.add(organisation.id)
    key = BODIES + ",".join(map(str, sorted(ids)))
    session.connection().execute(insert_ignore(session, Audience), {"key": key})  # a rival makes the same one
    audience = session.scalars(sa.select(Audience).where(Audience.key == key)).one()
    if not current_grants(session, [audience.id]):
        grant(session, audience, organisations=sorted(ids), sections=[dx_section(session).id])
    return audience.id


def reads_more(session: Session, case: Case, audience_id: int) -> bool:
    """Whether somebody would read the case through this audience who does not read it now, or could tomorrow without
    anybody being asked again: new bodies come to take part, and a 研究会 takes in bodies and guests, be its readers of
    today all among those of now. Compared are bodies, sections and persons with the end of their reading, not today's
    staff."""
    return audience_id != case.audience_id and not within(session, audience_id, case.audience_id, case.owners_id)


def within(session: Session, audience_id: int, *others: int) -> bool:
    """Whether nobody reads through this audience, now or later, who does not read through one of the others."""
    if session.execute(sa.select(Audience.key).where(Audience.id == audience_id)).scalar_one() in (MEMBERS, None):
        return False
    have = current_grants(session, others)
    return all(any(_covers(old, new) for old in have) for new in current_grants(session, [audience_id]))


def _covers(old: Grant, new: Grant) -> bool:
    same = all(getattr(old, name) == getattr(new, name) for name in ("organisation_id", "section_id", "staff_id"))
    return same and (old.until_at is None or (new.until_at is not None and new.until_at <= old.until_at))
