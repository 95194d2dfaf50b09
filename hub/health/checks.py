"""Is everything there that the hub needs?"""

import redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hub.config import Config, StartupFault
from hub.db import Database
from hub.files.scanner import Scanner
from hub.migrations.runner import check_schema
from hub.reading.child import can_read


def database_answers(database: Database) -> bool:
    try:
        with database.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def health_report(database: Database, config: Config) -> dict[str, str]:
    """`ok` or a short reason for each part; message queue and scanner only where they are configured."""
    report = {"database": "ok" if database_answers(database) else "does not answer"}
    if report["database"] == "ok":
        report["schema"] = _schema(database)
        report["search"] = "ok" if can_read(config.database, config.idle) else "its process does not start"
    if config.redis_url:
        report["message_queue"] = _redis(config.redis_url)
    if config.clamd:
        report["scanner"] = "ok" if Scanner(config.clamd).answers() else "does not answer"
    return report


def _schema(database: Database) -> str:
    try:
        check_schema(database)
    except StartupFault as fault:
        return str(fault)
    return "ok"


def _redis(url: str) -> str:
    try:
        redis.Redis.from_url(url, socket_timeout=2).ping()
    except redis.RedisError:
        return "does not answer"
    return "ok"
