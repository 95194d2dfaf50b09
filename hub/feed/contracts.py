"""What every event's data looks like (design section 5). The tests hold each emitted event against these types.

Ids are strings of digits, times ISO 8601 UTC with milliseconds. Every event carries the full state of what it names,
so that a reducer only ever replaces.
"""

from typing import Literal, NotRequired, TypedDict, get_args

from hub.people.authors import Author

MessageId = str
ThreadId = str
PassageKind = Literal["issue", "action", "effect", "difficulty"]  # 課題 取組 効果 苦労
PASSAGES: tuple[PassageKind, ...] = get_args(PassageKind)


class ReactionData(TypedDict):
    emoji: str
    staff_ids: list[str]
    names: list[str]


class Redaction(TypedDict):
    by: str
    at: str
    reason: str


class ThreadRedaction(TypedDict):
    """Title or まとめ, with all that it ever said, was taken out of the thread."""

    part: Literal["title", "summary"]
    by: str
    at: str
    reason: str


class AttachmentData(TypedDict):
    """A file. `held`: the scanner has not looked at it yet, and nobody can have it; `refused`: it found something.
    `width` and `height` are those of the thumbnail; null = there is none."""

    attachment_id: str
    name: str
    kind: Literal["image", "pdf", "document", "sheet", "slides", "text"]
    size_bytes: int
    sha256: str
    state: Literal["ready", "held", "refused"]
    width: int | None
    height: int | None


class MessageData(TypedDict):
    """A message as it is now. Deleted or redacted: `body` and `body_html` are empty, position and author stay. They are
    also empty in a message of files alone: readers see that said in their own language."""

    message_id: MessageId
    thread_id: ThreadId
    room_id: str
    position: int
    version: int
    client_id: str | None
    author: Author
    mark: Literal["personal", "official"] | None
    body: str
    body_html: str
    reply_to: MessageId | None
    reply_position: int | None
    attachments: list[AttachmentData]
    created_at: str
    edited_at: str | None
    state: Literal["shown", "deleted", "redacted"]
    redaction: Redaction | None
    reactions: list[ReactionData]
    passages: list[PassageKind]


class PassageChanged(TypedDict):
    thread_id: ThreadId
    message_id: MessageId
    position: int
    passages: list[PassageKind]


class SummaryData(TypedDict):
    version: int
    body: str
    body_html: str
    by: str
    at: str


class AcknowledgementData(TypedDict):
    staff_id: str
    name: str
    organisation_id: str
    organisation: str
    at: str


class TurnData(TypedDict):
    """Who has to act in a consultation, since when: one of the sides. `whom`: the body that asks when it is its turn,
    or who outside is asked, who may be expected to have acted on a day (`2026-12-01`). `number` counts the turns."""

    number: int
    side: Literal["municipality", "prefecture", "outside"]
    whom: str
    from_at: str
    expected_on: str | None


class ChargeData(TypedDict):
    """The duty in charge of a consultation, or its deputy, and who sits there now: nobody is empty."""

    duty_id: str
    duty: str
    name: str


class PromiseData(TypedDict):
    """By the end of which day (in Japan, `2026-12-01`) an answer is promised; past it the promise is broken."""

    due_on: str


class ReceptionData(TypedDict):
    """How and when a consultation came that the DX section recorded for a municipality."""

    channel: Literal["telephone", "visit", "other"]
    at: str


class ThreadData(TypedDict):
    """A thread as it is now; `turn` is null unless it is a consultation that is not closed, `charge` unless some
    duty is in charge of it, `promise` unless one stands. `automatic`: silence closed it. `reception` is null unless
    the DX section recorded it for a municipality. `state` and `closed_as` are
    null unless it is a consultation, `edition` unless it is an
    edited copy of one. In an anonymous edition every author is an alias. `untitled` says why `title` is empty: it began
    with files alone, its title was taken away, it is a withdrawn edition. Readers see that in their own language."""

    thread_id: ThreadId
    room_id: str
    kind: Literal["consultation", "notice", "talk"]
    title: str
    untitled: Literal["files", "removed", "withdrawn"] | None
    urgency: Literal["normal", "soon", "urgent"] | None
    state: Literal["open", "answered", "closed"] | None
    closed_as: Literal["solved", "withdrawn", "duplicate"] | None
    automatic: bool
    turn: TurnData | None
    charge: ChargeData | None
    promise: PromiseData | None
    reception: ReceptionData | None
    locked: bool
    summary: SummaryData | None
    last_position: int
    last_message_at: str
    created_at: str
    opened_by: Author
    acknowledgements: list[AcknowledgementData]
    edition: Literal["named", "anonymous", "withdrawn"] | None
    redactions: list[ThreadRedaction]
    version: int


class ReactionChanged(TypedDict):
    thread_id: ThreadId
    message_id: MessageId
    position: int
    reactions: list[ReactionData]


class AttachmentsChanged(TypedDict):
    """The files of a message as they are now: one came later, was taken away, or has been scanned."""

    thread_id: ThreadId
    message_id: MessageId
    attachments: list[AttachmentData]


class ThreadAcknowledged(TypedDict):
    thread_id: ThreadId
    acknowledgements: list[AcknowledgementData]


class ThreadLeft(TypedDict):
    thread_id: ThreadId
    version: int  # of the thread from now on: notes said of a newer one have come after it


class ThreadArrived(TypedDict):
    thread: ThreadData
    messages: list[MessageData]


class NoteData(TypedDict):
    note_id: str
    thread_id: ThreadId
    room_id: str
    thread_version: int  # when this was said: the streams of notes and rooms are not in step
    author: Author
    body: str
    body_html: str
    attachments: list[AttachmentData]
    client_id: str | None
    created_at: str


class InboxAdded(TypedDict):
    entry_id: str
    kind: Literal["mention", "reply", "question", "answer", "charge", "silent", "lapsed", "recorded"]
    room_id: str
    thread_id: ThreadId
    message_id: MessageId
    at: str


class InboxChanged(TypedDict):
    """Something waits for the body for which the person speaks; what it is, is to be read: it may be gone again.
    `gone`: what called the person by name is not there for them any more; `seen`: they have seen it."""

    kind: Literal["adoption", "proposal", "thanks", "consent", "ended", "case", "visit", "new_case", "gone", "seen"]


class MarkMoved(TypedDict):
    """`unread`: messages behind the mark that are still there."""

    room_id: NotRequired[str]
    thread_id: ThreadId
    position: int
    unread: NotRequired[int]


class Nothing(TypedDict):
    unused: NotRequired[None]


# Event type -> the shape of its data. The stream that carries it stands beside it.
EVENTS: dict[str, type] = {
    "message:posted": MessageData,  # room
    "message:edited": MessageData,  # room
    "message:deleted": MessageData,  # room; also for a redaction
    "reaction:changed": ReactionChanged,  # room
    "attachments:changed": AttachmentsChanged,  # room
    "passage:changed": PassageChanged,  # room
    "thread:opened": ThreadData,  # room
    "thread:changed": ThreadData,  # room
    "thread:acknowledged": ThreadAcknowledged,  # room
    "thread:left": ThreadLeft,  # the room that the thread left
    "thread:arrived": ThreadArrived,  # the room that it came to
    "note:posted": NoteData,  # notes; again when one of its files has been scanned
    "inbox:added": InboxAdded,  # user
    "inbox:changed": InboxChanged,  # user
    "mark:moved": MarkMoved,  # user
    "access:changed": Nothing,  # user
    "void": Nothing,  # any: what stood here may no longer be read
}

EMOJI: tuple[str, ...] = ("👍", "🙏", "🎉", "👀", "✅", "💡")
