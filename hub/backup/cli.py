"""`hub backup FILE`, `hub restore FILE`, and `hub move-database TARGET`."""

import json
from pathlib import Path

import click
from flask import current_app
from sqlalchemy.exc import ArgumentError

from hub.backup.archive import write_backup
from hub.backup.manifest import Manifest, manifest_of, opened
from hub.backup.moving import move_database
from hub.backup.restoring import check_backup, restore_backup
from hub.backup.rounds import write_round
from hub.backup.target import MOST_NAMED, Target
from hub.config import Config, StartupFault
from hub.db import Database


def _parts() -> tuple[Database, Config]:
    return current_app.extensions["hub.db"], current_app.extensions["hub.config"]


def _tell(manifest: Manifest, as_json: bool, words: str, **more: object) -> None:
    told = json.dumps(manifest.told() | more)
    click.echo(told if as_json else f"{words}: {manifest.files} files, {manifest.bytes:,} bytes")


@click.command("backup", help="Write database and files of one moment to FILE; the hub may run.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing: read the backup FILE and hold every bit against its sums.")
@click.option("--keep", type=click.IntRange(1), help="FILE is a folder: add one to it, and keep the newest so many.")
@click.option("--json", "as_json", is_flag=True)
def backup_command(file: Path, check: bool, keep: int | None, as_json: bool) -> None:
    try:
        if check:
            _tell(check_backup(file), as_json, "whole")
            return
        if file.is_dir() and keep is None:
            raise StartupFault(f"{file} is a folder: name a file, or say how many to --keep in it")
        manifest = write_round(*_parts(), file, keep) if keep else write_backup(*_parts(), file.absolute())
    except OSError as fault:
        raise StartupFault(f"{file} cannot be {'read' if check else 'written'}: {fault.strerror}") from None
    _tell(manifest, as_json, "backed up")
    if manifest.missing:
        click.echo(f"hub: {len(manifest.missing)} files are missing or damaged and not in the backup", err=True)
        raise SystemExit(1)


@click.command("restore", help="Put database and files back to the moment of FILE; the hub may run.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Also when what is newer than the backup gets lost.")
@click.option("--without-backup", is_flag=True, help="Do not keep what is there, where it can no longer be read.")
@click.option("--json", "as_json", is_flag=True)
def restore_command(file: Path, yes: bool, without_backup: bool, as_json: bool) -> None:
    target = Target(*_parts())
    try:
        with opened(file) as archive:
            manifest = manifest_of(archive)
        if not yes:
            _refuse_loss(target, manifest)
        click.echo(f"restoring into {target.name()}", err=True)
        kept = None if without_backup else target.keep(file.absolute().parent)
        if kept:
            click.echo(f"what was there is kept in {kept}", err=True)
        manifest = restore_backup(*_parts(), file.absolute())
    except OSError as fault:
        raise StartupFault(f"the backup could not be put back: {fault.strerror}") from None
    _tell(manifest, as_json, f"restored the state of {manifest.created_at}", kept=str(kept) if kept else None)


def _refuse_loss(target: Target, manifest: Manifest) -> None:
    lost = target.lost(manifest)
    if lost:
        rest = f" and {len(lost) - MOST_NAMED} more" if len(lost) > MOST_NAMED else ""
        raise StartupFault(
            f"{target.name()} holds what is not in this backup of {manifest.created_at}:"
            f" {', '.join(lost[:MOST_NAMED])}{rest}. It would be lost: say --yes to restore all the same"
        )


@click.command(
    "move-database", help="Move everything from SQLite to the empty PostgreSQL database TARGET; the hub is stopped."
)
@click.argument("target")
def move_command(target: str) -> None:
    database, _config = _parts()
    try:
        fresh = Database(target)
    except ArgumentError:
        raise StartupFault("the target is an address such as postgresql://hub@127.0.0.1/hub") from None
    try:
        total = move_database(database, fresh, lambda line: click.echo(line, err=True))
    finally:
        fresh.close()
    click.echo(f"{total} rows moved and compared. Set HUB_DATABASE_URL to the target, then start the hub")


COMMANDS = (backup_command, restore_command, move_command)
