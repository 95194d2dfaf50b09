"""Exports of a whole prefecture, and what somebody else in the same worker notices of them: `python -m gevent.monkey
--module bench.exports`.

5,000 cases as csv, xlsx and JSON, and a thread of 2,000 messages on paper. A bystander in the same
loop notes how long it was kept from running. On SQLite.
"""

import gc
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from flask.testing import FlaskClient

from bench.bystander import Gap, watching
from bench.library import CASES, officer
from hub import create_app, pool
from hub.config import Config
from hub.db import Database
from hub.threads.models import Message, Thread

MESSAGES = 2_000
FILL = """
import sys
from pathlib import Path
from bench.library import make_app, multiply
multiply(make_app(Path(sys.argv[1])).extensions["hub.db"])
"""


def main() -> None:
    pool.yield_to_the_loop()  # as gunicorn's workers do
    folder = Path(tempfile.mkdtemp())
    # The demo is loaded as on the command line, where nothing is cooperative.
    subprocess.run([sys.executable, "-c", FILL, folder], check=True)
    app = create_app(Config(instance_path=folder, testing=True))
    store: Database = app.extensions["hub.db"]
    client = officer(app)
    thread_id = long_thread(store, client)
    print(f"{CASES:,} cases and a thread of {MESSAGES:,} messages on {store.engine.dialect.name}")
    gc.collect()
    gc.freeze()  # what a worker has from its start, its collector leaves alone
    asked = [(f"cases as {kind}", f"/cases/export?format={kind}") for kind in ("csv", "xlsx", "json")]
    asked.append(("thread on paper", f"/threads/{thread_id}/print"))
    for name, address in asked:
        took, worst, size = export(client, address)
        print(f"{name:18} {took:6.1f} s, {size / 1e6:5.1f} MB; in one piece at most {worst}")


def long_thread(store: Database, client: FlaskClient) -> int:
    """A thread that the person may read, with the messages that it lacks."""
    rooms = client.get("/rooms", headers={"Accept": "application/json"}).json
    assert rooms is not None
    ids = [int(room["room_id"]) for room in rooms["rooms"]]
    with store.transaction() as session:
        thread = session.scalars(sa.select(Thread).where(Thread.room_id.in_(ids)).order_by(Thread.id)).first()
        assert thread is not None
        first = session.scalars(sa.select(Message).where(Message.thread_id == thread.id)).first()
        values = {c.name: getattr(first, c.name) for c in Message.__table__.columns if c.name not in ("id", "position")}
        numbers = range(thread.last_position + 1, MESSAGES + 1)
        rows = [values | {"position": n, "client_id": f"bench-{n}"} for n in numbers]
        session.execute(sa.insert(Message), rows)
        thread.last_position = MESSAGES
        return thread.id


def export(client: FlaskClient, address: str) -> tuple[float, Gap, int]:
    with watching() as worst:
        begun, size = time.perf_counter(), 0
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status)
        for part in answer.response:
            size += len(part)
        took = time.perf_counter() - begun
        return took, worst(), size


if __name__ == "__main__":
    main()
