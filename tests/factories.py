"""The world of the tests: one prefecture, two municipalities, and somebody of every role. What people do goes through
the services, never through raw rows."""

import json
import re
from collections.abc import Callable
from contextvars import Context
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from itertools import count
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hub.actor import Actor
from hub.audiences.models import Audience, Grant
from hub.audiences.services import grant, withdraw
from hub.clock import utc_now
from hub.db import Database
from hub.extensions import socketio
from hub.installation import ensure_installation
from hub.people.models import Organisation, Posting, Section, SignIn, Staff
from hub.rooms.models import Room
from hub.rooms.services import create_commons, ensure_member, grant_dx_section
from hub.security.actors import actor_of_staff
from hub.security.loader import TOKEN
from hub.security.sessions import actor_of_token, begin_sign_in
from hub.tables import Base
from hub.threads.commands import OpenThread, PostMessage
from hub.threads.notes.services import PostNote, post_note
from hub.threads.services.posting import open_thread, post_message

PASSWORD = "correct horse battery 7"
JSON = {"Accept": "application/json"}

# key: (name, kana, body, section, role)
PEOPLE = {
    "officer": ("吉岡 一郎", "よしおか いちろう", "吉岡町", "総務課", "officer"),
    "manager": ("吉岡 二葉", "よしおか ふたば", "吉岡町", "総務課", "manager"),
    "shared": ("吉岡町 情報係", "よしおかまち", "吉岡町", "総務課", "officer"),
    "foreign_officer": ("榛東 三郎", "しんとう さぶろう", "榛東村", "企画課", "officer"),
    "supporter": ("県 四季", "けん しき", "群馬県", "DX戦略課", "supporter"),
    "lead": ("県 五月", "けん さつき", "群馬県", "DX戦略課", "lead"),
    "admin": ("県 六花", "けん りっか", "群馬県", "DX戦略課", "admin"),
    "bureau": ("県 七海", "けん ななみ", "群馬県", "医務課", "bureau"),
    "guest": ("外部 八雲", "がいぶ やくも", "外部の助言者", "事務局", "guest"),
    "both": ("両毛 九郎", "りょうもう くろう", "吉岡町", "総務課", "officer"),
}
# Who works for a second body as well: body, section, role, and after how many days that ends.
ALSO = {"both": ("榛東村", "企画課", "officer", 60)}
# Who is let into 吉岡町's room by name as well, twice and for different times: days.
TWICE = {"both": (5, 90)}
BODIES = {"群馬県": "県", "吉岡町": "町", "榛東村": "村", "外部の助言者": "その他"}


def make_world(session: Session, password_hash: str) -> None:
    """Fill an empty database."""
    ensure_installation(session)
    bodies = {
        name: Organisation(name=name, kana=name, kind=kind, member=kind != "その他", mail_domains=[])
        for name, kind in BODIES.items()
    }
    session.add_all(bodies.values())
    session.flush()
    sections: dict[tuple[str, str], Section] = {}
    now = utc_now()
    for key, (name, kana, body, section_name, role) in PEOPLE.items():
        place = (body, section_name)
        if place not in sections:
            is_dx = section_name == "DX戦略課"
            sections[place] = Section(organisation_id=bodies[body].id, name=section_name, is_dx=is_dx)
            session.add(sections[place])
        staff = Staff(email=f"{key}@example.jp", name=name, kana=kana, shared=key == "shared", created_at=now)
        staff.password_hash = password_hash
        session.add(staff)
        session.flush()
        since = now - timedelta(days=30)
        session.add(Posting(staff_id=staff.id, section_id=sections[place].id, role=role, from_at=since))
    session.flush()
    grant_dx_section(session)
    for name in ("吉岡町", "榛東村"):
        ensure_member(session, bodies[name])
    create_commons(session, "県内共通", "")
    _serve_elsewhere(session, sections, now)


