"""What can be done to a message stands once on the page; without scripts a page of its own offers it."""

import gzip
import re

from hub.threads.viewing import WINDOW

LEAST_SIZE, WEIGHT, PACKED_WEIGHT = 20, 2_600, 30_000


def test_a_message_weighs_little(world):
    """Seen to fail before: 6.8 KB each, 5 KB of them the same menus again and again."""
    thread = world.thread(world.room)
    for number in range(WINDOW):
        world.message(thread, f"投稿 {number}")
    page = world.client("supporter").get(f"/threads/{thread.thread_id}").text
    articles = re.findall(r'<article class="message .*?</article>', page.partition("data-timeline")[2], re.DOTALL)
    messages = [article for article in articles if 'data-message-id=""' not in article]  # that is the template's
    assert len(messages) >= LEAST_SIZE
    assert max(len(message) for message in messages) < WEIGHT
    assert len(gzip.compress(page.encode(), 4)) < PACKED_WEIGHT


def test_without_scripts_every_action_is_a_page_away(world):
    """The writer, from the conversation: react, edit, files, delete."""
    thread = world.thread(world.room)
    message = world.message(thread, "操作される投稿")
    writer = world.client("officer")
    address = f"/messages/{message.message_id}"
    page = writer.get(f"/threads/{thread.thread_id}").text
    assert f'href="{address}/actions"' in page
    offered = writer.get(f"{address}/actions").text
    assert "操作される投稿" in offered
    for action in ("edit", "attachments", "delete"):
        assert f'href="{address}/{action}"' in offered
    assert f'href="/threads/{thread.thread_id}?reply={message.message_id}#composer"' in offered
    assert writer.post_form(f"{address}/reactions", emoji="👍", on="1").status_code == 303
    assert 'value="👍" data-emoji="👍" aria-pressed="true"' in writer.get(f"{address}/actions").text


def test_nobody_is_offered_what_is_not_theirs(world):
    thread = world.thread(world.room)
    message = world.message(thread, "操作される投稿")
    address = f"/messages/{message.message_id}"
    offered = world.client("supporter").get(f"{address}/actions").text
    assert "操作される投稿" in offered
    assert f"{address}/edit" not in offered
    assert f"{address}/delete" not in offered
    assert world.client("foreign_officer").get(f"{address}/actions").status_code == 404


def test_what_was_deleted_offers_nothing(world):
    thread = world.thread(world.room)
    message = world.message(thread, "消える投稿")
    writer = world.client("officer")
    writer.post_form(f"/messages/{message.message_id}/delete")
    assert writer.get(f"/messages/{message.message_id}/actions").status_code == 404
