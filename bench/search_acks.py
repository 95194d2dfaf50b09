"""What search costs whoever posts: `python -m bench.search_acks [--documents 20000]`.

Acks of one person's posts against a real server, in turns with and without 20 suggestions a second, over sockets as
pages ask, or with `--http` over their twin; and how long the service of a post takes with and without its row in the
outbox. Under tests/services.py on PostgreSQL.
"""

import argparse
import json
import multiprocessing
import os
import random
import secrets
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import sqlalchemy as sa

import hub.models  # noqa: F401 - every table
from bench.consultations import Place, Writer, fill
from hub import create_app
from hub.config import Config
from hub.db import Database
from hub.events.following import Following
from hub.people.models import Staff
from hub.rooms.models import Room
from hub.search.following import mark_outdated as index
from hub.security.actors import actor_of_staff
from hub.subscribers import FOLLOWERS
from hub.threads.commands import PostMessage
from hub.threads.models import Thread
from hub.threads.services.posting import post_message
from tests.live import Live
from tests.server.conftest import fresh_database
from tests.server.person import Person

TURNS, TURN_S, POSTS_A_SECOND = 12, 10.0, 10
ASKERS, ASKS_A_SECOND = 5, 4  # each another person: of one person the newest question alone is answered


def p(times: list[float], part: float) -> float:
    return sorted(times)[int(len(times) * part)] * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--http", action="store_true")
    given = parser.parse_args()
    count = given.documents
    with tempfile.TemporaryDirectory() as folder, fresh_database() as settings:
        live = Live(Path(folder), HUB_RATE_LIMITS="off", **settings)
        out = Path(folder) / "world.json"
        live.run("bench-world", "--rooms", "1", "--members", str(1 + ASKERS), "--out", str(out))
        world = json.loads(out.read_text(encoding="utf-8"))["rooms"][0]
        live.run("search", "rebuild")
        url = settings.get("HUB_DATABASE_URL") or f"sqlite:///{folder}/hub.sqlite3"
        fill_room(url, int(world["room_id"]), count)
        services(Path(folder), url, world)
        with live:
            acks(live, world, given.http)


def fill_room(url: str, room_id: int, count: int) -> None:
    database = Database(url)
    with database.read() as session:
        room = session.get_one(Room, room_id)
        opened = session.scalars(sa.select(Thread).where(Thread.room_id == room_id)).first()
        place = Place(room_id, room.organisation_id, opened.opened_by_id, opened.opened_posting_id)
    fill(database, [place], count)
    database.close()
    print(f"{count} documents on {database.engine.dialect.name}", flush=True)


def services(folder: Path, url: str, world: dict) -> None:
    """Without a server: the transaction of a post, as it is and as if nobody indexed."""
    app = create_app(Config(instance_path=folder, database_url=url, secret_key=secrets.token_hex(32), testing=True))
    store: Database = app.extensions["hub.db"]
    with store.read() as session:
        email = world["staff"][0]["email"]
        actor = actor_of_staff(session, session.scalar(sa.select(Staff.id).where(Staff.email == email)))
    without = {kind: tuple(f for f in followers if f is not index) for kind, followers in FOLLOWERS.items()}
    ways = {True: Following(FOLLOWERS), False: Following(without)}
    times = {True: [], False: []}
    with app.app_context():
        for n in range(600):
            indexed = n % 2 == 0
            store.follow = ways[indexed]
            command = PostMessage(int(world["thread_id"]), "計測のための投稿です。", secrets.token_hex(8))
            begun = time.perf_counter()
            store.write(post_message, actor, command)
            times[indexed].append(time.perf_counter() - begun)
    store.close()
    shown = [f"p50 {p(times[i], 0.5):5.2f}  p95 {p(times[i], 0.95):5.2f} ms" for i in (True, False)]
    print(f"a post's transaction       with the outbox {shown[0]}   without {shown[1]}", flush=True)


