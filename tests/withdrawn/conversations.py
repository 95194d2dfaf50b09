"""Ways out of conversations and of what was shared of them."""

from typing import Any, ClassVar

import sqlalchemy as sa

from hub.sharing.models import Sharing
from hub.threads.models import Message
from tests.search.finding import index, titles
from tests.withdrawn.hand import SECRET, Way

MESSAGE = frozenset(
    "messages.body messages.body_html revisions.body revisions.body_html threads.title feed_events.data drafts.body "
    "attachments.name files search_terms.key sharings.title sharing_parts.body".split()
)


class Deleted(Way):
    """The first message of a consultation: edited, with a file, called out, answered, marked, moved here, prepared for
    others, and with a further edit begun."""

    by = frozenset({"messages.delete"})
    fills = MESSAGE

    def put(self) -> None:
        world = self.world
        file = self.upload()
        asked = world.thread(world.commons, "talk", f"{SECRET} 県 四季 @県 四季 さん", attachment_ids=[file])
        self.made, self.at = {"messages": asked.message_id, "attachments": file}, asked.thread_id
        self.message = asked.message_id
        self.post("officer", f"/messages/{asked.message_id}", body=f"{SECRET} 直した @県 四季", version=1)
        world.message(asked, "見ました", by="supporter", reply_to=asked.message_id)
        world.message(asked, "@吉岡 一郎 さんへ", by="supporter", reply_to=asked.message_id)
        self.post("supporter", f"/messages/{asked.message_id}/reactions", emoji="👍", on=True)
        self.post("supporter", f"/messages/{asked.message_id}/passages", kind="issue", on=True)
        self.post("supporter", f"/threads/{asked.thread_id}/move", room_id=str(world.room))
        for kind in ("edition", "case"):
            self.post("officer", f"/threads/{asked.thread_id}/sharings", kind=kind)
        self.post("officer", "/drafts", place=f"message:{asked.message_id}", body=f"{SECRET} もっと直す")

    def take(self) -> None:
        self.post("officer", f"/messages/{self.message}/delete")

    pointed: ClassVar = frozenset(
        {"messages.reply_to_id", "sharing_parts.message_id"}  # the tombstone keeps its place
    )


class Redacted(Deleted):
    by = frozenset({"messages.redact"})

    def take(self) -> None:
        self.post("manager", f"/messages/{self.message}/redact", reason="個人情報")


class FileRemoved(Way):
    """One of a message that stays."""

    by = frozenset({"files.remove"})
    fills = frozenset({"attachments.name", "feed_events.data", "files", "search_terms.key"})

    def put(self) -> None:
        world, file = self.world, self.upload()
        said = world.thread(world.room, body="添えます", attachment_ids=[file])
        self.made = {"attachments": file}
        self.post("supporter", f"/threads/{said.thread_id}/move", room_id=str(world.commons))

    def take(self) -> None:
        self.post("officer", f"/attachments/{self.made['attachments']}/delete")


class UploadRemoved(FileRemoved):
    by = frozenset({"files.remove"})
    fills = frozenset({"attachments.name", "files"})

    def put(self) -> None:
        self.made = {"attachments": self.upload()}


class TitleRedacted(Way):
    by = frozenset({"redacting.redact"})
    fills = frozenset({"threads.title", "feed_events.data", "search_terms.key", "sharings.title"})
    part, reason = "title", "個人情報"

    def put(self) -> None:
        world = self.world
        self.asked = world.thread(world.commons, "talk", "本文", title=f"{SECRET} はじめの題名")
        self.post("officer", f"/threads/{self.asked.thread_id}/head", body=f"{SECRET} まとめ", summary_version=0)
        self.post("officer", f"/threads/{self.asked.thread_id}/head", body=f"{SECRET} 改めて", summary_version=1)
        self.post("supporter", f"/threads/{self.asked.thread_id}/move", room_id=str(world.room))
        self.post("officer", f"/threads/{self.asked.thread_id}/head", title=f"{SECRET} 次の題名")
        self.post("officer", f"/threads/{self.asked.thread_id}/sharings", kind="edition")
        self.tidy()

    def tidy(self) -> None:
        """Leave only the title."""
        self.post("manager", f"/threads/{self.asked.thread_id}/redact", part="summary", reason="別のこと")

    def take(self) -> None:
        self.post("manager", f"/threads/{self.asked.thread_id}/redact", part=self.part, reason=self.reason)


class SummaryRedacted(TitleRedacted):
    by = frozenset({"redacting.redact"})
    fills = frozenset({"summary_revisions.body", "summary_revisions.body_html", "feed_events.data", "search_terms.key"})
    part = "summary"

    def tidy(self) -> None:
        self.post("manager", f"/threads/{self.asked.thread_id}/redact", part="title", reason="別のこと")


