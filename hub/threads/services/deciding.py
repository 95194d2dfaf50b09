"""Which of many posts may be written, by what the database says of all of them at once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.commits import pace_room
from hub.errors import Closed, NotFound, ValidationFailed
from hub.feed.submissions import Claim, Receipt, answers_to, claim_of
from hub.files.attaching import Uploads
from hub.many import LATER, Asked, Later
from hub.rooms.models import Room
from hub.security.permissions import Permission, Subject, permits, require
from hub.statements import among
from hub.text_ahead import rendered
from hub.threads.commands import OpenThread, PostMessage
from hub.threads.consultations.models import Consultation
from hub.threads.consultations.services import next_state
from hub.threads.input import checked_body
from hub.threads.mentions import mentions_in
from hub.threads.models import Message, Thread
from hub.threads.pseudonyms.identity import anonymous_among
from hub.threads.pseudonyms.writing import writing_as
from hub.threads.services.storing import Accepted, Replied, Where

SERVICE = "post_message"  # by this name receipts are kept


class _Place(NamedTuple):
    thread_id: int
    room_id: int
    audience_id: int
    organisation_id: int | None
    opened_by_id: int
    last_position: int
    locked_at: datetime | None
    archived_at: datetime | None
    asking_id: int | None  # of a consultation: who asks, and its state
    state: str | None

    @property
    def subject(self) -> Subject:
        return Subject(self.audience_id, None, self.organisation_id, self.room_id)

    @property
    def where(self) -> Where:
        return Where(self.thread_id, self.room_id, self.audience_id, self.opened_by_id, self.last_position)


# Whoever posts holds the threads, all of a batch in one order: what is decided on is what will be written to.
_PLACES = (
    sa.select(
        Thread.id,
        Thread.room_id,
        Room.audience_id,
        Room.organisation_id,
        Thread.opened_by_id,
        Thread.last_position,
        Thread.locked_at,
        Room.archived_at,
        Consultation.organisation_id,
        Consultation.state,
    )
    .join(Room, Room.id == Thread.room_id)
    .outerjoin(Consultation, Consultation.thread_id == Thread.id)
    .where(among(Thread.id, "threads"))
    .order_by(Thread.id)
    .with_for_update(of=Thread, key_share=True)
)
_REPLIED = sa.select(Message.id, Message.author_id, Message.position, Message.thread_id).where(
    among(Message.id, "messages")
)


Entitled = Callable[[Actor, PostMessage, _Place | None], _Place]


class Deciding:
    """What has to be known of some posts, and what was decided so far. `claims` is by the number of the post."""

    def __init__(self, session: Session, asked: Sequence[Asked[PostMessage]], entitled: Entitled) -> None:
        self.session, self.entitled = session, entitled
        threads = {one.command.thread_id for one in asked}
        rows = session.connection().execute(_PLACES, {"threads": threads})
        self.places = {place.thread_id: place for place in map(_Place._make, rows)}
        self.anonymous = anonymous_among(session, threads)
        self.replied = _replied(session, [one.command.reply_to for one in asked if one.command.reply_to is not None])
        self.uploads = Uploads(session, [id_ for one in asked for id_ in one.command.attachment_ids or ()])
        own = [claim_of(SERVICE, one.actor.staff_id, one.command) for one in asked]
        self.earlier = answers_to(session, own)
        self.claims: list[Claim] = []
        self._own = own
        self._taken: set[tuple[int, str]] = set()
        self._ended: set[int] = set()  # rooms in which the rest has to wait
        self._alone = False

    def decide(self, one: Asked[PostMessage]) -> Accepted | Receipt | Later:
        """To be called once for each, in order. Raises what refuses the post."""
        number = len(self.claims)
        claim, place = self._own[number], self.places.get(one.command.thread_id)
        self.claims.append(claim)
        room_id = place.room_id if place else 0
        hidden = one.command.thread_id in self.anonymous
        if self._alone or room_id in self._ended or claim.key in self._taken or (hidden and number > 0):
            self._ended.add(room_id)
            return LATER
        self._taken.add(claim.key)
        if not hidden:
            return self._answer(one.actor, one.command, place, claim, self.earlier)
        # To write under an alias may make one, which goes again if the post is refused: such a post goes by itself.
        self._alone = True
        actor = writing_as(self.session, one.actor, one.command.thread_id, one.command)
        claim = self.claims[number] = claim_of(SERVICE, actor.staff_id, one.command)
        earlier = answers_to(self.session, [claim])
        return self._answer(actor, one.command, place, claim, earlier, drafted_by=one.actor.staff_id)

    def _answer(
        self,
        actor: Actor,
        command: PostMessage,
        place: _Place | None,
        claim: Claim,
        earlier: Mapping[tuple[int, str], Claim],
        drafted_by: int | None = None,
    ) -> Accepted | Receipt:
        if claim.key in earlier:
            return claim.answered_by(earlier[claim.key])
        place = self.entitled(actor, command, place)
        accepted = self._accept(actor, command, place, drafted_by or actor.staff_id)
        if place.state and next_state(place.state, place.asking_id, place.opened_by_id, actor, command):
            self._ended.add(place.room_id)  # what follows is said in the room before anything else is
        return accepted

    def _accept(self, actor: Actor, command: PostMessage, place: _Place, drafted_by: int) -> Accepted:
        replied = self._replied_in(place, command.reply_to)
        body = body_of(command)
        targets = mentions_in(self.session, place.audience_id, body)
        html = rendered(self.session, body, {t.name for t in targets})
        writer_name = written_as(actor)
        pace_room(self.session, actor, place.room_id)  # counts, so it comes after what may have to be tried again
        return Accepted(
            actor,
            place.where,
            command.client_id,
            body,
            html,
            writer_name,
            targets,
            drafted_by,
            command.mark,
            replied,
            self.uploads.take(self.session, actor, command.attachment_ids),
            command.settled,
        )

    def _replied_in(self, place: _Place, message_id: int | None) -> Replied | None:
        if message_id is None:
            return None
        found = self.replied.get(message_id)
        if found is None or found[1] != place.thread_id:
            raise ValidationFailed({"reply_to": _("返信先の投稿が見つかりません。")})
        return found[0]


def entitled(actor: Actor, command: PostMessage, place: _Place | None) -> _Place:
    """The place, if the actor may post there. Raises NotFound, Forbidden, Closed."""
    if place is None or not permits(actor, Permission.ROOM_READ, place.subject):
        raise NotFound
    require(actor, Permission.POST, place.subject)
    if command.mark == "official":
        require(actor, Permission.MARK_OFFICIAL, place.subject)
    if place.locked_at or place.archived_at:
        raise Closed
    return place


def _replied(session: Session, ids: Sequence[int]) -> dict[int, tuple[Replied, int]]:
    """By id, with the thread of each."""
    if not ids:
        return {}
    found = session.connection().execute(_REPLIED, {"messages": ids})
    return {id_: (Replied(id_, author_id, position), thread_id) for id_, author_id, position, thread_id in found}


def written_as(actor: Actor) -> str:
    """記入者名 of a shared account; raises ValidationFailed while it has none. Empty for everybody else."""
    if actor.shared and not actor.writer_name:
        raise ValidationFailed({"writer_name": _("共用アカウントでは、先に記入者名を入力してください。")})
    return actor.writer_name if actor.shared else ""


def body_of(command: OpenThread | PostMessage) -> str:
    """Files may come without a word. That is said to readers, each in their own language, and not stored."""
    if command.attachment_ids and not command.body.strip():
        return ""
    return checked_body(command.body)