def _serve_elsewhere(session: Session, sections: dict[tuple[str, str], Section], now: datetime) -> None:
    """Two bodies and two ends: what is decided of one posting or grant must not be decided by the other."""
    ids = dict(session.execute(sa.select(Staff.email, Staff.id)).all())
    for key, (body, section, role, days) in ALSO.items():
        section_id, since = sections[body, section].id, now - timedelta(days=30)
        row = Posting(staff_id=ids[f"{key}@example.jp"], section_id=section_id, role=role, from_at=since)
        row.until_at = now + timedelta(days=days)
        session.add(row)
    room = session.scalars(sa.select(Room).where(Room.name == "吉岡町")).one()
    for key, ends in TWICE.items():
        for days in ends:
            let_in = {"staff_id": ids[f"{key}@example.jp"], "until_at": now + timedelta(days=days)}
            session.add(Grant(audience_id=room.audience_id, **let_in))
    session.flush()


class Posted(NamedTuple):
    """A message that was written, as ids."""

    thread_id: int
    message_id: int
    position: int


class World:
    """`room` is the support room of 吉岡町, `foreign_room` that of 榛東村; people are staff ids by key."""

    officer: int
    manager: int
    shared: int
    foreign_officer: int
    supporter: int
    lead: int
    admin: int
    bureau: int
    guest: int
    both: int

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.store: Database = app.extensions["hub.db"]
        self._numbers = count(1)
        with self.store.read() as session:
            emails = dict(session.execute(sa.select(Staff.email, Staff.id)).all())
            bodies = dict(session.execute(sa.select(Organisation.name, Organisation.id)).all())
            rooms = dict(session.execute(sa.select(Room.name, Room.id)).all())
        for key in PEOPLE:
            setattr(self, key, emails[f"{key}@example.jp"])
        self.prefecture, self.town, self.foreign_town = (bodies[name] for name in ("群馬県", "吉岡町", "榛東村"))
        self.room, self.foreign_room, self.commons = (rooms[name] for name in ("吉岡町", "榛東村", "県内共通"))

    def staff_id(self, who: str) -> int:
        return int(getattr(self, who))

    def actor(self, who: str) -> Actor:
        """The person without a browser; the shared account with a 記入者名."""
        with self.store.read() as session:
            actor = actor_of_staff(session, self.staff_id(who))
        return Actor(**{**actor.__dict__, "writer_name": "山田"}) if actor.shared else actor

    def write(self, service: Callable[..., Any], who: str, command: Any) -> Any:
        with self.app.app_context():
            return self.store.write(service, self.actor(who), command)

    def new_id(self) -> str:
        return f"client-{next(self._numbers):06}"

    def thread(
        self, room: int, kind: str = "talk", body: str = "はじめの投稿", by: str = "officer", **more: Any
    ) -> Posted:
        command = OpenThread(room_id=room, kind=kind, body=body, client_id=self.new_id(), **more)
        return _posted(self.write(open_thread, by, command))

    def message(self, thread: Posted | int, body: str = "つづきの投稿", by: str = "officer", **more: Any) -> Posted:
        id_ = thread if isinstance(thread, int) else thread.thread_id
        return _posted(self.write(post_message, by, PostMessage(id_, body, self.new_id(), **more)))

    def note(self, thread: Posted | int, body: str = "県内だけの話", by: str = "supporter", **more: Any) -> int:
        id_ = thread if isinstance(thread, int) else thread.thread_id
        return int(self.write(post_note, by, PostNote(id_, body, self.new_id(), **more)).data["note_id"])

    def upload(self, by: str = "officer", content: bytes = b"%PDF-1.7\n", name: str = "手引.pdf") -> int:
        """A file of somebody's own that hangs on nothing yet; as it comes over HTTP."""
        browser = self.client(by)
        form = {"csrf_token": browser.csrf, "file": (BytesIO(content), name)}
        answer = browser.post("/attachments", data=form)
        assert answer.status_code == 201, answer.text
        return int(answer.json["attachment_id"])

    def admit(self, who: str, room: int, **until: Any) -> None:
        """Let one person read a room by name."""
        with self.store.transaction() as session:
            grant(session, self._audience(session, room), staff=[self.staff_id(who)], **until)

    def dismiss(self, who: str, room: int) -> None:
        with self.store.transaction() as session:
            withdraw(session, self._audience(session, room), staff=[self.staff_id(who)])

    def _audience(self, session: Session, room: int) -> Audience:
        return session.get_one(Audience, session.get_one(Room, room).audience_id)

    def client(self, who: str | None) -> "Browser":
        """A browser in which `who` is signed in, or nobody."""
        return Browser(self.app, None if who is None else self._sign_in(who))

    def _sign_in(self, who: str) -> str:
        config = self.app.extensions["hub.config"]
        with self.store.transaction() as session:
            token = begin_sign_in(session, self.staff_id(who), config, "test")
            if who == "shared":
                actor = actor_of_token(session, token, config.idle)
                session.get_one(SignIn, actor.sign_in_id).writer_name = "山田"
        return token


