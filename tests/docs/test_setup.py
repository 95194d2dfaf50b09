"""`deploy/setup.sh` on a server: root installs, another user reads; a newer bundle leaves nothing of the older."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from hub.config import ROOT

pytestmark = pytest.mark.once


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder as after the set-up: every step that takes long is stamped as done."""
    folder = tmp_path / "opt"
    before = os.umask(0o027)
    try:
        for name in ("hub/old", "templates", "static/vendor", "deploy", "docs", "wheelhouse", ".venv/bin", "instance"):
            (folder / name).mkdir(parents=True)
        for name in ("hub/__init__.py", "hub/old/gone.py", "templates/a.html", "docs/a.md", "wsgi.py", "instance/data"):
            (folder / name).write_text("x")
        for name in ("requirements.txt", "requirements-dev.txt", "package-lock.json"):
            shutil.copyfile(ROOT / name, folder / name)
        for name in ("socket.io.esm.min.js", "design-tokens.css"):
            (folder / "static" / "vendor" / name).write_text("x")
        shutil.copyfile(ROOT / "deploy" / "setup.sh", folder / "deploy" / "setup.sh")
        stub = folder / ".venv" / "bin" / "python"
        stub.write_text("#!/bin/sh\nexit 0\n")
        stub.chmod(0o750)
    finally:
        os.umask(before)
    return folder


def set_up(folder: Path, **settings: str) -> str:
    """What it says."""
    command = ["sh", "-c", "umask 027; sh deploy/setup.sh run"]
    done = subprocess.run(command, cwd=folder, env=os.environ | settings, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="root installs")
def test_what_came_with_umask_027_is_readable_by_the_user_that_serves(installed: Path) -> None:
    """Seen to fail before: the service could not read its own code. What holds data stays as it was."""
    set_up(installed)
    for name in (
        "hub/__init__.py",
        "templates/a.html",
        "wsgi.py",
        "static/vendor/design-tokens.css",
        ".venv/bin/python",
    ):
        mode = (installed / name).stat().st_mode
        assert mode & 0o004, name
        assert all(
            parent.stat().st_mode & 0o005 == 0o005
            for parent in (installed / name).parents
            if parent != installed.parent and installed in (parent, *parent.parents)
        ), name
    assert (installed / ".venv/bin/python").stat().st_mode & 0o001
    assert not (installed / "instance" / "data").stat().st_mode & 0o007


def test_a_newer_bundle_leaves_nothing_of_the_older(installed: Path) -> None:
    """Seen to fail before: modules and migrations of the older version stayed beside the newer."""
    kept = [p for p in installed.rglob("*") if p.is_file() and "gone" not in p.name and "instance" not in p.parts]
    names = sorted(str(p.relative_to(installed)) for p in kept)
    (installed / "bundle.files").write_text("\n".join(names) + "\n")
    (installed / "wheelhouse" / "old-1.0.whl").write_text("x")
    set_up(installed)
    assert not (installed / "hub" / "old").exists()
    assert not (installed / "wheelhouse" / "old-1.0.whl").exists()
    assert (installed / "instance" / "data").exists()
    assert all(path.exists() for path in kept)


def test_a_clone_loses_nothing(installed: Path) -> None:
    set_up(installed)
    assert (installed / "hub" / "old" / "gone.py").exists()


MAKES_ANOTHER = """#!/bin/sh
[ "$2" = venv ] || exit 0
rm -rf "$4"
mkdir -p "$4/bin"
cp "$0" "$4/bin/python"
"""


def test_tools_that_name_a_python_which_is_gone_are_made_anew(installed: Path, tmp_path: Path) -> None:
    """Seen to fail before: an environment of the cache, made through a clone that was deleted since, ended every later
    set-up with "pybabel: not found"."""
    made = tmp_path / "python"
    made.write_text(MAKES_ANOTHER)
    made.chmod(0o755)
    tool = installed / ".venv" / "bin" / "pybabel"
    for answer, remade in (("exit 0", False), ("exit 1", True)):
        tool.write_text(f"#!/bin/sh\n{answer}\n")
        tool.chmod(0o755)
        assert ("virtual environment" in set_up(installed, PYTHON=str(made))) is remade
        assert tool.exists() is not remade
