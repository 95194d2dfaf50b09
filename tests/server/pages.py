"""Pages of the hub in one Node process: the browser's own feed without a browser (headless.js)."""

import json
import os
import secrets
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.feed.test_folding import NODE

PROGRAM = Path(__file__).with_name("headless.js")


class Pages:
    """`with Pages() as pages: pages.open("a", live.url, cookie, "/threads/1")`. `ca` is a certificate to be trusted."""

    def __init__(self, ca: Path | None = None) -> None:
        self.environment = os.environ | ({"NODE_EXTRA_CA_CERTS": str(ca)} if ca else {})

    def __enter__(self) -> "Pages":
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.node = subprocess.Popen([str(NODE), str(PROGRAM)], env=self.environment, text=True, bufsize=1, **pipes)
        self.calls = 0
        return self

    def __exit__(self, *_fault: object) -> None:
        self.node.kill()
        self.node.wait()

    def ask(self, do: str, page: str, **options: Any) -> Any:
        self.calls += 1
        assert self.node.stdin
        assert self.node.stdout
        self.node.stdin.write(json.dumps({"id": self.calls, "do": do, "page": page, **options}) + "\n")
        while True:
            line = self.node.stdout.readline()
            assert line, "node has ended"
            answer = json.loads(line)
            if answer["id"] == self.calls:
                assert "fault" not in answer, answer["fault"]
                return answer["answer"]

    def open(self, page: str, direct: str, cookie: str, path: str, **options: Any) -> None:
        """`url` is where sockets and requests go: a proxy; `transports`, `sockets=False` etc. as in headless.js."""
        self.ask("open", page, direct=direct, cookie=cookie, path=path, **({"url": direct} | options))

    def post(self, page: str, thread_id: str, body: str, event: str = "message:post") -> str:
        """Kept by the page until it is stored; returns the client id."""
        client_id = secrets.token_hex(11)
        payload = {"thread_id": thread_id, "body": body, "client_id": client_id}
        self.ask("post", page, event=event, payload=payload)
        return client_id

    def look(self, page: str) -> dict[str, Any]:
        seen: dict[str, Any] = self.ask("look", page)
        assert seen["faults"] == []
        return seen

    def shown(self, page: str, thread_id: str) -> list[str]:
        """The bodies that this page shows of a thread, in order."""
        messages = self.look(page)["state"]["messages"].get(thread_id, {})
        return [m["body"] for m in sorted(messages.values(), key=lambda m: m["position"])]


def until(true: Callable[[], Any], within_s: float = 30, what: str = "") -> Any:
    """Wait until something is so; returns it."""
    end = time.monotonic() + within_s
    while not (found := true()):
        assert time.monotonic() < end, f"did not happen within {within_s} s: {what}"
        time.sleep(0.05)
    return found
