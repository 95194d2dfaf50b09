"""The database is away, full or busy: everybody is told in words that need nothing of it, and when to come back."""

import re
import time
from contextlib import ExitStack

import pytest
import structlog
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hub.errors import Unavailable
from hub.outage import QUIET_S, answering, is_outage

REFUSED = OperationalError("SELECT 1", {}, Exception("connection refused"))


@pytest.fixture
def away(app, world, client_of, monkeypatch):
    """A browser that was signed in before the database went away."""
    browsers = {who: client_of(who) for who in ("officer", "lead", None)}
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def refuse(*_args, **_kwargs):
        raise REFUSED

    store = app.extensions["hub.db"]
    for engine in (store.engine, store._moment, store._reading._engine, store._writing._engine):
        monkeypatch.setattr(type(engine), "connect", refuse)
    return browsers


def addresses(app):
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<path:[^>]*>", "x", re.sub(r"<(?:int:)?[^>]*>", "1", rule.rule))
        for method in sorted(rule.methods & {"GET", "POST"}):
            if rule.endpoint not in ("static",) and "socket.io" not in rule.rule:
                yield method, path


@pytest.mark.parametrize("who", ["officer", None])
def test_no_address_answers_with_a_bare_error(app, away, who):
    """Seen to fail before: 500 and a trace in the log, for every address."""
    browser, found = away[who], set()
    with structlog.testing.capture_logs() as logs:
        for method, path in addresses(app):
            answer = browser.get(path) if method == "GET" else browser.post(path, data={"csrf_token": "x"})
            found.add(answer.status_code)
            assert answer.status_code < 500 or answer.status_code == 503, f"{method} {path}"
            if answer.status_code == 503 and "json" not in answer.content_type and path != "/healthz":
                assert answer.headers["Retry-After"] == "5", path
                assert answer.mimetype == "text/html", path
    assert 503 in found
    assert [line for line in logs if line["log_level"] in ("error", "critical")] == []


def test_people_read_it_in_both_languages_and_programs_as_json(away):
    page = away["officer"].get("/rooms")
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert "少し待ってから" in page.text
    assert "try again" in page.text
    assert "style-src 'sha256-" in page.headers["Content-Security-Policy"]
    told = away["officer"].get("/rooms", headers={"Accept": "application/json"})
    assert (told.status_code, told.json["error"]["code"], told.headers["Retry-After"]) == (503, "unavailable", "5")


def test_the_page_of_an_unforeseen_error_needs_nothing_either(app, away, monkeypatch):
    """Seen to fail without the fall-back in `_unknown_error` of hub/responses.py: the page of the error failed too."""

    def broken(*_args):
        raise RuntimeError

    monkeypatch.setitem(app.view_functions, "health.healthz", broken)
    monkeypatch.setattr("hub.responses.render_template", broken)
    answer = away["officer"].get("/healthz")
    assert (answer.status_code, "ただいま処理できません" in answer.text) == (500, True)


def test_the_log_says_it_once_in_a_second(monkeypatch):
    """Seen to fail without `_said` in hub/outage.py."""
    monkeypatch.setattr("hub.outage._said", -QUIET_S)
    with structlog.testing.capture_logs() as logs:
        for _request in range(50):
            with pytest.raises(Unavailable), answering():
                raise REFUSED
    assert [(line["event"], "exc_info" in line) for line in logs] == [("the database does not answer", False)]


def test_a_fault_of_the_code_is_not_called_an_outage():
    for fault in (
        ProgrammingError("SELECT", {}, Exception("syntax error")),
        OperationalError("SELECT", {}, Exception("no such column: x")),
        ValueError(),
    ):
        assert not is_outage(fault)
    assert is_outage(PoolTimeout())


def test_when_all_connections_are_taken_it_is_said_after_five_seconds(db):
    """Seen to fail before: half a minute, then 500."""
    with ExitStack() as stack:
        for _one in range(db.engine.pool.size() + db.engine.pool._max_overflow):
            stack.enter_context(db.engine.connect())
        begin = time.monotonic()
        with pytest.raises(Unavailable), db.read() as session:
            session.connection()
        assert 4 < time.monotonic() - begin < 8


def test_what_was_typed_comes_back_with_the_page(app, world, client_of, monkeypatch):
    """A form without JavaScript. Seen to fail without `_away` in hub/refusals/answering.py."""
    browser = client_of("officer")
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def refuse(*_args, **_kwargs):
        raise REFUSED

    monkeypatch.setattr(type(app.extensions["hub.db"].engine), "connect", refuse)
    sent = {
        "kind": "talk",
        "body": "長い間かけて書いた文 <b>",
        "client_id": "0123456789abcdef0123",
    }
    answer = browser.post_form(f"/rooms/{world.room}/threads", **sent)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "長い間かけて書いた文 &lt;b&gt;</textarea>" in answer.text
    assert "少し待ってから" in answer.text
    assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
