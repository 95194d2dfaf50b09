"""Somebody beside an attack who asks something small again and again, in a process of their own: what the attacker's
side costs the test must not count. `python -m tests.server.bystander PORT COOKIE`; after each line on its input it
prints, of the time since the line before, the seconds until each ack and the seconds that it woke too late from each
sleep, which is the machine's doing and not the server's."""

import json
import sys
import threading
import time

from tests.server.raw import Raw

PAUSE_S = 0.01


def main(port: str, cookie: str) -> None:
    raw, times, late = Raw(int(port), cookie).join(), [], []
    asked = threading.Event()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    while True:
        begin = time.monotonic()
        assert "ok" in raw.ask("feed:open", {"streams": []})
        times.append(time.monotonic() - begin)
        if asked.is_set():
            asked.clear()
            print(json.dumps([times, late]), flush=True)
            times, late = [], []
        begin = time.monotonic()
        time.sleep(PAUSE_S)
        late.append(time.monotonic() - begin - PAUSE_S)


def _listen(asked: threading.Event) -> None:
    for _line in sys.stdin:
        asked.set()


if __name__ == "__main__":
    main(*sys.argv[1:])
