"""What leaves a page as a link names the hub as its operator does, whatever the request calls it."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hub.people.models import Staff
from hub.security.origins import public_origin
from tests.factories import World

ROOT = Path(__file__).parents[2]
LGWAN, INTERNET = "https://hub.example.lg.jp", "https://hub.example.jp"
FOREIGN = "http://evil.example"


def environ(address: str) -> dict[str, str]:
    scheme, _colon, host = address.partition("://")
    return {"wsgi.url_scheme": scheme, "HTTP_HOST": host}


@pytest.mark.parametrize(
    ("address", "link"),
    [
        (LGWAN, LGWAN),
        (INTERNET, INTERNET),
        ("https://HUB.example.JP", INTERNET),
        ("http://hub.example.jp", INTERNET),  # TLS ended at a proxy of which the hub was not told
        ("http://evil.example", LGWAN),
        ("https://hub.example.jp.evil.example", LGWAN),
        ("https://hub.example.jp:8443", LGWAN),
        ("http://127.0.0.1:5000", LGWAN),
        ("http://", LGWAN),
    ],
)
def test_a_name_of_the_hub_stands_in_links(address: str, link: str) -> None:
    assert public_origin((LGWAN, INTERNET), environ(address)) == link


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("http://localhost", "http://localhost"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        ("http://evil.example", ""),
        ("http://192.0.2.7", ""),
        ("http://localhost.evil.example", ""),
        ("http://evil.example@localhost", ""),
        ("http://localhost/evil.example", ""),
        ("http://localhost?evil.example", ""),
        ("http://localhost:evil", ""),
        ("http://[", ""),
        ("http://", ""),
    ],
)
def test_without_a_name_only_this_machine_is_named(address: str, link: str) -> None:
    assert public_origin((), environ(address)) == link


@pytest.fixture(params=[(), (LGWAN, INTERNET)], ids=["nothing set", "two names"])
def origins(request: pytest.FixtureRequest, world: World) -> tuple[str, ...]:
    world.app.extensions["hub.config"] = replace(world.app.extensions["hub.config"], origins=request.param)
    return tuple(request.param)


def named_otherwise(world: World, who: str) -> tuple[FlaskClient, str]:
    """Somebody's browser whose requests come under a foreign name, as a proxy may pass them on; its token."""
    known = world.client(who)
    cookie = known.get_cookie(world.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    client = world.app.test_client(use_cookies=False)
    client.environ_base |= {"HTTP_COOKIE": f"{cookie.key}={cookie.value}", "HTTP_X_FORWARDED_HOST": "evil.example"}
    return client, known.csrf


@pytest.mark.parametrize("purpose", ["reset", "welcome"])
def test_a_link_for_one_person_follows_no_host(world: World, origins: tuple[str, ...], purpose: str) -> None:
    if purpose == "welcome":
        with world.store.transaction() as session:
            session.get_one(Staff, world.officer).password_hash = None
    client, token = named_otherwise(world, "manager")
    answer = client.post(f"/admin/people/{world.officer}/link", data={"csrf_token": token}, base_url=FOREIGN).text
    link = re.search(r"<textarea[^>]*>([^<]*)</textarea>", answer).group(1)
    assert re.fullmatch(rf"{origins[0] if origins else ''}/{purpose}/[\w-]{{40,}}", link)
    assert ("HUB_ORIGINS" in answer) == (not origins)


def test_links_for_many_follow_no_host(world: World, origins: tuple[str, ...]) -> None:
    with world.store.transaction() as session:
        session.execute(sa.update(Staff).where(Staff.id == world.officer).values(password_hash=None))
    client, token = named_otherwise(world, "manager")
    typed = {"csrf_token": token, "staff_ids": str(world.officer)}
    answer = client.post("/admin/people/invitations", data=typed, base_url=FOREIGN)
    (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert re.fullmatch(rf"{origins[0] if origins else ''}/welcome/[\w-]{{40,}}", row["リンク"])


def test_what_is_printed_follows_no_host(world: World, origins: tuple[str, ...]) -> None:
    thread = world.thread(world.room).thread_id
    client, _token = named_otherwise(world, "officer")
    page = client.get(f"/threads/{thread}/print", base_url=FOREIGN).text
    foot = re.search(r'class="sheet__foot">(.*?)</p>', page, re.S)
    assert foot is not None
    assert f"・{origins[0] if origins else ''}/threads/{thread}" in foot.group(1)
    assert "evil.example/" not in page


def test_nothing_else_makes_an_address_of_what_the_request_calls_the_hub() -> None:
    """`request.host` may be compared with what came along; it is no part of what goes out."""
    makes = re.compile(r"_external|host_url|url_root|\bbase_url|request\.url\b|SERVER_NAME")
    sources = [*(ROOT / "hub").rglob("*.py"), *(ROOT / "templates").rglob("*.*")]
    found = {
        str(path.relative_to(ROOT))
        for path in sources
        if makes.search(path.read_text(encoding="utf-8")) and path.name != "engine.py"  # keys of an environ, copied
    }
    assert found == set()
