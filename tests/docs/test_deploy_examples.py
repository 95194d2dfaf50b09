"""The examples under deploy/ are accepted by the programs they are for, and do what the operator's guide says."""

import os
import re
import signal
import ssl
import subprocess
from collections.abc import Iterator
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest

from hub.backup.cli import COMMANDS
from hub.config import ROOT, read_config
from tests.docs.nginx_front import Front, arrange, echo
from tests.services import free_port


@pytest.mark.parametrize("example", ["hub.conf", "hub-several.conf"])
def test_nginx_accepts_the_example(example: str, nginx: str, certificates: Path, tmp_path: Path) -> None:
    options = arrange(tmp_path, example, certificates, {"80": free_port(), "443": free_port()})
    done = subprocess.run([nginx, "-t", *options], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "[emerg]" not in done.stderr


@pytest.fixture(scope="module")
def front(nginx: str, certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """hub-several.conf before two servers. nginx listens before it goes into the background."""
    folder = tmp_path_factory.mktemp("nginx")
    with echo() as first, echo() as second:
        ports = {"80": free_port(), "443": free_port(), "5001": first, "5002": second}
        options = arrange(folder, "hub-several.conf", certificates, ports)
        done = subprocess.run([nginx, *options], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        try:
            yield Front(ports["443"], certificates, folder / "hub.log")
        finally:
            os.kill(int((folder / "nginx.pid").read_text()), signal.SIGTERM)


def received(answer: object) -> Message:
    """The headers that reached the server behind nginx."""
    return message_from_string(answer.text)  # type: ignore[attr-defined]


def test_a_name_that_is_not_ours_gets_no_certificate(front: Front) -> None:
    with pytest.raises(ssl.SSLError):
        front.get("/", name="other.example.jp")


def test_what_a_client_says_of_itself_does_not_reach_the_hub(front: Front) -> None:
    forged = {"X-Forwarded-For": "10.9.9.9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    forged |= {"Forwarded": "host=evil.example", "X-Forwarded-Prefix": "/evil"}
    headers = received(front.get("/", forged))
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["X-Forwarded-Host"] == headers["Host"] == "hub.pref.example.lg.jp"
    assert headers["Forwarded"] is headers["X-Forwarded-Prefix"] is None


def test_a_browser_stays_with_one_process(front: Front) -> None:
    first = front.get("/login")
    cookie = first.headers["Set-Cookie"]
    assert re.fullmatch(r"hub_route=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax; Secure", cookie)
    kept = {"Cookie": cookie.partition(";")[0]}
    again = [front.get("/socket.io/?EIO=4&transport=polling", kept) for _ in range(10)]
    assert len({received(answer)["Port"] for answer in again}) == 1
    assert [answer.headers["Set-Cookie"] for answer in again] == [None] * 10


def test_browsers_are_spread_over_the_processes(front: Front) -> None:
    ports = {received(front.get("/", {"Cookie": f"hub_route={number:032x}"}))["Port"] for number in range(40)}
    assert len(ports) == 2


def test_a_program_with_the_session_cookie_alone_stays_too(front: Front) -> None:
    answers = [front.get("/socket.io/", {"Cookie": "hub_session=abc"}) for _ in range(10)]
    assert len({received(answer)["Port"] for answer in answers}) == 1
    assert {answer.headers["Set-Cookie"] for answer in answers} == {None}


def test_a_websocket_may_be_opened(front: Front) -> None:
    headers = received(front.get("/socket.io/", {"Connection": "Upgrade, close", "Upgrade": "websocket"}))
    assert (headers["Connection"], headers["Upgrade"]) == ("upgrade", "websocket")


def test_browsers_are_told_to_keep_to_tls(front: Front) -> None:
    answers = [front.get("/"), front.get("/socket.io/")]
    assert [a.headers.get_all("Strict-Transport-Security") for a in answers] == [["max-age=31536000"]] * 2


def test_the_log_holds_no_one_time_link_and_no_connection_id(front: Front) -> None:
    front.get("/welcome/one-time-secret?from=mail-secret")
    front.get("/socket.io/?sid=sid-secret")
    front.get("/rooms/1")
    logged = front.log.read_text(encoding="utf-8")
    assert '"GET /welcome/..."' in logged
    assert '"GET /rooms/1"' in logged
    assert "secret" not in logged


@pytest.mark.parametrize("unit", ["hub.service", "hub@.service"])
def test_a_unit_starts_the_server_that_is_there(unit: str) -> None:
    text = (ROOT / "deploy" / "systemd" / unit).read_text(encoding="utf-8")
    command = re.search("^ExecStart=(.*)$", text, re.MULTILINE)
    assert command
    assert command[1].endswith("/opt/hub/.venv/bin/flask --app wsgi hub serve")
    assert "WorkingDirectory=/opt/hub\n" in text
    set_here = dict(word.split("=") for word in command[1].replace("%i", "5001").split() if "=" in word)
    assert read_config(set_here)


def test_the_processes_of_the_guide_share_their_attachments() -> None:
    """Seen to fail before: each had a folder of its own, and half of the attachments could not be opened."""
    text = (ROOT / "deploy" / "systemd" / "hub@.service").read_text(encoding="utf-8")
    found = set()
    for port in ("5001", "5002"):
        lines = text.replace("%i", port)
        given = dict(re.findall(r"^Environment=(\w+)=(.*)$", lines, re.MULTILINE))
        command = re.search("^ExecStart=(.*)$", lines, re.MULTILINE)
        assert command
        given |= dict(word.split("=") for word in command[1].split() if "=" in word)
        found.add(read_config(given).files)
        made = re.search("^StateDirectory=(.*)$", lines, re.MULTILINE)
        assert made
        assert {f"/var/lib/{folder}" for folder in made[1].split()} >= {str(read_config(given).files)}
    alone = read_config({"HUB_INSTANCE_PATH": "/var/lib/hub"})  # as the wrapper and the single process
    assert found == {alone.files}


def test_the_nightly_backup_is_a_command_that_is_there() -> None:
    text = (ROOT / "deploy" / "systemd" / "hub-backup.service").read_text(encoding="utf-8")
    command = re.search("^ExecStart=/usr/local/bin/hub (.*)$", text, re.MULTILINE)
    assert command
    name, *arguments = command[1].split()
    backup = next(one for one in COMMANDS if one.name == name)
    given = backup.make_context(name, arguments).params
    assert (given["file"], given["keep"]) == (Path("/srv/backup"), 14)
    assert "ReadWritePaths=/srv/backup " in text


def test_the_settings_of_the_guide_are_accepted() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    block = re.search(r"cat > /etc/hub/hub.env <<END\n(.*?)END\n", guide, re.DOTALL)
    assert block
    text = block[1].replace("$(openssl rand -hex 32)", "0" * 64)
    assert read_config(dict(line.split("=", 1) for line in text.splitlines())).production


@pytest.fixture
def nobody(nginx: str, certificates: Path, tmp_path: Path) -> Iterator[Front]:
    """hub-several.conf, and no server behind it."""
    ports = {"80": free_port(), "443": free_port(), "5001": free_port(), "5002": free_port()}
    options = arrange(tmp_path, "hub-several.conf", certificates, ports)
    done = subprocess.run([nginx, *options], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    try:
        yield Front(ports["443"], certificates, tmp_path / "hub.log")
    finally:
        os.kill(int((tmp_path / "nginx.pid").read_text()), signal.SIGTERM)


def test_where_no_process_answers_there_is_a_page_in_both_languages(nobody: Front) -> None:
    """Seen to fail before: nginx's own 502, in English, without a word on when to come back."""
    for path in ("/", "/rooms/1", "/socket.io/?EIO=4&transport=polling"):
        answer = nobody.get(path)
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "5"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ただいま処理できません" in answer.text  # type: ignore[attr-defined]
        assert "Temporarily unavailable" in answer.text  # type: ignore[attr-defined]


def test_what_the_hub_itself_says_passes(front: Front) -> None:
    """Its 503 is JSON for a program. Seen to fail with `proxy_intercept_errors on`."""
    answer = front.get("/unavailable")
    assert (answer.status, "Port:" in answer.text) == (503, True)  # type: ignore[attr-defined]


def test_scripts_and_styles_are_packed_and_what_one_person_sees_is_left_to_the_hub(front: Front) -> None:
    """Seen to fail before: 400 KB of scripts went as they are. Of pages the hub decides."""
    packed = {"Accept-Encoding": "gzip"}
    for path, kind in (("/static/v-1/x.js", "gzip"), ("/static/v-1/x.css", "gzip"), ("/static/v-1/x.webp", None)):
        assert front.head(path, packed).headers["Content-Encoding"] == kind, path
    assert front.head("/static/v-1/x.js").headers["Content-Encoding"] is None
    for path in ("/", "/rooms/1", "/feed?streams=room:1"):
        assert front.head(path, packed).headers["Content-Encoding"] is None


def test_it_is_reached_by_ipv6_as_well(front: Front) -> None:
    """Seen to fail without the second `listen`."""
    assert front.get("/", at="::1").status == 200


def test_nginx_of_debian_takes_what_the_guide_sets(nginx: str, tmp_path: Path) -> None:
    """768 connections are 384 people. Seen to fail before: the guide said nothing of it."""
    stock = Path("/etc/nginx/nginx.conf")
    if not stock.exists():
        pytest.skip("Debian's own nginx.conf is not here")
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    command = next(line for line in guide.splitlines() if "worker_connections" in line and line.startswith("sed"))
    (tmp_path / "nginx.conf").write_text(stock.read_text())
    done = subprocess.run(
        ["sh", "-c", command.replace("/etc/nginx/nginx.conf", str(tmp_path / "nginx.conf"))], check=False
    )
    assert done.returncode == 0
    changed = (tmp_path / "nginx.conf").read_text()
    assert re.search(r"^\s*worker_connections 8192;$", changed, re.MULTILINE)
    assert re.search(r"^worker_rlimit_nofile 20000;$", changed, re.MULTILINE)
    options = ["-c", str(tmp_path / "nginx.conf"), "-g", f"error_log {tmp_path}/error.log;"]
    tried = subprocess.run([nginx, "-t", *options], check=False, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
