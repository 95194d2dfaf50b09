"""Commands for the library."""

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from hub.db import Database
from hub.errors import ImportFault
from hub.feed.epoch import begin
from hub.library.import_bodies import NewBody, new_body_words
from hub.library.imports import Taken, import_cases
from hub.library.records import read_records
from hub.migrations.runner import migrate
from hub.sheets.reading import UnreadableSheet

cases_group = AppGroup("cases", help="The case library.")


class _DryRun(Exception):
    """Takes back what a rehearsal wrote."""


@cases_group.command("import", help="Add cases from .jsonl, .json, .csv or .xlsx; see docs/cases.md.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check every row and write nothing.")
@click.option("--publish", is_flag=True, help="Put them out; those of member towns wait for their manager.")
@click.option("--new-organisations", "add", is_flag=True, help="Add the bodies that are listed as not known yet.")
@click.option("--json", "as_json", is_flag=True)
def import_command(file: Path, dry_run: bool, publish: bool, add: bool, as_json: bool) -> None:
    taken = Taken()
    try:
        found = read_records(file)
        for note in found.notes:
            click.echo(note, err=True)
        with ready().transaction() as session:
            confirm = partial(_confirm, add=add or dry_run)
            taken = import_cases(session, found, publish=publish, progress=_progress, confirm=confirm)
            if dry_run:
                raise _DryRun
    except (ImportFault, UnreadableSheet) as fault:
        for line in fault.faults if isinstance(fault, ImportFault) else [str(fault)]:
            click.echo(line, err=True)
        raise SystemExit(1) from None
    except _DryRun:
        click.echo("dry run: nothing was written", err=True)
    counts = asdict(taken)
    click.echo(json.dumps(counts) if as_json else " ".join(f"{name}={n}" for name, n in counts.items()))


def _confirm(bodies: list[NewBody], *, add: bool) -> None:
    """Every body that the file would add is listed; without a word nothing of it is written. Raises ImportFault."""
    if not bodies:
        return
    click.echo(_("登録されていない団体（追加するときは --new-organisations を付けます）："), err=True)
    for body in bodies:
        click.echo(f"  {new_body_words(body)}", err=True)
    if not add:
        raise ImportFault([_("何も取り込んでいません。")])


def ready() -> Database:
    """The database, migrated."""
    database: Database = current_app.extensions["hub.db"]
    migrate(database)
    begin(database, current_app.extensions["hub.config"].instance_path)
    return database


def _progress(line: str) -> None:
    click.echo(line, err=True)
