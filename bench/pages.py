"""`python -m bench.pages`: how long pages take as their content grows, as ratios within one run.

A thread of 10,000 messages has to open as fast as one of 50; a list of rooms must not grow with what is in them.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from hub import create_app
from hub.clock import utc_now
from hub.config import Config
from hub.db import Database
from hub.demo.loader import load_demo
from hub.installation import ensure_installation
from hub.migrations.runner import migrate
from hub.security.loader import TOKEN
from hub.security.sessions import begin_sign_in
from hub.text import POLICY
from hub.threads.models import Message, Thread

ROUNDS = 40
SHORT, LONG = 50, 10_000


def timed(ask: Callable[[], object]) -> float:
    """The median of some rounds, in milliseconds."""
    ask()
    rounds = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        ask()
        rounds.append((time.perf_counter() - start) * 1000)
    return statistics.median(rounds)


def lengthen(store: Database, thread_id: int, length: int) -> None:
    """Fill a thread up to so many messages, written straight into the table."""
    with store.transaction() as session:
        first = session.scalars(
            sa.select(Message).where(Message.thread_id == thread_id).order_by(Message.position)
        ).first()
        assert first is not None
        thread = session.get_one(Thread, thread_id)
        common = {"thread_id": thread_id, "version": 1, "author_id": first.author_id, "posting_id": first.posting_id}
        common |= {
            "writer_name": "",
            "policy": POLICY,
            "body": "本文です。",
            "body_html": "<p>本文です。</p>",
            "created_at": utc_now(),
        }
        rows = [common | {"position": n} for n in range(thread.last_position + 1, length + 1)]
        session.execute(sa.insert(Message), rows)
        thread.last_position = length


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    app = create_app(Config(instance_path=folder, testing=True))
    store: Database = app.extensions["hub.db"]
    with app.app_context():
        migrate(store)
        with store.transaction() as session:
            ensure_installation(session)
    load_demo(app)
    with store.transaction() as session:
        query = sa.text("SELECT staff_id FROM postings WHERE role = 'supporter' ORDER BY id LIMIT 1")
        token = begin_sign_in(session, session.execute(query).scalar_one(), app.extensions["hub.config"], "bench")
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token
    with store.read() as session:
        order = sa.select(Thread.id).order_by(Thread.last_position.desc())
        long, other = session.scalars(order.limit(2)).all()
    lengthen(store, long, LONG)
    lengthen(store, other, SHORT)
    report(lambda path: timed(lambda: client.get(path)), long, other)


def report(ask: Callable[[str], float], long: int, other: int) -> None:
    short_ms, long_ms = ask(f"/threads/{other}"), ask(f"/threads/{long}")
    print(f"10,000 messages, newest: {long_ms:6.1f} ms = {long_ms / short_ms:.2f} x one of 50 ({short_ms:.1f} ms)")
    for at in (1, LONG // 2):
        ms = ask(f"/threads/{long}?at={at}")
        print(f"10,000 messages, at {at:>6}: {ms:6.1f} ms = {ms / short_ms:.2f} x")
    for path in ("/", "/rooms", "/rooms/1", "/inbox"):
        print(f"{path:<34} {ask(path):6.1f} ms")


if __name__ == "__main__":
    main()
