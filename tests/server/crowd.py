"""Many pages that come at once and come back as pages do, in a process of their own: what they cost must not count as
the server's. `python -m tests.server.crowd`; the first line on its input says who comes and how (`Crowd` in
test_arrivals.py), each further one is answered with what they have been through so far.

Times are of the system's monotonic clock, which all processes of a machine share."""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from contextlib import suppress  # noqa: E402
from http.client import HTTPConnection, HTTPException  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402

from tests.server.raw import Raw  # noqa: E402

PATH = "/socket.io/?EIO=4&transport="
# static/js/feed/socket.js and the library's own way of trying again
DELAY_S, MOST_DELAY_S, SPREAD = 1.5, 3.0, 0.8
SOON_S, SOON_SPREAD_S = 0.3, 2.7
BROKEN = (OSError, HTTPException)


class Http:
    """One kept connection, as a browser has several of."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection, self.cookie = HTTPConnection("127.0.0.1", port, timeout=60), cookie

    def ask(self, method: str, path: str, body: str | None = None) -> str:
        """Raises ConnectionError for any answer but 200."""
        self.connection.request(method, path, body, {"Cookie": self.cookie})
        answer = self.connection.getresponse()
        found = answer.read().decode()
        if answer.status != 200:
            raise ConnectionError(answer.status)
        return found


class Visitor:
    """One page: `tries`, `current` and `lost` are the times of each; `gets` counts what it had to fetch by HTTP."""

    def __init__(self, port: int, cookie: str, stream: str, way: str) -> None:
        self.port, self.cookie, self.stream, self.way = port, cookie, stream, way
        self.tries: list[float] = []
        self.current: list[float] = []
        self.lost: list[float] = []
        self.gets = 0
        self.seq = -1
        self.epoch = ""

    def live(self) -> None:
        failures = 0
        while True:
            self.tries.append(time.monotonic())
            raw = None
            try:
                raw = self.connect()
                self.open(raw)
            except PermissionError:  # refused: socket.js comes back soon
                gevent.sleep(SOON_S + random.random() * SOON_SPREAD_S)
            except BROKEN as fault:
                if isinstance(fault, ConnectionRefusedError):  # nothing listens: this try reaches nobody
                    self.tries.pop()
                gevent.sleep(delay(failures))
                failures += 1
            else:
                failures = 0
                with suppress(*BROKEN):
                    self.listen(raw)
                self.lost.append(time.monotonic())
                gevent.sleep(delay(0))
            if raw:
                raw.socket.close()

    def connect(self) -> Raw:
        if self.way == "websocket":
            return Raw(self.port, self.cookie, path=f"{PATH}websocket", timeout=90).join()
        gets, posts = Http(self.port, self.cookie), Http(self.port, self.cookie)
        sid = json.loads(gets.ask("GET", f"{PATH}polling")[1:])["sid"]
        address = f"{PATH}polling&sid={sid}"
        posting = gevent.spawn(posts.ask, "POST", address, "40")
        self.answer, self.probed = "", False
        polling = gevent.spawn(self.poll, gets, address)
        raw = Raw(self.port, self.cookie, path=f"{PATH}websocket&sid={sid}", timeout=90)
        raw.say("2probe")
        while raw.text() != "3probe":
            pass
        self.probed = True
        for way in (posting, polling):  # the library changes over once both are done
            way.get()
        raw.say("5")
        while not self.answer:
            self.take(raw.text())
        return raw

    def poll(self, http: Http, address: str) -> None:
        while not self.probed:
            for text in http.ask("GET", address).split("\x1e"):
                self.take(text)

    def take(self, text: str) -> None:
        if text.startswith("44"):
            raise PermissionError(text)
        if text.startswith("40"):
            self.answer = text

    def open(self, raw: Raw) -> None:
        known = {"after": {self.stream: self.seq}, "epoch": self.epoch} if self.epoch else {}
        ack = raw.ask("feed:open", {"streams": [self.stream], **known})
        if not ack["ok"]:
            raise ConnectionError(ack)
        data: dict[str, Any] = ack["data"]
        head, self.epoch = data["heads"][self.stream], data["epoch"]
        for event in data.get("events", {}).get(self.stream, []):
            assert event["seq"] == self.seq + 1
            self.seq = event["seq"]
        if known and self.seq < head:
            self.gets += 1
            page = json.loads(
                Http(self.port, self.cookie).ask("GET", f"/feed/{self.stream}?after={self.seq}&limit=1000")
            )
            assert [event["seq"] for event in page["events"]][:1] == [self.seq + 1]
            head = page["head"]
        self.seq = max(self.seq, head)
        self.current.append(time.monotonic())

    def listen(self, raw: Raw) -> None:
        while True:
            text = raw.text()
            if text.startswith('42["feed",'):
                self.seq = max(self.seq, json.loads(text[2:])[1]["seq"])


def delay(failures: int) -> float:
    wait = min(DELAY_S * 2**failures, MOST_DELAY_S)
    return min(wait + wait * SPREAD * random.uniform(-1, 1), MOST_DELAY_S)


def main() -> None:
    said = json.loads(sys.stdin.readline())
    visitors = [Visitor(said["port"], cookie, stream, said["way"]) for cookie, stream in said["people"]]
    for visitor in visitors:
        gevent.spawn(visitor.live)
    lines = gevent.get_hub().threadpool
    while lines.apply(sys.stdin.readline):
        print(json.dumps([[v.tries, v.current, v.lost, v.gets, v.seq] for v in visitors]), flush=True)


if __name__ == "__main__":
    main()
