"""Settings: a frozen dataclass read from the environment once. The table in README.md is made from it.

A setting whose name is not known, or whose value makes no sense, stops the start with one line and exit code 2.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from email.headerregistry import Address
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from hub import private
from hub.relay import Relay, read_relay, read_sender

ROOT = Path(__file__).resolve().parent.parent
INTERVALS = (3, 6, 12, 24)  # months after which a case can be asked about again
WEAK_SECRETS = frozenset({"", "secret", "changeme", "change-me", "dev", "development", "default"})


class StartupFault(Exception):
    """The hub cannot start; the text says why, in one line."""


def _switch(value: str) -> bool:
    if value.lower() not in ("on", "off"):
        raise ValueError("on or off")
    return value.lower() == "on"


def _environment(value: str) -> str:
    if value not in ("development", "production"):
        raise ValueError("development or production")
    return value


def _transport(value: str) -> str:
    if value not in ("own", "stock"):
        raise ValueError("own or stock")
    return value


def _origins(value: str) -> tuple[str, ...]:
    origins = tuple(o.strip().rstrip("/") for o in value.split(",") if o.strip())
    if any(o == "*" or "://" not in o for o in origins):
        raise ValueError("a list of origins such as https://hub.example.jp, never *")
    return origins


def _port(value: str) -> int:
    if not value.isdecimal() or int(value) > 65535:
        raise ValueError("a number up to 65535")
    return int(value)


def _data_base(value: str) -> str:
    try:
        backend = make_url(value).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        raise ValueError("an address such as postgresql://hub@127.0.0.1/hub")
    return value


def _positive(value: str) -> int:
    if int(value) < 1:
        raise ValueError("a whole number from 1 on")
    return int(value)


def _per_post(value: str) -> int:
    if not 1 <= int(value) <= 20:
        raise ValueError("a whole number from 1 to 20")
    return int(value)


def _weeks(value: str) -> int:
    if int(value) not in range(1, 27):
        raise ValueError("1 to 26")
    return int(value)


def _interval(value: str) -> int:
    if int(value) not in INTERVALS:
        raise ValueError("one of " + ", ".join(map(str, INTERVALS)))
    return int(value)


def _scanner(value: str) -> str:
    _host, colon, port = value.rpartition(":")
    if "/" not in value and not (colon and port.isdigit()):
        raise ValueError("host:port or the path of a socket")
    return value


def setting(name: str, default: Any, parse: Callable[[str], Any], about: str) -> Any:
    return field(default=default, metadata={"name": name, "parse": parse, "about": about})


@dataclass(frozen=True)
class Config:
    environment: str = setting("HUB_ENV", "development", _environment, "`production` refuses to start without secrets")
    secret_key: str = setting(
        "HUB_SECRET_KEY", "", str, "signs cookies; made and kept in the instance folder in development"
    )
    instance_path: Path = setting(
        "HUB_INSTANCE_PATH", ROOT / "instance", Path, "folder for the database and other state"
    )
    database_url: str = setting(
        "HUB_DATABASE_URL", "", _data_base, "SQLite in the instance folder, or `postgresql://…`"
    )
    redis_url: str = setting("HUB_REDIS_URL", "", str, "message queue between several workers")
    files_path: Path | None = setting(
        "HUB_FILES_PATH", None, Path, "attachments, shared by all workers; `files` in the instance folder when empty"
    )
    file_bytes: int = setting("HUB_FILE_BYTES", 20 * 1024 * 1024, _positive, "largest attachment")
    files_per_post: int = setting("HUB_FILES_PER_POST", 10, _per_post, "attachments of one message, note or case")
    files_quota_bytes: int = setting("HUB_FILES_QUOTA_BYTES", 5 * 1024**3, _positive, "attachments of one organisation")
    file_macros: bool = setting("HUB_FILE_MACROS", False, _switch, "`on` takes Office files with macros")
    clamd: str = setting("HUB_CLAMD", "", _scanner, "clamd as `host:port` or the path of its socket")
    origins: tuple[str, ...] = setting(
        "HUB_ORIGINS", (), _origins, "origins of the hub, with commas: they stand in links and may open sockets"
    )
    bind: str = setting("HUB_BIND", "127.0.0.1", str, "address to listen on")
    port: int = setting("PORT", 5000, _port, "port to listen on")
    proxies: int = setting("HUB_PROXIES", 0, int, "how many reverse proxies in front may be trusted")
    cookie_secure: bool = setting("HUB_COOKIE_SECURE", False, _switch, "`on` where every name is served by TLS")
    cookie_name: str = setting("HUB_COOKIE_NAME", "hub_session", str, "name of the session cookie")
    demo_open: bool = setting(
        "HUB_DEMO_OPEN", False, _switch, "`on` lets a demo database be served beyond this machine"
    )
    rate_limits: bool = setting("HUB_RATE_LIMITS", True, _switch, "`off` only with a demo database (load tests)")
    posts_at_once: int = setting("HUB_POSTS_AT_ONCE", 10, int, "posts a person may send at once")
    seconds_per_post: float = setting("HUB_SECONDS_PER_POST", 2.0, float, "and then one in so many seconds")
    room_posts_at_once: int = setting("HUB_ROOM_POSTS_AT_ONCE", 100, int, "posts a room takes at once")
    room_seconds_per_post: float = setting("HUB_ROOM_SECONDS_PER_POST", 0.1, float, "and then one in so many seconds")
    searches_at_once: int = setting("HUB_SEARCHES_AT_ONCE", 30, _positive, "searches a person may send at once")
    seconds_per_search: float = setting("HUB_SECONDS_PER_SEARCH", 0.2, float, "and then one in so many seconds")
    search_meaning: bool = setting(
        "HUB_SEARCH_MEANING", True, _switch, "`off` searches by words alone, and saves 125 MB for each worker"
    )
    frame_bytes: int = setting("HUB_FRAME_BYTES", 256 * 1024, int, "largest frame and assembled message of a socket")
    backlog_bytes: int = setting("HUB_BACKLOG_BYTES", 4 * 1024 * 1024, int, "unsent data at which a slow reader is cut")
    patience_s: float = setting(
        "HUB_PATIENCE_S", 10.0, float, "for an unfinished message, and for a socket without sign-in"
    )
    transport: str = setting("HUB_TRANSPORT", "own", _transport, "`stock` takes the library's own WebSocket")
    idle_minutes: float = setting("HUB_IDLE_MINUTES", 60.0, float, "a sign-in ends after so long without activity")
    absolute_hours: float = setting("HUB_ABSOLUTE_HOURS", 12.0, float, "and after so long in any case")
    password_chars: int = setting("HUB_PASSWORD_CHARS", 12, int, "shortest password")
    polling_only: bool = setting("HUB_POLLING_ONLY", False, _switch, "`on` where proxies break WebSocket")
    silence_weeks: int = setting(
        "HUB_SILENCE_WEEKS", 4, _weeks, "after how many weeks without contact a supporter is told: 1 to 26"
    )
    confirm_months: int = setting(
        "HUB_CONFIRM_MONTHS", 6, _interval, "after how many months a new case is to be confirmed again: 3, 6, 12 or 24"
    )
    keep_events_days: int = setting(
        "HUB_KEEP_EVENTS_DAYS", 90, _positive, "an open page catches up after so many days; older events of the feed go"
    )
    keep_submissions_days: int = setting(
        "HUB_KEEP_SUBMISSIONS_DAYS", 30, _positive, "so long a post that is sent twice is known"
    )
    keep_sign_ins_days: int = setting(
        "HUB_KEEP_SIGN_INS_DAYS", 30, _positive, "ended sign-ins and one-time links are kept so long"
    )
    jobs: bool = setting("HUB_JOBS", True, _switch, "`off` leaves work for later to `hub worker`")
    metrics_token: str = setting("HUB_METRICS_TOKEN", "", str, "lets /metrics be read from elsewhere")
    relay: Relay | None = setting(
        "HUB_SMTP_URL", None, read_relay, "the mail server, as `smtps://…` or `smtp://…` (STARTTLS); none: no mails"
    )
    sender: Address | None = setting(
        "HUB_MAIL_FROM", None, read_sender, "who sends the mails: `Name <address>`; needed with `HUB_SMTP_URL`"
    )
    testing: bool = False

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.instance_path / 'hub.sqlite3'}"

    @property
    def files(self) -> Path:
        return self.files_path or self.instance_path / "files"

    @property
    def mailing(self) -> Literal["smtp", "folder", "off"]:
        """`folder`: in development mails are laid into the instance folder and leave the machine never."""
        if self.relay is not None:
            return "smtp"
        return "off" if self.production else "folder"

    @property
    def mail_folder(self) -> Path:
        return self.instance_path / "mail"

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def absolute(self) -> timedelta:
        return timedelta(hours=self.absolute_hours)


# Read by deploy/gunicorn.conf.py and the tests, not by the application.
OTHER_NAMES = frozenset({"HUB_TEST_DATABASE_URL", "HUB_TEST_REDIS_URL", "HUB_TEST_TRANSPORT"})


def read_config(environ: Mapping[str, str]) -> Config:
    """Raises StartupFault for an unknown name, a senseless value or a missing secret."""
    known = {f.metadata["name"]: f for f in fields(Config) if "name" in f.metadata}
    unknown = sorted(n for n in environ if n.startswith("HUB_") and n not in known and n not in OTHER_NAMES)
    if unknown:
        raise StartupFault(f"unknown setting {unknown[0]}")
    values: dict[str, Any] = {}
    for name, spec in known.items():
        if environ.get(name):
            if len(environ[name]) > 1 and environ[name][0] == environ[name][-1] and environ[name][0] in "'\"":
                raise StartupFault(f"setting {name}: the quotes around it came along as a part of it")
            try:
                values[spec.name] = spec.metadata["parse"](environ[name])
            except ValueError as fault:
                raise StartupFault(f"setting {name}: {fault}") from None
    config = Config(**values)
    if config.production and (config.secret_key.lower() in WEAK_SECRETS or len(config.secret_key) < 32):
        raise StartupFault("HUB_SECRET_KEY must be set to at least 32 random characters in production")
    if config.relay is not None and config.sender is None:
        raise StartupFault("HUB_SMTP_URL needs HUB_MAIL_FROM, the address that sends the mails")
    if config.relay is not None and not config.origins:
        raise StartupFault("HUB_SMTP_URL needs HUB_ORIGINS, with which the links in mails begin")
    return config


def secret_of(config: Config) -> str:
    """The configured secret, or in development one that is made once and kept in the instance folder.

    Raises StartupFault when the folder cannot be written.
    """
    if config.secret_key:
        return config.secret_key
    path = config.instance_path / "secret_key"
    try:
        private.make_folder(config.instance_path)
        if not path.exists():
            private.write(path, secrets.token_hex(32).encode("ascii"))
        return path.read_text(encoding="ascii")
    except OSError as fault:
        raise StartupFault(f"the instance folder {config.instance_path} cannot be written: {fault.strerror}") from None
