"""What one page of a thread shows: a window of messages, and what the reader may do with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.feed.contracts import MessageData, ThreadData
from hub.feed.log import heads
from hub.feed.streams import room_stream
from hub.installation import current_epoch
from hub.people.authors import AuthorKey, author_of_actor, authors
from hub.people.models import ALIAS_SIDES, Organisation
from hub.security.permissions import Permission, may_ever, permits
from hub.threads.charge import redactable
from hub.threads.consultations.models import Consultation
from hub.threads.models import Message, Revision, SummaryRevision
from hub.threads.presenters import present_messages, present_thread
from hub.threads.pseudonyms.identity import as_alias, identity_in
from hub.threads.queries import DX_BODY, Found, Place, messages_after, messages_before

WINDOW = 50
MOST = 200


@dataclass(frozen=True)
class Span:
    """Which messages: those behind `after`, or those ahead of `before`, or those around `at`, else the newest."""

    limit: int = WINDOW
    before: int | None = None
    after: int | None = None
    at: int | None = None


def window(session: Session, thread_id: int, last_position: int, span: Span) -> Sequence[Message]:
    """The messages of a span, oldest first: two index range reads at most, however long the thread."""
    limit = max(1, min(span.limit, MOST))
    if span.after is not None:
        return messages_after(session, thread_id, span.after, limit)
    if span.before is not None:
        return messages_before(session, thread_id, span.before, limit)
    if span.at is None:
        return messages_before(session, thread_id, last_position + 1, limit)
    at = max(1, min(span.at, last_position))
    earlier = messages_before(session, thread_id, at, limit // 2) if at > 1 else []
    return [*earlier, *messages_after(session, thread_id, at - 1, limit - len(earlier))]


def thread_json(session: Session, place: Place, span: Span) -> dict[str, Any]:
    """GET /threads/<id>: the thread and a window of its messages, with the head read BEFORE them."""
    thread = place.thread
    stream_name = room_stream(place.room.id)
    head = heads(session, [stream_name]).get(stream_name, 0)
    messages = present_messages(session, place.room.id, window(session, thread.id, thread.last_position, span))
    return {
        "thread": present_thread(session, thread),
        "stream": stream_name,
        "head": head,
        "epoch": current_epoch(session),
        "messages": messages,
        "first_position": messages[0]["position"] if messages else 0,
        "last_position": messages[-1]["position"] if messages else 0,
    }


def viewer_of(session: Session, actor: Actor, place: Place) -> dict[str, Any]:
    """What the reader may do here: the page's buttons, server-made or drawn by the browser, follow this alone."""
    subject = place.subject
    asking = session.scalar(sa.select(Consultation.organisation_id).where(Consultation.thread_id == place.thread.id))
    named = {
        "post": Permission.POST,
        "official": Permission.MARK_OFFICIAL,
        "summarise": Permission.SUMMARISE,
        "lock": Permission.LOCK,
        "move": Permission.MOVE,
        "status": Permission.NOTICE_STATUS,
        "passage": Permission.PASSAGE_MARK,
    }
    may = {name: permits(actor, permission, subject) for name, permission in named.items()}
    settles = asking is not None and permits(actor, Permission.CONSULTATION_SETTLE, place.subject_of(asking))
    may["settle"] = settles
    may["redact_head"] = may_ever(actor, Permission.REDACT) and redactable(session, actor, place, "summary")
    identity = identity_in(session, actor, place.thread.id)
    me = as_alias(session, actor, identity.alias) if identity.alias else actor
    return {
        "staff_id": str(me.staff_id),
        "author": author_of_actor(me),
        "hidden": identity.hides,
        "may": may,
        "redacts": _redacts(session, actor, place),
    }


def _redacts(session: Session, actor: Actor, place: Place) -> list[str]:
    """The ids of the organisations whose messages the reader may redact here, those of aliases among
    them; `*` for all."""
    if permits(actor, Permission.REDACT, place.subject_of(None)):
        return ["*"]
    own = [o for o in sorted(actor.organisation_ids) if permits(actor, Permission.REDACT, place.subject_of(o))]
    if place.thread.edition and set(own) & set(session.scalars(DX_BODY)):
        own += session.scalars(sa.select(Organisation.id).where(Organisation.kind.in_(ALIAS_SIDES)))
    return [str(o) for o in own]


def replied_to(session: Session, messages: Sequence[MessageData]) -> dict[str, Message]:
    """The messages that these reply to, by id: for the line that quotes them."""
    ids = {int(m["reply_to"]) for m in messages if m["reply_to"]}
    found = session.scalars(sa.select(Message).where(Message.id.in_(ids))).all() if ids else []
    return {str(m.id): m for m in found}


def revisions_of(session: Session, found: Found) -> Sequence[Revision]:
    """Earlier texts of a message, the newest first; none for one that was deleted or redacted."""
    query = sa.select(Revision).where(Revision.message_id == found.message.id)
    return session.scalars(query.order_by(Revision.version.desc())).all()


def summaries_of(session: Session, thread_id: int) -> list[tuple[SummaryRevision, str]]:
    """Every version of the summary with the name of its author, the newest first."""
    query = sa.select(SummaryRevision).where(SummaryRevision.thread_id == thread_id)
    rows = session.scalars(query.order_by(SummaryRevision.version.desc())).all()
    keys = {r.version: AuthorKey(r.author_id, r.posting_id, r.writer_name) for r in rows}
    people = authors(session, keys.values()) if rows else {}
    return [(r, people[keys[r.version]]["name"]) for r in rows]


def official_answers(messages: Sequence[MessageData]) -> list[MessageData]:
    """Those among these that answer officially; the question is none, whatever its mark."""
    return [m for m in messages if m["mark"] == "official" and m["state"] == "shown" and m["position"] > 1]


def shown_state(thread: ThreadData) -> str:
    """The key of the label: a thread's state, closed with how, or nothing."""
    return f"closed_{thread['closed_as']}" if thread["state"] == "closed" else (thread["state"] or "")
