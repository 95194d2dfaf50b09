"""A fault proxy between browsers and the server: `with FaultProxy(port) as proxy:` listens on `proxy.port`.

At which level a fault is honest. TCP neither loses, doubles nor reorders bytes, so nothing here does that to a stream
of bytes: it would only test the parser. What really happens is one of these.

- Whole Socket.IO messages are lost, doubled or overtaken, on the way down (`feed` lost by the bus, by a failed emit, by
  a worker that dies between commit and emit; acks lost with the connection) and on the way up. Only packets of events
  and acks (`42`, `43`) are touched, never the handshakes or the pings, which do not exist above a connection.
- Connections are slow, are cut in the middle of a frame, in the middle of an ack, or go silent without an end
  (half-open: a NAT or a firewall forgot them).
- Requests, polling's and all others': lost before the server saw them, answered but the answer lost or cut half-way,
  delivered twice by something in between.
"""

import asyncio
import random
import struct
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

EVENT, ACK = b"42", b"43"
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Faults:
    """Each is a chance from 0 to 1 for one message or request, except the delay."""

    drop: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    delay_s: float = 0.0  # at most, at random
    cut_in_frame: float = 0.0
    cut_in_ack: float = 0.0
    lose_request: float = 0.0
    lose_answer: float = 0.0
    cut_answer: float = 0.0
    repeat_request: float = 0.0


class FaultProxy:
    """`counts` says how often which fault happened; a test that saw none has shown nothing."""

    def __init__(self, target: int, faults: Faults | None = None, seed: int = 1) -> None:
        self.target, self.faults, self.luck = target, faults or Faults(), random.Random(seed)
        self.counts: Counter[str] = Counter()
        self._spared: Counter[str] = Counter()  # how often which fault could have happened
        self.port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._forgotten: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "FaultProxy":
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(self, *_fault: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def heal(self) -> None:
        """No more faults; what is held up flows again."""
        self.faults = Faults()
        self.resume()

    def stall(self) -> None:
        """Silence in all directions; the connections stay, and what is sent waits."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def resume(self) -> None:
        self._loop.call_soon_threadsafe(self._flowing.set)

    def forget(self) -> None:
        """Half-open: the connections of this moment never say anything again, and nobody is told. New ones work."""
        self._do(self._forget())

    def cut(self) -> None:
        """Reset every connection."""
        self._do(self._cut())

    def _do(self, what: Awaitable[None]) -> None:
        async def run() -> None:
            await what

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(20)

    async def _listen(self) -> None:
        self._flowing.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _forget(self) -> None:
        self._forgotten |= self._writers
        self.counts["forgotten connections"] += len(self._writers)

    def happens(self, chance: float, what: str) -> bool:
        """By luck; the first of a kind as soon as it was to be expected, so that no test waits for luck."""
        self._spared[what] += 1
        overdue = not self.counts[what] and self._spared[what] * chance > 1
        if chance <= 0 or (self.luck.random() >= chance and not overdue):
            return False
        self.counts[what] += 1
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if b"upgrade: websocket" in head.lower():
                await self._tunnel(head, (reader, writer))
            else:
                await self._exchange(head + await reader.readexactly(_length(head)), writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # either side has gone, or the proxy is being closed
        finally:
            self._writers.discard(writer)
            self._forgotten.discard(writer)
            writer.close()

    async def _pass_on(self, writer: asyncio.StreamWriter, data: bytes, via: asyncio.StreamWriter) -> None:
        """`via` is the client's end of the connection, by which it is remembered."""
        await self._flowing.wait()
        if self.faults.delay_s:
            await asyncio.sleep(self.luck.random() * self.faults.delay_s)
        if via in self._forgotten:
            return
        writer.write(data)
        await writer.drain()

    # One request of a page or of polling. Each goes to the server on a connection of its own: its end ends the answer.

    async def _exchange(self, request: bytes, client: asyncio.StreamWriter) -> None:
        if self.happens(self.faults.lose_request, "request lost"):
            client.transport.abort()
            return
        if self.happens(self.faults.repeat_request, "request twice"):
            await self._ask(request, client)
        answer = await self._ask(request, client)
        if self.happens(self.faults.lose_answer, "answer lost"):
            client.transport.abort()
        elif self.happens(self.faults.cut_answer, "answer cut"):
            await self._pass_on(client, answer[: len(answer) // 2], client)
            client.transport.abort()
        else:
            await self._pass_on(client, answer, client)

    async def _ask(self, request: bytes, client: asyncio.StreamWriter) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers.add(writer)
        try:
            await self._pass_on(writer, b"\r\n".join([*lines, b"Connection: close", b"", body]), client)
            return await reader.read(-1)
        finally:
            self._writers.discard(writer)
            writer.close()

    # A WebSocket: frames in both directions, each side with faults of its own.

    async def _tunnel(self, head: bytes, client: Stream) -> None:
        """Whatever ends it ends both ways and both connections."""
        server = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers.add(server[1])
        ways: list[asyncio.Future[None]] = []
        try:
            await self._pass_on(server[1], _without_deflate(head), client[1])
            await self._pass_on(client[1], await server[0].readuntil(b"\r\n\r\n"), client[1])
            both = [self._frames(client, server, client[1]), self._frames(server, client, client[1])]
            ways += [asyncio.ensure_future(way) for way in both]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._writers.discard(server[1])
            for end in (server, client):
                end[1].transport.abort()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _frames(self, source: Stream, target: Stream, via: asyncio.StreamWriter) -> None:
        write: Callable[[bytes], Awaitable[None]] = lambda data: self._pass_on(target[1], data, via)  # noqa: E731
        held: bytes | None = None
        while True:
            frame, kind = await _read_frame(source[0])
            event = kind in (EVENT, ACK)
            if event and self.happens(self.faults.drop, "message lost"):
                continue
            cut = self.faults.cut_in_ack if kind == ACK else self.faults.cut_in_frame
            if event and self.happens(cut, "cut in an ack" if kind == ACK else "cut in a frame"):
                await write(frame[: max(1, len(frame) // 2)])
                return
            if event and held is None and self.happens(self.faults.reorder, "message overtaken"):
                held = frame  # the next one goes first
                continue
            await write(frame)
            if event and self.happens(self.faults.duplicate, "message twice"):
                await write(frame)
            if held is not None:
                await write(held)
                held = None


def _without_deflate(head: bytes) -> bytes:
    """The library's own transport agrees to it, and then nobody between could tell an ack from an event."""
    lines = head.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.lower().startswith(b"sec-websocket-extensions:"))


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def _read_frame(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """One frame as it is on the wire, and the first two bytes of what it says."""
    head = await reader.readexactly(2)
    length, more = head[1] & 127, b""
    if length == 126:
        more = await reader.readexactly(2)
        length = struct.unpack("!H", more)[0]
    elif length == 127:
        more = await reader.readexactly(8)
        length = struct.unpack("!Q", more)[0]
    key = await reader.readexactly(4) if head[1] & 128 else b""
    payload = await reader.readexactly(length)
    start = bytes(byte ^ key[n] for n, byte in enumerate(payload[:2])) if key else payload[:2]
    return head + more + key + payload, start
