"""`/usr/local/bin/hub`: the commands with the settings of hub.env, and the caller's own word above them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub.config import ROOT

pytestmark = pytest.mark.once
SETTINGS = """
# a remark
; another
HUB_INSTANCE_PATH={folder}/live
HUB_METRICS_TOKEN='p$HOME #&;x"y'
HUB_BIND="127.0.0.\\
1"
HUB_COOKIE_NAME = plain\\ name
"""
SHOW = """
import json, os
print(json.dumps({k: v for k, v in os.environ.items() if k.startswith(("HUB_", "PORT"))}))
"""


def run(folder: Path, *arguments: str, **caller: str) -> subprocess.CompletedProcess[str]:
    (folder / "hub.env").write_text(SETTINGS.format(folder=folder), encoding="utf-8")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")}
    own = clean | {"HUB_ENV_FILE": str(folder / "hub.env"), "HUB_USER": "root"} | caller
    command = [sys.executable, str(ROOT / "deploy" / "hub.py"), *arguments]
    return subprocess.run(command, env=own, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A folder laid out as /opt/hub, in which the command says what it was given."""
    (tmp_path / "opt" / "deploy").mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "hub.py", tmp_path / "opt" / "deploy")
    flask = tmp_path / "opt" / ".venv" / "bin" / "flask"
    flask.parent.mkdir(parents=True)
    flask.write_text(f"#!{sys.executable}\n{SHOW}")
    flask.chmod(0o755)
    return tmp_path / "opt" / "deploy" / "hub.py"


def given(told: Path, folder: Path, **caller: str) -> dict[str, str]:
    (folder / "hub.env").write_text(SETTINGS.format(folder=folder), encoding="utf-8")
    own = {"HUB_ENV_FILE": str(folder / "hub.env"), "HUB_USER": "root"} | caller
    done = subprocess.run([sys.executable, str(told)], env=own, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def systemd_reads(folder: Path) -> dict[str, str]:
    """What systemd itself makes of these lines: the words of its manual, `EnvironmentFile=` in systemd.exec(5)."""
    return {
        "HUB_INSTANCE_PATH": f"{folder}/live",
        "HUB_METRICS_TOKEN": 'p$HOME #&;x"y',
        "HUB_BIND": "127.0.0.1",
        "HUB_COOKIE_NAME": "plain name",
    }


def test_the_settings_are_read_as_systemd_reads_them(told: Path, tmp_path: Path) -> None:
    """Seen to fail with a shell's `. hub.env`, which puts in $HOME and runs what stands after ;."""
    assert given(told, tmp_path) == systemd_reads(tmp_path)


def test_the_caller_wins_also_with_nothing(told: Path, tmp_path: Path) -> None:
    """Seen to fail with hub.env read after the caller's environment, as the guide's shell function did."""
    found = given(told, tmp_path, HUB_INSTANCE_PATH="/tmp/drill", HUB_METRICS_TOKEN="")
    assert (found["HUB_INSTANCE_PATH"], found["HUB_METRICS_TOKEN"]) == ("/tmp/drill", "")


def test_the_command_of_the_drill_leaves_the_live_data_alone(tmp_path: Path) -> None:
    """Seen to fail with hub.env read after the caller's environment: the live one was restored."""
    assert run(tmp_path, "migrate").returncode == 0
    assert run(tmp_path, "admin", "create", "--email", "a@example.jp", "--name", "あ").returncode == 0
    backup = run(tmp_path, "backup", "hub.tar")
    assert backup.returncode == 0, backup.stderr
    live = tmp_path / "live" / "hub.sqlite3"
    before = live.stat().st_mtime_ns, (tmp_path / "live").stat().st_mtime_ns
    drill = {"HUB_INSTANCE_PATH": str(tmp_path / "drill"), "HUB_DATABASE_URL": "", "HUB_FILES_PATH": ""}
    done = run(tmp_path, "restore", "hub.tar", **drill)
    assert done.returncode == 0, done.stderr
    assert f"hub: sqlite:///{tmp_path}/drill/hub.sqlite3 and {tmp_path}/drill/files" in done.stderr
    assert "HUB_INSTANCE_PATH as the caller says" in done.stderr
    assert (tmp_path / "drill" / "hub.sqlite3").exists()
    assert (live.stat().st_mtime_ns, (tmp_path / "live").stat().st_mtime_ns) == before


def test_the_target_is_told_without_its_password(told: Path, tmp_path: Path) -> None:
    own = {"HUB_ENV_FILE": str(tmp_path / "hub.env"), "HUB_USER": "root", "HUB_FILES_PATH": "/srv/files"}
    (tmp_path / "hub.env").write_text("HUB_DATABASE_URL='postgresql://hub:p:a/ss@127.0.0.1/hub'\n")
    done = subprocess.run([sys.executable, str(told)], env=own, capture_output=True, text=True, check=True)
    assert done.stderr == "hub: postgresql://hub:***@127.0.0.1/hub and /srv/files\n"


def test_what_is_missing_is_one_line(told: Path, tmp_path: Path) -> None:
    for own, words in (
        ({"HUB_ENV_FILE": "/nowhere/hub.env"}, "/nowhere/hub.env cannot be read"),
        ({"HUB_ENV_FILE": "/dev/null", "HUB_USER": "nobody-of-that-name"}, "no user nobody-of-that-name"),
    ):
        if "user" in words and os.geteuid() != 0:
            continue
        done = subprocess.run([sys.executable, str(told)], env=own, capture_output=True, text=True, check=False)
        assert (done.returncode, words in done.stderr, done.stderr.count("\n")) == (2, True, 1)
