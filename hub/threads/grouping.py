"""Which posts are shown as one: several of a person within a few minutes. Its twin is `follows` in
static/js/threads/timeline.js."""

from datetime import datetime, timedelta

from hub.feed.contracts import MessageData

TOGETHER = timedelta(minutes=5)


def follows(message: MessageData, before: MessageData) -> bool:
    """Whether `message` needs no head of its own behind `before`; one with a mark always has it."""
    same = [(m["author"]["staff_id"], m["author"]["name"]) for m in (message, before)]
    if same[0] != same[1] or message["mark"]:
        return False
    return datetime.fromisoformat(message["created_at"]) - datetime.fromisoformat(before["created_at"]) < TOGETHER
