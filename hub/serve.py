"""Starting: every fault is one clear line and exit code 2, before anything listens."""

import importlib.util
import ipaddress
import os
import socket
import sys
from pathlib import Path

import click
import sqlalchemy as sa
from flask import Flask

from hub import private
from hub.config import ROOT, Config, StartupFault
from hub.db import Database
from hub.demo.accounts import demo_accounts
from hub.demo.loader import load_demo
from hub.feed.epoch import begin
from hub.files.claiming import require_own
from hub.files.vault import Vault
from hub.installation import is_demo
from hub.logs import lines_are_json, serving
from hub.migrations.runner import migrate


def serve(app: Flask, *, demo: bool) -> None:
    """Check, migrate, load demo data if wanted and possible, then become gunicorn. Raises StartupFault."""
    config: Config = app.extensions["hub.config"]
    database: Database = app.extensions["hub.db"]
    prepare(database, config)
    if demo and database_is_empty(database):
        click.echo("デモデータを読み込んでいます / loading demo data …")
        load_demo(app, progress=lambda line: click.echo(line, err=True))
    _check_demo_rules(database, config)
    _check_port(config)
    _announce(database, config)
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy" / "gunicorn.conf.py"), "wsgi:app"]
    os.chdir(ROOT)
    os.umask(0o077)  # for what libraries write, too
    os.execv(command[0], command)  # noqa: S606 - no shell, our own interpreter


def become_worker() -> None:
    """Become the process that does jobs and serves nobody."""
    os.chdir(ROOT)
    os.umask(0o077)
    command = [sys.executable, "-m", "gevent.monkey", "--module", "hub.worker"]
    os.execv(command[0], command)  # noqa: S606 - no shell, our own interpreter


def prepare(database: Database, config: Config) -> None:
    """Whatever has to be right before a process may serve. Raises StartupFault."""
    if importlib.util.find_spec("geventwebsocket") is not None:
        raise StartupFault("the package gevent-websocket must not be installed: it breaks every websocket")
    _check_folder(config)
    _close_to_others(database, config)
    try:
        migrate(database)
        with database.transaction() as session:  # before a new epoch can begin: a vault may be known by it
            require_own(session, Vault(config.files))
        begin(database, config.instance_path)
    except OSError as fault:
        raise StartupFault(f"{config.instance_path} or {config.files} cannot be written: {fault.strerror}") from None


def database_is_empty(database: Database) -> bool:
    with database.read() as session:
        return session.execute(sa.text("SELECT count(*) FROM organisations")).scalar() == 0


def _check_folder(config: Config) -> None:
    try:
        private.make_folder(config.instance_path)
        probe = config.instance_path / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        raise StartupFault(f"the instance folder {config.instance_path} cannot be written: {fault.strerror}") from None


def _close_to_others(database: Database, config: Config) -> None:
    """What an earlier version left open, or somebody who copied it here."""
    base = database.engine.url.database if database.engine.dialect.name == "sqlite" else None
    files = [Path(f"{base}{end}") for end in ("", "-wal", "-shm")] if base else []
    keys = [config.instance_path / "secret_key", config.files / "lock"]
    for path in (config.instance_path, config.files, *files, *keys):
        private.close_to_others(path)


def _check_demo_rules(database: Database, config: Config) -> None:
    with database.read() as session:
        demo = is_demo(session)
    if not demo and not config.rate_limits:
        raise StartupFault("HUB_RATE_LIMITS=off is accepted only with a demo database")
    if demo and not config.demo_open and not _is_loopback(config.bind):
        raise StartupFault("a demo database is served beyond this machine only with HUB_DEMO_OPEN=on")


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _check_port(config: Config) -> None:
    family = socket.AF_INET6 if ":" in config.bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.bind, config.port))
        except OSError as fault:
            raise StartupFault(f"port {config.port} on {config.bind} cannot be used: {fault.strerror}") from None


def _announce(database: Database, config: Config) -> None:
    host = f"[{config.bind}]" if ":" in config.bind else config.bind
    click.echo(serving(f"http://{host}:{config.port}"))
    if lines_are_json(sys.stdout):
        return  # passwords belong in no log, and these lines are none of it
    with database.read() as session:
        if is_demo(session):
            for account in demo_accounts(session):
                click.echo(f"  {account['role']:<11} {account['email']:<36} {account['password']}")
    sys.stdout.flush()
