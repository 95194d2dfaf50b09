"""S1, S3, S4, S5, S7, S8: what a socket may do, and who may open one. Each docstring names the protection that was
switched off to see the test fail."""

import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection

import pytest
import requests
import sqlalchemy as sa

from hub.clock import utc_now
from hub.people.models import SignIn
from tests.live import Live
from tests.server.conftest import new_server
from tests.server.raw import Raw
from tests.server.test_isolation import database_of
from tests.server.watching import figures

PASSWORD, OTHER_PASSWORD = "kakunin-hub-2026", "betsu-no-hub-2026"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    yield from new_server(tmp_path_factory.mktemp("sessions"))


def socket_with(live: Live, cookie: str, *headers: str) -> Raw:
    return Raw(live.port, cookie, *headers)


def test_s1_without_a_sign_in_no_socket_and_nothing_kept(live: Live) -> None:
    """Seen to fail without the refusal in `connect` of hub/feed/events.py."""
    genuine = live.world["staff"][0]["cookie"]
    name, _, value = genuine.partition("=")
    expired = f"{name}=eyJzaWduX2luIjoieCJ9.aaaaaa.{value.rpartition('.')[2]}"
    for cookie in ("", expired, genuine[:-4] + "AAAA", f"{name}=", f"{name}={'x' * 4000}"):
        with socket_with(live, cookie) as raw:
            with pytest.raises(PermissionError, match="signed_out"):
                raw.join()
            raw.say('427["feed:open",{"streams":["room:1"]}]')
            raw.say('428["message:post",{}]')
            raw.socket.settimeout(0.5)
            with pytest.raises(TimeoutError):
                raw.text()  # not even an ack
    assert metric(live, "hub_sockets") == 0


def metric(live: Live, name: str) -> float:
    found = re.search(rf"^{name} ([\d.]+)$", requests.get(f"{live.url}/metrics", timeout=5).text, re.M)
    assert found
    return float(found[1])


def signed_in(live: Live, email: str) -> requests.Session:
    http = requests.Session()
    http.post(f"{live.url}/login", data=_form(live, http, "/login", email=email, password=PASSWORD), timeout=10)
    assert http.get(f"{live.url}/me", timeout=10).json()["staff_id"]
    return http


def _form(live: Live, http: requests.Session, page: str, **fields: str) -> dict[str, str]:
    text = http.get(f"{live.url}{page}", timeout=10).text
    return fields | {"csrf_token": text.partition('name="csrf-token" content="')[2].partition('"')[0]}


def cookie_of(http: requests.Session) -> str:
    return f"hub_session={http.cookies['hub_session']}"


@pytest.fixture
def account(live: Live) -> str:
    """The e-mail address of somebody with a password."""
    email = f"{secrets.token_hex(4)}@example.jp"
    made = live.run("admin", "create", "--email", email, "--name", "管理 花子")
    link = re.search(r"/welcome/[^\s\"]+", made)
    assert link, made
    http = requests.Session()
    fields = _form(live, http, link[0], password=PASSWORD, repeated=PASSWORD)
    http.post(f"{live.url}{link[0]}", data=fields, timeout=10)
    return email


def sign_out(live: Live, http: requests.Session, _other: requests.Session) -> None:
    http.post(f"{live.url}/logout", data=_form(live, http, "/rooms"), timeout=10)


def end_everywhere(live: Live, _http: requests.Session, other: requests.Session) -> None:
    other.post(f"{live.url}/sign-ins/end", data=_form(live, other, "/sign-ins"), timeout=10)


def change_password(live: Live, _http: requests.Session, other: requests.Session) -> None:
    fields = _form(live, other, "/profile", old_password=PASSWORD, password=OTHER_PASSWORD, repeated=OTHER_PASSWORD)
    other.post(f"{live.url}/profile/password", data=fields, timeout=10)


@pytest.mark.parametrize("end", [sign_out, end_everywhere, change_password])
def test_s3_signing_out_over_http_closes_the_socket_within_a_second(live: Live, account: str, end: Callable) -> None:
    """Seen to fail without `_re_examine` in the watcher, and without `connection.close` in `disconnect` of
    hub/feed/publish.py: the WebSocket stayed open for ten seconds more. By receiving: the farewell, then the end."""
    http, other = signed_in(live, account), signed_in(live, account)
    with socket_with(live, cookie_of(http)).join() as raw:
        own = http.get(f"{live.url}/me", timeout=10).json()["streams"][0]
        assert raw.ask("feed:open", {"streams": [own]})["data"]["refused"] == []
        end(live, http, other)
        begin = time.monotonic()
        raw.socket.settimeout(3)
        with suppress(ConnectionError):
            while not (text := raw.text()).startswith("41"):
                if text.startswith("42"):
                    raw.events.append(json.loads(text[2:]))
        took = time.monotonic() - begin
        assert took < 1
        figures.append(f"{'S3 ' + end.__name__:<44} the socket was closed after {took:.2f} s")
        assert ["session:ended", {}] in raw.events
        assert raw.ended(1) is not None, "the WebSocket stays open"


