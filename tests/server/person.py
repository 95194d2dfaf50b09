"""Somebody with a socket and a cookie, as another program would have: for tests against a real server."""

import json
import secrets
import threading
import urllib.request
from typing import Any

import socketio


class Person:
    """`frames` holds every event this socket was sent, as (name, data), in order of arrival."""

    def __init__(self, url: str, cookie: str) -> None:
        self.url, self.cookie = url, cookie
        self.frames: list[tuple[str, Any]] = []
        self.arrived = threading.Condition()
        self.socket: socketio.Client | None = None

    def connect(self) -> "Person":
        self.socket = socketio.Client(reconnection=False)
        for name in ("feed", "feed:heads", "feed:closed", "session:ended", "disconnect"):
            self.socket.on(name, lambda *data, name=name: self._keep(name, data[0] if data else None))
        self.socket.connect(self.url, headers={"Cookie": self.cookie}, wait_timeout=4)
        return self

    def _keep(self, name: str, data: Any) -> None:
        with self.arrived:
            self.frames.append((name, data))
            self.arrived.notify_all()

    def wait_for(self, wanted: str, timeout: float = 10.0) -> Any:
        """The data of the first event of this name. Raises AssertionError when none comes."""
        with self.arrived:
            found = self.arrived.wait_for(lambda: any(n == wanted for n, _d in self.frames), timeout)
            assert found, f"no {wanted} within {timeout} s; came: {[n for n, _d in self.frames]}"
            return next(d for n, d in self.frames if n == wanted)

    def call(self, event: str, **payload: Any) -> dict[str, Any]:
        """The ack. Raises when the connection breaks before it comes."""
        assert self.socket is not None
        answer: dict[str, Any] = self.socket.call(event, payload, timeout=4)
        return answer

    def post(self, thread_id: str, body: str, client_id: str | None = None) -> dict[str, Any]:
        return self.call("message:post", thread_id=thread_id, body=body, client_id=client_id or secrets.token_hex(8))

    def get(self, path: str) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.text(path))
        return data

    def text(self, path: str) -> str:
        request = urllib.request.Request(self.url + path, headers={"Cookie": self.cookie, "Accept": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.read().decode())

    def log(self, stream: str) -> list[dict[str, Any]]:
        """All events of a stream, from its start."""
        events: list[dict[str, Any]] = []
        while True:
            page = self.get(f"/feed/{stream}?after={events[-1]['seq'] if events else 0}&limit=1000")
            events += page["events"]
            if not page["has_more"]:
                return events

    def posted(self, stream: str) -> list[dict[str, Any]]:
        """Every message:posted of a stream, from the log."""
        return [event for event in self.log(stream) if event["type"] == "message:posted"]

    def close(self) -> None:
        if self.socket is not None:
            self.socket.disconnect()
