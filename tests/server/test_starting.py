"""A fault at the start is one clear line and exit code 2; commands that other programs call print one JSON document."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.db import Database
from hub.migrations.runner import migrate
from tests.live import Live
from tests.preloaded import ROOT
from tests.server.faulty import full, small_disk
from tests.server.pages import until
from tests.server.watching import worker_of
from tests.services import free_port

SECRET = "x1" * 20


def serve(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")}
    environment = kept | {"HUB_INSTANCE_PATH": str(folder), "PORT": "0"} | settings
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "hub", *(arguments or ("serve",))]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def assert_refused(answer: subprocess.CompletedProcess[str], told: str) -> None:
    assert answer.returncode == 2, answer.stderr
    assert told in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1, answer.stderr


def test_an_unknown_setting(tmp_path: Path) -> None:
    """Seen to fail without the refusal in `read_config` of hub/config.py: the hub served on."""
    assert_refused(serve(tmp_path, HUB_SECRET="x"), "HUB_SECRET")


def test_no_secret_in_production(tmp_path: Path) -> None:
    """Which secrets are none is in tests/test_config.py. Seen to fail without the refusal in `read_config` of
    hub/config.py: the hub served on."""
    assert_refused(serve(tmp_path, HUB_ENV="production", HUB_SECRET_KEY="changeme"), "HUB_SECRET_KEY")


def test_an_instance_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Seen to fail without `_check_folder` in hub/serve.py: the database was blamed."""
    file = tmp_path / "file"
    file.touch()
    assert_refused(serve(file / "instance", HUB_SECRET_KEY=SECRET), "instance folder")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """Seen to fail without `_check_port` in hub/serve.py: gunicorn tried for five seconds, with a line for each try."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_refused(serve(tmp_path, PORT=str(port)), f"port {port}")


def test_a_data_base_newer_than_the_code(tmp_path: Path) -> None:
    """Seen to fail without `refuse_unknown` in hub/migrations/runner.py: a stack trace of Alembic."""
    database = Database(f"sqlite:///{tmp_path / 'hub.sqlite3'}")
    migrate(database)
    with database.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert_refused(serve(tmp_path), "newer")


def test_the_package_that_breaks_websockets(tmp_path: Path) -> None:
    """Seen to fail without the search for it in `prepare` of hub/serve.py: the hub served on."""
    (tmp_path / "geventwebsocket.py").touch()
    assert_refused(serve(tmp_path / "instance", PYTHONPATH=str(tmp_path)), "gevent-websocket")


def test_load_tests_switch_limits_off_only_for_demo_data(tmp_path: Path) -> None:
    """Seen to fail without its half of `_check_demo_rules` in hub/serve.py: the hub served on."""
    assert_refused(serve(tmp_path, HUB_RATE_LIMITS="off"), "demo")


def test_demo_data_is_not_served_to_others_by_accident(tmp_path: Path) -> None:
    """Seen to fail without its half of `_check_demo_rules` in hub/serve.py: the hub served on."""
    out = tmp_path / "world.json"
    assert serve(tmp_path, "bench-world", "--rooms", "1", "--members", "1", "--out", str(out)).returncode == 0
    assert_refused(serve(tmp_path, HUB_BIND="0.0.0.0"), "HUB_DEMO_OPEN")


def test_demo_commands_refuse_a_data_base_that_is_in_use(tmp_path: Path) -> None:
    """Seen to fail without `_require_demo` in hub/demo/cli.py (`remove` emptied it), and without `mark_empty_as_demo`
    in hub/demo/loader.py."""
    assert serve(tmp_path, "admin", "create", "--email", "a@example.jp", "--name", "a").returncode == 0
    for command in (["demo", "load"], ["demo", "remove"], ["demo", "accounts"]):
        assert serve(tmp_path, *command).returncode == 2


def test_json_commands_print_one_document(live: Live) -> None:
    """Seen to fail with a line of words before the document."""
    assert isinstance(json.loads(live.run("demo", "accounts", "--json")), list)
    assert set(json.loads(live.run("health", "--json")).values()) == {"ok"}


def test_a_data_base_that_is_away(tmp_path: Path) -> None:
    """For every command. Seen to fail before: a trace of sixty lines for all but `serve`."""
    nobody = f"postgresql://hub:secret@127.0.0.1:{free_port()}/hub"
    create = ["admin", "create", "--email", "a@example.jp", "--name", "a"]
    for command in (["serve"], ["migrate"], ["backup", str(tmp_path / "x")], create):
        answer = serve(tmp_path, *command, HUB_DATABASE_URL=nobody)
        assert_refused(answer, "the database does not answer: OperationalError")
        assert "secret" not in answer.stderr


def test_a_full_disk(tmp_path: Path) -> None:
    """Seen to fail before: a trace where the watermark could not be written."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, 8):
        if not disk.is_mount():
            pytest.skip("no disk may be mounted here")
        with full(disk):
            answer = serve(disk / "instance", HUB_SECRET_KEY=SECRET)
        assert (answer.returncode, "Traceback" in answer.stderr) == (2, False), answer.stderr
        assert serve(disk / "instance", "migrate", HUB_SECRET_KEY=SECRET).returncode == 0
        with full(disk):
            answer = serve(disk / "instance", HUB_SECRET_KEY=SECRET)
        assert (answer.returncode, "Traceback" in answer.stderr) == (2, False), answer.stderr
        assert len(answer.stderr.strip().splitlines()) == 1


def test_a_message_queue_that_is_away_is_no_hindrance(tmp_path: Path) -> None:
    with Live(tmp_path / "instance", HUB_REDIS_URL=f"redis://127.0.0.1:{free_port()}/0") as live:
        assert live.answers()
        assert "Traceback" not in live.log()


def test_it_listens_on_ipv6(tmp_path: Path) -> None:
    """Seen to fail before: gunicorn took `::1:5000` for another address."""
    with Live(tmp_path / "instance", HUB_BIND="::1") as live:
        with urllib.request.urlopen(f"http://[::1]:{live.port}/healthz", timeout=5) as answer:
            assert answer.status == 200
        assert f"http://[::1]:{live.port}" in live.log()


def test_every_line_of_the_log_is_json_in_production(tmp_path: Path) -> None:
    """Of the start, of gunicorn when a worker dies, of a fault at the start. Seen to fail before: gunicorn's own lines
    and those of the start were words."""
    production = {"HUB_ENV": "production", "HUB_SECRET_KEY": SECRET}
    with Live(tmp_path / "instance", **production) as live:
        worker = worker_of(live)
        os.kill(worker, signal.SIGKILL)
        until(lambda: live.answers() and worker_of(live) != worker, 30)
        lines = [json.loads(line) for line in live.log().splitlines()]
        refused = serve(tmp_path / "instance", PORT=str(live.port), **production)
    assert {"serving", f"Worker (pid:{worker}) was sent SIGKILL! Perhaps out of memory?"} <= {x["event"] for x in lines}
    assert all(line["level"] and line["timestamp"] for line in lines)
    assert refused.returncode == 2
    assert "cannot be used" in json.loads(refused.stderr)["event"]
    unset = serve(tmp_path / "other", HUB_ENV="production")
    assert "HUB_SECRET_KEY" in json.loads(unset.stderr)["event"]
