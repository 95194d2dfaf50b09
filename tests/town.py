"""People who write to each other: what tests of home, inbox and notices start from."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub import clock
from hub.actor import Actor
from hub.db import Database
from hub.rooms.models import Room
from hub.rooms.services import create_commons
from hub.security.loader import TOKEN
from hub.security.sessions import begin_sign_in
from hub.threads.commands import OpenThread, PostMessage
from hub.threads.consultations.services import Settle, settle
from hub.threads.services.posting import open_thread, post_message
from tests.accounts.world import World, copy_of, prepare

JSON = {"Accept": "application/json"}


class Browser:
    """A browser in which somebody is signed in."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.client.get(path, **kwargs)

    def main(self, path: str) -> str:
        """The words of the page's content."""
        page = self.get(path)
        assert page.status_code == 200
        content = page.text.partition("<main")[2].partition("</main>")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content))

    def section(self, path: str, heading_id: str) -> str:
        """The words of one section of a page."""
        content = self.get(path).text.partition(f'aria-labelledby="{heading_id}"')[2].partition("</section>")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content))

    def post(self, path: str, **fields: str) -> TestResponse:
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/").text)
        assert token
        return self.client.post(path, data={"csrf_token": token.group(1)} | fields)


class Posted(NamedTuple):
    thread_id: int
    message_id: int


class Town:
    """`room` is the support room of the officer's body, `foreign_room` that of the foreign officer's."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.store: Database = app.extensions["hub.db"]
        self.world = World(self.store)
        self.room = self._support_room("officer")
        self.foreign_room = self._support_room("foreign_officer")
        self.numbers = count(1)

    def _support_room(self, who: str) -> int:
        query = sa.select(Room.id).where(Room.organisation_id == self.actor(who).organisation_id)
        with self.store.read() as session:
            return session.execute(query).scalar_one()

    def actor(self, who: str) -> Actor:
        return self.world.actor(who)

    def staff_id(self, who: str) -> int:
        return int(getattr(self.world, who))

    def write(self, service: Any, who: str, command: Any) -> Any:
        with self.app.app_context():
            return self.store.write(service, self.actor(who), command)

    @contextmanager
    def ago(self, **parts: float) -> Iterator[None]:
        """What is written inside was written this long ago."""
        moment = clock.utc_now() - timedelta(**parts)
        clock.set_source(lambda: moment)
        try:
            yield
        finally:
            clock.set_source(None)

    def new_commons(self, name: str = "お知らせ・全体") -> int:
        with self.store.transaction() as session:
            return create_commons(session, name, "").id

    def change(self, statement: Any) -> None:
        with self.store.transaction() as session:
            session.execute(statement)

    def open(self, who: str, room_id: int, title: str, kind: str = "consultation", **more: Any) -> Posted:
        command = OpenThread(
            room_id=str(room_id), kind=kind, title=title, body=more.pop("body", title), client_id=self._new_id(), **more
        )
        return self._posted(self.write(open_thread, who, command))

    def answer(self, who: str, thread_id: int, body: str = "回答です", **more: Any) -> Posted:
        command = PostMessage(thread_id=str(thread_id), body=body, client_id=self._new_id(), **more)
        return self._posted(self.write(post_message, who, command))

    def settle(self, who: str, thread_id: int, state: str, closed_as: str | None = None) -> None:
        self.write(settle, who, Settle(thread_id=str(thread_id), state=state, closed_as=closed_as))

    def browser(self, who: str) -> Browser:
        with self.store.transaction() as session:
            token = begin_sign_in(session, self.staff_id(who), self.app.extensions["hub.config"], "test")
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie[TOKEN] = token
        return Browser(client)

    def _new_id(self) -> str:
        return f"client-{next(self.numbers):04}"

    def _posted(self, receipt: Any) -> Posted:
        ids = receipt.data
        return Posted(int(ids["thread_id"]), int(ids["message_id"]))


def prepared_people(folder: Path) -> Path:
    return prepare(folder)


def new_town(prepared: Path, folder: Path) -> Town:
    return Town(copy_of(prepared, folder))
