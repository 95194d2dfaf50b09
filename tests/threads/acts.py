"""Everything that is written into a thread, as one person of 吉岡町 or of the DX section does it, by name."""

from collections.abc import Callable

import sqlalchemy as sa

from hub.attachments.services import AddToMessage, RemoveAttachment, add_to_message, remove_attachment
from hub.files.models import Attachment
from hub.threads.commands import (
    Acknowledge,
    ChangeHead,
    DeleteMessage,
    EditMessage,
    LockThread,
    RedactMessage,
    RedactThread,
    SetReaction,
)
from hub.threads.consultations.services import Settle, settle
from hub.threads.services.editing import delete_message, edit_message, redact_message
from hub.threads.services.redacting import redact_thread
from hub.threads.services.responding import acknowledge, set_reaction
from hub.threads.services.steering import change_head, lock_thread
from tests.factories import Posted, World

Act = Callable[[World, Posted], object]


def doing(service: Callable[..., object], who: str, command: Callable[[Posted], object]) -> Act:
    return lambda world, thread: world.write(service, who, command(thread))


# Each succeeds while the thread is open. The first message has one file.
WRITES: dict[str, Act] = {
    "post": lambda world, thread: world.message(thread),
    "edit": doing(edit_message, "officer", lambda t: EditMessage(t.message_id, "直し", 1)),
    "delete": doing(delete_message, "officer", lambda t: DeleteMessage(t.message_id)),
    "react": doing(set_reaction, "officer", lambda t: SetReaction(t.message_id, "👍", True)),
    "summarise": doing(change_head, "officer", lambda t: ChangeHead(t.thread_id, body="まとめ", summary_version=0)),
    "rename": doing(change_head, "officer", lambda t: ChangeHead(t.thread_id, "題名")),
    "attach": lambda world, thread: world.write(
        add_to_message, "officer", AddToMessage(thread.message_id, [world.upload()])
    ),
    "detach": lambda world, thread: world.write(remove_attachment, "officer", RemoveAttachment(file_of(world, thread))),
}
OF_A_MESSAGE = ("edit", "delete", "react", "attach", "detach")
# Also while it is locked.
ALLOWED: dict[str, Act] = {
    "confirm": doing(acknowledge, "officer", lambda t: Acknowledge(t.thread_id, True)),
    "settle": doing(settle, "officer", lambda t: Settle(t.thread_id, "closed", "solved")),
    "redact": doing(redact_message, "manager", lambda t: RedactMessage(t.message_id, "個人情報")),
    "redact the title": doing(redact_thread, "manager", lambda t: RedactThread(t.thread_id, "title", "個人情報")),
    "note": lambda world, thread: world.note(thread),
}
LOCK = doing(lock_thread, "lead", lambda t: LockThread(t.thread_id, True))


def file_of(world: World, thread: Posted) -> int:
    """The message's file, or an id of nothing."""
    with world.store.read() as session:
        hanging = sa.select(Attachment.id).where(Attachment.message_id == thread.message_id)
        return session.scalars(hanging).first() or 999_999
