"""What happens in threads."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from hub.events.happenings import Audited, Happening


class Call(NamedTuple):
    """Somebody whom a message concerns by name, and why."""

    staff_id: int
    kind: Literal["mention", "reply", "question", "answer", "charge", "silent", "lapsed", "recorded"]


@dataclass(frozen=True)
class ThreadOpened(Happening):
    thread_id: int


@dataclass(frozen=True)
class ThreadChanged(Happening):
    """What the thread shows of itself is another: title, summary, lock, state."""

    thread_id: int


@dataclass(frozen=True)
class OfMessage(Happening):
    message_id: int
    thread_id: int
    room_id: int
    position: int


@dataclass(frozen=True)
class MessagePosted(OfMessage):
    """`settled` = the writer waits for nothing more."""

    mark: str | None = None
    settled: bool = False
    calls: tuple[Call, ...] = ()


class MessageEdited(OfMessage):
    pass


@dataclass(frozen=True)
class MessageErased(OfMessage):
    """Deleted by its author, or redacted: its text stands nowhere any more. Of the first message of a thread `texts` is
    what it said, now and earlier, and `gave_title` whether the thread was called by its first line."""

    texts: tuple[str, ...] = ()
    gave_title: bool = False


@dataclass(frozen=True)
class ThreadRead(Happening):
    """Somebody has read a thread up to a position."""

    thread_id: int
    position: int


@dataclass(frozen=True)
class QuestionAsked(Happening):
    """A message that puts a question to those who answer for a case."""

    message_id: int
    thread_id: int
    room_id: int
    calls: tuple[Call, ...]


@dataclass(frozen=True, kw_only=True)
class MessageRedacted(Audited):
    action = "message.redacted"
    message_id: int

    @property
    def subject(self) -> str:
        return f"message:{self.message_id}"


@dataclass(frozen=True, kw_only=True)
class OfThread(Audited):
    thread_id: int

    @property
    def subject(self) -> str:
        return f"thread:{self.thread_id}"


class ThreadMoved(OfThread):
    action = "thread.moved"


class ThreadLocked(OfThread):
    action = "thread.locked"


class ThreadUnlocked(OfThread):
    action = "thread.unlocked"


class RenamedByOthers(OfThread):
    """By another organisation than the one whose matter the thread is."""

    action = "thread.renamed"


class SummarisedByOthers(OfThread):
    action = "thread.summarised"


class TitleRedacted(OfThread):
    action = "thread.title_redacted"


class SummaryRedacted(OfThread):
    action = "thread.summary_redacted"
