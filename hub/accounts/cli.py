"""Commands for organisations and people."""

import json
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup

from hub.accounts.founding import ImportFault, create_admin, import_organisations
from hub.accounts.imports import import_staff
from hub.accounts.sheets import UnreadableSheet, read_sheet
from hub.db import Database
from hub.feed.epoch import begin
from hub.migrations.runner import migrate

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

admin_group = AppGroup("admin", help="System administrators.")
organisations_group = AppGroup("organisations", help="Prefecture and municipalities.")
staff_group = AppGroup("staff", help="People.")


def _ready() -> Database:
    database: Database = current_app.extensions["hub.db"]
    migrate(database)
    begin(database, current_app.extensions["hub.config"].instance_path)
    return database


def _refuse(fault: ImportFault | UnreadableSheet) -> NoReturn:
    """Every fault on a line of its own; exit code 1, and nothing was written."""
    for line in fault.faults if isinstance(fault, ImportFault) else [str(fault)]:
        click.echo(line, err=True)
    raise SystemExit(1)


@admin_group.command("create", help="Make a system administrator and print the link to set the password (24 hours).")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--prefecture", default="群馬県", show_default=True, help="Only for the first one of an installation.")
@click.option("--json", "as_json", is_flag=True)
def create_command(email: str, name: str, prefecture: str, as_json: bool) -> None:
    try:
        with _ready().transaction() as session:
            token = create_admin(session, email, name, prefecture)
    except ImportFault as fault:
        _refuse(fault)
    path = f"/welcome/{token}"
    click.echo(json.dumps({"email": email.strip().lower(), "path": path}) if as_json else path)


@organisations_group.command(
    "import", help="Add or update bodies (columns: code,name,kana,kind,district,population,…)."
)
@click.argument("file", type=FILE)
def organisations_command(file: Path) -> None:
    try:
        with _ready().transaction() as session:
            new = import_organisations(session, read_sheet(file), lambda line: click.echo(line, err=True))
    except (ImportFault, UnreadableSheet) as fault:
        _refuse(fault)
    click.echo(f"{new}")


class _DryRun(Exception):
    """Takes back what a rehearsal wrote."""


@staff_group.command("import", help="Add people from CSV or .xlsx; see docs/operators.md.")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Check every row and write nothing.")
def staff_command(file: Path, dry_run: bool) -> None:
    taken = 0
    try:
        with _ready().transaction() as session:
            taken = import_staff(session, read_sheet(file), lambda line: click.echo(line, err=True))
            if dry_run:
                raise _DryRun
    except (ImportFault, UnreadableSheet) as fault:
        _refuse(fault)
    except _DryRun:
        click.echo("dry run: nothing was written", err=True)
    click.echo(f"{taken}")


COMMANDS: tuple[click.Command, ...] = (admin_group, organisations_group, staff_group)
