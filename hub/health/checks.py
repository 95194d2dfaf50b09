"""Is everything there that the hub needs?"""

import redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hub.config import Config, StartupFault
from hub.db import Database
from hub.files.claiming import is_own
from hub.files.scanner import Scanner
from hub.files.vault import Vault
from hub.health.probe import Probe
from hub.installation import Installation
from hub.mail.carriers import answers
from hub.migrations.runner import check_schema
from hub.reading.child import can_read
from hub.search.meaning.standing import CHOSEN, meaning_standing


def database_answers(database: Database) -> bool:
    try:
        with database.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def health_report(database: Database, config: Config) -> dict[str, str]:
    """`ok` or a short reason for each part; message queue, mail server and scanner only where they are configured. That
    words alone are searched is a choice, and nothing that is ill."""
    report = {"database": "ok" if database_answers(database) else "does not answer"}
    if report["database"] == "ok":
        report["schema"] = _schema(database)
        report["files"] = _files(database, config)
        report["writing"] = "ok" if Probe().can_write(database, Vault(config.files)) else "is not possible"
        report["search"] = "ok" if can_read(config.database, config.idle) else "its process does not start"
        report["search_meaning"] = meaning_standing(database, config)
    if config.redis_url:
        report["message_queue"] = _redis(config.redis_url)
    if config.relay:
        report["mail"] = "ok" if answers(config.relay) else "does not answer"
    if config.clamd:
        report["scanner"] = "ok" if Scanner(config.clamd).answers() else "does not answer"
    return report


def is_well(state: str) -> bool:
    return state == "ok" or state in CHOSEN


def _schema(database: Database) -> str:
    try:
        check_schema(database)
    except StartupFault as fault:
        return str(fault)
    return "ok"


def _files(database: Database, config: Config) -> str:
    """A database that was never served has no folder yet."""
    try:
        with database.read() as session:
            row = session.get(Installation, 1)
            new = row is None or row.vault_id is None
            return "ok" if new or is_own(session, Vault(config.files)) else "the folder is not that of this database"
    except SQLAlchemyError:
        return "cannot be told before the schema is right"


def _redis(url: str) -> str:
    try:
        redis.Redis.from_url(url, socket_timeout=2).ping()
    except redis.RedisError:
        return "does not answer"
    return "ok"
