"""A bad network: a proxy that takes WebSocket frames apart and loses, delays, doubles and swaps them, cuts a connection
in the middle of one, or leaves it half open."""

import asyncio
import random
import threading
from collections import Counter
from contextlib import suppress

FAULTS = "drop delay double swap cut_in_frame cut_after_frame half_open".split()


class LossyProxy:
    """`with LossyProxy(port, chance=0.05) as proxy:` listens on `proxy.port`; `proxy.done` counts the faults."""

    def __init__(self, target: int, chance: float, seed: int = 1) -> None:
        self.target, self.chance, self.luck = target, chance, random.Random(seed)
        self.port, self.done = 0, Counter[str]()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> "LossyProxy":
        self.thread.start()
        listening = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._accept, "127.0.0.1", 0), self.loop)
        self.port = listening.result(5).sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_fault: object) -> None:
        asyncio.run_coroutine_threadsafe(_end_all(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    async def _accept(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection("127.0.0.1", self.target)
        with suppress(OSError, asyncio.IncompleteReadError):
            to_server.write(await client.readuntil(b"\r\n\r\n"))
            to_client.write(await server.readuntil(b"\r\n\r\n"))
            ways = [self._carry(client, to_server), self._carry(server, to_client)]
            tasks = [asyncio.ensure_future(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
        for writer in (to_client, to_server):
            writer.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """One direction, until the connection is to end."""
        held = b""
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                frame = await _frame(source)
                fault = self.luck.choice(FAULTS) if self.luck.random() < self.chance else ""
                self.done[fault] += 1
                if fault == "drop":
                    continue
                if fault == "swap" and not held:
                    held = frame
                    continue
                if fault == "delay":
                    await asyncio.sleep(self.luck.random() / 2)
                if fault == "half_open":
                    await asyncio.sleep(2)
                    return
                sink.write(frame[: len(frame) // 2] if fault == "cut_in_frame" else frame)
                sink.write(frame if fault == "double" else b"")
                sink.write(held)
                held = b""
                await sink.drain()
                if fault.startswith("cut"):
                    return


async def _end_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _frame(source: asyncio.StreamReader) -> bytes:
    head = await source.readexactly(2)
    more = {126: 2, 127: 8}.get(head[1] & 127, 0)
    long = await source.readexactly(more)
    length = int.from_bytes(long, "big") if more else head[1] & 127
    return head + long + await source.readexactly(length + (4 if head[1] & 128 else 0))
