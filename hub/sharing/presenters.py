"""What the pages of a sharing show: every text as it would go out, what was found in it, who reads it, who agreed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.audiences.queries import Readers, readers_of
from hub.errors import NotFound
from hub.library.queries import get_case_for
from hub.people.authors import Author, AuthorKey, authors
from hub.people.models import Organisation
from hub.rooms.models import Room
from hub.security.permissions import Permission, permits
from hub.sharing.details import KINDS, Known, Piece, pieces
from hub.sharing.marking import details_of, require_read
from hub.sharing.models import OPEN, SharingPart
from hub.sharing.parties import concerned_by, consents_of, may_agree, parties_of
from hub.sharing.queries import Shared, commons_for, known_names, parts_of
from hub.threads.models import Message
from hub.threads.pseudonyms.accounts import STANDING_FOR


@dataclass(frozen=True)
class PartView:
    """`shown_as` is the author that readers will see; `original` what was really written, unless that is `gone`."""

    part: SharingPart
    original: str
    gone: bool
    author: Author
    shown_as: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Going:
    """One detail that goes out, and in which texts (0 = the title)."""

    text: str
    positions: list[int]


@dataclass(frozen=True)
class PartyView:
    organisation: Organisation
    mine: bool
    asked: bool  # whether its word is needed here
    at: datetime | None = None
    by: str = ""


@dataclass
class SharingView:
    shared: Shared
    parts: list[PartView]
    title: list[Piece]
    going: dict[str, list[Going]]
    parties: list[PartyView]
    rooms: list[tuple[int, str]]
    room: Room | None
    readers: list[Readers]
    may: dict[str, bool] = field(default_factory=dict)
    case_readable: bool = False


def view_sharing(session: Session, actor: Actor, shared: Shared) -> SharingView:
    """Raises Unread as long as its texts were not read."""
    sharing, known = shared.sharing, known_names(session, shared.place)
    require_read([sharing.title, *(part.body for part in parts_of(session, sharing.id))], known)
    parts = _parts(session, shared, known)
    title = pieces(sharing.title, details_of(sharing.title, known))
    room = session.get(Room, sharing.room_id) if sharing.room_id else None
    audience = room.audience_id if room else shared.place.room.audience_id
    given = consents_of(session, sharing)
    asked = {party.id for party in parties_of(session, sharing)}
    return SharingView(
        shared=shared,
        parts=parts,
        title=title,
        going=going_out([(0, title), *((p.part.position, p.pieces) for p in parts if p.part.included)]),
        parties=[
            PartyView(
                party,
                party.id in asked and may_agree(actor, shared.subject, party),
                party.id in asked,
                given[party.id][0].created_at if party.id in given else None,
                given[party.id][1] if party.id in given else "",
            )
            for party in concerned_by(session, sharing)
        ],
        rooms=[(r.id, r.name) for r in commons_for(session, actor)],
        room=room,
        readers=readers_of(session, audience),
        may=_may(actor, shared),
        case_readable=_reads_case(session, actor, sharing.case_id),
    )


def _may(actor: Actor, shared: Shared) -> dict[str, bool]:
    is_open = shared.sharing.state in OPEN
    return {
        "edit": is_open and permits(actor, Permission.SHARING_PREPARE, shared.subject),
        "withdraw": shared.sharing.state in (*OPEN, "out")
        and shared.sharing.case_id is None
        and permits(actor, Permission.SHARING_WITHDRAW, shared.subject),
        "unmask": bool(shared.sharing.anonymous and shared.sharing.edition_id)
        and permits(actor, Permission.SHARING_UNMASK, shared.subject),
    }


def _reads_case(session: Session, actor: Actor, case_id: int | None) -> bool:
    try:
        return case_id is not None and get_case_for(session, actor, case_id) is not None
    except NotFound:
        return False


def _parts(session: Session, shared: Shared, known: Known) -> list[PartView]:
    parts = parts_of(session, shared.sharing.id)
    query = sa.select(Message).where(Message.id.in_([p.message_id for p in parts]))
    messages = {m.id: m for m in session.scalars(query)}
    keys = {m.id: AuthorKey(m.author_id, m.posting_id, m.writer_name) for m in messages.values()}
    people = authors(session, keys.values()) if keys else {}
    numbers: dict[str, str] = {}
    return [_part(p, messages[p.message_id], people[keys[p.message_id]], shared, known, numbers) for p in parts]


def _part(
    part: SharingPart, original: Message, author: Author, shared: Shared, known: Known, numbers: dict[str, str]
) -> PartView:
    shown = f"{author['organisation']} {author['name']}"
    if shared.sharing.anonymous:
        shown = _alias(author, numbers) if part.included else ""
    gone = bool(original.deleted_at or original.redacted_at)
    return PartView(part, original.body, gone, author, shown, pieces(part.body, details_of(part.body, known)))


def _alias(author: Author, numbers: dict[str, str]) -> str:
    """As `hub/sharing/services/editions.py` will number them."""
    _kind, body, name = STANDING_FOR[author["side"]]
    if author["staff_id"] not in numbers:
        same = sum(1 for known in numbers.values() if known.startswith(body))
        numbers[author["staff_id"]] = f"{body} {name}{same + 1 if same else ''}"
    return numbers[author["staff_id"]]


def going_out(texts: Sequence[tuple[int, list[Piece]]]) -> dict[str, list[Going]]:
    """By kind, every detail once, in the order in which they come."""
    found: dict[str, dict[str, list[int]]] = {kind: {} for kind in KINDS}
    for position, cut in texts:
        for piece in cut:
            if piece.kind:
                places = found[piece.kind].setdefault(piece.text, [])
                if position not in places:
                    places.append(position)
    return {kind: [Going(text, at) for text, at in texts.items()] for kind, texts in found.items() if texts}