def acks(live: Live, world: dict, http: bool) -> None:
    poster = Person(live.url, world["staff"][0]["cookie"]).connect()
    writer, times = Writer(), {True: [], False: []}
    # Elsewhere, as other people are: in threads here they would keep the interpreter from the one who is measured.
    apart = multiprocessing.get_context("spawn")
    asking, over, suggested = apart.Event(), apart.Event(), apart.Queue()
    cookies = [person["cookie"] for person in world["staff"][1:]]
    askers = apart.Process(target=ask_in_turns, args=(live.url, cookies, http, asking, over, suggested))
    askers.start()
    for turn in range(TURNS):
        asking.set() if turn % 2 else asking.clear()
        time.sleep(1)
        end = time.monotonic() + TURN_S
        while time.monotonic() < end:
            begun = time.perf_counter()
            assert poster.post(world["thread_id"], writer.text(8))["ok"]
            times[bool(turn % 2)].append(time.perf_counter() - begun)
            time.sleep(max(0.0, 1 / POSTS_A_SECOND - (time.perf_counter() - begun)))
    over.set()
    answered = suggested.get(timeout=60)
    askers.join()
    for under, label in ((False, "ack, nobody asks"), (True, "ack, 20 suggestions a second")):
        print(f"{label:<30} p50 {p(times[under], 0.5):6.1f}  p95 {p(times[under], 0.95):6.1f} ms")
    shown = f"p50 {p(answered, 0.5):6.1f}  p95 {p(answered, 0.95):6.1f} ms, {len(answered)} of them"
    print(f"{'the suggestion':<30} {shown}; load {os.getloadavg()[0]:.1f}", flush=True)


def ask_in_turns(
    url: str, cookies: list[str], http: bool, asking: Event, over: Event, suggested: "Queue[list[float]]"
) -> None:
    """A process of its own: each person asks while `asking` is set, until all is over."""
    os.nice(19)  # people's browsers take no processor from the machine that answers them
    writer, times = Writer(), []
    asks = [(suggester if http else on_socket)(url, cookie, writer, times) for cookie in cookies]
    people = [threading.Thread(target=paced, args=(ask, ASKS_A_SECOND, asking, over)) for ask in asks]
    for person in people:
        person.start()
    for person in people:
        person.join()
    suggested.put(times)


def paced(work: Callable[[], None], a_second: int, asking: Event, over: Event) -> None:
    """So often, and not in step with the others, as people are."""
    while not over.is_set():
        begun, pause = time.perf_counter(), random.uniform(0, 2 / a_second)
        if asking.is_set():
            work()
        time.sleep(max(0.0, pause - (time.perf_counter() - begun)))


def on_socket(url: str, cookie: str, writer: Writer, times: list[float]) -> Callable[[], None]:
    person = Person(url, cookie).connect()

    def suggest() -> None:
        begun = time.perf_counter()
        assert person.call("search:similar", text=writer.text(6))["ok"]
        times.append(time.perf_counter() - begun)

    return suggest


def suggester(url: str, cookie: str, writer: Writer, times: list[float]) -> Callable[[], None]:
    page = urllib.request.Request(url + "/search", headers={"Cookie": cookie})
    with urllib.request.urlopen(page, timeout=10) as answer:
        token = answer.read().decode().partition('name="csrf-token" content="')[2].partition('"')[0]
        cookie = (answer.headers["Set-Cookie"] or cookie).partition(";")[0]  # the token belongs to this session
    headers = {"Cookie": cookie, "X-CSRFToken": token, "Content-Type": "application/json"}

    def suggest() -> None:
        data = json.dumps({"text": writer.text(6)}).encode()
        begun = time.perf_counter()
        request = urllib.request.Request(url + "/search/similar", data, headers | {"Accept": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
        times.append(time.perf_counter() - begun)

    return suggest


if __name__ == "__main__":
    main()
