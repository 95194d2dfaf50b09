"""A browser that is nobody's yet, and a clock that the test moves."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from hub import clock as hub_clock
from hub.db import Database
from hub.people.models import Staff
from tests.accounts.world import PASSWORD, World, copy_of, prepare

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


class Visitor:
    """Fetches the page's token before it posts, as a form does."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.cookie_name: str = app.config["SESSION_COOKIE_NAME"]

    def get(self, path: str, **kwargs: object) -> TestResponse:
        return self.client.get(path, **kwargs)

    def token(self, path: str = "/sign-ins") -> str:
        page = self.client.get(path, follow_redirects=True).text
        return re.search(r'<meta name="csrf-token" content="([^"]+)"', page).group(1)

    def post(self, path: str, *, headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
        if "csrf_token" not in fields:
            fields["csrf_token"] = self.token()
        environ = {"REMOTE_ADDR": fields.pop("address", "192.0.2.1")}
        headers = {"User-Agent": CHROME} | (headers or {})
        return self.client.post(path, data=fields, headers=headers, environ_base=environ)

    def sign_in(self, email: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post("/login", email=email, password=password, **fields)

    def role(self) -> str | None:
        """Whose browser it is, or None when it is nobody's."""
        answer = self.client.get("/me", headers={"Accept": "application/json"})
        return answer.json["role"] if answer.status_code == 200 else None

    def session_cookie(self) -> str | None:
        cookie = self.client.get_cookie(self.cookie_name)
        return cookie.value if cookie else None


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("accounts"))


@pytest.fixture
def app(prepared: Path, tmp_path: Path) -> Flask:
    return copy_of(prepared, tmp_path)


@pytest.fixture
def world(store: Database) -> World:
    return World(store)


@pytest.fixture
def new_visitor(app: Flask) -> Callable[[], Visitor]:
    return lambda: Visitor(app)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def store(app: Flask) -> Database:
    """The database without an app context held open, which would be shared with the requests."""
    return app.extensions["hub.db"]


@pytest.fixture
def email_of(store: Database, world: World) -> Callable[[str], str]:
    def email_of(who: str) -> str:
        with store.read() as session:
            return session.scalars(sa.select(Staff.email).where(Staff.id == getattr(world, who))).one()

    return email_of


class Clock:
    def __init__(self) -> None:
        self.now: datetime = hub_clock.utc_now()

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@pytest.fixture
def clock(world: World) -> Iterator[Clock]:
    """Stands still from the moment the world is made."""
    clock = Clock()
    hub_clock.set_source(lambda: clock.now)
    yield clock
    hub_clock.set_source(None)
