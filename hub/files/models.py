"""Contents and the attachments that show them. A content is stored once, whoever attached it, under whatever name."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base

# unscanned: there was no scanner when it came; held: not looked at yet, and not handed out before.
SCANS = ("unscanned", "clean", "held", "infected")
KINDS = ("image", "pdf", "document", "sheet", "slides", "text")


class Blob(Base):
    """One content, by its SHA-256; the bytes lie in the vault. `width` and `height` are those of its thumbnail. A blob
    that no attachment shows is taken away by the caretaker."""

    __tablename__ = "blobs"
    digest: Mapped[str] = mapped_column(primary_key=True)
    size_bytes: Mapped[int]
    scan: Mapped[str]
    scanned_at: Mapped[datetime | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime]

    __table_args__ = (sa.CheckConstraint(f"scan IN ({','.join(repr(s) for s in SCANS)})", name="scan"),)


class Attachment(Base):
    """A file under the name it came with. It hangs on one message, note or case, at `place`; before that it is the
    uploader's alone, for a day. The id is random: no address can be guessed from another. `held`: the scanner said
    nothing when it came. It waits for the next word like a content that nobody had before: that a copy is there, in a
    note of others perhaps, is not told by its being handed out at once."""

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(sa.ForeignKey("blobs.digest"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    media_type: Mapped[str]
    uploader_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"), index=True)
    note_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notes.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    place: Mapped[int] = mapped_column(default=0)
    held: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint(f"kind IN ({','.join(repr(k) for k in KINDS)})", name="kind"),
        sa.CheckConstraint(
            "(CASE WHEN message_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN note_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN case_id IS NULL THEN 0 ELSE 1 END) <= 1",
            name="one_home",
        ),
    )


def verdict_on(attachment: Attachment, blob: Blob) -> str:
    """One of SCANS: what is to be said of the content where this attachment is seen."""
    return "held" if attachment.held else blob.scan
