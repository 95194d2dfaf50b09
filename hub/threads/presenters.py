"""Threads and messages as viewer-neutral dicts per contract: what pages, events and catch-up all show."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import iso, iso_or_none
from hub.feed.contracts import (
    PASSAGES,
    AcknowledgementData,
    AttachmentData,
    ChargeData,
    MessageData,
    PassageKind,
    PromiseData,
    ReactionData,
    ReceptionData,
    Redaction,
    SummaryData,
    ThreadData,
    TurnData,
)
from hub.feed.contracts import ThreadRedaction as ThreadRedactionData
from hub.files.presenters import attachments_of_messages
from hub.people.authors import Author, AuthorKey, authors
from hub.people.models import Organisation, Staff
from hub.threads.consultations.in_charge import with_charge
from hub.threads.consultations.models import STANDS, Consultation, Promise, Reception, Turn
from hub.threads.models import Acknowledgement, Message, Passage, Reaction, SummaryRevision, Thread
from hub.threads.new_message import NewMessage
from hub.threads.queries import newest_summary
from hub.threads.redactions import redactions_of_messages, redactions_of_threads

Rows = Sequence[Any]


def message_state(message: Message | NewMessage) -> str:
    if message.redacted_at:
        return "redacted"
    return "deleted" if message.deleted_at else "shown"


def message_data(
    message: Message | NewMessage,
    room_id: int,
    author: Author,
    *,
    reactions: list[ReactionData] | None = None,
    passages: list[PassageKind] | None = None,
    reply_position: int | None = None,
    redaction: Redaction | None = None,
    attachments: list[AttachmentData] | None = None,
    client_id: str | None = None,
) -> MessageData:
    """One message per contract, from parts that are at hand."""
    return cast(
        MessageData,
        {
            "message_id": str(message.id),
            "thread_id": str(message.thread_id),
            "room_id": str(room_id),
            "position": message.position,
            "version": message.version,
            "client_id": client_id,
            "author": author,
            "mark": message.mark,
            "body": message.body,
            "body_html": message.body_html,
            "reply_to": None if message.reply_to_id is None else str(message.reply_to_id),
            "reply_position": reply_position,
            "attachments": attachments or [],
            "created_at": iso(message.created_at),
            "edited_at": iso_or_none(message.edited_at),
            "state": message_state(message),
            "redaction": redaction,
            "reactions": reactions or [],
            "passages": passages or [],
        },
    )


def present_messages(session: Session, room_id: int, messages: Sequence[Message]) -> list[MessageData]:
    """Many messages of one room, with a constant number of queries."""
    people = authors(session, [_author_key(m) for m in messages])
    reactions = reactions_of(session, [m.id for m in messages])
    passages = passages_of(session, [m.id for m in messages])
    replies = [m.reply_to_id for m in messages if m.reply_to_id]
    query = sa.select(Message.id, Message.position).where(Message.id.in_(replies))
    positions = dict(session.execute(query).all()) if replies else {}
    redactions = redactions_of_messages(session, messages)
    files = attachments_of_messages(session, [m.id for m in messages])
    return [
        message_data(
            m,
            room_id,
            people[_author_key(m)],
            reactions=reactions.get(m.id, []),
            passages=passages.get(m.id, []),
            reply_position=positions.get(m.reply_to_id) if m.reply_to_id else None,
            redaction=redactions.get(m.id),
            attachments=files.get(m.id),
        )
        for m in messages
    ]


def present_message(session: Session, room_id: int, message: Message) -> MessageData:
    return present_messages(session, room_id, [message])[0]


def _author_key(message: Message) -> AuthorKey:
    return AuthorKey(message.author_id, message.posting_id, message.writer_name)


def reactions_of(session: Session, message_ids: Sequence[int]) -> dict[int, list[ReactionData]]:
    """Reactions by message, in the order in which each emoji came first."""
    query = (
        sa.select(Reaction.message_id, Reaction.emoji, Staff.id, Staff.name)
        .join(Staff, Staff.id == Reaction.staff_id)
        .where(Reaction.message_id.in_(message_ids))
        .order_by(Reaction.created_at, Staff.id, Reaction.emoji)
    )
    found: defaultdict[int, dict[str, ReactionData]] = defaultdict(dict)
    for message_id, emoji, staff_id, name in session.execute(query):
        entry = found[message_id].setdefault(emoji, {"emoji": emoji, "staff_ids": [], "names": []})
        entry["staff_ids"].append(str(staff_id))
        entry["names"].append(name)
    return {message_id: list(by_emoji.values()) for message_id, by_emoji in found.items()}


def passages_of(session: Session, message_ids: Sequence[int]) -> dict[int, list[PassageKind]]:
    """Marks of 課題, 取組, 効果, 苦労 by message, in this order."""
    query = sa.select(Passage.message_id, Passage.kind).where(Passage.message_id.in_(message_ids))
    marked = {(id_, kind) for id_, kind in session.execute(query)}
    return {id_: [k for k in PASSAGES if (id_, k) in marked] for id_, _kind in marked}


def present_threads(session: Session, threads: Sequence[Thread]) -> list[ThreadData]:
    """Many threads, with a constant number of queries."""
    ids = [t.id for t in threads]
    asked = asked_in(session, ids)
    given = _acknowledgements(session, ids)
    summaries = _summaries(session, threads)
    redactions = redactions_of_threads(session, ids)
    keys = {t.id: AuthorKey(t.opened_by_id, t.opened_posting_id, t.opened_writer_name) for t in threads}
    people = authors(session, keys.values())
    return [
        thread_data(
            t,
            people[keys[t.id]],
            *asked.get(t.id, ()),
            summary=summaries.get(t.id),
            acknowledgements=given.get(t.id),
            redactions=redactions.get(t.id),
        )
        for t in threads
    ]


def present_thread(session: Session, thread: Thread) -> ThreadData:
    return present_threads(session, [thread])[0]


def thread_data(
    thread: Thread,
    opened_by: Author,
    consultation: Consultation | None = None,
    turn: TurnData | None = None,
    charge: ChargeData | None = None,
    promise: PromiseData | None = None,
    reception: ReceptionData | None = None,
    *,
    summary: SummaryData | None = None,
    acknowledgements: list[AcknowledgementData] | None = None,
    redactions: list[ThreadRedactionData] | None = None,
) -> ThreadData:
    """One thread per contract, from parts that are at hand."""
    return cast(
        ThreadData,
        {
            "thread_id": str(thread.id),
            "room_id": str(thread.room_id),
            "kind": thread.kind,
            "title": thread.title,
            "untitled": thread.untitled,
            "urgency": thread.urgency,
            "state": consultation.state if consultation else None,
            "closed_as": consultation.closed_as if consultation else None,
            "automatic": bool(consultation and consultation.automatic),
            "turn": turn,
            "charge": charge,
            "promise": promise,
            "reception": reception,
            "locked": thread.locked_at is not None,
            "summary": summary,
            "last_position": thread.last_position,
            "last_message_at": iso(thread.last_message_at),
            "created_at": iso(thread.created_at),
            "opened_by": opened_by,
            "acknowledgements": acknowledgements or [],
            "edition": thread.edition,
            "redactions": redactions or [],
            "version": thread.version,
        },
    )


def asked_in(
    session: Session, thread_ids: Sequence[int]
) -> dict[int, tuple[Consultation, TurnData | None, ChargeData | None, PromiseData | None, ReceptionData | None]]:
    """Consultations with whose turn it is, who is in charge, what is promised and how it came, by thread."""
    newest = sa.and_(Turn.thread_id == Consultation.thread_id, Turn.number == Consultation.turn)
    query = sa.select(Consultation, Turn, Promise.due_on, Reception, Organisation.name).outerjoin(Turn, newest)
    query = query.outerjoin(Reception, Reception.thread_id == Consultation.thread_id)
    query = query.outerjoin(Promise, sa.and_(Promise.thread_id == Consultation.thread_id, STANDS))
    query = query.join(Organisation, Organisation.id == Consultation.organisation_id)
    rows = session.execute(with_charge(query.where(Consultation.thread_id.in_(thread_ids))))
    return {
        asked.thread_id: (
            asked,
            turn_data(turn, body) if turn else None,
            charge_data(*charge),
            {"due_on": due_on.isoformat()} if due_on else None,
            cast(ReceptionData, {"channel": came.channel, "at": iso(came.received_at)}) if came else None,
        )
        for asked, turn, due_on, came, body, *charge in rows
    }


def charge_data(duty_id: int | None, duty: str | None, name: str | None) -> ChargeData | None:
    return {"duty_id": str(duty_id), "duty": duty or "", "name": name or ""} if duty_id else None


def turn_data(turn: Turn, asking: str) -> TurnData | None:
    """`asking`: the name of the body that asks."""
    if turn.side is None:
        return None
    return cast(
        TurnData,
        {
            "number": turn.number,
            "side": turn.side,
            "whom": turn.outside or (asking if turn.state == "answered" else ""),
            "from_at": iso(turn.since_at or turn.from_at),
            "expected_on": turn.expected_on.isoformat() if turn.expected_on else None,
        },
    )


def acknowledgements_of(session: Session, thread_id: int) -> list[AcknowledgementData]:
    """Who confirmed a thread, in the order of confirming."""
    return _acknowledgements(session, [thread_id]).get(thread_id, [])


def _acknowledgements(session: Session, thread_ids: Sequence[int]) -> dict[int, list[AcknowledgementData]]:
    query = sa.select(Acknowledgement).where(Acknowledgement.thread_id.in_(thread_ids))
    rows = session.scalars(query.order_by(Acknowledgement.created_at, Acknowledgement.staff_id)).all()
    keys = {(r.thread_id, r.staff_id): AuthorKey(r.staff_id, r.posting_id, r.writer_name) for r in rows}
    people = authors(session, keys.values()) if rows else {}
    found: defaultdict[int, list[AcknowledgementData]] = defaultdict(list)
    for row in rows:
        author = people[keys[row.thread_id, row.staff_id]]
        found[row.thread_id].append(
            {
                "staff_id": author["staff_id"],
                "name": author["name"],
                "organisation_id": author["organisation_id"],
                "organisation": author["organisation"],
                "at": iso(row.created_at),
            }
        )
    return found


def _summaries(session: Session, threads: Sequence[Thread]) -> dict[int, SummaryData]:
    ids = [t.id for t in threads if t.summary_version]
    if not ids:
        return {}
    query = sa.select(SummaryRevision).where(SummaryRevision.thread_id.in_(ids), newest_summary())
    rows = session.scalars(query).all()
    keys = {r.thread_id: AuthorKey(r.author_id, r.posting_id, r.writer_name) for r in rows}
    people = authors(session, keys.values())
    return {
        r.thread_id: {
            "version": r.version,
            "body": r.body,
            "body_html": r.body_html,
            "by": people[keys[r.thread_id]]["name"],
            "at": iso(r.created_at),
        }
        for r in rows
        if r.body
    }