class PreparationWithdrawn(Way):
    """An edition whose texts were edited, asked for, sent back with words, and taken back before it went out."""

    by = frozenset({"sharings.withdraw"})
    fills = frozenset({"sharings.title", "sharings.remark", "sharing_parts.body"})
    anonymous: bool = False

    def put(self) -> None:
        world = self.world
        self.asked = world.thread(world.room, "consultation", "窓口の混雑", by="officer")
        world.message(self.asked, "番号札が役に立ちます", by="supporter")
        begun = self.post("officer", f"/threads/{self.asked.thread_id}/sharings", kind="edition")
        self.id = int(begun.json["data"]["sharing_id"])
        self.edit()
        self.post("officer", f"/sharings/{self.id}/request", version=self.row.version)
        self.post("supporter", f"/sharings/{self.id}/return", version=self.row.version, remark=f"{SECRET} を短く")

    def edit(self) -> None:
        parts: list[dict[str, Any]] = [{"position": n, "included": True, "body": f"{SECRET} {n}番の文"} for n in (1, 2)]
        fields = {"title": f"{SECRET} の窓口", "parts": parts, "room_id": str(self.world.commons)}
        self.post("officer", f"/sharings/{self.id}", version=self.row.version, anonymous=self.anonymous, **fields)

    @property
    def row(self) -> Sharing:
        with self.world.store.read() as session:
            return session.get_one(Sharing, self.id)

    def take(self) -> None:
        self.post("manager", f"/sharings/{self.id}/withdraw")


class EditionWithdrawn(PreparationWithdrawn):
    """An anonymous one, in which its author went on writing behind the alias."""

    by = frozenset({"sharings.withdraw"})
    fills = frozenset(
        "sharings.title sharing_parts.body threads.title messages.body messages.body_html revisions.body "
        "revisions.body_html summary_revisions.body summary_revisions.body_html feed_events.data "
        "search_terms.key".split()
    )
    anonymous = True

    def put(self) -> None:
        super().put()
        for who, step in (("officer", "request"), ("supporter", "consent")):
            self.post(who, f"/sharings/{self.id}/{step}", version=self.row.version)
        world, thread = self.world, self.row.edition_id or 0
        own = world.message(thread, f"{SECRET} を足します", by="officer")
        self.post("officer", f"/messages/{own.message_id}", body=f"{SECRET} を直します", version=1)
        self.post("foreign_officer", f"/threads/{thread}/head", body=f"{SECRET} のまとめ", summary_version=0)
        world.message(thread, "参考になります", by="foreign_officer", reply_to=own.message_id)
        self.made = {"messages": own.message_id}

    pointed: ClassVar = frozenset({"messages.reply_to_id"})


class RedactedInTheEdition(EditionWithdrawn):
    """Its first message alone. The other one stays, and what was typed in the preparation of it."""

    by = frozenset({"messages.redact"})
    fills = frozenset({"messages.body", "sharing_parts.body", "feed_events.data", "search_terms.key"})

    def edit(self) -> None:
        super().edit()
        parts = [{"position": 2, "included": True, "body": "ほかの文"}]
        fields = {"title": "窓口", "parts": parts, "room_id": str(self.world.commons)}
        self.post("officer", f"/sharings/{self.id}", version=self.row.version, anonymous=False, **fields)

    def put(self) -> None:
        PreparationWithdrawn.put(self)
        for who, step in (("officer", "request"), ("supporter", "consent")):
            self.post(who, f"/sharings/{self.id}/{step}", version=self.row.version)
        with self.world.store.read() as session:
            query = sa.select(Message.id).where(Message.thread_id == self.row.edition_id, Message.position == 1)
            first = session.scalars(query).one()
        self.made = {"messages": first}
        self.world.message(self.row.edition_id or 0, "参考になります", by="foreign_officer", reply_to=first)
        self.post("foreign_officer", f"/messages/{first}/reactions", emoji="👍", on=True)

    def take(self) -> None:
        self.post("manager", f"/messages/{self.made['messages']}/redact", reason="個人情報")


class LeftTheRoom(Way):
    """A thread that was moved away: nothing of it is left in what the old room's readers fetch."""

    by = frozenset({"moving.move"})
    fills = frozenset({"feed_events.data", "search"})

    def put(self) -> None:
        world = self.world
        self.asked = world.thread(world.commons, "talk", f"{SECRET} 誤って", title=f"{SECRET} 題名")
        world.message(self.asked, f"{SECRET} つづき", by="supporter")
        world.note(self.asked, f"{SECRET} メモ")
        self.post("officer", f"/messages/{self.asked.message_id}", body=f"{SECRET} 直した", version=1)

    def take(self) -> None:
        self.post("supporter", f"/threads/{self.asked.thread_id}/move", room_id=str(self.world.room))

    def places(self) -> set[str]:
        index(self.world)
        reader = self.world.client("foreign_officer")
        fetched = reader.get(f"/feed/room:{self.world.commons}?after=0&epoch={self._epoch(reader)}").text
        found = {"search"} if titles(self.world, "foreign_officer", SECRET) else set()
        return found | ({"feed_events.data"} if SECRET in fetched else set())

    def _epoch(self, reader: Any) -> str:
        return str(reader.get_json(f"/feed?streams=room:{self.world.commons}").json["epoch"])


class DraftEmptied(Way):
    by = frozenset({"drafts.save"})
    fills = frozenset({"drafts.body"})

    def put(self) -> None:
        self.place = f"room:{self.world.room}"
        self.post("officer", "/drafts", place=self.place, body=SECRET)

    def take(self) -> None:
        self.post("officer", "/drafts", place=self.place, body="")


WAYS = (
    Deleted,
    Redacted,
    FileRemoved,
    UploadRemoved,
    TitleRedacted,
    SummaryRedacted,
    PreparationWithdrawn,
    EditionWithdrawn,
    RedactedInTheEdition,
    LeftTheRoom,
    DraftEmptied,
)
