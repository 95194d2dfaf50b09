"""What happens to notes."""

from dataclasses import dataclass

from hub.events.happenings import Happening


@dataclass(frozen=True)
class NotePosted(Happening):
    note_id: int
