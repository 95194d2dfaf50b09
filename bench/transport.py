"""What a connection and a delivery cost: `python -m bench.transport [--members 500]`.

One room in which everybody listens and one person posts, with the hub's transport and with the library's
(HUB_TRANSPORT=stock): memory of the worker for each idle connection, its processor time for 10,000 deliveries at five
posts a second, and deliveries a second when four people post without a pause. Client and server share the machine: only
the ratios within one run count.
"""

import argparse
import json
import multiprocessing
import os
import re
import secrets
import selectors
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.live import Live
from tests.server.raw import TEXT, Raw, masked
from tests.server.watching import wait_until_loaded, worker_of

POSTS_A_SECOND, PACED_S, FULL_S, POSTERS = 5, 10.0, 5.0, 4
MARK, TAIL = b'"message:posted"', 16  # once in each delivery
BODY = "住民票の写しを窓口で受け取るまでの手順について、" * 12
PONG_EVERY_S = 15.0
FIRST = 100


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--members", type=int, default=500)
    members = parser.parse_args().members
    shown = {transport: measured(transport, members) for transport in ("stock", "own")}
    for what in shown["own"]:
        stock, own = shown["stock"][what], shown["own"][what]
        print(f"{what:<34} stock {stock:10.3f}   own {own:10.3f}   ratio {own / stock:5.2f}", flush=True)


def measured(transport: str, members: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        live = Live(Path(folder), HUB_RATE_LIMITS="off", HUB_TRANSPORT=transport)
        out = Path(folder) / "world.json"
        live.run("bench-world", "--rooms", "1", "--members", str(members), "--out", str(out))
        world = json.loads(out.read_text(encoding="utf-8"))["rooms"][0]
        with live:
            posters = [Raw(live.port, world["staff"][0]["cookie"]).join() for _ in range(POSTERS)]
            post(posters[0], world)  # code is loaded with the first one
            wait_until_loaded(worker_of(live))
            with listening(live, world) as (each, deliveries):
                used, count, _took = during(live, deliveries, lambda: paced(posters[0], world))
                _used, most, took = during(live, deliveries, lambda: at_full_speed(posters, world))
    cpu = used / count * 10_000
    return {"KiB a connection": each, "CPU s per 10,000 deliveries": cpu, "deliveries a second": most / took}


def during(live: Live, deliveries: Callable[[], int], work: Callable[[], None]) -> tuple[float, int, float]:
    """The worker's processor seconds, how many deliveries arrived, and in how many seconds."""
    used, begun, before = cpu_s(live), time.monotonic(), deliveries()
    work()
    took = time.monotonic() - begun
    time.sleep(1)  # what is on its way
    return cpu_s(live) - used, deliveries() - before, took


def paced(poster: Raw, world: dict[str, Any]) -> None:
    end = time.monotonic() + PACED_S
    while (begun := time.monotonic()) < end:
        post(poster, world)
        time.sleep(max(0.0, 1 / POSTS_A_SECOND - (time.monotonic() - begun)))


def at_full_speed(posters: list[Raw], world: dict[str, Any]) -> None:
    end = time.monotonic() + FULL_S

    def run(poster: Raw) -> None:
        while time.monotonic() < end:
            post(poster, world)

    threads = [threading.Thread(target=run, args=(poster,)) for poster in posters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def post(poster: Raw, world: dict[str, Any]) -> None:
    payload = {"thread_id": world["thread_id"], "body": BODY, "client_id": secrets.token_hex(8)}
    assert poster.ask("message:post", payload)["ok"]


def memory_kib(live: Live) -> int:
    """The worker's share of memory."""
    found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{worker_of(live)}/smaps_rollup").read_text(), re.M)
    assert found
    return int(found[1])


def cpu_s(live: Live) -> float:
    fields = Path(f"/proc/{worker_of(live)}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def listening(live: Live, world: dict[str, Any]) -> Iterator[tuple[float, Callable[[], int]]]:
    """Everybody has the room open, in a process of their own. Yields the KiB of each, measured without the first ones,
    who use up what the start left free; and a function: how many deliveries came so far."""
    apart = multiprocessing.get_context("spawn")
    ours, theirs = apart.Pipe()
    cookies = [person["cookie"] for person in world["staff"]]
    crowd = apart.Process(target=listen, args=(live.port, cookies, f"room:{world['room_id']}", theirs), daemon=True)
    crowd.start()
    memory = []
    for _part in range(2):
        ours.recv()
        time.sleep(2)
        memory.append(memory_kib(live))
        ours.send("go on")

    def deliveries() -> int:
        ours.send("how many")
        return int(ours.recv())

    yield (memory[1] - memory[0]) / (len(cookies) - FIRST), deliveries
    crowd.kill()


def listen(port: int, cookies: list[str], stream: str, asked: Connection) -> None:
    """Counts marks in what arrives, without looking at frames: the client is not to be what is measured."""
    os.nice(5)
    selector, rests, count = selectors.DefaultSelector(), {}, 0
    for number, cookie in enumerate(cookies, start=1):
        raw = Raw(port, cookie).join()
        assert raw.ask("feed:open", {"streams": [stream]})["ok"]
        raw.socket.setblocking(False)
        selector.register(raw.socket, selectors.EVENT_READ)
        rests[raw.socket] = b""
        if number in (FIRST, len(cookies)):
            asked.send(number)
            asked.recv()
    selector.register(asked, selectors.EVENT_READ)
    alive = time.monotonic()
    while True:
        for key, _events in selector.select(timeout=1):
            if key.fileobj is asked:
                asked.recv()
                asked.send(count)
                continue
            data = rests[key.fileobj] + key.fileobj.recv(1 << 18)
            count += data.count(MARK)
            kept = data[-TAIL:]
            rests[key.fileobj] = kept[kept.rfind(MARK) + len(MARK) :] if MARK in kept else kept
        if time.monotonic() - alive > PONG_EVERY_S:
            alive = time.monotonic()
            for sock in rests:
                sock.send(masked(TEXT, b"3"))


if __name__ == "__main__":
    main()
