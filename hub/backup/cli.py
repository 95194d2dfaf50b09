"""`hub backup FILE` and `hub restore FILE`."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app

from hub.backup.archive import Manifest, restore_backup, write_backup
from hub.config import Config, StartupFault
from hub.db import Database


def _parts() -> tuple[Database, Config]:
    return current_app.extensions["hub.db"], current_app.extensions["hub.config"]


def _tell(manifest: Manifest, as_json: bool, words: str) -> None:
    click.echo(
        json.dumps(asdict(manifest)) if as_json else f"{words}: {manifest.files} files, {manifest.bytes:,} bytes"
    )


@click.command("backup", help="Write data base and files of one moment to FILE; the hub may run.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True)
def backup_command(file: Path, as_json: bool) -> None:
    try:
        manifest = write_backup(*_parts(), file.absolute())
    except OSError as fault:
        raise StartupFault(f"{file} cannot be written: {fault.strerror}") from None
    _tell(manifest, as_json, "backed up")
    if manifest.missing:
        click.echo(f"hub: {len(manifest.missing)} files are missing or damaged and not in the backup", err=True)
        raise SystemExit(1)


@click.command("restore", help="Put data base and files back to the moment of FILE; the hub may run.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True)
def restore_command(file: Path, as_json: bool) -> None:
    try:
        manifest = restore_backup(*_parts(), file.absolute())
    except OSError as fault:
        raise StartupFault(f"the backup could not be put back: {fault.strerror}") from None
    _tell(manifest, as_json, f"restored the state of {manifest.created_at}")


COMMANDS = (backup_command, restore_command)
