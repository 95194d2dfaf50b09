"""Commands for the index."""

import json

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from hub.db import Database
from hub.errors import NotFound
from hub.people.models import Staff
from hub.search.rebuilding import rebuild
from hub.search.searching import as_rows, find
from hub.security.actors import actor_of_staff

search_group = AppGroup("search", help="The search index.")


def _database() -> Database:
    database: Database = current_app.extensions["hub.db"]
    return database


@search_group.command("rebuild", help="Build the index anew; after an interruption it goes on where it stopped.")
@click.option("--fresh", is_flag=True, help="Start from the beginning in any case.")
def rebuild_command(fresh: bool) -> None:
    count = rebuild(_database(), fresh=fresh, progress=lambda line: click.echo(line, err=True))
    click.echo(f"{count} documents")


@search_group.command("query", help="What somebody would find.")
@click.argument("text")
@click.option("--as", "email", required=True, help="Address of the person.")
@click.option("--json", "as_json", is_flag=True)
def query_command(text: str, email: str, as_json: bool) -> None:
    with _database().read() as session:
        staff_id = session.scalar(sa.select(Staff.id).where(Staff.email == email.lower()))
        if staff_id is None:
            raise NotFound(f"nobody has the address {email}")
        found = find(session, actor_of_staff(session, staff_id), text)
    rows = as_rows([*found.hits, *found.also])
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    click.echo(f"{found.total} hits" + (", these come nearest:" if found.nearest else ""))
    for row in rows:
        click.echo(f"{row['kind']:<13} {row['id']:>8}  {row['title']}")
