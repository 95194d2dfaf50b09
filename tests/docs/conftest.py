"""nginx with the examples of `deploy/nginx`, and a throw-away CA made by the very commands of the operator's guide."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hub.config import ROOT

CA_BLOCK = re.compile(r"<!-- internal-ca.*?-->\n```sh\n(?P<commands>.*?)```", re.DOTALL)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with ca.crt, hub.crt and hub.key."""
    folder = tmp_path_factory.mktemp("tls")
    found = CA_BLOCK.search((ROOT / "docs" / "operators.md").read_text(encoding="utf-8"))
    assert found, "docs/operators.md shows no commands for an internal CA"
    done = subprocess.run(
        ["sh", "-eu", "-c", found["commands"]], cwd=folder, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("hub.crt: OK\n")
    return folder


@pytest.fixture(scope="session")
def nginx() -> str:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.fail("nginx is needed to try deploy/nginx (Debian: apt-get install nginx-light)")
    return program
