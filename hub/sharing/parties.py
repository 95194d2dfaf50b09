"""Who has to agree to a sharing, who did, and what waits for whose answer."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.people.models import Organisation, Posting, Section, Staff
from hub.rooms.models import Room
from hub.security.permissions import Permission, Subject, may_ever, permits
from hub.sharing.models import Consent, Sharing, SharingPart
from hub.sharing.queries import Row, list_sharings
from hub.statements import among
from hub.threads.models import Message, Thread


class Awaited(NamedTuple):
    """Of a sharing that waits what decides for whose answer it does."""

    id: int
    kind: str
    organisation_id: int
    version: int
    audience_id: int


def parties_of(session: Session, sharing: Sharing) -> list[Organisation]:
    """Who has to agree here, by code: to an edition everybody concerned; to a case the municipalities whose words it
    would use and whose case it is not. Its own town and the DX section agree to every version of the case itself."""
    return _parties(sharing, concerned_by(session, sharing))


def _parties(sharing: Sharing | Awaited, concerned: list[Organisation]) -> list[Organisation]:
    if sharing.kind == "edition":
        return concerned
    return [body for body in concerned if body.side == "municipality" and body.id != sharing.organisation_id]


def concerned_by(session: Session, sharing: Sharing) -> list[Organisation]:
    """The body whose consultation it is, every municipality whose people wrote what is used, and the prefecture (also
    for guests, who speak for nobody). By code."""
    return concerned_by_each(session, [sharing])[sharing.id]


def concerned_by_each(
    session: Session, sharings: Sequence[Sharing] | Sequence[Awaited]
) -> dict[int, list[Organisation]]:
    """`concerned_by` for each of the sharings, by its id."""
    written = (
        sa.select(SharingPart.sharing_id, Section.organisation_id)
        .join(Message, Message.id == SharingPart.message_id)
        .join(Posting, Posting.id == Message.posting_id)
        .join(Section, Section.id == Posting.section_id)
        .where(among(SharingPart.sharing_id, [sharing.id for sharing in sharings]), SharingPart.included)
        .distinct()
    )
    prefecture = set(session.scalars(sa.select(Section.organisation_id).where(Section.is_dx)))
    concerned = {sharing.id: prefecture | {sharing.organisation_id} for sharing in sharings}
    for sharing_id, organisation_id in session.execute(written):
        concerned[sharing_id].add(organisation_id)
    ids = set[int]().union(*concerned.values())
    members = sa.select(Organisation).where(among(Organisation.id, ids), Organisation.member)
    by_code = members.order_by(Organisation.code.is_(None), Organisation.code, Organisation.id)
    places = {body.id: (place, body) for place, body in enumerate(session.scalars(by_code))}
    return {
        sharing_id: [body for _place, body in sorted(places[id_] for id_ in some & places.keys())]
        for sharing_id, some in concerned.items()
    }


def consents_of(session: Session, sharing: Sharing) -> dict[int, tuple[Consent, str]]:
    """Who agreed to the present version, by body: the consent and the person's name."""
    query = sa.select(Consent, Staff.name).join(Staff, Staff.id == Consent.staff_id)
    rows = session.execute(query.where(Consent.sharing_id == sharing.id, Consent.version == sharing.version))
    return {consent.organisation_id: (consent, name) for consent, name in rows}


def may_agree(actor: Actor, subject: Subject, party: Organisation) -> bool:
    """Whether the actor speaks for this party. The DX section speaks for the prefecture and for no town."""
    if party.side == "prefecture":
        return actor.in_dx_section and permits(actor, Permission.SHARING_CONSENT, subject)
    own = Subject(subject.audience_id, organisation_id=party.id)
    return not actor.in_dx_section and permits(actor, Permission.SHARING_CONSENT, own)


def waiting_for(session: Session, actor: Actor) -> list[Row]:
    """What was asked of the actor's side and not answered yet; a constant number of statements."""
    waiting = _waiting_for(session, actor)
    return list_sharings(session, actor, among(Sharing.id, [asked.id for asked in waiting])) if waiting else []


def count_waiting_for(session: Session, actor: Actor) -> int:
    """Their number, for every page's menu: nothing of them is loaded."""
    return len(_waiting_for(session, actor))


def _waiting_for(session: Session, actor: Actor) -> list[Awaited]:
    if not may_ever(actor, Permission.SHARING_CONSENT):
        return []
    found = _asked_of(session, actor)
    concerned = concerned_by_each(session, found) if found else {}
    agreed = _agreed(session, concerned) if found else set()
    return [
        asked
        for asked in found
        if any(
            may_agree(actor, Subject(asked.audience_id), party)
            for party in _parties(asked, concerned[asked.id])
            if (asked.id, party.id, asked.version) not in agreed
        )
    ]


def _asked_of(session: Session, actor: Actor) -> list[Awaited]:
    """Where one of the actor's bodies has not answered."""
    query = (
        sa.select(Sharing.id, Sharing.kind, Sharing.organisation_id, Sharing.version, Room.audience_id)
        .join(Thread, Thread.id == Sharing.thread_id)
        .join(Room, Room.id == Thread.room_id)
        .where(among(Room.audience_id, actor.audience_ids), Sharing.state == "asked", _unanswered_by(actor))
    )
    found = [Awaited(*row) for row in session.execute(query)]
    return [asked for asked in found if permits(actor, Permission.SHARING_READ, Subject(asked.audience_id))]


def _agreed(session: Session, sharing_ids: Collection[int]) -> set[tuple[int, int, int]]:
    """Sharing, body and the version that it agreed to."""
    query = sa.select(Consent.sharing_id, Consent.organisation_id, Consent.version)
    rows = session.execute(query.where(among(Consent.sharing_id, sharing_ids)))
    return {(sharing_id, organisation_id, version) for sharing_id, organisation_id, version in rows}


def _unanswered_by(actor: Actor) -> sa.ColumnElement[bool]:
    """One of the actor's bodies has not agreed to the present version. Whether it is a party is another question."""
    agreed = sa.exists().where(
        Consent.sharing_id == Sharing.id,
        Consent.version == Sharing.version,
        Consent.organisation_id == Organisation.id,
    )
    return sa.exists().where(Organisation.id.in_(actor.organisation_ids), ~agreed.correlate(Sharing, Organisation))
