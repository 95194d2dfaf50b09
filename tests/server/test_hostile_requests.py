"""Requests that nobody has to be signed in for, against the real server: bodies that nobody reads, and bodies and heads
that never end. Each docstring names the protection that was switched off to see the test fail."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.live import Live
from tests.server.conftest import new_server
from tests.server.soak import SOAK
from tests.server.watching import figures, harmless, worker_of

PATIENCE_S = 2.0
MIB = 1024 * 1024
CONNECTIONS = 30
SIZES = [64 * MIB, 256 * MIB, 1024 * MIB] if SOAK else [64 * MIB]
STEP = bytes(MIB)
FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    yield from new_server(tmp_path_factory.mktemp("requests"), HUB_PATIENCE_S=str(PATIENCE_S))


def opened(live: Live, start: str, *headers: str) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", live.port), timeout=30)
    lines = [f"{start} HTTP/1.1", f"Host: 127.0.0.1:{live.port}", *headers, "", ""]
    sock.sendall("\r\n".join(lines).encode())
    return sock


def send(sock: socket.socket, size: int) -> int:
    """As much as the server takes of a body of this size."""
    sent = 0
    try:
        while sent < size:
            sock.sendall(STEP[: size - sent])
            sent += min(MIB, size - sent)
    except OSError:
        pass
    return sent


def answer_of(sock: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    found = b""
    try:
        while data := sock.recv(65536):
            found += data
    except ConnectionError:
        pass
    return found


def post_unread(live: Live, size: int, *headers: str) -> str:
    """The status line of the answer, which has to arrive although the body does not."""
    with opened(live, "POST /login", *headers, f"Content-Length: {size}") as sock:
        sending = threading.Thread(target=send, args=(sock, size), daemon=True)
        sending.start()
        found = answer_of(sock)
        sending.join(30)
    return found.partition(b"\r\n")[0].decode()


@pytest.mark.parametrize("size", SIZES)
def test_a_body_that_nobody_reads_holds_nobody_up(live: Live, size: int) -> None:
    """Seen to fail without `end_request`: everybody waited for seconds."""
    with harmless(live, f"P8 four bodies of {size // MIB} MiB that nobody reads"), ThreadPoolExecutor(4) as pool:
        for status in pool.map(lambda _n: post_unread(live, size, FORM), range(4)):
            assert status == "HTTP/1.1 413 REQUEST ENTITY TOO LARGE"


def test_small_leftovers_keep_the_connection(live: Live) -> None:
    """What a route leaves unread is thrown away, and the next request on the connection is answered."""
    with opened(live, "POST /healthz", f"Content-Length: {MIB // 2}") as sock:
        send(sock, MIB // 2)
        assert b" 405 " in sock.recv(65536).partition(b"\r\n")[0]
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"HTTP/1.1 200 OK" in answer_of(sock)


def test_a_body_in_chunks_without_end_is_cut(live: Live) -> None:
    """Seen to fail without `end_request`: it was read for ever."""
    chunk, sent = b"10000\r\n" + bytes(65536) + b"\r\n", 0
    with harmless(live, "P8 chunks without end"), opened(live, "POST /healthz", "Transfer-Encoding: chunked") as sock:
        with suppress(OSError):
            while sent < 200 * MIB:
                sock.sendall(chunk)
                sent += len(chunk)
        assert sent < 20 * MIB


@pytest.mark.parametrize(
    ("what", "start", "headers"),
    [
        ("body of a form", "POST /login", [FORM, "Content-Length: 1000"]),
        ("multipart body", "POST /login", ["Content-Type: multipart/form-data; boundary=x", "Content-Length: 1000"]),
        ("JSON", "POST /login", ["Content-Type: application/json", "Content-Length: 1000"]),
        ("body that nobody reads", "POST /healthz", ["Content-Length: 1000"]),
    ],
)
def test_a_dripping_body_is_cut(live: Live, what: str, start: str, headers: list[str]) -> None:
    """Seen to fail without `be_patient`."""
    with harmless(live, f"P8 dripping {what}"), opened(live, start, *headers) as sock:
        took = dripped(sock)
    figures.append(f"{'':44} cut after {took:.1f} s")
    assert PATIENCE_S * 0.9 < took < 3 * PATIENCE_S


def test_a_dripping_head_is_cut(live: Live) -> None:
    """Seen to fail without HEAD in PatientSocket: after the 75 s of `keepalive`."""
    with harmless(live, "P8 dripping head"), socket.create_connection(("127.0.0.1", live.port), timeout=30) as sock:
        sock.sendall(b"GET /login HTTP/1.1\r\nHost: x\r\nX-Long: ")
        took = dripped(sock)
    figures.append(f"{'':44} cut after {took:.1f} s")
    assert PATIENCE_S * 0.9 < took < 3 * PATIENCE_S


def dripped(sock: socket.socket) -> float:
    """A byte each quarter of a second, until the server has had enough."""
    begin = time.monotonic()
    sock.settimeout(0.25)
    while time.monotonic() < begin + 20:
        try:
            if not sock.recv(65536):
                break
        except TimeoutError:
            pass
        except OSError:
            break
        try:
            sock.sendall(b"a")
        except OSError:
            break
    return time.monotonic() - begin


def test_whoever_is_only_slow_is_served(live: Live) -> None:
    """48 KiB over three times the patience: twice the least rate."""
    with opened(live, "POST /login", FORM, "Content-Length: 49152", "Connection: close") as sock:
        for _part in range(12):
            sock.sendall(b"a" * 4096)
            time.sleep(PATIENCE_S / 4)
        assert b"HTTP/1.1 400" in answer_of(sock)[:20]


def test_a_connection_that_rests_is_not_cut(live: Live) -> None:
    """Between two requests of a kept connection nothing is waited for."""
    with opened(live, "GET /healthz") as sock:
        assert b" 200 " in sock.recv(65536)[:20]
        time.sleep(PATIENCE_S * 1.5)
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"HTTP/1.1 200 OK" in answer_of(sock)


def test_file_parts_of_a_stalled_form_cost_no_descriptors(live: Live) -> None:
    """Thirty connections, each with 90 parts of a form that does not end. Seen to fail with parts opened on every
    route: 670 descriptors and as many files for each."""
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.pdf"\r\n\r\n%PDF-1.7\r\n'
    folder = Path(f"/proc/{worker_of(live)}/fd")
    with harmless(live, "P8 90 file parts in each of 30 stalled forms"), ExitStack() as stack:
        before = len(list(folder.iterdir()))
        for number in range(CONNECTIONS):
            path = ("/login", "/attachments", "/invitations/x")[number % 3]
            headers = ["Content-Type: multipart/form-data; boundary=x", "Content-Length: 200000"]
            stack.enter_context(opened(live, f"POST {path}", *headers)).sendall(part * 90)
            time.sleep(0.02)
        time.sleep(0.5)
        held = len(list(folder.iterdir())) - before
    files = list((live.folder / "files" / "incoming").glob("*"))
    figures.append(f"{'':44} {held} descriptors for {CONNECTIONS} connections, {len(files)} files")
    assert held <= CONNECTIONS + 10, figures[-1]
    assert files == []
