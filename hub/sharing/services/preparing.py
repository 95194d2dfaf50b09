"""Preparing what goes out: a copy of the consultation's texts that is edited freely. The original never changes."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Closed, Conflict, ValidationFailed
from hub.events.happenings import happened
from hub.feed.contracts import PASSAGES
from hub.feed.submissions import Receipt
from hub.rooms.models import Room
from hub.security.permissions import Permission, Subject, require
from hub.sharing.commands import HideDetails, Prepare, SaveSharing
from hub.sharing.details import Known, hide
from hub.sharing.happenings import SharingPrepared
from hub.sharing.marking import details_of, require_read
from hub.sharing.models import OPEN, Consent, Sharing, SharingPart
from hub.sharing.queries import (
    SHAREABLE_ROOMS,
    Shared,
    body_of_thread,
    commons_for,
    get_sharing_for,
    known_names,
    parts_of,
)
from hub.threads.input import TITLE_CHARS, checked_body, checked_line
from hub.threads.models import Message, Passage
from hub.threads.queries import Place, get_thread_for

# What an anonymous edition begins with: whatever may tell who asks is out, and has to be put back by hand.
HIDDEN_AT_FIRST = ("name", "body", "place", "company", "address", "security", "personal")


def prepare(session: Session, actor: Actor, command: Prepare) -> Receipt:
    """Begin an edition or a case; one that was begun already is continued instead.

    Raises NotFound, Forbidden, Closed for a thread that cannot be shared, ValidationFailed for a case without a town,
    Unread.
    """
    place = get_thread_for(session, actor, command.thread_id)
    organisation_id = body_of_thread(session, place)
    require(actor, Permission.SHARING_PREPARE, Subject(place.room.audience_id, organisation_id=organisation_id))
    if place.room.kind not in SHAREABLE_ROOMS or place.thread.kind == "notice" or place.thread.edition:
        raise Closed(_("このやりとりは共有できません。伴走ルームと研究会の相談・話題だけを共有できます。"))
    begun = sa.select(Sharing.id).where(
        Sharing.thread_id == place.thread.id, Sharing.kind == command.kind, Sharing.state.in_(OPEN)
    )
    sharing_id = session.scalars(begun).first()
    if sharing_id is None:
        _hold_texts(session, place)
        sharing_id = _new(session, actor, place, command, organisation_id)
    return Receipt({"sharing_id": str(sharing_id)})


def _hold_texts(session: Session, place: Place) -> None:
    """What is copied is not taken out before the commit, and is read as it is by then."""
    session.execute(sa.select(Message.id).where(Message.thread_id == place.thread.id).with_for_update(read=True))
    session.refresh(place.thread, with_for_update={"read": True})


def _new(session: Session, actor: Actor, place: Place, command: Prepare, organisation_id: int) -> int:
    known = known_names(session, place)
    kinds = HIDDEN_AT_FIRST if command.anonymous else ()
    rooms = commons_for(session, actor)
    sharing = Sharing(
        kind=command.kind,
        thread_id=place.thread.id,
        organisation_id=organisation_id,
        anonymous=command.anonymous and command.kind == "edition",
        title=_hidden(place.thread.title, known, kinds)[:TITLE_CHARS],
        room_id=rooms[0].id if rooms and command.kind == "edition" else None,
        prepared_by_id=actor.staff_id,
        created_at=utc_now(),
    )
    session.add(sharing)
    session.flush()
    _copy(session, sharing, known, kinds)
    happened(session, actor, SharingPrepared(sharing_id=sharing.id, organisation_id=organisation_id))
    return sharing.id


def _copy(session: Session, sharing: Sharing, known: Known, kinds: tuple[str, ...]) -> None:
    """One part for each message; of a case one for each mark, in the order of the marks."""
    query = sa.select(Message).where(
        Message.thread_id == sharing.thread_id, Message.deleted_at.is_(None), Message.redacted_at.is_(None)
    )
    messages = list(session.scalars(query.order_by(Message.position)))
    if kinds:
        require_read([message.body for message in messages], known)
    wanted: list[tuple[Message, str]] = [(message, "") for message in messages]
    if sharing.kind == "case":
        marks = sa.select(Passage).where(Passage.message_id.in_([m.id for m in messages]))
        found = {(p.message_id, p.kind) for p in session.scalars(marks)}
        wanted = [(m, kind) for kind in PASSAGES for m in messages if (m.id, kind) in found]
    for position, (message, kind) in enumerate(wanted, start=1):
        body = _hidden(message.body, known, kinds)
        part = SharingPart(sharing_id=sharing.id, position=position, message_id=message.id, body=body)
        part.kind, part.included = kind, bool(body)  # files alone stay behind
        session.add(part)


def _hidden(text: str, known: Known, kinds: Sequence[str]) -> str:
    return hide(text, details_of(text, known), kinds) if kinds else text


def save_sharing(session: Session, actor: Actor, command: SaveSharing) -> Receipt:
    """Keep the edited texts. A changed text has nobody's consent: whoever agreed is asked again.

    Raises Conflict when somebody changed it since `version`, Closed when it has gone out, ValidationFailed.
    """
    shared = open_sharing(session, actor, command.sharing_id, command.version)
    sharing, parts = shared.sharing, {p.position: p for p in parts_of(session, command.sharing_id)}
    before, gone = _state(sharing, list(parts.values())), gone_of(session, sharing.thread_id)
    sharing.title = checked_line(command.title, max_chars=TITLE_CHARS, field="title")
    if sharing.kind == "edition":
        sharing.anonymous, sharing.room_id = command.anonymous, _room(session, actor, shared, command.room_id)
    for text in command.parts:
        part = parts.get(text.position)
        if part is None:
            raise ValidationFailed({"parts": _("この投稿は、共有する内容に含まれていません。")})
        if text.included and part.message_id in gone:
            raise ValidationFailed({f"body-{text.position}": _("元の投稿は削除されたため、含められません。")})
        part.included = text.included
        if text.included:
            part.body = checked_body(text.body, field=f"body-{text.position}")
    if _state(sharing, list(parts.values())) != before:
        changed(session, sharing)
    return Receipt({"sharing_id": str(sharing.id), "version": sharing.version})


def gone_of(session: Session, thread_id: int) -> set[int]:
    """The messages of the consultation that were deleted or redacted: nothing can be made of them any more."""
    gone = sa.or_(Message.deleted_at.is_not(None), Message.redacted_at.is_not(None))
    return set(session.scalars(sa.select(Message.id).where(Message.thread_id == thread_id, gone)))


def _state(sharing: Sharing, parts: list[SharingPart]) -> tuple[Any, ...]:
    return sharing.title, sharing.anonymous, sharing.room_id, [(p.included, p.included and p.body) for p in parts]


def _room(session: Session, actor: Actor, shared: Shared, room_id: int | None) -> int:
    room = session.get(Room, room_id) if room_id else None
    if room is None or room not in commons_for(session, actor):
        raise ValidationFailed({"room_id": _("共有する先を選んでください。")})
    return room.id


def hide_details(session: Session, actor: Actor, command: HideDetails) -> Receipt:
    """Replace what is found by a word, in the title and in everything that is included. Raises Unread."""
    shared = open_sharing(session, actor, command.sharing_id, command.version)
    known = known_names(session, shared.place)
    sharing, parts = shared.sharing, parts_of(session, command.sharing_id)
    before = _state(sharing, list(parts))
    require_read([sharing.title, *(part.body for part in parts if part.included)], known)
    sharing.title = _hidden(sharing.title, known, command.kinds)[:TITLE_CHARS]
    for part in parts:
        if part.included:
            part.body = _hidden(part.body, known, command.kinds)
    if _state(sharing, list(parts)) != before:
        changed(session, sharing)
    return Receipt({"sharing_id": str(sharing.id), "version": sharing.version})


def open_sharing(session: Session, actor: Actor, sharing_id: int, version: int) -> Shared:
    """One that has not gone out, at the version that was read. Raises NotFound, Forbidden, Closed, Conflict."""
    shared = get_sharing_for(session, actor, sharing_id, lock=True)
    require(actor, Permission.SHARING_PREPARE, shared.subject)
    if shared.sharing.state not in OPEN:
        raise Closed(_("この共有は、もう公開されたか取り下げられています。"))
    if shared.sharing.version != version:
        raise Conflict
    return shared


def changed(session: Session, sharing: Sharing) -> None:
    """A new version, to which nobody has agreed."""
    sharing.version += 1
    sharing.state = "returned" if sharing.state == "returned" else "preparing"
    session.execute(sa.delete(Consent).where(Consent.sharing_id == sharing.id))
