"""What happens to attached files."""

from dataclasses import dataclass

from hub.events.happenings import Audited, Happening


@dataclass(frozen=True)
class FilesChanged(Happening):
    """These attachments hang somewhere else now, are gone, or are handed out or not any more."""

    attachment_ids: tuple[int, ...]


@dataclass(frozen=True)
class ContentSettled(Happening):
    """A content is handed out from now on, or not any more, wherever it hangs."""

    digest: str


@dataclass(frozen=True, kw_only=True)
class AttachmentRemoved(Audited):
    action = "attachment.removed"
    attachment_id: int
    message_id: int

    @property
    def subject(self) -> str:
        return f"message:{self.message_id}"

    @property
    def attachment_ids(self) -> tuple[int, ...]:
        return (self.attachment_id,)
