"""`serve --demo` on an empty database says which step is done."""

from pathlib import Path

import pytest

from hub import create_app
from hub.config import Config
from hub.serve import serve


def test_the_steps_of_loading_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    app = create_app(Config(instance_path=tmp_path, testing=True, secret_key="for tests only " * 3, port=0))
    monkeypatch.setattr("hub.serve.load_demo", lambda _app, *, progress: progress("case studies"))
    monkeypatch.setattr("os.execv", lambda *_command: None)
    monkeypatch.chdir(tmp_path)
    serve(app, demo=True)
    assert "case studies" in capfd.readouterr().err
