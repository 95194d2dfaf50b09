"""`flask --app wsgi hub …`: the fixed command names of design section 7. With `--json` a command prints one JSON
document and nothing else; a fault is one line on standard error and exit code 2."""

import json
import sqlite3
from typing import Any

import click
import psycopg
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from hub.accounts.cli import COMMANDS as ACCOUNT_COMMANDS
from hub.backup.cli import COMMANDS as BACKUP_COMMANDS
from hub.config import Config, StartupFault
from hub.db import Database
from hub.demo.cli import bench_world_command, demo_group
from hub.errors import HubError, Unavailable
from hub.exchange.cli import COMMANDS as EXCHANGE_COMMANDS
from hub.exchange.import_cli import cases_group
from hub.files.cli import files_group
from hub.health.checks import health_report, is_well
from hub.logs import told
from hub.migrations.runner import migrate
from hub.outage import in_a_line, is_outage
from hub.search.cli import search_group
from hub.serve import become_worker, serve

DRIVERS = (psycopg.OperationalError, sqlite3.OperationalError)  # a backup speaks to them itself


class HubGroup(AppGroup):
    """A fault anywhere below is one line and exit code 2."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (StartupFault, HubError, SQLAlchemyError, *DRIVERS) as fault:
            click.echo(told(_words(fault)), err=True)
            raise SystemExit(2) from None


def _words(fault: Exception) -> str:
    """Raises what is no matter of the outside: a fault of the code wants its trace."""
    cause = fault.__cause__ if isinstance(fault, Unavailable) and fault.__cause__ else fault
    if isinstance(cause, SQLAlchemyError):
        if not is_outage(cause):
            raise cause
        return f"the database does not answer: {in_a_line(cause)}"
    if isinstance(cause, DRIVERS):
        return f"the database does not answer: {in_a_line(cause)}"
    return str(fault) or type(fault).__name__


hub_group = HubGroup("hub", help="Running the consultation hub.")


def parts() -> tuple[Database, Config]:
    return current_app.extensions["hub.db"], current_app.extensions["hub.config"]


@hub_group.command("migrate", help="Bring the database to the schema of this version.")
def migrate_command() -> None:
    database, _config = parts()
    click.echo("migrated" if migrate(database) else "up to date")


@hub_group.command("serve", help="Check, migrate and serve in the foreground.")
@click.option("--demo", is_flag=True, help="Load demo data when the database is empty.")
def serve_command(demo: bool) -> None:
    serve(current_app, demo=demo)


@hub_group.command("worker", help="Do in the foreground what processes with HUB_JOBS=off leave for later.")
def worker_command() -> None:
    become_worker()


@hub_group.command("health", help="Whether database, schema, search and message queue answer.")
@click.option("--json", "as_json", is_flag=True)
def health_command(as_json: bool) -> None:
    report = health_report(*parts())
    click.echo(json.dumps(report) if as_json else "\n".join(f"{name}: {state}" for name, state in report.items()))
    raise SystemExit(0 if all(is_well(state) for state in report.values()) else 1)


def install(app: Flask) -> None:
    hub_group.add_command(demo_group)
    hub_group.add_command(bench_world_command)
    for command in EXCHANGE_COMMANDS:
        cases_group.add_command(command)
    hub_group.add_command(cases_group)
    hub_group.add_command(search_group)
    hub_group.add_command(files_group)
    for command in (*ACCOUNT_COMMANDS, *BACKUP_COMMANDS):
        hub_group.add_command(command)
    app.cli.add_command(hub_group)
