"""`python -m bench.post_cost`: what a durable post costs inside one worker, without HTTP and the search index.

Processor time, which other programs on the machine hardly lengthen, and statements; of the middle of some rounds.
"""

import gc
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from bench.large import Statements
from bench.library import make_app
from hub.db import Database
from hub.security.actors import actor_of_staff
from hub.threads.commands import PostMessage
from hub.threads.services.posting import post_message

ROUNDS, POSTS = 7, 200
BODIES = {
    "plain": "ごみの収集日について、確認をお願いします。\n　来週までに回答をいただけると助かります。",
    "with a link": "手引きは https://www.town.example.jp/guide.pdf にあります。",
    "with marks": "- 対象: **全職員**\n- 期限: 12月25日\n\n> 前の投稿から",
}
THREAD = """
    SELECT t.id FROM threads t JOIN rooms r ON r.id = t.room_id
    WHERE r.kind = 'support' AND t.kind = 'consultation' ORDER BY t.id DESC LIMIT 1
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder))
        store: Database = app.extensions["hub.db"]
        with store.read() as session:
            supporter = "SELECT staff_id FROM postings WHERE role = 'supporter' ORDER BY id LIMIT 1"
            actor = actor_of_staff(session, session.execute(sa.text(supporter)).scalar_one())
            thread_id = session.execute(sa.text(THREAD)).scalar_one()
        statements = Statements(store)

        def post(body: str) -> None:
            command = PostMessage(thread_id=thread_id, body=body, client_id=secrets.token_hex(8))
            store.write(post_message, actor, command)

        with app.app_context():
            for name, body in BODIES.items():
                post(body)
                with statements.counted() as sent:
                    post(body)
                gc.collect()
                gc.freeze()  # what a worker has from its start, its collector leaves alone
                print(f"{name:12} {_work_us(lambda body=body: post(body)):6.0f} µs, {len(sent)} statements")


def _work_us(post: Callable[[], None]) -> float:
    rounds = []
    for _round in range(ROUNDS):
        worked = time.process_time()
        for _post in range(POSTS):
            post()
        rounds.append((time.process_time() - worked) / POSTS * 1e6)
    return statistics.median(rounds)


if __name__ == "__main__":
    main()
