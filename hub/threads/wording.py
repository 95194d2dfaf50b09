"""What stands where a thread has no title or a message no text, in the language of whoever reads it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from hub.text import plain_excerpt
from hub.threads.models import Message, Thread


def untitled_words() -> dict[str, str]:
    """By `untitled` of the contract."""
    return {
        "files": _("（添付ファイル）"),
        "removed": _("（削除された題名）"),
        "withdrawn": _("（取り下げられた共有）"),
    }


def thread_title(thread: Thread | Mapping[str, Any]) -> str:
    """The title of a row or of a dict per contract, or the words for its not being there."""
    title, why = (
        (thread.title, thread.untitled) if isinstance(thread, Thread) else (thread["title"], thread["untitled"])
    )
    return title or untitled_words()[why or "removed"]


def message_excerpt(message: Message, chars: int) -> str:
    """The beginning of a message on one line; what stands for it when there is no text."""
    if message.deleted_at or message.redacted_at:
        return _("（削除された投稿）")
    return plain_excerpt(message.body, chars) or _("（添付ファイル）")


def redacted_words() -> dict[str, str]:
    """What was redacted of a thread, by `part` of the contract."""
    return {"title": _("題名の墨消し："), "summary": _("まとめの墨消し：")}


def passage_names() -> dict[str, str]:
    return {"issue": _("課題"), "action": _("取組"), "effect": _("効果"), "difficulty": _("苦労")}
