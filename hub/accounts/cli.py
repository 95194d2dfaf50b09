"""Commands for organisations and people."""

import json
import os
import sys
from pathlib import Path
from typing import NoReturn

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from hub.accounts.body_imports import import_organisations
from hub.accounts.founding import DX_SECTION, PREFECTURE, create_admin, dx_section
from hub.accounts.imports import import_staff
from hub.accounts.invitations import invite_by_operator, table_of, waiting_in
from hub.accounts.links import issue_link_by_operator
from hub.config import Config, StartupFault
from hub.db import Database
from hub.errors import ImportFault
from hub.feed.epoch import begin
from hub.migrations.runner import migrate
from hub.people.models import Organisation, Staff
from hub.sheets.reading import Sheet, UnreadableSheet, read_sheet
from hub.sheets.writing import csv_file

NEW_FILE = click.Path(dir_okay=False, path_type=Path)
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


def _read(file: Path) -> Sheet:
    """Outside the transaction; what has to be known is told first. Raises UnreadableSheet."""
    sheet = read_sheet(file)
    for note in sheet.notes:
        _progress(note)
    return sheet


def _progress(line: str) -> None:
    click.echo(line, err=True)


@admin_group.command("create", help="Make a system administrator and print the link to set the password (24 hours).")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--prefecture", default="", help="What the prefecture is called; asked for when it is not known yet.")
@click.option("--section", default="", help="What its section for DX is called; asked for as well.")
@click.option("--json", "as_json", is_flag=True)
def create_command(email: str, name: str, prefecture: str, section: str, as_json: bool) -> None:
    store = _ready()
    with store.read() as session:
        known = dx_section(session) is not None
    prefecture = prefecture or _asked(known, _("県の名称"), PREFECTURE)
    section = section or _asked(known, _("県DX担当の部署の名称"), DX_SECTION)
    try:
        with store.transaction() as session:
            path = create_admin(session, email, name, prefecture, section)
    except ImportFault as fault:
        _refuse(fault)
    click.echo(json.dumps({"email": email.strip().lower(), "path": path}) if as_json else path)


def is_somebody_there() -> bool:
    return sys.stdin.isatty()


def _asked(known: bool, question: str, otherwise: str) -> str:
    """What nobody has said yet, said by whoever sits there; scripts get a plain word, which the same options
    change later."""
    if known:
        return ""
    if is_somebody_there():
        return str(click.prompt(question, default=otherwise, err=True))
    return otherwise


@admin_group.command("link", help="Print a new link for one person: invitation, or a new password (24 hours, once).")
@click.argument("email")
@click.option("--origin", default="", help="Address of the hub, such as https://hub.example.jp.")
def link_command(email: str, origin: str) -> None:
    with _ready().transaction() as session:
        staff = session.scalars(sa.select(Staff).where(Staff.email == email.strip().lower())).first()
        if staff is None:
            raise StartupFault(_("%(email)s は登録されていません。", email=email))
        link = issue_link_by_operator(session, staff)
    click.echo(_origin(origin) + link.path)


@admin_group.command("invite", help="New links for all who have no password yet, as a CSV that only you can read.")
@click.option("--csv", "file", is_flag=False, flag_value="links.csv", required=True, type=NEW_FILE)
@click.option("--organisation", "code", default="", help="Only people of the body with this code.")
@click.option("--origin", default="", help="Address of the hub, such as https://hub.example.jp.")
def invite_command(file: Path, code: str, origin: str) -> None:
    start = _origin(origin)
    with _ready().transaction() as session:
        bodies = list(session.scalars(sa.select(Organisation.id).where(Organisation.code == code))) if code else None
        if bodies == []:
            raise StartupFault(_("団体コード %(code)s の団体は登録されていません。", code=code))
        invited = invite_by_operator(session, waiting_in(session, bodies))
        _write_privately(file, csv_file(table_of(invited, lambda link: start + link.path)))
    click.echo(f"{len(invited)} -> {file}")


def _origin(given: str) -> str:
    """Where the hub is found, as the settings say; without them a link is the part behind the address."""
    config: Config = current_app.extensions["hub.config"]
    return (given or next(iter(config.origins), "")).rstrip("/")


def _write_privately(file: Path, content: bytes) -> None:
    """Links are keys: nobody else on the machine reads them. A file that is there already is not written over."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise StartupFault(_("%(file)s はすでにあります。別の名前を指定してください。", file=file)) from None
    with os.fdopen(handle, "wb") as out:
        out.write(content)


@organisations_group.command(
    "import", help="Add or update bodies (columns: code,name,kana,kind,district,population,…)."
)
@click.argument("file", type=FILE)
def organisations_command(file: Path) -> None:
    try:
        sheet = _read(file)
        with _ready().transaction() as session:
            new = import_organisations(session, sheet, _progress)
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
        sheet = _read(file)
        with _ready().transaction() as session:
            taken = import_staff(session, sheet, _progress)
            if dry_run:
                raise _DryRun
    except (ImportFault, UnreadableSheet) as fault:
        _refuse(fault)
    except _DryRun:
        click.echo("dry run: nothing was written", err=True)
    click.echo(f"{taken}")


COMMANDS: tuple[click.Command, ...] = (admin_group, organisations_group, staff_group)
