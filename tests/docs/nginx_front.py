"""nginx with an example of `deploy/nginx`, in a folder of its own, and what stands behind and before it."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from hub.config import ROOT

KINDS = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "webp": "image/webp"}
NAME = "hub.pref.example.lg.jp"
ENVELOPE = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    include {folder}/hub.conf;
}}
"""


def arrange(folder: Path, example: str, certificates: Path, ports: dict[str, int]) -> list[str]:
    """The example with other paths and ports, and nothing else changed. Returns nginx's options."""
    changes = {
        "/etc/hub/tls": str(certificates),
        "/var/log/nginx": str(folder),
        "/etc/nginx/hub": str(ROOT / "deploy" / "nginx"),
        "include hub-server.inc": f"include {folder}/hub-server.inc",
        "listen 80": f"listen 127.0.0.1:{ports['80']}",
        "listen 443": f"listen 127.0.0.1:{ports['443']}",
        "listen [::]:80": f"listen [::1]:{ports['80']}",
        "listen [::]:443": f"listen [::1]:{ports['443']}",
        **{f"server 127.0.0.1:{port}": f"server 127.0.0.1:{own}" for port, own in ports.items()},
    }
    for name, source in (("hub.conf", example), ("hub-server.inc", "hub-server.inc")):
        text = (ROOT / "deploy" / "nginx" / source).read_text(encoding="utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(ENVELOPE.format(folder=folder), encoding="utf-8")
    return ["-p", str(folder), "-c", str(folder / "nginx.conf")]


class _Echo(BaseHTTPRequestHandler):
    """Stands for a process of the hub: answers with its port and the headers it got."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        port = self.server.server_address[1]
        body = f"Port: {port}\n{self.headers}".encode()
        if self.path.startswith("/static/"):
            body *= 20
        self.send_response(503 if self.path == "/unavailable" else 200)
        self.send_header("Content-Type", KINDS.get(self.path.rpartition(".")[2], "text/html"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def echo() -> Iterator[int]:
    """A server behind nginx; yields its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


class Front:
    """A browser that trusts our CA, before nginx."""

    def __init__(self, port: int, certificates: Path, log: Path) -> None:
        self.port, self.log = port, log
        self.trust = ssl.create_default_context(cafile=str(certificates / "ca.crt"))

    def head(self, path: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
        """As `get`; the body may be anything."""
        return self.get(path, headers, binary=True)

    def get(
        self,
        path: str,
        headers: dict[str, str] | None = None,
        name: str = NAME,
        *,
        at: str = "127.0.0.1",
        binary: bool = False,
    ) -> http.client.HTTPResponse:
        """The answer, its body read. Raises ssl.SSLError when nginx does not serve this name."""
        lines = {"Host": name, "Connection": "close"} | (headers or {})
        request = [f"GET {path} HTTP/1.1", *(f"{key}: {value}" for key, value in lines.items()), "", ""]
        raw = socket.create_connection((at, self.port), 10)
        with raw, self.trust.wrap_socket(raw, server_hostname=name) as secure:
            secure.sendall("\r\n".join(request).encode())
            answer = http.client.HTTPResponse(secure)
            answer.begin()
            body = answer.read()
            answer.text = "" if binary else body.decode()  # type: ignore[attr-defined]
            assert secure.recv(1) == b""  # closed: by now nginx has written its log
            return answer