def test_s3_a_poll_gets_the_farewell_and_the_connection_is_gone(live: Live, account: str) -> None:
    """Seen to fail without `connection.close` in `disconnect` of hub/feed/publish.py."""
    http = signed_in(live, account)
    cookie, base = {"Cookie": cookie_of(http)}, f"{live.url}/socket.io/?EIO=4&transport=polling"
    address = f"{base}&sid={json.loads(requests.get(base, headers=cookie, timeout=5).text[1:])['sid']}"
    assert requests.post(address, data="40", headers=cookie, timeout=5).status_code == 200
    assert requests.get(address, headers=cookie, timeout=5).text.startswith("40")
    poll = HTTPConnection("127.0.0.1", live.port, timeout=10)
    poll.request("GET", address.removeprefix(live.url), headers=cookie)  # is under way when this returns
    sign_out(live, http, http)
    assert poll.getresponse().read().decode().split("\x1e") == ['42["session:ended",{}]', "41", "1"]
    assert requests.get(address, headers=cookie, timeout=5).status_code == 400


def test_s4_a_long_lived_socket_ends_with_its_sign_in(live: Live) -> None:
    """Seen to fail without `_expired` in the watcher."""
    cookie = live.world["staff"][3]["cookie"]
    me = requests.get(f"{live.url}/me", headers={"Cookie": cookie, "Accept": "application/json"}, timeout=10).json()
    with database_of(live) as database, database.transaction() as session:
        mine = sa.update(SignIn).where(SignIn.staff_id == int(me["staff_id"]))
        session.execute(mine.values(ends_at=utc_now() + timedelta(seconds=4)))
    with socket_with(live, cookie).join() as raw:
        assert raw.ask("feed:open", {"streams": []})["ok"]
        while not raw.text().startswith("41"):
            pass
    with pytest.raises(PermissionError):
        socket_with(live, cookie).join()


def test_s5_signing_in_makes_a_new_session_and_lifts_no_old_socket(live: Live, account: str) -> None:
    """Seen to fail without `session.clear()` in _begin_session."""
    http = requests.Session()
    form = _form(live, http, "/login", email=account, password=PASSWORD)
    before = http.cookies.get("hub_session", "")
    anonymous = socket_with(live, f"hub_session={before}")
    with pytest.raises(PermissionError):
        anonymous.join()
    http.post(f"{live.url}/login", data=form, timeout=10)
    assert http.cookies["hub_session"] != before
    planted = http.post(f"{live.url}/language", data={"language": "en", "csrf_token": form["csrf_token"]}, timeout=10)
    assert planted.status_code == 400  # what stood in the session before is worth nothing now
    anonymous.say('421["feed:open",{"streams":[]}]')
    anonymous.socket.settimeout(0.5)
    with pytest.raises(TimeoutError):
        anonymous.text()
    anonymous.socket.close()
    first = cookie_of(http)
    sign_out(live, http, http)
    with socket_with(live, first) as raw, pytest.raises(PermissionError):
        raw.join()


@pytest.mark.parametrize(
    ("origin", "more"),
    [
        ("https://evil.example", []),
        ("null", []),
        ("http://127.0.0.1:1", []),
        ("https://127.0.0.1:{port}", []),
        ("http://hub.127.0.0.1:{port}", []),
        ("http://127.0.0.1:{port}.evil.example", []),
        ("https://evil.example", ["X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"]),
        ("https://evil.example", ["Forwarded: host=evil.example;proto=https"]),
    ],
)
def test_s7_a_foreign_origin_opens_nothing(live: Live, origin: str, more: list[str]) -> None:
    """Seen to fail with `cors_allowed_origins=None`: the library believes forged forwarded headers."""
    cookie, header = live.world["staff"][0]["cookie"], f"Origin: {origin.format(port=live.port)}"
    with socket_with(live, cookie, header, *more) as raw:
        assert raw.status == 400
    address = f"{live.url}/socket.io/?EIO=4&transport=polling"
    headers = {"Cookie": cookie} | dict(line.split(": ", 1) for line in [header, *more])
    answer = requests.get(address, headers=headers, timeout=5)
    assert answer.status_code == 400
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_s7_the_page_s_own_origin_opens_a_socket(live: Live) -> None:
    """Seen to fail without `own` in hub/security/origins.py."""
    with socket_with(live, live.world["staff"][0]["cookie"], f"Origin: {live.url}") as raw:
        assert raw.join().status == 101


def test_s8_no_jsonp_and_no_form_of_another_site(live: Live) -> None:
    """Seen to fail without the refusal of `j=` in hub/feed/sids.py."""
    cookie = {"Cookie": live.world["staff"][0]["cookie"]}
    base = f"{live.url}/socket.io/?EIO=4&transport=polling"
    assert requests.get(f"{base}&j=0", headers=cookie, timeout=5).status_code == 400
    sid = json.loads(requests.get(base, headers=cookie, timeout=5).text[1:])["sid"]
    address, form = f"{base}&sid={sid}", {"d": "40"}
    assert requests.post(f"{address}&j=0", data=form, headers=cookie, timeout=5).status_code == 400
    foreign = cookie | {"Origin": "https://evil.example"}
    assert requests.post(address, data="40", headers=foreign, timeout=5).status_code == 400
    assert requests.get(f"{base}&sid={sid}", headers=foreign, timeout=5).status_code == 400
    assert "SameSite=Lax" in requests.get(f"{live.url}/login", timeout=5).headers["Set-Cookie"]
