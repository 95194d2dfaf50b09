"""`cases export` and `cases publish`."""

from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from hub import private
from hub.config import StartupFault
from hub.exchange.files import FORMATS, Export
from hub.exchange.import_cli import ready
from hub.exchange.rows import COLUMNS, home_of, row_of, said_by
from hub.exchange.site import publish_site
from hub.installation import is_demo
from hub.library.models import Case
from hub.people.models import Organisation

DEMO_MARK, SHEET = "デモ・人物とやりとりは架空", "事例"


@click.command("export", help="Write every case, drafts too, to .json, .csv or .xlsx; see docs/cases.md.")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@with_appcontext
def export_command(file: Path) -> None:
    format_ = file.suffix.lower().lstrip(".")
    if format_ not in FORMATS:
        raise StartupFault("書き出せるのは .json、.csv、.xlsx のファイルです。")
    with ready().read() as session:
        query = sa.select(Case, Organisation).join(Organisation, Organisation.id == Case.organisation_id)
        home = home_of(session)
        mark = DEMO_MARK if is_demo(session) else ""
        export = Export(format_, COLUMNS, mark or SHEET, mark)
        export.add(row_of(said, home) for said in said_by(session, query.order_by(Case.id), newest=True))
    with private.open_to_write(file) as out:  # drafts are in it
        export.write(out)
    click.echo(f"{export.rows} -> {file}")


@click.command("publish", help="Write a static site of the cases that are open to the public.")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def publish_command(directory: Path) -> None:
    count = publish_site(current_app, ready(), directory)
    click.echo(f"{count} -> {directory}")


COMMANDS = (export_command, publish_command)
