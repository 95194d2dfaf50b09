"""/healthz and /metrics: what strangers may know of the state of the hub."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from hub import create_app
from hub.config import Config

TOKEN = "a token of the monitor"
STRANGER = {"REMOTE_ADDR": "192.0.2.7"}


def make_app(folder: Path, **settings: object) -> Flask:
    return create_app(Config(instance_path=folder, testing=True, secret_key="for tests only " * 3, **settings))


@pytest.fixture(autouse=True)
def _migrated(migrated: Callable[[Path], None], tmp_path: Path) -> None:
    migrated(tmp_path)


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return make_app(tmp_path, metrics_token=TOKEN).test_client()


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Bearer wrong", TOKEN, f"Basic {TOKEN}", "Bearer 鍵"]
)
def test_a_stranger_gets_no_numbers(client: FlaskClient, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode().decode("latin-1")}
    answer = client.get("/metrics", headers=headers, environ_base=STRANGER)
    assert answer.status_code == 404
    assert "hub_" not in answer.text


def test_without_a_token_in_the_settings_no_token_opens(tmp_path: Path) -> None:
    client = make_app(tmp_path).test_client()
    for value in ("Bearer ", "Bearer", "Bearer None"):
        assert client.get("/metrics", headers={"Authorization": value}, environ_base=STRANGER).status_code == 404


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize("forwarded", ["192.0.2.7", "127.0.0.1", "127.0.0.1, 127.0.0.1"])
def test_what_a_proxy_on_this_machine_passes_on_is_a_stranger(tmp_path: Path, forwarded: str, proxies: int) -> None:
    client = make_app(tmp_path, proxies=proxies).test_client()
    answer = client.get("/metrics", headers={"X-Forwarded-For": forwarded}, environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        *(
            "X-Real-IP",
            "x-real-ip",
            "Forwarded",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Forwarded",
            "Forwarded-For",
        ),
        *("X-Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Fastly-Client-IP", "Client-IP"),
        *("Via", "X-Original-URL", "X-Original-Forwarded-For", "X-Envoy-External-Address", "X-ProxyUser-Ip"),
    ],
)
@pytest.mark.parametrize("value", ["", "192.0.2.7", "127.0.0.1"])
def test_whatever_a_proxy_says_of_whom_it_passes_on_they_are_strangers(
    client: FlaskClient, name: str, value: str
) -> None:
    here = {"REMOTE_ADDR": "127.0.0.1"}
    assert client.get("/metrics", headers={name: value}, environ_base=here).status_code == 404
    known = {"Authorization": f"Bearer {TOKEN}", name: value}
    assert client.get("/metrics", headers=known, environ_base=here).status_code == 200


@pytest.mark.parametrize(
    "address", ["http://hub.pref.example.lg.jp", "http://192.0.2.7", "http://localhost.example.jp"]
)
def test_a_proxy_that_says_nothing_but_the_name_passes_on_strangers_too(client: FlaskClient, address: str) -> None:
    here = {"REMOTE_ADDR": "127.0.0.1"}
    assert client.get("/metrics", base_url=address, environ_base=here).status_code == 404


@pytest.mark.parametrize("name", ["Accept", "User-Agent", "X-Prometheus-Scrape-Timeout-Seconds", "Accept-Encoding"])
def test_what_a_monitor_says_of_itself_keeps_nobody_out(client: FlaskClient, name: str) -> None:
    here = {"REMOTE_ADDR": "127.0.0.1"}
    assert (
        client.get("/metrics", headers={name: "1"}, base_url="http://127.0.0.1:5000", environ_base=here).status_code
        == 200
    )


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_gets_the_numbers(client: FlaskClient, address: str) -> None:
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    assert "hub_sockets 0.0" in answer.text
    assert "hub_events_failed_total" in answer.text


@pytest.mark.parametrize("address", ["", "not an address", "10.0.0.1", "::ffff:10.0.0.1"])
def test_no_other_address_is_this_machine(client: FlaskClient, address: str) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 404


def test_the_monitor_gets_the_numbers_with_its_token(client: FlaskClient) -> None:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, environ_base=STRANGER)
    assert answer.status_code == 200


def test_requests_are_counted_by_status(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def counted() -> float:
        rows = [r for r in client.get("/metrics").text.splitlines() if r.startswith('hub_requests_total{status="503"}')]
        return float(rows[0].split()[1]) if rows else 0.0

    before = counted()
    with monkeypatch.context() as broken:
        broken.setattr(client.application.extensions["hub.db"].engine, "connect", _refuse)
        client.get("/healthz")
    assert counted() == before + 1


def test_healthz_is_for_everybody(client: FlaskClient) -> None:
    answer = client.get("/healthz", environ_base=STRANGER)
    assert (answer.status_code, answer.text) == (200, "ok")


def test_healthz_tells_no_detail_when_the_data_base_is_away(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.application.extensions["hub.db"].engine, "connect", _refuse)
    answer = client.get("/healthz", environ_base=STRANGER)
    assert (answer.status_code, answer.text) == (503, "unavailable")


def _refuse() -> None:
    raise OperationalError("SELECT 1", {}, Exception("password of the database"))
