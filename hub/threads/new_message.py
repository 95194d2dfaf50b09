"""A message that was just written, as far as it is shown: its row is never read back."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(kw_only=True)
class NewMessage:
    id: int
    thread_id: int
    position: int
    mark: str | None
    body: str
    body_html: str
    reply_to_id: int | None
    created_at: datetime
    version: int = 1
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    redacted_at: datetime | None = None
