"""Commands for demo data. They refuse unless the database carries the demo flag, set only while it was empty."""

import json
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from hub.config import StartupFault
from hub.db import Database
from hub.demo.accounts import demo_accounts
from hub.demo.bench import make_world
from hub.demo.loader import load_demo, mark_empty_as_demo
from hub.feed.epoch import begin
from hub.files.claiming import claim
from hub.installation import is_demo
from hub.migrations.runner import migrate
from hub.tables import Base

demo_group = AppGroup("demo", help="Demo data (架空).")


def _database() -> Database:
    database: Database = current_app.extensions["hub.db"]
    return database


def _ready() -> Database:
    """The database, migrated and with its one row."""
    migrate(_database())
    begin(_database(), current_app.extensions["hub.config"].instance_path)
    return _database()


def _require_demo(database: Database) -> None:
    with database.read() as session:
        if not is_demo(session):
            raise StartupFault("this is no demo database")


@demo_group.command("load", help="Fill an empty database with demo data.")
@click.option("--staff", "extra", default=0, show_default=True, help="So many more people.")
def load_command(extra: int) -> None:
    _ready()
    load_demo(current_app, extra_staff=extra, progress=lambda line: click.echo(line, err=True))


@demo_group.command("remove", help="Empty a demo database; its epoch changes.")
def remove_command() -> None:
    database = _ready()
    _require_demo(database)
    with database.transaction() as session:
        if database.is_sqlite:
            session.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
        else:
            names = ", ".join(table.name for table in Base.metadata.sorted_tables)
            session.execute(sa.text(f"TRUNCATE {names}"))
    begin(database, current_app.extensions["hub.config"].instance_path)
    with database.transaction() as session:
        claim(session, current_app.extensions["hub.vault"])
    click.echo("removed")


@demo_group.command("accounts", help="Accounts that can sign in at once.")
@click.option("--json", "as_json", is_flag=True)
def accounts_command(as_json: bool) -> None:
    database = _ready()
    _require_demo(database)
    with database.read() as session:
        accounts = demo_accounts(session)
    if as_json:
        click.echo(json.dumps(accounts, ensure_ascii=False))
        return
    for account in accounts:
        click.echo(f"{account['role']:<11} {account['email']:<36} {account['password']}  {account['organisation']}")


@click.command("bench-world", help="Rooms and signed-in people for load tests.")
@click.option("--rooms", type=click.IntRange(1, 10_000), required=True)
@click.option("--members", type=click.IntRange(1, 10_000), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
def bench_world_command(rooms: int, members: int, out: Path) -> None:
    database = _ready()
    mark_empty_as_demo(database)
    _require_demo(database)
    make_world(current_app, rooms, members, out, progress=lambda line: click.echo(line, err=True))
