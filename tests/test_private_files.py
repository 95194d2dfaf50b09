"""Nobody else on the machine reads what the hub writes, whatever the umask is."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from hub import create_app, private
from hub.backup.archive import write_backup
from hub.backup.restoring import restore_backup
from hub.backup.rounds import write_round
from hub.config import Config
from hub.db import Database
from hub.exchange.site import publish_site
from hub.files.images import draw_anew
from hub.files.vault import Vault
from hub.serve import prepare


@pytest.fixture(autouse=True, params=[0, 0o022], ids=["umask 000", "umask 022"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = create_app(Config(instance_path=tmp_path / "var" / "instance", testing=True))
    prepare(parts(app)[0], parts(app)[1])
    return app


def parts(app: Flask) -> tuple[Database, Config]:
    return app.extensions["hub.db"], app.extensions["hub.config"]


def keep_a_picture(vault: Vault) -> str:
    with vault.incoming() as file:
        Image.new("RGB", (9, 9)).save(file, "PNG")
        file.flush()
        content = Path(file.name).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        vault.place(Path(file.name), digest)
    draw_anew(vault.path(digest), "image/png", vault.renditions(digest))
    return digest


def open_to_others(folder: Path) -> list[str]:
    return [f"{path} {path.stat().st_mode:o}" for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def test_what_lies_in_the_instance_folder_is_the_hubs_alone(app: Flask, tmp_path: Path) -> None:
    database, config = parts(app)
    digest = keep_a_picture(Vault(config.files))
    (config.instance_path / "backups").mkdir(mode=0o700)
    backup = config.instance_path / "backups" / "hub.tar"
    write_backup(database, config, backup)
    restore_backup(database, config, backup)
    write_round(database, config, config.instance_path / "rounds", 2)
    names = {path.name for path in config.instance_path.rglob("*")}
    assert {"hub.sqlite3", "hub.sqlite3-wal", "secret_key", "vault-id", "lock", digest, "hub.tar"} <= names
    assert [name for name in names if name.endswith(".webp")]
    assert open_to_others(tmp_path / "var") == []


def test_a_copy_on_a_file_system_without_links_is_private_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_paths: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    vault = Vault(parts(app)[1].files)
    assert vault.path(keep_a_picture(vault)).stat().st_mode & 0o777 == 0o600


def test_what_an_earlier_version_left_open_is_closed_at_the_start(app: Flask) -> None:
    database, config = parts(app)
    database.engine.dispose()
    left = [
        config.instance_path,
        config.files,
        Path(str(database.engine.url.database)),
        config.instance_path / "secret_key",
    ]
    for path in left:
        path.chmod(0o755 if path.is_dir() else 0o644)
    prepare(database, config)
    assert [f"{path.stat().st_mode & 0o777:o}" for path in left] == ["700", "700", "600", "600"]


def test_a_file_that_others_could_read_is_theirs_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("earlier")
    path.chmod(0o644)
    private.write(path, b"now")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"now", 0o600)


@pytest.mark.parametrize("mask", [0, 0o077])
def test_the_public_site_is_for_a_web_server_to_read(app: Flask, tmp_path: Path, mask: int) -> None:
    os.umask(mask)
    publish_site(app, parts(app)[0], tmp_path / "site")
    found = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "site", *(tmp_path / "site").rglob("*"))}
    assert len(found) > 2
    assert all(mode == (0o755 if path.is_dir() else 0o644) for path, mode in found.items())
