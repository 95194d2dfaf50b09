"""What people can do in a thread, as frozen commands. Socket payloads and JSON bodies are parsed into these."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from hub.feed.contracts import PassageKind
from hub.feed.payloads import STRICT, Body, ClientId, Id
from hub.ids import PATTERN

Kind = Literal["consultation", "notice", "talk"]
Urgency = Literal["normal", "soon", "urgent"]
Mark = Literal["personal", "official"]
Position = Annotated[int, Field(ge=0, le=2**53)]
Attachments = Annotated[list[Id], Field(max_length=20)]


@dataclass(config=STRICT)
class OpenThread:
    room_id: Id
    kind: Kind
    body: Body
    client_id: ClientId
    title: Body | None = None
    urgency: Urgency | None = None
    attachment_ids: Attachments | None = None


@dataclass(config=STRICT)
class PostMessage:
    """`settled`: thanks or news of whoever asked, who waits for no further answer."""

    thread_id: Id
    body: Body
    client_id: ClientId
    mark: Mark | None = None
    reply_to: Id | None = None
    attachment_ids: Attachments | None = None
    settled: bool = False


@dataclass(config=STRICT)
class EditMessage:
    """`version` is the one that was read: an older one is a conflict."""

    message_id: Id
    body: Body
    version: Position


@dataclass(config=STRICT)
class DeleteMessage:
    message_id: Id


@dataclass(config=STRICT)
class RedactMessage:
    message_id: Id
    reason: Body


@dataclass(config=STRICT)
class RedactThread:
    """Of a thread as a whole: its title, or its summary, each with all that it ever said."""

    thread_id: Id
    part: Literal["title", "summary"]
    reason: Body


@dataclass(config=STRICT)
class SetReaction:
    message_id: Id
    emoji: Annotated[str, Field(max_length=16)]
    on: bool


@dataclass(config=STRICT)
class SetPassage:
    message_id: Id
    kind: PassageKind
    on: bool


@dataclass(config=STRICT)
class Acknowledge:
    thread_id: Id
    on: bool


@dataclass(config=STRICT)
class MarkRead:
    thread_id: Id
    position: Position


@dataclass(config=STRICT)
class ReadRoom:
    """Everything up to the newest message that was there when the page was made."""

    room_id: Id
    until: Id


@dataclass(config=STRICT)
class ReadRooms:
    """The same in all rooms of the actor."""

    until: Id


@dataclass(config=STRICT)
class StartTyping:
    thread_id: Id


@dataclass(config=STRICT)
class ChangeHead:
    """Title and summary of a thread, both or one of them: what is not given stays. An empty body takes
    the summary away.

    `version` and `summary_version` are the ones that were read, 0 for no summary: an older one is a conflict. Without
    the first the newest title is meant, where none was ever taken out.
    """

    thread_id: Id
    title: Body | None = None
    version: Position | None = None
    body: Body | None = None
    summary_version: Position = 0


@dataclass(config=STRICT)
class LockThread:
    thread_id: Id
    on: bool


@dataclass(config=STRICT)
class MoveThread:
    """Only for a mispost; `room_id` is where it belongs."""

    thread_id: Id
    room_id: Id


@dataclass(config=STRICT)
class PreferThread:
    thread_id: Id
    following: bool
    muted: bool


@dataclass(config=STRICT)
class SaveDraft:
    place: Annotated[str, Field(pattern=rf"^(room|thread|note|message|case):{PATTERN}$")]
    body: Body