def _posted(receipt: Any) -> Posted:
    ids = receipt.data
    return Posted(int(ids["thread_id"]), int(ids["message_id"]), ids["position"])


def places_of(session: Session, text: str) -> set[str]:
    """Every column of every table in which `text` stands, be it among bytes or as JSON writes it."""
    found = set()
    wanted = {"plain": _anywhere(text), "spelled": _anywhere(json.dumps(text)[1:-1])}
    for names, counts, raw in _looking():
        found |= {name for name, n in zip(names, session.execute(counts, wanted).one(), strict=True) if n}
        for column in raw:
            if any(text.encode() in value for value in session.scalars(sa.select(column)) if value):
                found.add(str(column))
    return found


@cache
def _looking() -> list[tuple[list[str], sa.Select[Any], list[sa.Column[Any]]]]:
    """For each table: names of columns, how to count the rows of each that hold the text, and columns of bytes. Made
    once: making so many conditions takes longer than asking them."""
    found = []
    for table in Base.metadata.sorted_tables:
        raw = [c for c in table.columns if isinstance(c.type, sa.LargeBinary)]
        plain = [c for c in table.columns if c not in raw]
        counts = [sa.func.count().filter(_holds(sa.cast(c, sa.Text))) for c in plain]
        found.append(([str(c) for c in plain], sa.select(*counts).select_from(table), raw))
    return found


def _holds(column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.like(sa.bindparam(name), escape="/") for name in ("plain", "spelled")))


def _anywhere(text: str) -> str:
    return "%" + re.sub("([%_/])", r"/\1", text) + "%"


class Browser(FlaskClient):
    """Cookies, and the token of forms. Every request starts in a context of its own: an app context that the test
    holds open would be shared with it, and with it who is signed in."""

    def __init__(self, app: Flask, token: str | None) -> None:
        super().__init__(app, app.response_class, use_cookies=True)
        with self.session_transaction() as cookie:
            cookie["csrf_token"] = "0" * 40
            if token:
                cookie[TOKEN] = token
        signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
        self.csrf = signer.dumps("0" * 40)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # A page that is sent as it is made is made in the context of its request, to the end.
        return Context().run(super().open, *args, **{"buffered": True} | kwargs)

    def post_form(self, path: str, **fields: Any) -> TestResponse:
        return self.post(path, data={"csrf_token": self.csrf} | fields)

    def post_json(self, path: str, **fields: Any) -> TestResponse:
        return self.post(path, json=fields, headers={"X-CSRFToken": self.csrf})

    def get_json(self, path: str) -> TestResponse:
        return self.get(path, headers=JSON)

    def text_of(self, path: str) -> str:
        """The words of the page's content."""
        page = self.get(path)
        assert page.status_code == 200, page.status
        content = page.text.partition("<main")[2].partition("</main>")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content))


class Socket(SocketIOTestClient):
    """A socket of this worker; its events are answered at once."""

    def __init__(self, browser: Browser) -> None:
        Context().run(super().__init__, browser.application, socketio, flask_test_client=browser)

    def ask(self, event: str, *payload: Any) -> Any:
        """Send an event and return its ack."""
        return Context().run(self.emit, event, *payload, callback=True)

    def open(self, *streams: str) -> dict[str, Any]:
        return dict(self.ask("feed:open", {"streams": list(streams)}))

    def received(self, name: str | None = None) -> list[Any]:
        """What arrived since the last call: (name, data) pairs, or with a name the data alone. Works after a cut."""
        found, self.queue = [(packet["name"], packet["args"][0]) for packet in self.queue], []
        return [data for event, data in found if event == name] if name else found

    @property
    def open_to_server(self) -> bool:
        return bool(self.is_connected())
