"""`hub files claim`."""

import click
from flask import current_app
from flask.cli import AppGroup

from hub.db import Database
from hub.files.claiming import claim_anew
from hub.files.vault import Vault

files_group = AppGroup("files", help="The folder of attachments.")


@files_group.command("claim", help="Say that HUB_FILES_PATH is the folder of this database, and of no other.")
def claim_command() -> None:
    database: Database = current_app.extensions["hub.db"]
    vault: Vault = current_app.extensions["hub.vault"]
    with database.transaction() as session:
        claim_anew(session, vault)
    click.echo(f"{vault.root} belongs to this database")
